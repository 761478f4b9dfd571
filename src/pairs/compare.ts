/** The pairs that should be against the pairs that are. */
import { type Pair, sortPairs } from './keys.ts';
import { multipleKeys, unmirrored } from './mirrors.ts';
import type { PairTable } from './table.ts';

export interface PairComparison {
  /** Expected, and held by neither connector. */
  missing: Pair[];
  /** Held, and not expected: born since, or not ours. */
  extra: Pair[];
  /** Sentences about pairs held by one connector only. */
  mirrors: string[];
  /** Issue keys in more than one pair. */
  multiple: string[];
}

export const comparePairs = (expected: PairTable, live: PairTable): PairComparison => ({
  missing: pairsWithout(expected, live, (row) => row >= 0),
  extra: pairsWithout(live, expected, (row) => row >= 0),
  mirrors: unmirrored(live),
  multiple: multipleKeys(live),
});

/** Expected pairs that not both connectors hold: half a pair is none, its other half would create the issue again. */
export const notHeldByBoth = (expected: PairTable, live: PairTable): Pair[] =>
  pairsWithout(expected, live, (row) => row >= 0 && live.heldBy(row, 'first') && live.heldBy(row, 'second'));

/** Pairs whose row in `others` (-1: none) is not as it should be. */
function pairsWithout(pairs: PairTable, others: PairTable, fine: (row: number) => boolean): Pair[] {
  const into = pairs.keys.into(others.keys);
  const found: Pair[] = [];
  for (let row = 0; row < pairs.size; row++) {
    if (!fine(others.find(into(pairs.firstCode(row)), into(pairs.secondCode(row))))) found.push(pairs.pair(row));
  }
  return sortPairs(found);
}
