/** Reading what verify proves: both sides of the new synchronization, and the original. Nothing is written. */

import type { Synchronization } from '../../backbone/types.ts';
import { without } from '../../contract/lists.ts';
import type { Observed, Traffic } from '../../evidence/types.ts';
import { sameConfiguration } from '../../mapping/compare.ts';
import type { Side } from '../../pairs/entry.ts';
import { mirrorProblems } from '../../pairs/mirrors.ts';
import { movedSince } from '../../pairs/sequences.ts';
import { type PairTable, readPairs } from '../../pairs/table.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { differencesOf, translatedConfiguration } from '../correct/deviations.ts';
import { readIssueData } from '../issueData.ts';
import { restingPairs } from '../pairing/restingPairs.ts';
import { withWhatCameBack } from '../partner/returned.ts';
import { readPresentCreated, readPresentOriginal } from '../presence.ts';
import { resyncPlan } from '../resync/chunks.ts';
import type { ResyncChunk, ResyncPlan } from '../resync/plan.ts';
import { gapSince } from '../resync/repairs.ts';
import { sentKeys } from '../resync/sent.ts';
import { expectedPairs, newKeys } from '../steps/pairIssues.ts';
import { liveConfiguration } from '../translation.ts';
import { unlessAccepted } from './acceptance.ts';
import { commentWays } from './commentCheck.ts';
import { createdByStart } from './createdByStart.ts';
import { filesLeft } from './filesLeft.ts';
import { observePairs } from './observePairs.ts';
import { observeOldHome } from './oldHome.ts';
import { observeTraces } from './traces.ts';
import { bornLateUnpaired } from './unseen.ts';

/** One reading. Mismatches of changes under way are in it too; the caller keeps what outlives three intervals. */
export async function observe(context: StepContext): Promise<Observed> {
  const plan = planOf(context);
  const { key } = factOf(context, 'created');
  const { backbone, config } = context.open(plan.a.instance);
  const [fresh, conflicts, configuration, expected, live, original] = await Promise.all([
    readPresentCreated(context),
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
  const resynced = await resyncPlan(context);
  const since = await gapSince(context);
  const { onA, ...compared } = await observePairs(context, configuration, pairs, since);
  const { leftBehind, ...made } = await createdByStart(context, configuration, expected, all, since);
  const late = await bornLateUnpaired(context, all);
  const { aToB, bToA } = commentWays(configuration);
  const behind = without(leftBehind, late);
  const seen: Observed = {
    status: fresh.raw,
    vocabulary: config.backbone.vocabulary,
    conflicts: [
      ...conflicts.map((conflict) => JSON.stringify(conflict)),
      ...(await changedSince(context, configuration)),
    ],
    expectedPairs: expected,
    live,
    unmirrored: mirrorProblems(live),
    ...compared,
    commentsCarried: aToB || bToA,
    bornLateUnpaired: late,
    leftBehind: unlessAccepted(context, 'unpaired', behind),
    duplicates: made.duplicates,
    perhapsNeighbours: unlessAccepted(context, 'neighbours', made.perhapsNeighbours),
    created: { forecast: made.forecast, keys: made.created },
    original,
    oldHome: await observeOldHome(context),
    filesLeft: unlessAccepted(context, 'files', await filesLeft(context, configuration, pairs)),
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
  // A stranger under the key throws IdentityChanged, one that is gone GoneUnseen.
  const now = await readPresentOriginal(context);
  const exported = await context.store.artifacts.getJson<Synchronization>(factOf(context, 'configuration'));
  const { differences } = sameConfiguration(now.value, exported);
  return { key, stopped: now.stopped, same: true, differences, ...(await observeTraces(context)) };
}

/** What was resynced in a direction has arrived when the receiving entries moved since it was planned: no clock is asked. */
async function observeTraffic(context: StepContext, plan: ResyncPlan, live: PairTable): Promise<Observed['traffic']> {
  using before = await readPairs(context.store.artifacts.get(plan.before), { progress: true });
  const moved = movedSince(before, live);
  const sentOf = await sentKeys(context);
  const direction = (chunks: ResyncChunk[], receiver: Side): Traffic => {
    const sent = sentOf(chunks);
    const there = new Set<string>();
    for (let row = 0; row < live.size; row++) {
      if (!moved(row, receiver)) continue;
      const { first, second } = live.pair(row);
      const key = receiver === 'first' ? second : first;
      if (sent.has(key)) there.add(key);
    }
    return { applicable: chunks.length > 0, arrived: there.size, stuck: [...sent].filter((key) => !there.has(key)) };
  };
  return { aToB: direction([...plan.aToB, ...plan.held], 'second'), bToA: direction(plan.bToA, 'first') };
}
