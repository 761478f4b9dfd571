/** Has the messages of one pair not arrive: one that was sent already, or all from now on. */
import { synchronizationAt } from '../backbone/lifecycle.ts';
import { otherSide, type Side, type Synchronization } from '../backbone/model.ts';
import { instanceOfSide } from '../backbone/status.ts';
import { loseMessage, releaseStuck } from '../engine/undelivered.ts';
import { asObject, textOf } from '../http/json.ts';
import { type Answer, Refusal } from '../http/router.ts';
import { personEdits } from '../people/acts.ts';
import { fieldIdFor, issueOf } from '../world/lookup.ts';
import type { Instance, Issue, LiveSide, World } from '../world/model.ts';
import { viewsOf } from '../world/undertakings.ts';
import { valueFor } from '../world/values.ts';
import { instanceAsked, need } from './pages.ts';
import type { ControlCall } from './routes.ts';

const MINUTE = 60_000;

export function undelivered({ sandbox: { world }, body }: ControlCall): Answer {
  const home = instanceAsked(world, need(body, 'instance'));
  const one = synchronizationAt(world, home, need(body, 'integrationKey'));
  if (!one) throw new Refusal(404, `${home.name} has no synchronization ${textOf(body, 'integrationKey')}`);
  const key = need(body, 'issue');
  const side = senderOf(one, key, textOf(body, 'connector'));
  const act = need(body, 'act');
  if (act === 'lost') lose(world, one, side, key, body);
  else if (act === 'stuck') side.stuck.set(key, side.stuck.get(key) ?? []);
  else if (act === 'delivered') releaseStuck(side, one[otherSide(side.name)], key);
  else throw new Refusal(400, 'act is lost, stuck or delivered');
  if (act !== 'lost') {
    const what = act === 'stuck' ? 'messages of an issue get stuck' : 'messages of an issue arrive again';
    world.record.add({ kind: 'fault', instance: home.name, what, detail: { integrationKey: one.key, issue: key } });
  }
  return { status: 200, body: side.entries.get(key) };
}

/** The side that has this key; where both have it, the first unless the connector is named. */
function senderOf(one: Synchronization, key: string, connector: string | undefined): Side {
  const sides = [one.first, one.second].filter(
    ({ name, connectorKey }) => connector === undefined || connector === name || connector === connectorKey,
  );
  const found = sides.find(({ entries }) => entries.has(key));
  if (!found) throw new Refusal(404, `${one.key} has no pair of ${key}`);
  return found;
}

/** A person changes a field, and the message about it goes nowhere. `beforeCopy`: the copied project has the change as well. */
function lose(world: World, one: Synchronization, side: Side, key: string, body: unknown): void {
  const instance = instanceOfSide(world, one, side);
  const issue = instance && issueOf(instance, key);
  if (!instance || !issue) throw new Refusal(409, `There is no issue ${key}`);
  const copy = asObject(body).beforeCopy === true ? copyOf(world, instance, issue) : undefined;
  const at = copy ? copy.at : world.clock.now();
  for (const each of [{ instance, issue }, ...(copy ? [copy] : [])]) {
    personEdits(world, each.instance, each.issue, byWhom(body, issue), valuesAsked(each, body, at), at);
  }
  loseMessage(world, one, side, { instance, issue, at });
}

const byWhom = (body: unknown, issue: Issue): string => textOf(body, 'by') ?? issue.reporter;

function valuesAsked(
  { instance, issue }: { instance: Instance; issue: Issue },
  body: unknown,
  at: number,
): Map<string, string | null> {
  const [field, meaning] = [textOf(body, 'field') ?? 'summary', textOf(body, 'value') ?? `Never delivered [${at}]`];
  const fieldId = fieldIdFor(instance, field);
  const value = fieldId === undefined ? undefined : valueFor(instance, fieldId, meaning, issue.projectKey);
  if (fieldId === undefined || value === undefined)
    throw new Refusal(400, `${instance.name} has no ${field} "${meaning}"`);
  return new Map([[fieldId, value]]);
}

/** The copy in the moved project, and a moment before it was made. Histories are in order, so nothing may have come since. */
function copyOf(world: World, instance: Instance, issue: Issue): { instance: Instance; issue: Issue; at: number } {
  const isOld = ({ instance: old, projectKey }: LiveSide) => old === instance && projectKey === issue.projectKey;
  const view = viewsOf(world).find(({ moved }) => moved && isOld(moved.from));
  const to = view?.moved?.to;
  const copy = to && issueOf(to.instance, `${to.projectKey}-${issue.number}`);
  if (!view || !copy || !to) throw new Refusal(409, `${issue.key} was not copied`);
  const at = view.move.copyStarted - MINUTE;
  if (Math.max(issue.updated, copy.updated) >= at) throw new Refusal(409, `${issue.key} was changed later`);
  return { instance: to.instance, issue: copy, at };
}
