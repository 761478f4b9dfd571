/** The pairs that should be against the pairs that are. */
import { type Pair, sortPairs } from './keys.ts';
import type { PairTable } from './table.ts';

/** Of a table that expects pairs: those that not both connectors hold. Half a pair is none, its other half would create the issue. */
export const notHeldByBoth = (table: PairTable): Pair[] =>
  expectedPairs(table, (row) => !table.heldBy(row, 'first') || !table.heldBy(row, 'second'));

/** Those of which a connector lists other comments than it was given: it would carry what it does not know of again. */
export const withOtherComments = (table: PairTable): Pair[] =>
  expectedPairs(table, (row) => table.hasOtherComments(row));

function expectedPairs(table: PairTable, wanted: (row: number) => boolean): Pair[] {
  const found: Pair[] = [];
  for (let row = 0; row < table.size && table.isExpected(row); row++) if (wanted(row)) found.push(table.pair(row));
  return sortPairs(found);
}

/** Whether one connector alone holds a pair that both have to. */
export function isHalfLost(expected: PairTable, live: PairTable): boolean {
  for (let row = 0; row < live.size; row++)
    if (!(live.heldBy(row, 'first') && live.heldBy(row, 'second')) && expected.has(live.pair(row))) return true;
  return false;
}

/** Pairs that are not among others. */
export function pairsWithout(pairs: PairTable, others: PairTable): Pair[] {
  const into = pairs.keys.into(others.keys);
  const found: Pair[] = [];
  for (let row = 0; row < pairs.size; row++) {
    if (others.find(into(pairs.firstCode(row)), into(pairs.secondCode(row))) < 0) found.push(pairs.pair(row));
  }
  return sortPairs(found);
}
