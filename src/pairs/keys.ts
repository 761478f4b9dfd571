/** Issue keys and pairs of them. */
import type { SyncedIssueData, SyncInformation } from '../backbone/types.ts';

/** Two issues kept in step: the key on the first side and the key on the second. */
export interface Pair {
  first: string;
  second: string;
  /** Either side ignores the other's changes ("ignore future changes"). Absent when not. */
  ignored?: true;
}

/** `PA-9` before `PA-10`, and by code unit otherwise: the same on every machine. */
export function compareKeys(x: string, y: string): number {
  const [projectX, numberX] = split(x);
  const [projectY, numberY] = split(y);
  if (projectX !== projectY) return projectX < projectY ? -1 : 1;
  if (numberX !== numberY) return numberX - numberY;
  return x < y ? -1 : x > y ? 1 : 0;
}

function split(key: string): [string, number] {
  const dash = key.lastIndexOf('-');
  const digits = key.slice(dash + 1);
  return dash > 0 && /^\d+$/.test(digits) ? [key.slice(0, dash), Number(digits)] : [key, -1];
}

export const comparePairOrder = (x: Pair, y: Pair): number =>
  compareKeys(x.first, y.first) || compareKeys(x.second, y.second);

/** `PA-1 <> PB-1`: names a pair in findings, and is its key in sets. */
export const pairName = ({ first, second }: Pair): string => `${first} <> ${second}`;

/** Turns pairs of the original into pairs of the new synchronization. */
export const orient = (pair: Pair, swapped: boolean): Pair =>
  swapped ? { ...pair, first: pair.second, second: pair.first } : pair;

export const firstPair = ({ localIssueKey, remoteIssueKey }: SyncInformation): Pair => ({
  first: localIssueKey,
  second: remoteIssueKey,
});

export const secondPair = ({ localIssueKey, remoteIssueKey }: SyncInformation): Pair => ({
  first: remoteIssueKey,
  second: localIssueKey,
});

/** Each pair once, whichever connector holds it, by key. In the orientation of the data. */
export function pairsOf(data: SyncedIssueData): Pair[] {
  const pairs = new Map<string, Pair>();
  const add = (pair: Pair, ignored: boolean | undefined) => {
    const name = pairName(pair);
    const known = pairs.get(name) ?? pair;
    pairs.set(name, ignored === true ? { ...known, ignored } : known);
  };
  for (const entry of data.firstConnector) add(firstPair(entry), entry.incomingChangesIgnored);
  for (const entry of data.secondConnector) add(secondPair(entry), entry.incomingChangesIgnored);
  return [...pairs.values()].sort(comparePairOrder);
}

/** What a digest of the pair set is made of: sorted, without dates, ids or sequence numbers, which go on changing. */
export const pairSetDigestInput = (data: SyncedIssueData): string[] => pairsOf(data).map(pairName);
