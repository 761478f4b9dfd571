/**
 * Where A moved, at the end of the way back: what stands on the new A, and old A lacks. Old A is told by B, as the original carries it: not
 * every field, nothing to an issue that is gone. So what came is read, never inferred from its having been sent.
 */

import { without } from '../../contract/lists.ts';
import { clockOf } from '../clocks.ts';
import { planOf, type StepContext } from '../context.ts';
import { backlogCarried } from '../drained.ts';
import { readEntries } from '../issueData.ts';
import { issuesTouchedSince, keyOnNewA } from '../issues.ts';
import { looksOver, pause, QUIET_INTERVALS } from '../pause.ts';
import type { PresentReading } from '../presence.ts';
import { stopBegan } from '../stopBegan.ts';
import { type Delta, entriesOf } from './delta.ts';
import { issueOf, recordedSyncUsers, workLeftOnNewA } from './peoplesWork.ts';

/**
 * A sentence for each issue of the new A with work that old A lacks, but for those that were named before. What the original was told of arrives
 * while this is read, and a node may not have it yet: the last reading says what is lacking.
 */
export async function lackedByOldA(context: StepContext, delta: Delta | undefined): Promise<string[]> {
  const { a, moved } = planOf(context);
  if (!moved) return [];
  const before = context.facts.residue ?? [];
  const { firstConnector } = delta ? await entriesOf(context, delta) : { firstConnector: [] };
  const told = new Set(firstConnector.map(({ localIssueKey }) => localIssueKey));
  let lines: string[] = [];
  for (const until of looksOver(delta ? context.config.timing.staleness : 0)) {
    lines = await workLeftOnNewA(context, told);
    await pause(until);
  }
  const named = [...before, ...(delta?.born ?? []).map(({ first }) => issueOf(a, first))];
  return without(
    lines,
    named.map((other) => other.split(':')[0]),
    (line) => line.split(': ')[0],
  );
}

/**
 * Whether the original has carried what it was told to, or carries no more of it: of an issue in error nothing comes however long one waits.
 * Right after it was told nothing is under way yet.
 */
export async function isThrough(context: StepContext, delta: Delta): Promise<boolean> {
  const { original, swapped } = planOf(context);
  const { secondConnector } = await entriesOf(context, delta);
  const keys = new Set(secondConnector.map(({ localIssueKey }) => localIssueKey));
  const theirs = async () =>
    JSON.stringify(await readEntries(context, original, ({ first, second }) => keys.has(swapped ? first : second)));
  await pause(context.config.timing.outgoingInterval * QUIET_INTERVALS);
  const before = await theirs();
  return (await backlogCarried(context, 'original')) || (await theirs()) === before;
}

/** What the reading of the original says of it; its interface names neither issues nor messages. */
export const inError = (context: StepContext, { errors }: PresentReading): string[] => {
  const { key, instance } = planOf(context).original;
  return errors === 0
    ? []
    : [`${errors} issues of ${key} are in error: the Troubleshooting tab on ${instance} has their messages.`];
};

/** The original carries what was done on old A to B, while B carries what was done under the new one to old A: the last one wins. */
export async function changedOnBoth(context: StepContext, delta: Delta): Promise<string[]> {
  const { a, oldA } = planOf(context);
  const { move } = context.start;
  if (!move || !context.facts.stoppedAt) return [];
  const since = await stopBegan(context, Date.parse(move.copyStarted));
  const from = (await clockOf(context, oldA)).theirs(since);
  const { a: syncUser } = await recordedSyncUsers(context);
  const { firstConnector } = await entriesOf(context, delta);
  const concerned = new Set(firstConnector.map(({ localIssueKey }) => localIssueKey));
  const touched = await issuesTouchedSince(context, oldA, since, { changes: true });
  const theirs = touched.filter(
    ({ key, changes = [] }) =>
      concerned.has(keyOnNewA({ a, oldA }, key)) && changes.some(({ at, author }) => at >= from && author !== syncUser),
  );
  return theirs.map(
    ({ key }) => `${issueOf(oldA, key)} changed by people since the stop, as its counterpart was. Compare both sides.`,
  );
}
