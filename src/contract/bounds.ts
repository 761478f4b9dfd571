/**
 * How much of a value that somebody sent is taken, measured before anything else reads it: in bytes as it will be recorded, which can be
 * many more than were sent (`1E20` has 4 signs and is written with 21). No Node modules: workflow code uses it.
 */

import { sizeText } from './limits.ts';

export interface Bounds {
  /** Of its JSON in UTF-8. */
  bytes: number;
  /** Levels of lists and objects within each other. */
  depth: number;
  /** Elements of lists and members of objects, all together. */
  members: number;
}

/**
 * Which bound a value goes beyond; `undefined` when none. Never throws, whatever the value is, and looks no further than the bounds:
 * neither recursion nor a conversion to text is used, since both are what a value can break.
 */
export function boundPassed(value: unknown, most: Bounds): keyof Bounds | undefined {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  let bytes = 0;
  let members = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) bytes += bytesOf(value, most.bytes);
    else if (depth >= most.depth) return 'depth';
    else {
      const size = sizeOf(value);
      members += size;
      if (members > most.members) return 'members';
      const named = !Array.isArray(value);
      bytes += 2 + Math.max(0, size - 1);
      for (const name of Object.keys(value)) {
        if (named) bytes += bytesOf(name, most.bytes) + 1;
        open.push({ value: Reflect.get(value, name), depth: depth + 1 });
      }
    }
    if (bytes > most.bytes) return 'bytes';
  }
  return undefined;
}

/** The same as a sentence about `what`; `undefined` when nothing is beyond. */
export function beyondSentence(what: string, value: unknown, most: Bounds): string | undefined {
  switch (boundPassed(value, most)) {
    case 'bytes':
      return `${what} is larger than ${sizeText(most.bytes)}, as it would be recorded.`;
    case 'depth':
      return `${what} has lists and objects within each other deeper than ${most.depth} levels.`;
    case 'members':
      return `${what} has more than ${most.members} elements and members.`;
    case undefined:
      return undefined;
  }
}

/** Before its names are made a list, which of a long list or of bytes is itself too much. */
function sizeOf(value: object): number {
  if (Array.isArray(value)) return value.length;
  return ArrayBuffer.isView(value) ? value.byteLength : Object.keys(value).length;
}

/** Of what is no list and no object, as JSON writes it. */
function bytesOf(value: unknown, most: number): number {
  if (typeof value === 'string') return bytesOfText(value, most);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value).length : 4;
  return typeof value === 'boolean' && !value ? 5 : 4;
}

const BACKSLASH = 0x5c;
const QUOTE = 0x22;
/** Controls that JSON writes with one letter: \b \t \n \f \r. */
const SHORT = [8, 9, 10, 12, 13];

function bytesOfText(text: string, most: number): number {
  let bytes = 2;
  for (let at = 0; at < text.length && bytes <= most; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE || unit === BACKSLASH) bytes += 2;
    else if (unit < 0x20) bytes += SHORT.includes(unit) ? 2 : 6;
    else if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 3;
    else if (isPair(unit, text.charCodeAt(at + 1))) {
      bytes += 4;
      at++;
    } else bytes += 6;
  }
  return bytes;
}

const isPair = (unit: number, next: number): boolean => unit < 0xdc00 && next >= 0xdc00 && next <= 0xdfff;
