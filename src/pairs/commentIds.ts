/**
 * Old comment id → new comment id of one side. Ids of comments are unique on their instance, so no issue is needed to look one up.
 * They are numbers in every Jira seen, and kept as such; one that is not is kept as text.
 */
import { BACKSLASH, textAt } from './bytes.ts';

/** Without counterpart: it is left out of the list. */
export const LEFT_OUT = -2;
/** It stays as it is. */
export const UNCHANGED = -3;
/** The new id is a text: ask `textOf`. */
export const AS_TEXT = -4;

const NONE = -1;
/** Ids from 1 to this are kept in four bytes; 0 is a free slot, and those above stand for no comment and for one that is a text. */
const LARGEST = 2 ** 32 - 3;
const WITHOUT = LARGEST + 1;
const IN_TEXTS = LARGEST + 2;
const SMALLEST = 64;
/** Where more slots than this share are taken, the table grows. */
const MOST_FULL = 0.7;

export class CommentIds {
  readonly #unknown: typeof LEFT_OUT | typeof UNCHANGED;
  readonly #texts = new Map<string, string | null>();
  #old = new Uint32Array(SMALLEST);
  #new = new Uint32Array(SMALLEST);
  #size = 0;

  /** What becomes of an id that nobody entered. */
  constructor(unknown: 'leftOut' | 'unchanged') {
    this.#unknown = unknown === 'leftOut' ? LEFT_OUT : UNCHANGED;
  }

  /** `null`: it has no counterpart. */
  set(oldId: string, newId: string | null): void {
    const [from, to] = [numberOf(oldId), newId === null ? WITHOUT : numberOf(newId)];
    if (from === NONE || to === NONE) this.#texts.set(oldId, newId);
    if (from === NONE) return;
    if (this.#old.length * MOST_FULL < this.#size) this.#grow();
    const slot = this.#slot(from);
    if (this.#old[slot] === 0) this.#size++;
    this.#old[slot] = from;
    this.#new[slot] = to === NONE ? IN_TEXTS : to;
  }

  /** Of the JSON text between these positions, quotes included: the new id as a number, or one of the constants. */
  at(bytes: Buffer, from: number, to: number): number {
    let id = 0;
    for (let n = from + 1; n < to - 1 && id >= 0; n++) {
      const digit = (bytes[n] as number) - 0x30;
      id = digit < 0 || digit > 9 || id > LARGEST || (id === 0 && n > from + 1) ? NONE : id * 10 + digit;
    }
    if (id > 0 && id <= LARGEST) return this.#numbered(id);
    if (this.#texts.size === 0 && !bytes.subarray(from, to).includes(BACKSLASH)) return this.#unknown;
    const text = textAt(bytes, from, to);
    const number = numberOf(text);
    if (number !== NONE) return this.#numbered(number);
    const now = this.#texts.get(text);
    return now === undefined ? this.#unknown : now === null ? LEFT_OUT : AS_TEXT;
  }

  textOf(oldId: string): string {
    return this.#texts.get(oldId) ?? oldId;
  }

  /** Gives the memory back at once, not when it is collected. */
  [Symbol.dispose](): void {
    this.#old.buffer.transfer(0);
    this.#new.buffer.transfer(0);
  }

  #numbered(id: number): number {
    const slot = this.#slot(id);
    if (this.#old[slot] === 0) return this.#unknown;
    const now = this.#new[slot] as number;
    return now === WITHOUT ? LEFT_OUT : now === IN_TEXTS ? AS_TEXT : now;
  }

  #slot(id: number): number {
    const mask = this.#old.length - 1;
    // As in `PairTable`: ids that were given out together stay together.
    const high = Math.imul(id >>> 4, 0x9e3779b1);
    for (let slot = (id ^ high ^ (high >>> 13)) & mask; ; slot = (slot + 1) & mask) {
      const there = this.#old[slot];
      if (there === id || there === 0) return slot;
    }
  }

  #grow(): void {
    const [old, now] = [this.#old, this.#new];
    this.#old = new Uint32Array(old.length * 2);
    this.#new = new Uint32Array(old.length * 2);
    for (let n = 0; n < old.length; n++) {
      if (old[n] === 0) continue;
      const slot = this.#slot(old[n] as number);
      this.#old[slot] = old[n] as number;
      this.#new[slot] = now[n] as number;
    }
    // Given back at once, not when it is collected.
    old.buffer.transfer(0);
    now.buffer.transfer(0);
  }
}

function numberOf(id: string): number {
  const number = /^[1-9]\d{0,9}$/.test(id) ? Number(id) : NONE;
  return number <= LARGEST ? number : NONE;
}
