/** What `verify` can find, in words that say what it was done to. Pure. */
import type { Tampering } from '../store/verify.ts';

/**
 * `edited`, `inserted`, `removed`, `reordered`: an entry, or a seal · `changed`: an artifact, a name or reason, or the start object is
 * not what was recorded · `missing`: an artifact that an entry names, or a seal, is not there, or not whole · `contradicted`: a row
 * beside the ledger, or a seal, says something else than the ledger · `unsigned`: a seal without a signature.
 */
export type Damage = Tampering | 'changed' | 'missing' | 'contradicted' | 'unsigned';

/** One forgery. */
export interface Finding {
  /** `null`: an artifact that no entry names, or a seal. */
  migration: string | null;
  /** The entry it is about. */
  n: number | null;
  why: Damage;
  what: string;
  /** Of an artifact. */
  digest?: string;
  /** Number of a seal, where the seal itself is damaged. */
  seal?: number;
  /** What is wrong because of it, and by itself shows nothing more. */
  follows?: Consequence[];
}

export type Consequence = Pick<Finding, 'n' | 'what'>;

/** A finding while it is made: of which migration is known to whoever collects them. */
export interface Draft extends Omit<Finding, 'migration' | 'follows'> {
  follows: Consequence[];
}

export const draft = (n: number | null, why: Damage, what: string, more: Partial<Draft> = {}): Draft => ({
  n,
  why,
  what,
  follows: [],
  ...more,
});

/** `entry 3`, `entries 3 to 9`, as subject of a sentence with its verb. */
export const entriesWords = (from: number, to: number, one: string, several: string): string =>
  from === to ? `entry ${from} ${one}` : `entries ${from} to ${to} ${several}`;

/** The last line of `audit verify --json`. */
export interface Verdict {
  verdict: 'whole' | 'damaged';
  entries: number;
  migrations: number;
  firstBad: Pick<Finding, 'migration' | 'n' | 'why'> | null;
  /** Numbers of the seals that were held against the store: only where some were given. */
  seals?: number[];
}
