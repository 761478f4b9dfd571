/** Reading what verify proves: both sides of the new synchronization, and the original. Nothing is written. */
import type { Synchronization } from '../backbone/types.ts';
import { type ComparableMapping, sameValue } from '../evidence/fieldValues.ts';
import type { Observed, Traffic } from '../evidence/types.ts';
import type { JiraIssue } from '../jira/types.ts';
import { sameConfiguration } from '../mapping/compare.ts';
import type { Side } from '../pairs/entry.ts';
import { pairName } from '../pairs/keys.ts';
import type { PairTable } from '../pairs/table.ts';
import { commentsBothWays, commentsMissingOrDoubled } from './commentCheck.ts';
import { factOf, planOf, type StepContext } from './context.ts';
import { createdByStart } from './createdByStart.ts';
import { differencesOf, translatedConfiguration } from './deviations.ts';
import { readIssueData } from './issueData.ts';
import { issuesByKey } from './issues.ts';
import { withWhatCameBack } from './partner/returned.ts';
import { readPreImage } from './preImage.ts';
import { readOriginal } from './reading.ts';
import { restingPairs } from './restingPairs.ts';
import { comparableMappings, type ResyncChunk, type ResyncPlan } from './resyncPlan.ts';
import { sentKeys } from './resyncSent.ts';
import { expectedPairs, newKeys } from './steps/pairIssues.ts';
import { commentsOnlyOnOldA } from './throughOldA.ts';
import { liveConfiguration } from './translation.ts';
import { bornLateUnpaired, unreadable } from './unseen.ts';

/** One reading. Mismatches of changes under way are in it too; the caller keeps what outlives three intervals. */
export async function observe(context: StepContext): Promise<Observed> {
  const plan = planOf(context);
  const { key } = factOf(context, 'created');
  const { backbone, config } = context.open(plan.a.instance);
  const [status, conflicts, configuration, expected, live, original] = await Promise.all([
    backbone.status(key),
    backbone.conflicts(key),
    liveConfiguration(context),
    expectedPairs(context),
    readIssueData(context, newKeys(context)),
    observeOriginal(context),
  ]);
  const rests = await restingPairs(context);
  const all = live.sorted();
  // What rests is not compared: nothing is carried there, and its class stands in the decision.
  const pairs = all.filter((pair) => !rests(pair));
  const resynced = await context.store.artifacts.getJson<ResyncPlan>(factOf(context, 'resync'));
  const mappings = comparableMappings(configuration);
  const read = (side: typeof plan.a, keys: string[]) => {
    const fields = mappings.map((mapping) => (side === plan.a ? mapping.aField : mapping.bField));
    return issuesByKey(context, side, keys, { comments: true, fields });
  };
  const [onA, onB] = await Promise.all([
    read(
      plan.a,
      pairs.map((pair) => pair.first),
    ),
    read(
      plan.b,
      pairs.map((pair) => pair.second),
    ),
  ]);
  const differing = pairs.filter((pair) => {
    const [first, second] = [onA.get(pair.first), onB.get(pair.second)];
    return first !== undefined && second !== undefined && first.summary !== second.summary;
  });
  const { forecast, created, duplicates } = await createdByStart(context, configuration, expected, all);
  const { commentsMissing, commentsDoubled } = commentsMissingOrDoubled(configuration, pairs, onA, onB);
  const onlyOld = commentsBothWays(configuration) ? await commentsOnlyOnOldA(context, onA) : [];
  const seen: Observed = {
    status,
    vocabulary: config.backbone.vocabulary,
    conflicts: [
      ...conflicts.map((conflict) => JSON.stringify(conflict)),
      ...(await changedSince(context, configuration)),
    ],
    expectedPairs: expected,
    live,
    unreadable: unreadable(context, pairs, onA, onB),
    bornLateUnpaired: await bornLateUnpaired(context, all),
    contradicted: await contradicted(context, onA),
    summaryMismatches: differing.map((pair) => pair.first),
    fieldMismatches: fieldMismatches(resynced, mappings, onA, onB),
    commentsMissing: [...commentsMissing, ...onlyOld],
    commentsDoubled,
    duplicates,
    created: { forecast, keys: created },
    original,
    traffic: await observeTraffic(context, resynced, live),
  };
  return plan.b.unread ? withWhatCameBack(context, configuration, seen, onA) : seen;
}

/**
 * As in correctConfiguration: what differs from the translated configuration, and nobody accepted, stands beside the instance's own
 * conflicts.
 */
async function changedSince(context: StepContext, live: Synchronization): Promise<string[]> {
  const { open } = differencesOf(context, live, await translatedConfiguration(context));
  return open.map(({ path }) => `differs from the translated configuration: ${path}`);
}

async function observeOriginal(context: StepContext): Promise<Observed['original']> {
  const { key } = planOf(context).original;
  // A stranger under the key throws IdentityChanged; an original that is gone is not the same either.
  const now = await readOriginal(context);
  if (!now) return { key, stopped: false, same: false, differences: ['it is gone'] };
  const exported = await context.store.artifacts.getJson<Synchronization>(factOf(context, 'configuration'));
  const { differences } = sameConfiguration(now.value, exported);
  return { key, stopped: now.stopped, same: true, differences };
}

/** A paired issue on A must still be the one whose witnesses were compared before pairing. */
async function contradicted(context: StepContext, onA: Map<string, JiraIssue>): Promise<string[]> {
  const contradicted: string[] = [];
  for await (const then of readPreImage(context, factOf(context, 'preImage'))) {
    const now = then.side === 'a' ? onA.get(then.key) : undefined;
    if (now && (now.created !== then.created || now.reporter !== then.reporter)) contradicted.push(then.key);
  }
  return contradicted;
}

/** What people changed since the copy, compared field by field: the summary resync does not show whether it arrived. */
function fieldMismatches(
  { repairs }: ResyncPlan,
  mappings: ComparableMapping[],
  onA: Map<string, JiraIssue>,
  onB: Map<string, JiraIssue>,
): string[] {
  return repairs.flatMap(({ pair, fieldMappings }) => {
    const [a, b] = [onA.get(pair.first), onB.get(pair.second)];
    if (!a || !b) return [];
    return mappings
      .filter((mapping) => fieldMappings.includes(mapping.id))
      .filter((mapping) => !sameValue(mapping, a.fields[mapping.aField], b.fields[mapping.bField]))
      .map((mapping) => `${pairName(pair)}: ${mapping.bField}`);
  });
}

/** What was resynced in a direction has arrived when the receiving entries moved since the start. */
async function observeTraffic(context: StepContext, plan: ResyncPlan, live: PairTable): Promise<Observed['traffic']> {
  const startedAt = Date.parse(factOf(context, 'startedAt'));
  const sentOf = await sentKeys(context);
  const direction = (chunks: ResyncChunk[], receiver: Side): Traffic => {
    const sent = sentOf(chunks);
    const there = new Set<string>();
    for (let row = 0; row < live.size; row++) {
      if (!(live.progress(row, receiver, 'lastIncoming') >= startedAt - CLOCKS_MS)) continue;
      const { first, second } = live.pair(row);
      const key = receiver === 'first' ? second : first;
      if (sent.has(key)) there.add(key);
    }
    return { applicable: chunks.length > 0, arrived: there.size, stuck: [...sent].filter((key) => !there.has(key)) };
  };
  return { aToB: direction([...plan.aToB, ...plan.held], 'second'), bToA: direction(plan.bToA, 'first') };
}

/** The store's clock and the instances' differ a little. */
const CLOCKS_MS = 60_000;
