/**
 * Synced issue data as it comes, piece by piece: the vendor's file (both connectors' lists), or the list of one connector as the
 * REST interface answers it. Nothing is kept but the entry that is read and what stands of the next one.
 */
import { isUtf8 } from 'node:buffer';
import { MigratorError } from '../contract/errors.ts';
import { LIMITS, sizeText } from '../contract/limits.ts';
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  firstNoUtf8,
  memberValue,
  NotJson,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  skipSpace,
  skipValue,
  textAt,
  UNFINISHED,
} from './bytes.ts';
import { Entry, type Side } from './entry.ts';
import { IssueKeys } from './issueKeys.ts';

export interface EntryVisitor {
  /** A list begins, ends. */
  open?(side: Side): void;
  close?(side: Side): void;
  /** The entry is valid until the call returns. */
  entry(entry: Entry): void;
  /** A member of the file that is neither list, with its name. */
  other?(bytes: Buffer, from: number, to: number): void;
}

export interface ScannerOptions {
  keys?: IssueKeys;
  /** The bytes are the list of this connector alone. */
  list?: Side;
  /** Whose data it is, for messages. */
  name?: string;
}

const SIDES = new Map<string, Side>([
  ['firstConnector', 'first'],
  ['secondConnector', 'second'],
]);

type State = 'start' | 'members' | 'entries' | 'end';

export class EntryScanner {
  readonly keys: IssueKeys;
  readonly #visitor: EntryVisitor;
  readonly #only: Side | undefined;
  readonly #name: string;
  readonly #entry = new Entry();
  #bytes = Buffer.alloc(0);
  #from = 0;
  #to = 0;
  /** Bytes before the first of `#bytes`, for messages. */
  #passed = 0;
  /** Not worth looking before so many bytes are there: a long entry is not read anew for each piece of it. */
  #wanted = 0;
  #state: State = 'start';
  /** A value has been read, so a comma or the end is due. */
  #due = false;
  #side: Side = 'first';
  #number = 0;
  readonly #seen = new Set<Side>();

  constructor(visitor: EntryVisitor, { keys = new IssueKeys(), list, name = 'the file' }: ScannerOptions = {}) {
    this.#visitor = visitor;
    this.keys = keys;
    this.#only = list;
    this.#name = name;
  }

