/**
 * What the new synchronization made of issues that it was not told were paired: a second copy on the other side. It is no pair to hand over,
 * since the original has its own; where it stays, the original makes copies of the copy.
 */
import { append } from '../contract/lists.ts';
import { orient, type Pair } from '../pairs/keys.ts';
import type { PairTable } from '../pairs/table.ts';
import { planOf, type StepContext } from './context.ts';
import { readIssueData, recordedPairs } from './issueData.ts';
import { issuesByKey, keyOnNewA } from './issues.ts';
import type { SideOfNew, Since } from './sinceOriginal.ts';

export interface SecondCopy extends Pair {
  /** On which side it was made; absent where both issues are paired otherwise in the original. */
  made?: SideOfNew;
}

interface Sorted {
  born: Pair[];
  copies: SecondCopy[];
}

/** `extra`: pairs that the new one holds and was not given. */
export async function sortedExtra(context: StepContext, extra: Pair[], since: Since): Promise<Sorted> {
  const sorted: Sorted = { born: [], copies: [] };
  if (extra.length === 0) return sorted;
  const { onA, onB } = await pairedInOriginal(context, extra, since);
  for (const pair of extra) {
    const [a, b] = [onA.get(pair.first), onB.get(pair.second)];
    if (a === pair.second) continue;
    if (a === undefined && b === undefined) sorted.born.push(pair);
    else if (a !== undefined && b !== undefined) sorted.copies.push({ ...pair });
    else sorted.copies.push({ ...pair, made: a === undefined ? 'a' : 'b' });
  }
  return sorted;
}

/** By key: the other key that the original has for it. */
async function pairedInOriginal(context: StepContext, pairs: Pair[], since: Since) {
  const plan = planOf(context);
  using table: PairTable = context.facts.issueData
    ? await recordedPairs(context)
    : await readIssueData(context, plan.original);
  const [firsts, seconds] = [new Set(pairs.map(({ first }) => first)), new Set(pairs.map(({ second }) => second))];
  const [onA, onB] = [new Map<string, string>(), new Map<string, string>()];
  for (const pair of table) {
    const { first, second } = orient(pair, plan.swapped);
    const now = keyOnNewA(plan, first);
    if (firsts.has(now)) onA.set(now, second);
    if (seconds.has(second)) onB.set(second, now);
  }
  // What was made on the new A since the copy is no issue of the original, whatever key it took.
  if (plan.moved) {
    for (const [key, { created }] of await issuesByKey(context, plan.a, [...onA.keys()]))
      if (created >= since.theirs) onA.delete(key);
  }
  return { onA, onB };
}

/** Those that nobody has deleted, by name. Of a side that cannot be read they are taken to be there. */
export async function copiesLeft(context: StepContext, copies: readonly SecondCopy[]): Promise<string[]> {
  const plan = planOf(context);
  const left: string[] = [];
  for (const side of ['a', 'b'] as const) {
    const own = copies.filter(({ made }) => made === side);
    const keys = own.map((copy) => keyOfCopy(copy));
    const there = plan[side].unread ? new Set(keys) : new Set((await issuesByKey(context, plan[side], keys)).keys());
    append(
      left,
      own.filter((copy) => there.has(keyOfCopy(copy))).map((copy) => copyNamed(context, copy)),
    );
  }
  return left;
}

const keyOfCopy = ({ made, first, second }: SecondCopy): string => (made === 'a' ? first : second);

/** `jira-partner/PB-101 (second copy of PA-1)` */
export function copyNamed(context: StepContext, { made, first, second }: SecondCopy): string {
  const plan = planOf(context);
  if (made === undefined) return `${first} <> ${second} (each is paired otherwise)`;
  const [copy, of] = made === 'a' ? [first, second] : [second, first];
  return `${plan[made].instance}/${copy} (second copy of ${of})`;
}
