/**
 * JSON on bytes: where a value ends. Nothing is decoded, so that what is not translated is copied as it was written, and a million
 * entries cost no objects. Every function takes the position of a first byte and returns the one after the last.
 */
import { isUtf8 } from 'node:buffer';
import { LIMITS } from '../contract/limits.ts';

/** The bytes end before the value does: more may come. */
export const UNFINISHED = -1;

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const BACKSLASH = 0x5c;
export const OPEN_LIST = 0x5b;
export const CLOSE_LIST = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;

/** Thrown with the position; whoever reads knows what of it to tell. */
export class NotJson extends Error {
  readonly at: number;

  constructor(what: string, at: number) {
    super(what);
    this.at = at;
  }
}

/** The first position that is no white space, or `to`. */
export function skipSpace(bytes: Uint8Array, at: number, to: number): number {
  let n = at;
  while (n < to) {
    const byte = bytes[n] as number;
    if (byte > 0x20) return n;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) throw new NotJson('a control character', n);
    n++;
  }
  return n;
}

/** `at` is the opening quote. */
export function skipString(bytes: Uint8Array, at: number, to: number): number {
  for (let n = at + 1; n < to; n++) {
    const byte = bytes[n] as number;
    if (byte === QUOTE) return n + 1;
    if (byte === BACKSLASH) {
      n = skipEscape(bytes, n, to);
      if (n === UNFINISHED) return UNFINISHED;
    } else if (byte < 0x20) throw new NotJson('a line break or control character within a text', n);
  }
  return UNFINISHED;
}

const ESCAPED = Buffer.from('"\\\\/bfnrt');
const HEXADECIMAL = /^[0-9a-fA-F]{4}$/;

/** From a backslash to the last byte of what it begins. */
function skipEscape(bytes: Uint8Array, at: number, to: number): number {
  if (at + 1 >= to) return UNFINISHED;
  const byte = bytes[at + 1] as number;
  if (ESCAPED.includes(byte)) return at + 1;
  if (byte !== 0x75) throw new NotJson('an escape that is none', at);
  if (at + 6 > to) return UNFINISHED;
  if (HEXADECIMAL.test(String.fromCharCode(...bytes.subarray(at + 2, at + 6)))) return at + 5;
  throw new NotJson('an escape that is none', at);
}

export function skipValue(bytes: Uint8Array, at: number, to: number): number {
  if (at >= to) return UNFINISHED;
  const byte = bytes[at] as number;
  if (byte === QUOTE) return skipString(bytes, at, to);
  if (byte === OPEN_LIST || byte === OPEN_OBJECT) return skipNested(bytes, at, to);
  return skipScalar(bytes, at, to);
}

/** Lists and objects, without recursion: the depth is the input's. */
function skipNested(bytes: Uint8Array, at: number, to: number): number {
  const open: number[] = [];
  let n = at;
  let before = 0; // What stood last, for "is a value or a separator due".
  for (;;) {
    n = skipSpace(bytes, n, to);
    if (n >= to) return UNFINISHED;
    const byte = bytes[n] as number;
    const inner = open.at(-1);
    if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      const fits = byte === CLOSE_LIST ? inner === OPEN_LIST : inner === OPEN_OBJECT;
      if (!fits || before === COMMA || before === COLON) throw new NotJson('an unexpected closing bracket', n);
      open.pop();
      n++;
      if (open.length === 0) return n;
      before = CLOSE_LIST;
    } else if (byte === COMMA) {
      if (before !== CLOSE_LIST) throw new NotJson('an unexpected comma', n);
      before = COMMA;
      n++;
    } else {
      if (before === CLOSE_LIST) throw new NotJson('a missing comma', n);
      if (inner === OPEN_OBJECT && before !== COLON) {
        n = memberValue(bytes, n, to);
        if (n === UNFINISHED) return UNFINISHED;
        before = COLON;
      } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
        if (open.push(byte) > LIMITS.depth) throw new NotJson(`nesting deeper than ${LIMITS.depth} levels`, n);
        before = byte;
        n++;
      } else {
        n = byte === QUOTE ? skipString(bytes, n, to) : skipScalar(bytes, n, to);
        if (n === UNFINISHED) return UNFINISHED;
        before = CLOSE_LIST;
      }
    }
  }
}

/** From a member's name to its value. */
export function memberValue(bytes: Uint8Array, at: number, to: number): number {
  if (bytes[at] !== QUOTE) throw new NotJson('a member without a name', at);
  const end = skipString(bytes, at, to);
  if (end === UNFINISHED) return UNFINISHED;
  const colon = skipSpace(bytes, end, to);
  if (colon >= to) return UNFINISHED;
  if (bytes[colon] !== COLON) throw new NotJson('a missing colon', colon);
  const value = skipSpace(bytes, colon + 1, to);
  return value >= to ? UNFINISHED : value;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const LONGEST_NUMBER = 400;
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

/** A number, `true`, `false` or `null`. It ends where something else begins, so the end of the bytes may not be its own. */
function skipScalar(bytes: Uint8Array, at: number, to: number): number {
  let n = at;
  let digits = true;
  for (; n < to; n++) {
    const byte = bytes[n] as number;
    if (byte >= 0x30 && byte <= 0x39) continue;
    if (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte <= 0x20) break;
    digits = false;
  }
  if (n >= to) return UNFINISHED;
  // Whole numbers without a leading zero, by far the most, are seen to be right by now.
  if (digits ? n > at && (bytes[at] !== 0x30 || n === at + 1) : isOtherScalar(bytes, at, n)) return n;
  throw new NotJson('a value that is none', at);
}

function isOtherScalar(bytes: Uint8Array, at: number, end: number): boolean {
  const length = end - at;
  if (length === 5) {
    if (equalsAt(bytes, at, FALSE)) return true;
  } else if (length === 4) {
    if (equalsAt(bytes, at, TRUE) || equalsAt(bytes, at, NULL)) return true;
  }
  if (length > LONGEST_NUMBER) return false;
  return NUMBER.test(Buffer.from(bytes.subarray(at, end)).toString('latin1'));
}

/** The value of a JSON text: what stands between its quotes, its escapes resolved. */
export function textAt(bytes: Buffer, from: number, to: number): string {
  return JSON.parse(bytes.toString('utf8', from, to));
}

/** Where the first character stands that is no UTF-8. Only asked for bytes that hold one. */
export function firstNoUtf8(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; ) {
    const byte = bytes[at] as number;
    const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    if (byte >= 0x80 && !isUtf8(bytes.subarray(at, Math.min(at + length, to)))) return at;
    at += length;
  }
  return to;
}

/** Whether these bytes stand there. */
export function equalsAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let n = 0; n < wanted.length; n++) if (bytes[at + n] !== wanted[n]) return false;
  return true;
}
