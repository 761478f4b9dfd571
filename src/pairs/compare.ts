/** The pairs that should be against the pairs that are. */
import type { SyncedIssueData, SyncInformation } from '../backbone/types.ts';
import { firstPair, type Pair, pairsOf, secondPair, sortPairs } from './keys.ts';
import { multipleKeys, unmirrored } from './mirrors.ts';
import { PairMap } from './pairMap.ts';

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
  const rest = new PairMap<Pair>();
  for (const pair of pairsOf(live)) rest.set(pair.first, pair.second, pair);
  const seen = new PairMap<true>();
  const missing: Pair[] = [];
  for (const pair of expected) {
    if (seen.has(pair.first, pair.second)) continue;
    seen.set(pair.first, pair.second, true);
    if (!rest.delete(pair.first, pair.second)) missing.push(pair);
  }
  return {
    missing: sortPairs(missing),
    extra: sortPairs(rest.values()),
    mirrors: unmirrored(live),
    multiple: multipleKeys(live),
  };
}

/** Expected pairs that not both connectors hold: half a pair is none, its other half would create the issue again. */
export function notHeldByBoth(expected: SyncedIssueData, live: SyncedIssueData): Pair[] {
  const missing = new PairMap<Pair>();
  for (const pair of absent(expected.firstConnector, live.firstConnector, firstPair))
    missing.set(pair.first, pair.second, pair);
  for (const pair of absent(expected.secondConnector, live.secondConnector, secondPair))
    missing.set(pair.first, pair.second, pair);
  return sortPairs(missing.values());
}

function absent(wanted: SyncInformation[], held: SyncInformation[], pairOf: (entry: SyncInformation) => Pair): Pair[] {
  const there = new PairMap<true>();
  for (const entry of held) there.set(entry.localIssueKey, entry.remoteIssueKey, true);
  return wanted.filter((entry) => !there.has(entry.localIssueKey, entry.remoteIssueKey)).map(pairOf);
}
