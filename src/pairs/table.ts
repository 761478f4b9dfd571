/**
 * Pairs of issues, a million of them in some twenty-five megabytes: columns of numbers instead of objects, and an index by both keys.
 * Each pair is held twice in synced issue data, once per connector with local and remote exchanged (documented); here it is one
 * row that says who holds it.
 */
import { type Entry, LAST_INCOMING, LAST_OUTGOING, LAST_SEEN, RECEIVED, SENT, SIDES, type Side } from './entry.ts';
import { IssueKeys } from './issueKeys.ts';
import { type Pair, sortByKeys } from './keys.ts';
import { type EntryVisitor, scanEntries } from './scanner.ts';

/** Bits of a row. */
const BY_FIRST = 1;
const BY_SECOND = 2;
/** Times one of them. */
const TWICE = 4;
const IGNORED = 16;
const OTHER_COMMENTS = 32;

const SMALLEST = 64;

/** What each side sent and received, and what else a synchronization that ran leaves in an entry: the member of each. */
const PROGRESS = { sent: SENT, received: RECEIVED, lastIncoming: LAST_INCOMING } as const;
const TRACES = { lastOutgoing: LAST_OUTGOING, lastSeen: LAST_SEEN } as const;

/** Only kept where they are asked for. NaN: the entry does not say. */
type Amount = keyof typeof PROGRESS | keyof typeof TRACES;
type Column = Record<Side, Float64Array<ArrayBuffer>>;

/** Exact: a number up to 2^53, a bigint beyond it. `<`, `<=` and `==` compare both kinds exactly. */
export type SequenceId = number | bigint;

export interface TableOptions {
  keys?: IssueKeys;
  /** The first connector of the data is the second of the table: the new synchronization has them the other way round. */
  swapped?: boolean;
  /** Keep sequence ids and times too. */
  progress?: boolean;
  /** Keep, beside the progress, when each side sent last, and which change it saw last. */
  traces?: boolean;
  /** Keep which comments each entry lists, as a number that two equal lists share. */
  comments?: boolean;
}

export class PairTable implements Iterable<Pair> {
  readonly keys: IssueKeys;
  readonly #swapped: boolean;
  #first = new Float64Array(SMALLEST);
  #second = new Float64Array(SMALLEST);
  #flags = new Uint8Array(SMALLEST);
  /** Row + 1 by hash; 0 is free. Always more than half of it is free. */
  #index = new Int32Array(SMALLEST * 2);
  #size = 0;
  #expected = 0;
  readonly #amounts: Partial<Record<Amount, Column>> = {};
  readonly #kept: { name: Amount; member: number; column: Column }[];
  /** Those beyond 2^53, by where they belong: the columns hold a rounded one there. */
  readonly #exact = new Map<string, bigint>();
  #comments: Record<Side, Uint32Array<ArrayBuffer>> | undefined;

