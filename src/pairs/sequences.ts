/** Stopped is not drained: per pair, what one side sent the other must have received. */
import type { SyncedIssueData, SyncInformation } from '../backbone/types.ts';
import { compareKeys } from './keys.ts';
import { PairMap } from './pairMap.ts';

/**
 * First-side keys of the pairs in which the last message of one side is not the last one the other received. That the two numbers
 * correspond is inferred, not documented: calibrate on a healthy, idle synchronization first. A pair held by one connector only
 * cannot be read and is listed.
 */
export function sequenceProblems(data: SyncedIssueData): string[] {
  const partners = new PairMap<SyncInformation>();
  for (const entry of data.secondConnector) partners.set(entry.remoteIssueKey, entry.localIssueKey, entry);
  const found = new Set<string>();
  for (const entry of data.firstConnector) {
    const partner = partners.get(entry.localIssueKey, entry.remoteIssueKey);
    partners.delete(entry.localIssueKey, entry.remoteIssueKey);
    if (!partner || sent(entry) !== received(partner) || sent(partner) !== received(entry))
      found.add(entry.localIssueKey);
  }
  for (const entry of partners.values()) found.add(entry.remoteIssueKey);
  return [...found].sort(compareKeys);
}

/** False when not one entry has a sequence id: then "no problem" means nothing was read (they are documented for files only). */
export function hasSequences({ firstConnector, secondConnector }: SyncedIssueData): boolean {
  const numbered = (entry: SyncInformation) =>
    entry.outgoingMessageSequenceId !== undefined || entry.incomingMessageSequenceId !== undefined;
  return firstConnector.some(numbered) || secondConnector.some(numbered);
}

const sent = ({ outgoingMessageSequenceId }: SyncInformation): number => outgoingMessageSequenceId ?? 0;
const received = ({ incomingMessageSequenceId }: SyncInformation): number => incomingMessageSequenceId ?? 0;
