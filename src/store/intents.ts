/** Writes to instances as the ledger tells of them: each intent with what became of it. */
import type { LedgerEntry } from '../contract/ledger.ts';
import { textFrom } from '../contract/text.ts';

/**
 * `answered` 2xx · `present`, `absent` settled by reading · `refused` 4xx · `notSent` certain that nothing happened · `unknown`
 * the answer was lost.
 */
export type Outcome = 'answered' | 'present' | 'absent' | 'refused' | 'notSent' | 'unknown';

/** Nothing that is read later changes it. */
export const isSettled = (outcome: Outcome | undefined): boolean => outcome !== undefined && outcome !== 'unknown';

export interface PastIntent {
  entry: LedgerEntry;
  /** As it was entered last; `undefined` while nobody has entered one. */
  outcome: Outcome | undefined;
  /** Artifact: what the instance refused it with. */
  said?: string;
  /** The HTTP status that it was answered with. */
  status?: number;
}

/** Which way an intent switches a synchronization, where it does. */
export function switchedBy({ subject: { path } }: LedgerEntry): 'start' | 'stop' | undefined {
  const way = String(path).split('/').at(-1);
  return way === 'start' || way === 'stop' ? way : undefined;
}

/** Answered, or read to be there. */
export const tookEffect = ({ outcome }: PastIntent): boolean => outcome === 'answered' || outcome === 'present';

/** Refused only because of its size. */
export const isTooMuch = ({ outcome, status }: PastIntent): boolean => outcome === 'refused' && status === 413;

/** The intents of one migration, kept up entry by entry. */
export class Intents {
  readonly #byNumber = new Map<number, PastIntent>();
  /** The newest of a step, and the newest of each part of it. */
  readonly #newest = new Map<string, PastIntent>();

  constructor(entries: readonly LedgerEntry[] = []) {
    for (const entry of entries) this.add(entry);
  }

  /** In the order of the ledger. */
  add(entry: LedgerEntry): void {
    const { kind, n, subject } = entry;
    if (kind === 'intent') {
      const intent: PastIntent = { entry, outcome: undefined };
      this.#byNumber.set(n, intent);
      this.#newest.set(keyOf(subject.step), intent);
      this.#newest.set(keyOf(subject.step, subject.part), intent);
    }
    if (kind !== 'outcome') return;
    const intent = this.#byNumber.get(Number(subject.intent));
    if (!intent) return;
    intent.outcome = subject.outcome as Outcome;
    if (entry.digests.said) intent.said = entry.digests.said;
    if (typeof subject.status === 'number') intent.status = subject.status;
  }

  /** Oldest first. */
  all(): PastIntent[] {
    return [...this.#byNumber.values()];
  }

  /** Of a step, or of one part of it. */
  newest(step: string, part?: string): PastIntent | undefined {
    return this.#newest.get(keyOf(step, part));
  }
}

const keyOf = (...names: unknown[]): string => JSON.stringify(names.filter((name) => name !== undefined));

/** A write that may still be under way. */
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
  return new Intents(entries)
    .all()
    .filter(({ outcome }) => outcome === undefined)
    .map(({ entry }) => ({
      n: entry.n,
      step: textFrom(entry.subject.step),
      part: textFrom(entry.subject.part),
      instance: textFrom(entry.subject.instance),
      leaseOver: leaseOver(entry),
    }));
}

/** Epoch milliseconds by the database's clock. */
export const leaseOver = ({ at, subject }: LedgerEntry): number => Date.parse(at) + Number(subject.leaseMs);
