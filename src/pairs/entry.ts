/** One entry of synced issue data as a view on its bytes: what is needed of it, and where in the bytes it stands. */

import type { SyncInformation } from '../backbone/types.ts';
import { isKey } from '../contract/key.ts';
import { LIMITS } from '../contract/limits.ts';
import {
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  equalsAt,
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
import { parseExactly } from './exact.ts';
import type { IssueKeys } from './issueKeys.ts';

export type Side = 'first' | 'second';
export const SIDES: readonly Side[] = ['first', 'second'];
export const otherOf = (side: Side): Side => (side === 'first' ? 'second' : 'first');

/** Where a member stands: its name's first byte, its value's first byte and the one after it. -1: it is not there. */
export interface Place {
  name: number;
  from: number;
  to: number;
}

/** Places of the comments' ids, as triples like `Place`; one reader fills them again and again. */
export interface CommentPlaces {
  count: number;
  /** Of each comment: from, to of its object; from, to of `localId`; from (negative: none, or no text), to of `remoteId`. */
  at: number[];
}

export const COMMENT_WIDTH = 6;
const ABSENT = -1;
const NO_TEXT = -2;

/** The members that are looked at, by their place in `Entry.places`: a number is found faster than a name. */
const NAMES = [
  'id',
  'connectorKey',
  'localIssueKey',
  'remoteIssueKey',
  'comments',
  'incomingChangesIgnored',
  'outgoingMessageSequenceId',
  'incomingMessageSequenceId',
  'lastIncomingChange',
  'lastOutgoingChange',
  'lastChangeSeen',
];
export const ID = 0;
export const CONNECTOR_KEY = 1;
export const LOCAL_ISSUE_KEY = 2;
export const REMOTE_ISSUE_KEY = 3;
export const COMMENTS = 4;
const IGNORED = 5;
export const SENT = 6;
export const RECEIVED = 7;
export const LAST_INCOMING = 8;
export const LAST_OUTGOING = 9;
export const LAST_SEEN = 10;
/** A member that nobody looks at. */
const OTHER = -1;

/** What values begin with. */
const [MINUS, TRUE, FALSE, NULL] = [0x2d, 0x74, 0x66, 0x6e];

const LOCAL_ID = Buffer.from('localId');
const REMOTE_ID = Buffer.from('remoteId');

/** A member as it was written last at its place: its name's bytes up to the colon, and which it is. */
interface Expected {
  token: Buffer;
  member: number;
}

/** Valid until the next entry is read. */
export class Entry {
  bytes: Buffer = Buffer.alloc(0);
  from = 0;
  to = 0;
  side: Side = 'first';
  /** From 1, within its list. */
  number = 0;
  /** Codes of `IssueKeys`. */
  local = 0;
  remote = 0;
  readonly places: readonly Place[] = NAMES.map(() => ({ name: -1, from: -1, to: -1 }));
  readonly comments: CommentPlaces = { count: 0, at: [] };
  /** Whoever writes entries writes their members in one order: a name that stands where it stood is not looked up again. */
  readonly #expected: Expected[] = [];

  get ignored(): boolean {
    const { name, from } = this.places[IGNORED] as Place;
    return name >= 0 && this.bytes[from] === TRUE;
  }

  /** `SENT`, `RECEIVED`, `LAST_INCOMING`. NaN where it is not there; beyond 2^53 a bigint, since a double would be another number. */
  amount(member: number): number | bigint {
    const { name, from, to } = this.places[member] as Place;
    if (name < 0 || this.bytes[from] === NULL) return Number.NaN;
    const text = this.bytes.toString('latin1', from, to);
    const amount = Number(text);
    return Math.abs(amount) > Number.MAX_SAFE_INTEGER && /^-?\d+$/.test(text) ? BigInt(text) : amount;
  }

  /** A number that is the same for the same set of comments, in whatever order they are listed. 0: there is none. */
  get commentsMark(): number {
    const { count, at } = this.comments;
    let sum = 0;
    for (let slot = 0; slot < count * COMMENT_WIDTH; slot += COMMENT_WIDTH) {
      let mark = 0x811c9dc5;
      const end = (at[slot + 3] as number) - 1;
      for (let n = (at[slot + 2] as number) + 1; n < end; n++)
        mark = Math.imul(mark ^ (this.bytes[n] as number), 0x01000193);
      sum = (sum + Math.imul(mark ^ (mark >>> 15), 0x2c1b3c6d)) | 0;
    }
    return sum >>> 0;
  }

  /** The entry as an object, its numbers as they were written: for the few that are looked at one by one. */
  parsed(): SyncInformation {
    return parseExactly(this.bytes.toString('utf8', this.from, this.to));
  }

  /** Reads the entry whose brace stands at `at`. Returns the position after it, or `UNFINISHED`. */
  read(bytes: Buffer, at: number, to: number, keys: IssueKeys): number {
    if (bytes[at] !== OPEN_OBJECT) throw new NotJson('an entry that is no object', at);
    this.bytes = bytes;
    for (const place of this.places) place.name = -1;
    this.comments.count = 0;
    let n = skipSpace(bytes, at + 1, to);
    if (n < to && bytes[n] === CLOSE_OBJECT) n++;
    else {
      for (let count = 0; ; count++) {
        if (n >= to) return UNFINISHED;
        const value = this.#nameAndColon(bytes, n, to, count);
        if (value === UNFINISHED) return UNFINISHED;
        const { member } = this.#expected[count] as Expected;
        const end = member === COMMENTS ? this.#readComments(bytes, value, to) : skipValue(bytes, value, to);
        if (end === UNFINISHED) return UNFINISHED;
        if (member !== OTHER) this.#place(member, n, value, end);
        n = afterValue(bytes, end, to, CLOSE_OBJECT);
        if (n === UNFINISHED) return UNFINISHED;
        if (bytes[n - 1] === CLOSE_OBJECT) break;
        n = skipSpace(bytes, n, to);
      }
    }
    this.from = at;
    this.to = n;
    this.#take(bytes, keys);
    return n;
  }

  #place(member: number, at: number, from: number, to: number): void {
    const place = this.places[member] as Place;
    // JSON leaves open which of two counts, and the issue that is not meant would be paired.
    if (place.name >= 0) throw new NotJson(`${NAMES[member]} twice`, at);
    const byte = this.bytes[from];
    if (member >= SENT && !isNumber(byte)) throw new NotJson(`${NAMES[member]} that is no number`, from);
    if (member === IGNORED && !isTruth(byte))
      throw new NotJson(`${NAMES[member]} that is neither true nor false`, from);
    place.name = at;
    place.from = from;
    place.to = to;
  }

  #take(bytes: Buffer, keys: IssueKeys): void {
    this.#text(CONNECTOR_KEY);
    const local = this.#issueKey(LOCAL_ISSUE_KEY);
    const remote = this.#issueKey(REMOTE_ISSUE_KEY);
    const second = this.side === 'second';
    this.local = keys.codeAt(bytes, local.from, local.to, second ? 1 : 0);
    this.remote = keys.codeAt(bytes, remote.from, remote.to, second ? 0 : 1);
  }

  #text(member: number): Place {
    const place = this.places[member] as Place;
    if (place.name < 0) throw new NotJson(`no ${NAMES[member]}`, this.from);
    if (this.bytes[place.from] !== QUOTE || place.to - place.from < 3) {
      throw new NotJson(`${NAMES[member]} that is no text, or an empty one`, place.from);
    }
    return place;
  }

  /** It becomes a part of addresses and of JQL. */
  #issueKey(member: number): Place {
    const place = this.#text(member);
    const { from, to } = place;
    if (to - from - 2 > LIMITS.key || !(isPlain(this.bytes, from + 1, to - 1) || isKey(textAt(this.bytes, from, to))))
      throw new NotJson(`${NAMES[member]} that is no key of an issue`, from);
    return place;
  }

  /** From the name of a member to its value; what the name is stands in `#expected` then. */
  #nameAndColon(bytes: Buffer, at: number, to: number, count: number): number {
    const expected = this.#expected[count];
    if (expected && at + expected.token.length < to && equalsAt(bytes, at, expected.token)) {
      const value = at + expected.token.length;
      if ((bytes[value] as number) > 0x20) return value;
      const after = skipSpace(bytes, value, to);
      return after < to ? after : UNFINISHED;
    }
    const value = memberValue(bytes, at, to);
    if (value === UNFINISHED) return UNFINISHED;
    const token = Buffer.from(bytes.subarray(at, bytes.lastIndexOf(COLON, value - 1) + 1));
    this.#expected[count] = { token, member: memberOf(token) };
    return value;
  }

  #readComments(bytes: Buffer, at: number, to: number): number {
    if (bytes[at] !== OPEN_LIST) throw new NotJson('comments is no list', at);
    const { comments } = this;
    let n = skipSpace(bytes, at + 1, to);
    if (n < to && bytes[n] === CLOSE_LIST) return n + 1;
    for (;;) {
      if (n >= to) return UNFINISHED;
      n = this.#readComment(bytes, n, to, comments.count * COMMENT_WIDTH);
      if (n === UNFINISHED) return UNFINISHED;
      comments.count++;
      n = afterValue(bytes, n, to, CLOSE_LIST);
      if (n === UNFINISHED || bytes[n - 1] === CLOSE_LIST) return n;
      n = skipSpace(bytes, n, to);
    }
  }

  #readComment(bytes: Buffer, at: number, to: number, slot: number): number {
    if (bytes[at] !== OPEN_OBJECT) throw new NotJson('a comment that is no object', at);
    const places = this.comments.at;
    places[slot + 2] = ABSENT;
    places[slot + 4] = ABSENT;
    let n = skipSpace(bytes, at + 1, to);
    for (;;) {
      if (n >= to) return UNFINISHED;
      const value = memberValue(bytes, n, to);
      if (value === UNFINISHED) return UNFINISHED;
      const end = skipValue(bytes, value, to);
      if (end === UNFINISHED) return UNFINISHED;
      const member = commentMember(bytes, n, value);
      if (member > 0) {
        if (places[slot + member] !== ABSENT) throw new NotJson('an id of a comment twice', n);
        // `remoteId` is not documented: one that is no text is kept as it is.
        places[slot + member] = bytes[value] === QUOTE ? value : NO_TEXT;
        places[slot + member + 1] = end;
      }
      n = afterValue(bytes, end, to, CLOSE_OBJECT);
      if (n === UNFINISHED) return UNFINISHED;
      if (bytes[n - 1] === CLOSE_OBJECT) break;
      n = skipSpace(bytes, n, to);
    }
    if ((places[slot + 2] as number) < 0)
      throw new NotJson('a comment without localId, or with one that is no text', at);
    places[slot] = at;
    places[slot + 1] = n;
    return n;
  }
}