  constructor(options: TableOptions = {}) {
    const { keys = new IssueKeys(), swapped = false, traces = false, progress = traces, comments = false } = options;
    this.keys = keys;
    this.#swapped = swapped;
    const kept = Object.entries({ ...(progress ? PROGRESS : {}), ...(traces ? TRACES : {}) }) as [Amount, number][];
    const empty = () => new Float64Array(SMALLEST).fill(Number.NaN);
    this.#kept = kept.map(([name, member]) => ({ name, member, column: { first: empty(), second: empty() } }));
    for (const { name, column } of this.#kept) this.#amounts[name] = column;
    this.#comments = comments ? { first: new Uint32Array(SMALLEST), second: new Uint32Array(SMALLEST) } : undefined;
  }

  get size(): number {
    return this.#size;
  }

  /** Takes what an entry says. Returns its row. */
  enter(entry: Entry): number {
    const asFirst = this.#asFirst(entry);
    const side = asFirst ? 'first' : 'second';
    const row = asFirst ? this.#row(entry.local, entry.remote) : this.#row(entry.remote, entry.local);
    const once = asFirst ? BY_FIRST : BY_SECOND;
    const before = this.#flags[row] as number;
    this.#flags[row] = before | once | ((before & once) === 0 ? 0 : once * TWICE) | (entry.ignored ? IGNORED : 0);
    if (this.#comments) {
      const marks = this.#comments[side];
      if (row >= this.#expected) marks[row] = entry.commentsMark;
      else if (marks[row] !== entry.commentsMark) this.#flags[row] = (this.#flags[row] as number) | OTHER_COMMENTS;
    }
    for (const { name, member, column } of this.#kept) {
      const amount = entry.amount(member);
      if (typeof amount === 'bigint') this.#exact.set(placeOf(row, side, name), amount);
      column[side][row] = Number(amount);
    }
    return row;
  }

  /** What is in the table so far is what should be; what is entered from now on is what is. Nobody holds anything yet. */
  expect(): void {
    this.#expected = this.#size;
    this.#flags.fill(0, 0, this.#size);
  }

  /** How many those are. */
  get expected(): number {
    return this.#expected;
  }

  isExpected = (row: number): boolean => row < this.#expected;

  /** Whether a connector lists other comments than expected. */
  hasOtherComments(row: number): boolean {
    return ((this.#flags[row] as number) & OTHER_COMMENTS) !== 0;
  }

  /** The same number for the same comments. 0: it lists none, or the table was not asked to keep it. */
  commentsMark = (row: number, side: Side): number => this.#comments?.[side][row] ?? 0;

  /** One that both connectors hold. */
  add({ first, second, ignored }: Pair): void {
    const row = this.#row(this.keys.codeOf(first), this.keys.codeOf(second));
    this.#flags[row] = (this.#flags[row] as number) | BY_FIRST | BY_SECOND | (ignored ? IGNORED : 0);
  }

  /** By codes of this table's keys. -1: no such pair. */
  find(first: number, second: number): number {
    return (this.#index[this.#slot(first, second)] as number) - 1;
  }

  has({ first, second }: Pair): boolean {
    return this.find(this.keys.codeOf(first), this.keys.codeOf(second)) >= 0;
  }

  firstCode = (row: number): number => this.#first[row] as number;
  secondCode = (row: number): number => this.#second[row] as number;

  heldBy(row: number, side: Side): boolean {
    return ((this.#flags[row] as number) & (side === 'first' ? BY_FIRST : BY_SECOND)) !== 0;
  }

  heldTwiceBy(row: number, side: Side): boolean {
    return ((this.#flags[row] as number) & ((side === 'first' ? BY_FIRST : BY_SECOND) * TWICE)) !== 0;
  }

  /** When the side last received a change, epoch milliseconds. NaN where the entry did not say, or the table was not asked to keep it. */
  lastIncoming = (row: number, side: Side): number => this.#amount(row, side, 'lastIncoming');

  /** When the side last sent a change, and the time of the last change that it saw. NaN as above. */
  lastOutgoing = (row: number, side: Side): number => this.#amount(row, side, 'lastOutgoing');
  lastSeen = (row: number, side: Side): number => this.#amount(row, side, 'lastSeen');

  /**
   * The sequence id of the last message that a side sent or received, exactly: a bigint beyond 2^53, to be compared by `<` and `==`,
   * which are exact between both kinds. NaN where the entry did not say, or the table was not asked to keep it.
   */
  sequence(row: number, side: Side, what: 'sent' | 'received'): SequenceId {
    const amount = this.#amount(row, side, what);
    if (!(Math.abs(amount) > Number.MAX_SAFE_INTEGER)) return amount;
    return this.#exact.get(placeOf(row, side, what)) ?? amount;
  }

  pair(row: number): Pair {
    const pair = { first: this.keys.keyOf(this.firstCode(row)), second: this.keys.keyOf(this.secondCode(row)) };
    return ((this.#flags[row] as number) & IGNORED) === 0 ? pair : { ...pair, ignored: true };
  }

  /** As they came. */
  *[Symbol.iterator](): Generator<Pair> {
    for (let row = 0; row < this.#size; row++) yield this.pair(row);
  }

  /** By key: the same order whatever the server's was. */
  sorted(): Pair[] {
    return sortByKeys(
      this,
      ({ first }) => first,
      ({ second }) => second,
    );
  }

  /** Gives the memory back at once, not when it is collected. Nothing is in it then. */
  [Symbol.dispose](): void {
    this.#size = 0;
    this.#exact.clear();
    for (const column of [this.#first, this.#second, this.#flags, this.#index]) column.buffer.transfer(0);
    for (const { column } of this.#kept) for (const side of SIDES) column[side].buffer.transfer(0);
    for (const column of Object.values(this.#comments ?? {})) column.buffer.transfer(0);
  }

  #amount = (row: number, side: Side, what: Amount): number => this.#amounts[what]?.[side][row] ?? Number.NaN;

  #asFirst(entry: Entry): boolean {
    return (entry.side === 'first') !== this.#swapped;
  }

  #row(first: number, second: number): number {
    const slot = this.#slot(first, second);
    const found = (this.#index[slot] as number) - 1;
    if (found >= 0) return found;
    const row = this.#size++;
    if (row === this.#first.length) this.#grow();
    this.#first[row] = first;
    this.#second[row] = second;
    if (this.#index.length < this.#size * 2) this.#reindex();
    else this.#index[slot] = row + 1;
    return row;
  }

  /** Where the pair stands in the index, or would. */
  #slot(first: number, second: number): number {
    const mask = this.#index.length - 1;
    for (let slot = hash(first, second) & mask; ; slot = (slot + 1) & mask) {
      const row = (this.#index[slot] as number) - 1;
      if (row < 0 || (this.#first[row] === first && this.#second[row] === second)) return slot;
    }
  }

  #grow(): void {
    const length = this.#first.length * 2;
    this.#first = longer(this.#first, length);
    this.#second = longer(this.#second, length);
    this.#flags = new Uint8Array(this.#flags.buffer.transfer(length));
    if (this.#comments) {
      const { first, second } = this.#comments;
      const longerMarks = (column: Uint32Array<ArrayBuffer>) => new Uint32Array(column.buffer.transfer(length * 4));
      this.#comments = { first: longerMarks(first), second: longerMarks(second) };
    }
    for (const { column } of this.#kept) for (const side of SIDES) column[side] = longer(column[side], length);
  }

  #reindex(): void {
    const before = this.#index;
    this.#index = new Int32Array(before.length * 2);
    before.buffer.transfer(0);
    for (let row = 0; row < this.#size; row++) {
      this.#index[this.#slot(this.#first[row] as number, this.#second[row] as number)] = row + 1;
    }
  }
}

const placeOf = (row: number, side: Side, what: string): string => `${row} ${side} ${what}`;

/** Reads synced issue data into a table. */
export async function readPairs(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: TableOptions = {},
): Promise<PairTable> {
  const table = new PairTable(options);
  await scanEntries(source, intoTable(table), { keys: table.keys });
  return table;
}

export const intoTable = (table: PairTable): EntryVisitor => ({ entry: (entry) => void table.enter(entry) });

/**
 * Neighbours stay neighbours: pairs come roughly by number, and the processor reads memory by the line. So only what is above the
 * last four bits is scattered. The second key scatters too, or an issue in a million pairs would be looked for forever.
 */
function hash(first: number, second: number): number {
  const high = Math.imul(Math.floor(first / 16) | 0, 0x9e3779b1) ^ Math.imul(Math.floor(second / 16) | 0, 0x85ebca6b);
  return first ^ high ^ (high >>> 13);
}

/** Moved, not copied: what was there before would stay in memory until it is collected. */
function longer(column: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const before = column.length;
  return new Float64Array(column.buffer.transfer(length * column.BYTES_PER_ELEMENT)).fill(Number.NaN, before);
}
