/** Verifies the hash chain of one migration's entries. Pure: needs neither store nor clock. */
import type { LedgerEntry } from '../contract/ledger.ts';
import { entryHash, NO_ENTRY } from './envelope.ts';

/** What was done to the chain, as far as the entries tell. */
export type Tampering = 'edited' | 'inserted' | 'removed' | 'reordered';

/** Number and hash of an entry, kept outside the ledger (the claim's row, a seal, a printed report). */
export interface Head {
  n: number;
  hash: string;
}

/** One row of a ledger: the number under which it is kept, and its entry, unless that cannot be read. */
export interface ChainRow {
  n: number;
  entry: LedgerEntry | undefined;
  /** SHA-256 of the entry as it is. */
  hash: string;
}

/** One thing that was done to the chain. */
export interface Forgery {
  why: Tampering;
  /** Number of the first row concerned; of `removed` the number of the first entry that is missing. */
  n: number;
  /** The last one: of a run of missing or of inserted entries. */
  last: number;
  /** Index of the first row concerned, or of the first behind what is missing. */
  index: number;
}

export interface Chain {
  /** In the order of the rows. What follows from one, such as other numbers behind it, is not another one. */
  forgeries: Forgery[];
  /** For each row the number under which its entry was written; `undefined` where it is not what was written. */
  written: (number | undefined)[];
}

/**
 * Reads the chain from its end to its beginning: each entry vouches for the one before it, by that one's hash and number. `head`
 * vouches for the last one; without it the last one is taken as it is.
 *
 * A hash is also tried with the number that the entry must have had. So entries that were only given other numbers are known again,
 * and an entry that was taken out or put in is one forgery, however many others were renumbered to hide it.
 */
export function readChain(rows: readonly ChainRow[], migration: string, head?: Head): Chain {
  return new Reading(rows, migration).back(head);
}

/** Where the reading is: what stands behind the entry that is looked for next. */
interface Place {
  index: number;
  /** The number it was written with. */
  n: number;
  /** The hash that it says the entry before has. */
  prev: string | undefined;
  /** Something vouches for it, so what it says of the entry before is true. */
  trusted: boolean;
}

/** So many rows away an entry with another number is looked for, and so far from its number. */
const NEAR = 32;

class Reading {
  readonly #rows: readonly ChainRow[];
  readonly #byHash = new Map<string, number>();
  readonly #written: (number | undefined)[];
  readonly #seen = new Set<number>();
  readonly #forgeries: Forgery[] = [];

