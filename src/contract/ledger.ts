/** The envelope of a ledger entry (design §5). It cannot be changed later. */

export const LEDGER_VERSION = 1;

/** How the actor is known. `system` is the service itself. */
export type Grade = 'system' | 'claimed' | 'principal' | 'signed';

/**
 * `opened` a run took the claim · `step` a step's result · `intent` a write is about to be sent · `outcome` what became of it ·
 * `state` waiting or a decision · `verb` an accepted message · `refused` a refused one · `grant` an approval · `closed` the end.
 */
export type EntryKind = 'opened' | 'step' | 'intent' | 'outcome' | 'state' | 'verb' | 'refused' | 'grant' | 'closed';

/** What the entry is about. Controlled names, keys, numbers only; never names of people or free text. */
export type Subject = Record<string, string | number | boolean | null | string[]>;

export interface LedgerEntry {
  v: typeof LEDGER_VERSION;
  migration: string;
  /** 1, 2, 3 … without gaps, allotted by the store. */
  n: number;
  /** SHA-256 of the canonical JSON of the entry before; 64 zeros for the first. */
  prev: string;
  /** ISO 8601 UTC with milliseconds, the database's clock. */
  at: string;
  kind: EntryKind;
  /** Salted hash of who did it; the value stands in the erasable table. `null` for the service. */
  actor: string | null;
  grade: Grade;
  /** Salted hash of the reason given; `null` when none was. */
  why: string | null;
  subject: Subject;
  /** SHA-256 hex by name: request, response, artifact, decision, … */
  digests: Record<string, string>;
}

/** What a caller gives; the store adds v, n, prev, at and hashes actor and why. */
export interface EntryDraft {
  kind: EntryKind;
  actor?: string;
  grade?: Grade;
  why?: string;
  /** The sentence that was answered: `digests.answered` is its salted hash, as of a reason, and no artifact. */
  answered?: string;
  subject: Subject;
  digests?: Record<string, string>;
}
