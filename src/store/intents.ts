/** Writes that may still be under way: an intent whose outcome nobody has entered. */
import type { LedgerEntry } from '../contract/ledger.ts';

export interface OpenIntent {
  n: number;
  step: string;
  part: string;
  instance: string;
  /** Epoch milliseconds by the database's clock: after it nobody who committed this intent can still be sending. */
  leaseOver: number;
}

/** The intents without an outcome, oldest first. Their leases may be over. */
export function openIntents(entries: readonly LedgerEntry[]): OpenIntent[] {
  const settled = new Set(entries.filter(({ kind }) => kind === 'outcome').map(({ subject }) => subject.intent));
  return entries
    .filter(({ kind, n }) => kind === 'intent' && !settled.has(n))
    .map(({ n, at, subject }) => ({
      n,
      step: String(subject.step),
      part: String(subject.part),
      instance: String(subject.instance),
      leaseOver: Date.parse(at) + Number(subject.leaseMs),
    }));
}
