/** Each pair is held twice, once per connector, with local and remote exchanged (documented). */
import type { SyncedIssueData, SyncInformation } from '../backbone/types.ts';
import { compareKeys, firstPair, type Pair, pairName, secondPair } from './keys.ts';
import { PairMap } from './pairMap.ts';

/** Sentences, sorted by key: what is held by one connector only, and keys that stand twice in one connector's list. */
export function mirrorProblems(data: SyncedIssueData): string[] {
  return [
    ...unmirrored(data),
    ...multipleKeys(data).map((key) => `${key} is in more than one entry of one connector`),
  ].sort(compareKeys);
}

/** Sentences about pairs that one connector alone holds. */
export function unmirrored({ firstConnector, secondConnector }: SyncedIssueData): string[] {
  const rest = new PairMap<Pair>();
  for (const entry of firstConnector) rest.set(entry.localIssueKey, entry.remoteIssueKey, firstPair(entry));
  const mirrored = new PairMap<true>();
  const found: string[] = [];
  for (const entry of secondConnector) {
    const { first, second } = secondPair(entry);
    if (rest.delete(first, second)) mirrored.set(first, second, true);
    else if (!mirrored.has(first, second))
      found.push(`${pairName({ first, second })} is held by the second connector only`);
  }
  for (const pair of rest.values()) found.push(`${pairName(pair)} is held by the first connector only`);
  return found.sort(compareKeys);
}

/** Issue keys that stand more than once in one connector's list, as local or as remote issue. */
export function multipleKeys({ firstConnector, secondConnector }: SyncedIssueData): string[] {
  const found = new Set<string>();
  for (const list of [firstConnector, secondConnector]) {
    for (const pick of [localKey, remoteKey]) {
      const seen = new Set<string>();
      for (const entry of list) {
        const key = pick(entry);
        if (seen.has(key)) found.add(key);
        seen.add(key);
      }
    }
  }
  return [...found].sort(compareKeys);
}

const localKey = ({ localIssueKey }: SyncInformation): string => localIssueKey;
const remoteKey = ({ remoteIssueKey }: SyncInformation): string => remoteIssueKey;
