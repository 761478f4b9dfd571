/** What `verify` can find, in words that say what it was done to. Pure. */
import type { Tampering } from '../store/verify.ts';

/**
 * `edited`, `inserted`, `removed`, `reordered`: an entry · `changed`: an artifact, a name or reason, or the start object is not what
 * was entered · `missing`: an artifact that an entry names is not in the store, or not whole.
 */
export type Damage = Tampering | 'changed' | 'missing';

export interface Finding {
  /** `null`: an artifact that no entry names. */
  migration: string | null;
  /** The entry it is about. */
  n: number | null;
  why: Damage;
  what: string;
  /** Of an artifact. */
  digest?: string;
}

/** The last line of `audit verify --json`. */
export interface Verdict {
  verdict: 'whole' | 'damaged';
  entries: number;
  migrations: number;
  firstBad: Pick<Finding, 'migration' | 'n' | 'why'> | null;
}
