/**
 * Files that people attached on a side of the new synchronization before it was started. No sync information lists files, and the new one
 * carries none that is older than its first start (docs/assumptions.md, A19): whoever attached it has to know.
 */
import type { Synchronization } from '../../backbone/types.ts';
import { shown } from '../../contract/foreign.ts';
import type { JiraIssue } from '../../jira/types.ts';
import type { Pair } from '../../pairs/keys.ts';
import { clockOf } from '../clocks.ts';
import { planOf, type StepContext, sideName } from '../context.ts';
import { issuesByKey, issuesTouchedSince } from '../issues.ts';
import { syncUsersOf } from '../reading.ts';
import { type SideOfNew, sinceOriginal } from '../sinceOriginal.ts';
import { onOldA } from '../undo/twins.ts';
import { waysOf } from './commentCheck.ts';
import { LONGEST_NAME, namesOfFiles, namesSince } from './files.ts';

/** A sentence for each file that has to be carried and is not on the other side by its name. */
export async function filesLeft(
  context: StepContext,
  configuration: Synchronization,
  pairs: readonly Pair[],
): Promise<string[]> {
  const ways = waysOf(configuration, 'attachments');
  return [
    ...(ways.aToB ? await leftOn(context, configuration, pairs, 'a') : []),
    ...(ways.bToA ? await leftOn(context, configuration, pairs, 'b') : []),
  ];
}

async function leftOn(
  context: StepContext,
  configuration: Synchronization,
  pairs: readonly Pair[],
  side: SideOfNew,
): Promise<string[]> {
  const plan = planOf(context);
  const { startedAt } = context.facts;
  const other = side === 'a' ? plan.b : plan.a;
  const [here, there]: ['first' | 'second', 'first' | 'second'] =
    side === 'a' ? ['first', 'second'] : ['second', 'first'];
  const since = await sinceOriginal(context, side, syncUsersOf(configuration));
  const clock = await clockOf(context, plan[side]);
  const until = startedAt === undefined ? Number.POSITIVE_INFINITY : clock.theirs(Date.parse(startedAt)) + clock.within;
  const partner = new Map(pairs.map((pair) => [pair[here], pair[there]]));
  const attached = (await issuesTouchedSince(context, plan[side], since.ours, { changes: true }))
    .filter(({ key }) => partner.has(key))
    .map((issue) => ({ issue, files: namesOfFiles(issue, (at) => at >= since.theirs && at <= until, since.syncUser) }))
    .filter(({ files }) => files.length > 0);
  if (attached.length === 0) return [];
  const keys = attached.map(({ issue: { key } }) => partner.get(key) ?? '');
  const onOther = await issuesByKey(context, other, keys, { changes: true });
  const touched = attached.map(({ issue }) => issue.key);
  const copied: Map<string, JiraIssue> = side === 'a' && plan.moved ? await onOldA(context, touched) : new Map();
  const otherClock = await clockOf(context, other);
  return attached.flatMap(({ issue: { key }, files }) => {
    const names = new Set([
      ...namesSince(since.ours - otherClock.within, onOther.get(partner.get(key) ?? ''), otherClock),
      // The copy of the project took these along.
      ...namesOfFiles(copied.get(key)),
    ]);
    return files
      .filter((name) => !names.has(name))
      .map((name) => `${key} of ${sideName(plan[side])}: file ${shown(name, LONGEST_NAME)}`);
  });
}
