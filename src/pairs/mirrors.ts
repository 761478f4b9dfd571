/** Each pair is held twice, once per connector, with local and remote exchanged (documented). */
import type { SyncedIssueData, SyncInformation } from '../backbone/types.ts';
import { compareKeys, firstPair, pairName, secondPair } from './keys.ts';

/** Sentences, sorted by key: what is held by one connector only, and keys that stand twice in one connector's list. */
export function mirrorProblems(data: SyncedIssueData): string[] {
  const first = new Set(data.firstConnector.map((entry) => pairName(firstPair(entry))));
  const second = new Set(data.secondConnector.map((entry) => pairName(secondPair(entry))));
  return [
    ...[...first].filter((name) => !second.has(name)).map((name) => `${name} is held by the first connector only`),
    ...[...second].filter((name) => !first.has(name)).map((name) => `${name} is held by the second connector only`),
    ...multipleKeys(data).map((key) => `${key} is in more than one entry of one connector`),
  ].sort(compareKeys);
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
