/** Whether the entries of a ledger are what was written. */
import type { LedgerEntry } from '../../src/contract/ledger.ts';
import { entryHash } from '../../src/store/envelope.ts';
import { type Head, readChain, type Tampering } from '../../src/store/verify.ts';

export type ChainVerdict =
  | { ok: true; entries: number }
  /** `firstBad` is the number of the first entry that is not what was written, or that is missing. */
  | { ok: false; firstBad: number; why: Tampering };

/**
 * Verifies entries in the order given: numbers 1, 2, 3 …, one migration, each `prev` the hash of the entry before. Nothing
 * follows the last entry, so an edit of it, or entries cut off at the end, show only against a `head` that was kept elsewhere.
 * A chain that has grown past that head is whole.
 */
export function verifyChain(entries: readonly LedgerEntry[], head?: Head): ChainVerdict {
  const rows = entries.map((entry, i) => ({ n: i + 1, entry, hash: entryHash(entry) }));
  const migration = entries[0]?.migration ?? '';
  const { forgeries, written } = readChain(rows, migration);
  const [first] = forgeries;
  if (first) return { ok: false, firstBad: first.n, why: first.why };
  const other = written.findIndex((n, i) => n !== i + 1 || rows[i]?.entry.n !== n);
  if (other >= 0) return { ok: false, firstBad: other + 1, why: 'edited' };
  if (head && head.n > rows.length) return { ok: false, firstBad: rows.length + 1, why: 'removed' };
  if (head && head.n > 0 && rows[head.n - 1]?.hash !== head.hash) return { ok: false, firstBad: head.n, why: 'edited' };
  return { ok: true, entries: entries.length };
}
