/**
 * What people changed and nothing but a resync field by field, the right way, is sure to carry: what the copy missed, what was
 * done while neither synchronization ran, what had not arrived when the original was stopped.
 */

import type { Synchronization } from '../../backbone/types.ts';
import { without } from '../../contract/lists.ts';
import type { Change } from '../../jira/types.ts';
import { type Directions, type DirectionsInput, fieldDirections } from '../../pairs/directions.ts';
import type { Pair } from '../../pairs/keys.ts';
import { leftToTarget, overwritten } from '../../pairs/overwritten.ts';
import { clockOf, inOurTime } from '../clocks.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { issuesOfAllPairs, issuesTouchedSince } from '../issues.ts';
import { syncUsersOf } from '../reading.ts';
import { lastCarried, stopBegan } from '../stopBegan.ts';
import { historyMappings, STATUS } from './mappedFields.ts';
import { changesThroughOldA } from './throughOldA.ts';

/** Readings of clocks are a little wrong, and a change can be under way when the original is stopped. */
const MARGIN_MS = 60_000;

/** Of one pair: ids of field mappings to resync, and of those whose values have to be the same in the end. */
export interface Repairs {
  aToB: string[];
  bToA: string[];
  /** Both, what nobody can decide, and the status, which no resync of fields carries. */
  compared: string[];
  /** Of those that people changed since: the older value of the other side was written over the newer one, or stayed. */
  overwritten: string[];
  /** Changed on both sides in the same moment, and what people wrote on this side was written over. */
  inDoubt: Record<'a' | 'b', string[]>;
}

/**
 * Since when changes may be missing: the start of the copy, or for a project that stayed, the stop of the original. Not later than
 * the original carried anything: it may have been stopped long before anybody saw that.
 */
export async function gapSince(context: StepContext): Promise<number> {
  const { move } = context.start;
  const since = Date.parse(move ? move.copyStarted : factOf(context, 'stoppedAt'));
  const carried = await lastCarried(context);
  // Where no entry says when it carried anything, the history of years would count.
  return (carried > 0 ? Math.min(since, carried) : since) - MARGIN_MS;
}

const NOTHING_DECIDED: Directions = { aToB: [], bToA: [], undecided: [] };

/** By key on A; of pairs that nobody touched there is none. `since`: the beginning of the gap, in epoch milliseconds. */
export async function findRepairs(
  context: StepContext,
  pairs: Pair[],
  configuration: Synchronization,
  since: number,
): Promise<Map<string, Repairs>> {
  const plan = planOf(context);
  const mappings = await historyMappings(context, configuration);
  const [touchedA, touchedB] = await Promise.all([
    issuesTouchedSince(context, plan.a, since),
    issuesTouchedSince(context, plan.b, since),
  ]);
  const throughOldA = await changesThroughOldA(context, since);
  const onceTouched = {
    a: new Set([...touchedA.map(({ key }) => key), ...throughOldA.keys()]),
    b: new Set(touchedB.map(({ key }) => key)),
  };
  const late = await undelivered(context);
  const concerned = pairs.filter(
    (pair) => onceTouched.a.has(pair.first) || onceTouched.b.has(pair.second) || late(pair),
  );
  const syncUsers = syncUsersOf(configuration);
  const [clockA, clockB] = await Promise.all([clockOf(context, plan.a), clockOf(context, plan.b)]);
  const { move } = context.start;
  // From then on old A is read for itself.
  const oldHomeFrom = move ? await stopBegan(context, Date.parse(move.copyStarted)) : Number.POSITIVE_INFINITY;
  const repairs = new Map<string, Repairs>();
  const fields = (ids: string[]) => ids.filter((id) => id !== STATUS);
  for await (const { pairs: some, onA, onB } of issuesOfAllPairs(context, concerned, { changes: true })) {
    for (const pair of some) {
      const from = late(pair) ? 0 : since;
      const changesB = inOurTime(clockB, onB.get(pair.second)?.changes);
      const sentByOldA = throughOldA.get(pair.first) ?? [];
      const changed = {
        changesA: inOurTime(clockA, onA.get(pair.first)?.changes),
        changesB: [...changesB, ...(late(pair) ? whatArrived(sentByOldA, changesB, syncUsers.b) : sentByOldA)],
        since: { a: from, b: from },
        mappings,
        syncUsers,
        within: plan.a.instance === plan.b.instance ? 0 : clockA.within + clockB.within,
      };
      const directions = fieldDirections(changed);
      const { aToB, bToA, undecided } = directions;
      const theirs = leftToTarget(changed);
      const lostOnTheWay = late(pair) ? inVain(sentByOldA, oldHomeFrom, changed) : [];
      const over = (won: Partial<Directions>) =>
        overwritten({ ...changed, since: { a: since, b: since }, late: late(pair) }, { ...NOTHING_DECIDED, ...won });
      repairs.set(pair.first, {
        aToB: fields(aToB),
        bToA: fields(bToA),
        compared: without([...aToB, ...bToA, ...undecided, ...lostOnTheWay], theirs).sort(),
        overwritten: [...over(directions), ...lostOnTheWay],
        inDoubt: { a: over({ aToB: undecided }), b: over({ bToA: undecided }) },
      });
    }
  }
  return repairs;
}

/**
 * Old A speaks for B only where its messages arrived. Of a pair with one that did not, a change of old A is on B when B's own history shows
 * that the sync user wrote that field then or later.
 */
function whatArrived(sent: readonly Change[], onB: readonly Change[], syncUser: string): Change[] {
  return sent.flatMap((change) => {
    const items = change.items.filter(({ field }) =>
      isLater(onB, change.at, (by, item) => by === syncUser && item.field === field),
    );
    return items.length > 0 ? [{ ...change, items }] : [];
  });
}

/**
 * Ids of mappings whose field old A sent in vain, and that nobody has written on either new side since: only a person can carry it.
 * What was done from `before` on is found on old A itself.
 */
function inVain(
  sent: readonly Change[],
  before: number,
  { changesA, changesB, mappings }: Pick<DirectionsInput, 'mappings'> & Record<'changesA' | 'changesB', Change[]>,
): string[] {
  return mappings
    .filter(({ aField, aName, bField, bName }) => {
      const last = sent.findLast(({ items }) => items.some(({ field }) => field === bField));
      if (!last || last.at >= before) return false;
      const names = [aField, aName?.name, bField, bName?.name];
      return !isLater([...changesA, ...changesB], last.at, (_, { field }) => names.includes(field));
    })
    .map(({ id }) => id);
}

const isLater = (changes: readonly Change[], at: number, is: (by: string, item: Change['items'][number]) => boolean) =>
  changes.some((change) => change.at >= at - MARGIN_MS && change.items.some((item) => is(change.author, item)));

/** Whether messages of a pair had not arrived when the original was stopped. */
async function undelivered({ facts, store }: StepContext): Promise<(pair: Pair) => boolean> {
  const late = new Set(facts.undelivered ? await store.artifacts.getJson<string[]>(facts.undelivered) : []);
  return ({ first }) => late.has(first);
}
