/**
 * Stopped is not drained: per pair, what one side sent the other must have received. That the two numbers correspond is inferred,
 * not documented: calibrate on a healthy, idle synchronization first. Tables are read with `progress`.
 */
import { otherOf, SIDES, type Side } from './entry.ts';
import { type Pair, sortPairs } from './keys.ts';
import type { PairTable, SequenceId } from './table.ts';

/**
 * The pairs in which the last message of one side is not the last one the other received. A pair held by one
 * connector only cannot be read and is listed.
 */
export function sequenceProblems(table: PairTable): Pair[] {
  const found: Pair[] = [];
  for (let row = 0; row < table.size; row++) {
    const mirrored = table.heldBy(row, 'first') && table.heldBy(row, 'second');
    if (mirrored && arrived(table, row, 'first') && arrived(table, row, 'second')) continue;
    found.push(table.pair(row));
  }
  return sortPairs(found);
}

const arrived = (table: PairTable, row: number, sender: Side): boolean =>
  sequence(table, row, sender, 'sent') === sequence(table, row, otherOf(sender), 'received');

/**
 * Everything that had been sent when `before` was read has been received by `now`. What `lost` says was sent is not waited for:
 * whoever sent it is stopped, and what it did not deliver never arrives.
 */
export const allArrived = (before: PairTable, now: PairTable, lost?: PairTable): boolean =>
  behind(before, 'sent', now, 'received', lost).next().done === true;

/**
 * The pairs of which the numbers do not relate as they should: what a side had sent when `before` was read, its partner has not received
 * by `now`; or it had received more than its partner has sent.
 */
export function misfits(before: PairTable, now: PairTable): Pair[] {
  const rows = new Set([...behind(before, 'sent', now, 'received'), ...behind(before, 'received', now, 'sent')]);
  return sortPairs([...rows].map((row) => before.pair(row)));
}

/** The rows of `before` in which an entry's partner in `now` says less than the entry did. */
function* behind(
  before: PairTable,
  what: 'sent' | 'received',
  now: PairTable,
  wanted: 'sent' | 'received',
  lost?: PairTable,
): Generator<number, void> {
  const into = before.keys.into(now.keys);
  const isLost = lost && wasSentIn(before, lost);
  for (let row = 0; row < before.size; row++) {
    const there = now.find(into(before.firstCode(row)), into(before.secondCode(row)));
    for (const side of SIDES) {
      if (!before.heldBy(row, side)) continue;
      const reached = there < 0 ? 0 : sequence(now, there, otherOf(side), wanted);
      if (reached < sequence(before, row, side, what) && !isLost?.(row, side)) yield row;
    }
  }
}

/** Whether the last message that a side had sent by `now` had been sent by `then`. */
function wasSentIn(now: PairTable, then: PairTable): (row: number, side: Side) => boolean {
  const into = now.keys.into(then.keys);
  return (row, side) => {
    const before = then.find(into(now.firstCode(row)), into(now.secondCode(row)));
    return before >= 0 && sequence(now, row, side, 'sent') <= sequence(then, before, side, 'sent');
  };
}

/** Whether the entry of a side has received something since `before` was read, by its sequence id or by when it last did. */
export function movedSince(before: PairTable, now: PairTable): (row: number, side: Side) => boolean {
  const into = now.keys.into(before.keys);
  return (row, side) => {
    const then = before.find(into(now.firstCode(row)), into(now.secondCode(row)));
    if (then < 0) return true;
    return (
      sequence(now, row, side, 'received') > sequence(before, then, side, 'received') ||
      now.lastIncoming(row, side) > (before.lastIncoming(then, side) || 0)
    );
  };
}

/** False when not one entry has a sequence id: then "no problem" means nothing was read (they are documented for files only). */
export function hasSequences(table: PairTable): boolean {
  for (let row = 0; row < table.size; row++) {
    for (const side of SIDES) {
      if (table.sequence(row, side, 'sent') >= 0 || table.sequence(row, side, 'received') >= 0) return true;
    }
  }
  return false;
}

/** One that an entry does not say counts as none. */
const sequence = (table: PairTable, row: number, side: Side, what: 'sent' | 'received'): SequenceId =>
  table.sequence(row, side, what) || 0;
