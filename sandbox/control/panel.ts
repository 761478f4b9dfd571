/** What a person reads in the pages: the sync info panel of an issue, and the two files the guides work with. */
import { stampedEntry } from '../backbone/connectors.ts';
import { integrationJson } from '../backbone/json.ts';
import { synchronizationAt } from '../backbone/lifecycle.ts';
import { otherSide, type Side, type Synchronization } from '../backbone/model.ts';
import { instanceOfSide, statusJson } from '../backbone/status.ts';
import { type Answer, Refusal } from '../http/router.ts';
import { instanceNamed } from '../world/lookup.ts';
import type { World } from '../world/model.ts';
import { stampOf } from '../world/stamps.ts';
import { instanceAsked } from './pages.ts';
import type { ControlCall } from './routes.ts';

function synchronizationAsked({ sandbox: { world }, query }: ControlCall): Synchronization {
  const instance = instanceAsked(world, query.get('instance') ?? '');
  const one = synchronizationAt(world, instance, query.get('integrationKey') ?? '');
  if (!one) throw new Refusal(404, `${instance.name} has no synchronization ${query.get('integrationKey')}`);
  return one;
}

/** "Export": assumed to be what REST shows. */
export function exportConfiguration(call: ControlCall): Answer {
  return { status: 200, body: integrationJson(call.sandbox.world, synchronizationAsked(call)) };
}

/** "Download synchronized issues": both arrays in one file, as documented for HTTP(S) synchronizations. */
export function downloadSyncedIssueData(call: ControlCall): Answer {
  const one = synchronizationAsked(call);
  const entries = ({ entries }: Side) =>
    [...entries.values()].map((each) => stampedEntry(call.sandbox.world, one, each));
  const body = { firstConnector: entries(one.first), secondConnector: entries(one.second) };
  return { status: 200, body };
}

/** One row per synchronization of the issue's project. Rows live apart from sync information. */
export function syncPanel({ sandbox: { world }, query }: ControlCall): Answer {
  const instance = instanceAsked(world, query.get('instance') ?? '');
  const issue = query.get('issue') ?? '';
  const project = issue.slice(0, issue.lastIndexOf('-'));
  const rows = world.synchronizations.flatMap((one) =>
    [one.first, one.second]
      .filter((side) => side.projectKey === project && instanceOfSide(world, one, side) === instance)
      .map((side) => row(world, one, side, issue)),
  );
  return { status: 200, body: rows };
}

function row(world: World, one: Synchronization, side: Side, issue: string) {
  const shown = side.panel.get(issue);
  const home = instanceNamed(world, one.home);
  const stamp = (at: number | null | undefined) => (typeof at === 'number' ? stampOf(home, at) : null);
  return {
    integrationKey: one.key,
    partnerKey: shown?.partnerKey ?? null,
    issueStatus: issueStatus(one, side, issue),
    synchronizationStatus: statusJson(world, one).status,
    lastReceived: stamp(shown?.lastReceived),
    lastSent: stamp(shown?.lastSent),
  };
}

/** The documented words: empty means that the issue is not synced. */
function issueStatus(one: Synchronization, side: Side, issue: string): 'up to date' | 'error' | 'pending' | 'empty' {
  const other = one[otherSide(side.name)];
  const partner = side.panel.get(issue)?.partnerKey;
  if (side.held.has(issue) || [...other.held.values()].some(([failed]) => failed?.localKey === issue)) return 'error';
  const isUnderWay = [...side.outgoing, ...other.incoming, ...other.outgoing, ...side.incoming].some(
    (message) => message.localKey === (message.from === side.name ? issue : partner),
  );
  if (isUnderWay) return 'pending';
  return partner === undefined ? 'empty' : 'up to date';
}
