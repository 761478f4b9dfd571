/** Reads the rows of a ledger as they stand: the text of each entry, and whether its columns say the same. Pure. */
import type { LedgerEntry } from '../contract/ledger.ts';
import { isObject } from '../contract/problems.ts';
import { parseCanonical, sha256 } from '../store/canonical.ts';
import { entryHash } from '../store/envelope.ts';
import type { RecordedRow } from '../store/store.ts';
import type { ChainRow } from '../store/verify.ts';

export interface ReadRow extends ChainRow {
  /** What is wrong with the row by itself. */
  trouble?: string;
}

/** Whoever edits a column or the text leaves the other. What cannot be read keeps its place, so that the chain around it is read. */
export function readRow({ n: number, kind, at, hash, entry: text }: RecordedRow, i: number): ReadRow {
  // SQLite keeps whatever is put into a column, of whatever type.
  const n = Number.isSafeInteger(number) ? number : i + 1;
  const canonical = typeof text === 'string' ? parseCanonical(text) : undefined;
  const entry = asEntry(canonical ? canonical.value : parsed(text));
  const own = entry && hashOf(entry);
  if (!own) return { n, entry: undefined, hash: '', trouble: 'the entry cannot be read any more' };
  const row = { n, entry, hash: own };
  if (!canonical) return { ...row, trouble: 'its text is not the canonical form of what it says' };
  if (sha256(text) !== hash) return { ...row, trouble: 'the entry does not have the hash that stands beside it' };
  if (entry.kind !== kind || entry.at !== at)
    return { ...row, trouble: 'its columns say another kind or time than the entry' };
  return n === number ? row : { ...row, trouble: 'its column n is no number' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is nested too deep to be written again is no entry. */
function hashOf(entry: LedgerEntry): string | undefined {
  try {
    return entryHash(entry);
  } catch {
    return undefined;
  }
}

/** The members that are read here. What else an entry has is the chain's to judge. */
function asEntry(value: unknown): LedgerEntry | undefined {
  if (!isObject(value)) return undefined;
  const { n, prev, at, kind, migration, subject, digests } = value;
  const texts = [prev, at, kind, migration].every((each) => typeof each === 'string');
  const isEntry =
    Number.isSafeInteger(n) &&
    texts &&
    isObject(subject) &&
    isObject(digests) &&
    Object.values(digests).every((each) => typeof each === 'string');
  return isEntry ? (value as unknown as LedgerEntry) : undefined;
}

export function jsonOf(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isObject(value) ? { ...value } : {};
  } catch {
    return {};
  }
}

export function textsOf(text: string | undefined): string[] {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return Array.isArray(value) ? value.map(String) : [];
  } catch {
    return [];
  }
}
