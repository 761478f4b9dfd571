/** Verifies the hash chain of one migration's entries. Pure: needs neither store nor clock. */
import type { LedgerEntry } from '../contract/ledger.ts';
import { entryHash, NO_ENTRY } from './envelope.ts';

/** What was done to the chain, as far as the entries tell. */
export type Tampering = 'edited' | 'inserted' | 'removed' | 'reordered';

export type ChainVerdict =
  | { ok: true; entries: number }
  /** `firstBad` is the number of the first entry that is not what was written, or that is missing. */
  | { ok: false; firstBad: number; why: Tampering };

/** Number and hash of an entry, kept outside the ledger (a seal, a printed report). */
export interface Head {
  n: number;
  hash: string;
}

/**
 * Verifies entries in the order given: numbers 1, 2, 3 …, one migration, each `prev` the hash of the entry before. Nothing
 * follows the last entry, so an edit of it, or entries cut off at the end, show only against a `head` that was kept elsewhere.
 */
export function verifyChain(entries: readonly LedgerEntry[], head?: Head): ChainVerdict {
  const numbering = wrongNumbering(entries);
  if (numbering) return numbering;
  const hashes = entries.map(entryHash);
  for (const [i, entry] of entries.entries()) {
    const before = i === 0 ? NO_ENTRY : hashes[i - 1];
    if (entry.prev !== before) return wrongLink(entries, hashes, i);
  }
  if (head && head.n > entries.length) return bad(entries.length + 1, 'removed');
  if (head && head.n > 0 && hashes[head.n - 1] !== head.hash) return bad(head.n, 'edited');
  return { ok: true, entries: entries.length };
}

const bad = (firstBad: number, why: Tampering): ChainVerdict => ({ ok: false, firstBad, why });

function wrongNumbering(entries: readonly LedgerEntry[]): ChainVerdict | undefined {
  const migration = entries[0]?.migration;
  const stranger = entries.findIndex((entry) => entry.migration !== migration);
  if (stranger >= 0) return bad(stranger + 1, 'inserted');
  const wrong = entries.findIndex((entry, i) => entry.n !== i + 1);
  if (wrong < 0) return undefined;
  const numbers = new Set(entries.map((entry) => entry.n));
  if (numbers.size < entries.length) {
    const twice = entries.findIndex((entry, i) => entries.findIndex((other) => other.n === entry.n) < i);
    return bad(entries[twice]?.n ?? wrong + 1, 'inserted');
  }
  return bad(wrong + 1, Math.max(...numbers) > entries.length ? 'removed' : 'reordered');
}

/** Entry `i` does not follow the one before it. Somebody who renumbered what follows still left the old hashes in `prev`. */
function wrongLink(entries: readonly LedgerEntry[], hashes: readonly string[], i: number): ChainVerdict {
  const entry = entries[i];
  const next = entries[i + 1];
  if (!entry) return bad(i + 1, 'edited');
  const followed = i < 2 ? -1 : hashes.lastIndexOf(entry.prev, i - 2);
  // It follows an earlier one: what stands between came later.
  if (followed >= 0) return bad(followed + 2, 'inserted');
  if (i === 1 && entry.prev === NO_ENTRY) return bad(1, 'inserted');
  const before = i === 0 ? NO_ENTRY : hashes[i - 1];
  if (next?.prev === before) return bad(i + 1, 'inserted');
  if (next && writtenAs(entry, i + 2) === next.prev) return bad(i + 1, 'removed');
  // Vouched for by the next one, so the one before is the edited one; likewise where nothing tells.
  const itself = next && next.prev !== hashes[i];
  return bad(itself || i === 0 ? i + 1 : i, 'edited');
}

const writtenAs = (entry: LedgerEntry, n: number): string => entryHash({ ...entry, n });
