/** The pairs that should be against the pairs that are. */
import type { SyncedIssueData } from '../backbone/types.ts';
import { comparePairOrder, type Pair, pairName, pairsOf } from './keys.ts';
import { mirrorProblems, multipleKeys } from './mirrors.ts';

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

export function comparePairs(expected: Iterable<Pair>, live: SyncedIssueData): PairComparison {
  const rest = new Map(pairsOf(live).map((pair) => [pairName(pair), pair]));
  const missing: Pair[] = [];
  const seen = new Set<string>();
  for (const pair of expected) {
    const name = pairName(pair);
    if (seen.has(name)) continue;
    seen.add(name);
    if (!rest.delete(name)) missing.push(pair);
  }
  return {
    missing: missing.sort(comparePairOrder),
    extra: [...rest.values()],
    mirrors: mirrorProblems(live),
    multiple: multipleKeys(live),
  };
}