  /** The piece may be used again when the call returns. */
  push(piece: Uint8Array): void {
    this.#append(piece);
    if (this.#to - this.#from < this.#wanted) return;
    const before = this.#from;
    try {
      while (this.#step());
    } catch (error) {
      throw error instanceof NotJson ? this.#unreadable(error.message, error.at) : error;
    }
    if (!isUtf8(this.#bytes.subarray(before, this.#from))) {
      throw this.#unreadable('text that is no UTF-8', firstNoUtf8(this.#bytes, before, this.#from), ' or before');
    }
    if (this.#to - this.#from > LIMITS.entry) throw this.#tooLong();
    this.#wanted = (this.#to - this.#from) * 2;
  }

  /** Nothing follows. What was read counts only when this returns. */
  end(): void {
    this.#wanted = 0;
    this.push(Buffer.of(0x20));
    if (this.#state !== 'end') throw this.#unreadable('the end, too early', this.#to);
    for (const [name, side] of SIDES) {
      if (this.#only === undefined && !this.#seen.has(side)) throw this.#unreadable(`no ${name}`, this.#to);
    }
  }

  #append(piece: Uint8Array): void {
    const rest = this.#to - this.#from;
    if (rest + piece.length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(rest + piece.length, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, this.#from, this.#to);
      this.#bytes = larger;
    } else if (this.#from > 0) {
      this.#bytes.copyWithin(0, this.#from, this.#to);
    }
    this.#passed += this.#from;
    this.#bytes.set(piece, rest);
    this.#from = 0;
    this.#to = rest + piece.length;
  }

  /** One thing: an entry, a member, a bracket. False when more bytes are needed. */
  #step(): boolean {
    this.#from = skipSpace(this.#bytes, this.#from, this.#to);
    if (this.#from >= this.#to) return false;
    const byte = this.#bytes[this.#from] as number;
    switch (this.#state) {
      case 'start':
        if (this.#only && byte === OPEN_LIST) return this.#open(this.#only, this.#from + 1);
        if (this.#only || byte !== OPEN_OBJECT) throw new NotJson('something else than synced issue data', this.#from);
        this.#state = 'members';
        this.#from++;
        return true;
      case 'members':
        return this.#member(byte);
      case 'entries':
        return this.#nextEntry(byte);
      case 'end':
        throw new NotJson('something after the end', this.#from);
    }
  }

  #open(side: Side, at: number): boolean {
    if (this.#seen.has(side)) throw new NotJson('a list of one connector twice', at);
    this.#seen.add(side);
    this.#side = side;
    this.#number = 0;
    this.#state = 'entries';
    this.#due = false;
    this.#from = at;
    this.#visitor.open?.(side);
    return true;
  }

  #member(byte: number): boolean {
    if (byte === CLOSE_OBJECT) {
      this.#state = 'end';
      this.#from++;
      return true;
    }
    const name = this.#afterComma(byte);
    if (name >= this.#to) return false;
    const value = memberValue(this.#bytes, name, this.#to);
    if (value === UNFINISHED) return false;
    const side = SIDES.get(textAt(this.#bytes, name, this.#bytes.lastIndexOf(QUOTE, value - 1) + 1));
    if (side && this.#bytes[value] === OPEN_LIST) return this.#open(side, value + 1);
    if (side) throw new NotJson(`${side}Connector is no list`, value);
    const end = skipValue(this.#bytes, value, this.#to);
    if (end === UNFINISHED) return false;
    this.#visitor.other?.(this.#bytes, name, end);
    this.#from = end;
    this.#due = true;
    return true;
  }

  #nextEntry(byte: number): boolean {
    if (byte === CLOSE_LIST) {
      this.#visitor.close?.(this.#side);
      this.#state = this.#only ? 'end' : 'members';
      this.#due = true;
      this.#from++;
      return true;
    }
    const at = this.#afterComma(byte);
    if (at >= this.#to) return false;
    const entry = this.#entry;
    entry.side = this.#side;
    entry.number = this.#number + 1;
    const end = entry.read(this.#bytes, at, this.#to, this.keys);
    if (end === UNFINISHED) return false;
    this.#visitor.entry(entry);
    this.#number++;
    this.#from = end;
    this.#due = true;
    return true;
  }

  /** Where the next thing begins, or the end of the bytes: after the comma where one is due, else here. */
  #afterComma(byte: number): number {
    if (this.#due !== (byte === COMMA)) throw new NotJson('a comma at the wrong place', this.#from);
    return this.#due ? skipSpace(this.#bytes, this.#from + 1, this.#to) : this.#from;
  }

  #tooLong(): MigratorError {
    return new MigratorError('BeyondLimit', `${this.#where()} is longer than ${sizeText(LIMITS.entry)}.`);
  }

  #unreadable(what: string, at: number, around = ''): MigratorError {
    return new MigratorError(
      'UnreadableAnswer',
      `${this.#where()}${around}, byte ${this.#passed + at + 1}: found ${what}.`,
    );
  }

  #where(): string {
    const entry = this.#state === 'entries' ? `entry ${this.#number + 1} of ${this.#side}Connector` : 'the outline';
    return `Synced issue data of ${this.#name}, ${entry}`;
  }
}

/** Reads all of it, and hands each piece on once it has been read. Only when it ends has the whole been seen. */
export async function* scanning<Piece extends Uint8Array>(
  source: AsyncIterable<Piece> | Iterable<Piece>,
  visitor: EntryVisitor,
  options: ScannerOptions = {},
): AsyncGenerator<Piece> {
  const scanner = new EntryScanner(visitor, options);
  for await (const piece of source) {
    scanner.push(piece);
    yield piece;
  }
  scanner.end();
}

/** Reads all of it. */
export async function scanEntries(...args: Parameters<typeof scanning>): Promise<void> {
  for await (const _ of scanning(...args));
}