  constructor(rows: readonly ChainRow[], migration: string) {
    this.#rows = rows;
    this.#written = rows.map(() => undefined);
    for (const [i, { n, entry, hash }] of rows.entries()) {
      // Of two rows with the same entry the one with its number is the one that was written.
      if (entry?.migration === migration && (!this.#byHash.has(hash) || n === entry.n)) this.#byHash.set(hash, i);
      if (entry && entry.migration !== migration) this.#forged('inserted', i);
    }
  }

  back(head: Head | undefined): Chain {
    const end = { index: this.#rows.length, prev: head?.hash };
    let place: Place | undefined = head ? { ...end, n: head.n + 1, trusted: true } : this.#last();
    while (place && place.n > 1) place = this.#before(place);
    // Nothing comes before a first entry, whatever it says.
    if (place?.trusted && place.prev !== NO_ENTRY) this.#forged('edited', place.index);
    for (const i of this.#rows.keys()) if (!this.#seen.has(i)) this.#forged('inserted', i);
    this.#findReordered();
    this.#forgeries.sort((one, other) => one.index - other.index || one.n - other.n);
    return { forgeries: joined(this.#forgeries), written: this.#written };
  }

  /** Without a head nothing vouches for the last entry, and nothing speaks against it. It is the one that none follows. */
  #last(): Place | undefined {
    const followed = new Set(this.#rows.map(({ entry }) => entry?.prev));
    const isEnd = ({ hash }: ChainRow, i: number) => !followed.has(hash) && !this.#seen.has(i);
    const end = this.#rows.findLastIndex(isEnd);
    const index = end < 0 ? this.#unseenBefore(this.#rows.length) : end;
    return index === undefined ? undefined : this.#accept(index, this.#numberOf(index, 0));
  }

  /** One entry further to the beginning; `undefined` when there is none. */
  #before(place: Place): Place | undefined {
    const vouched = this.#find(place);
    if (vouched) {
      if (vouched.n < place.n - 1) this.#missing(vouched.n + 1, place.n - 1, place.index);
      return this.#accept(vouched.index, vouched.n);
    }
    const index = this.#unseenBefore(place.index);
    if (index === undefined) {
      this.#missing(1, place.n - 1, place.index);
      return undefined;
    }
    const shift = place.n - (this.#rows[place.index]?.entry?.n ?? place.n);
    const n = this.#numberOf(index, shift);
    if (n >= place.n) {
      this.#forged('inserted', index);
      return { ...place, index };
    }
    if (n < place.n - 1) this.#missing(n + 1, place.n - 1, place.index);
    else if (place.trusted || !this.#rows[index]?.entry) {
      this.#forged('edited', index);
      return { index, n, prev: this.#rows[index]?.entry?.prev, trusted: false };
    }
    return this.#accept(index, n);
  }

  /** The entry whose hash is vouched for: as it is, or with the number that it must have had. */
  #find({ prev, n, index }: Place): { index: number; n: number } | undefined {
    if (prev === undefined || prev === NO_ENTRY) return undefined;
    const known = this.#byHash.get(prev);
    if (known !== undefined && !this.#seen.has(known)) return { index: known, n: this.#rows[known]?.entry?.n ?? n - 1 };
    for (let i = Math.min(index + NEAR, this.#rows.length) - 1; i >= Math.max(0, index - NEAR); i--) {
      const entry = this.#seen.has(i) ? undefined : this.#rows[i]?.entry;
      if (entry && writtenAs(entry, n - 1) === prev) return { index: i, n: n - 1 };
    }
    return undefined;
  }

  #accept(index: number, n: number): Place {
    this.#seen.add(index);
    this.#written[index] = n;
    return { index, n, prev: this.#rows[index]?.entry?.prev, trusted: true };
  }

  /** The number with which an entry was written that nothing vouches for: by the one it follows, else by what it says itself. */
  #numberOf(index: number, shift: number): number {
    const row = this.#rows[index];
    const entry = row?.entry;
    if (!entry) return (row?.n ?? 0) + shift;
    if (entry.prev === NO_ENTRY) return 1;
    const known = this.#rows[this.#byHash.get(entry.prev) ?? -1]?.entry;
    if (known) return known.n + 1;
    const before = this.#rows[index - 1]?.entry;
    for (let far = 1; before && far <= NEAR; far++)
      for (const n of [before.n + far, before.n - far]) if (writtenAs(before, n) === entry.prev) return n + 1;
    return entry.n + shift;
  }

  #unseenBefore(index: number): number | undefined {
    for (let i = index - 1; i >= 0; i--) if (!this.#seen.has(i)) return i;
    return undefined;
  }

  #forged(why: Tampering, index: number): void {
    const n = this.#rows[index]?.n ?? 0;
    this.#seen.add(index);
    this.#written[index] = undefined;
    this.#forgeries.push({ why, n, last: n, index });
  }

  #missing(n: number, last: number, index: number): void {
    this.#forgeries.push({ why: 'removed', n, last, index });
  }

  /** Everything is there, and stands in another order. */
  #findReordered(): void {
    let least = Number.POSITIVE_INFINITY;
    let first: number | undefined;
    for (let i = this.#rows.length - 1; i >= 0; i--) {
      const n = this.#written[i];
      if (n === undefined) continue;
      if (n > least) first = i;
      least = Math.min(least, n);
    }
    const row = this.#rows[first ?? -1];
    if (row && first !== undefined) this.#forgeries.push({ why: 'reordered', n: row.n, last: row.n, index: first });
  }
}

const writtenAs = (entry: LedgerEntry, n: number): string => entryHash({ ...entry, n });

/** Inserted entries that stand side by side are one forgery. */
function joined(forgeries: readonly Forgery[]): Forgery[] {
  const all: Forgery[] = [];
  let end = -1;
  for (const forgery of forgeries) {
    const before = all.at(-1);
    if (before?.why === 'inserted' && forgery.why === 'inserted' && forgery.index === end + 1) before.last = forgery.n;
    else all.push({ ...forgery });
    end = forgery.index;
  }
  return all;
}