/** Capital letters, digits and dashes, as nearly every key has: a million are looked at. */
function isPlain(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (!((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d)) return false;
  }
  return true;
}

/** By the first byte of a value. `null` says nothing, as if the member were not there. */
const isNumber = (byte = 0): boolean => (byte >= 0x30 && byte <= 0x39) || byte === MINUS || byte === NULL;
const isTruth = (byte = 0): boolean => byte === TRUE || byte === FALSE || byte === NULL;

/** After the comma that follows a value, or after the bracket that ends what it is in. */
function afterValue(bytes: Buffer, at: number, to: number, close: number): number {
  const n = (bytes[at] as number) > 0x20 ? at : skipSpace(bytes, at, to);
  if (n >= to) return UNFINISHED;
  const byte = bytes[n];
  if (byte !== COMMA && byte !== close) throw new NotJson('a missing comma', n);
  return n + 1;
}

function memberOf(token: Buffer): number {
  return NAMES.indexOf(textAt(token, 0, token.lastIndexOf(QUOTE) + 1));
}

/** Between the name of a comment's member and its value. Where its place is kept: 2 `localId`, 4 `remoteId`, 0 another member. */
function commentMember(bytes: Buffer, at: number, to: number): 0 | 2 | 4 {
  if (bytes[at + 8] === QUOTE && equalsAt(bytes, at + 1, LOCAL_ID)) return 2;
  if (bytes[at + 9] === QUOTE && equalsAt(bytes, at + 1, REMOTE_ID)) return 4;
  const escaped = bytes.indexOf(BACKSLASH, at);
  if (escaped < 0 || escaped >= to) return 0;
  const name = textAt(bytes, at, bytes.lastIndexOf(QUOTE, bytes.lastIndexOf(COLON, to - 1)) + 1);
  return name === 'localId' ? 2 : name === 'remoteId' ? 4 : 0;
}
