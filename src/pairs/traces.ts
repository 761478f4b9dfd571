/** What a synchronization leaves of its work in its own issue data: two readings tell whether it ran in between. Tables keep `traces`. */
import { SIDES, type Side } from './entry.ts';
import { type Pair, pairName } from './keys.ts';
import type { PairTable, SequenceId } from './table.ts';

export type EntryTrace = 'sequenceIds' | 'lastChanges' | 'lastChangeSeen';
/** `comments`: which ones are listed. Tables keep `comments`. */
export type Trace = EntryTrace | 'comments';

/** Pairs that one of both lacks, or whose traces differ. Tables of the same orientation. */
export function movedPairs(before: PairTable, now: PairTable, which: readonly Trace[]): Pair[] {
  const into = now.keys.into(before.keys);
  const found: Pair[] = [];
  for (let row = 0; row < now.size; row++) {
    const then = before.find(into(now.firstCode(row)), into(now.secondCode(row)));
    const same =
      then >= 0 &&
      SIDES.every(
        (side) =>
          before.heldBy(then, side) === now.heldBy(row, side) &&
          traceOf(before, then, side, which) === traceOf(now, row, side, which),
      );
    if (!same) found.push(now.pair(row));
  }
  const back = before.keys.into(now.keys);
  for (let row = 0; row < before.size; row++) {
    if (now.find(back(before.firstCode(row)), back(before.secondCode(row))) < 0) found.push(before.pair(row));
  }
  return found;
}

/** All of it, a line for each pair, in the order of keys. */
export function* traceLines(table: PairTable, which: readonly Trace[]): Generator<string> {
  const rows = Array.from({ length: table.size }, (_, row) => ({ row, name: pairName(table.pair(row)) }));
  for (const { row, name } of rows.sort((x, y) => (x.name < y.name ? -1 : 1)))
    yield `${name} ${SIDES.map((side) => traceOf(table, row, side, which)).join(' ')}\n`;
}

const READ: Record<Trace, (table: PairTable, row: number, side: Side) => SequenceId[]> = {
  sequenceIds: (table, row, side) => [table.sequence(row, side, 'sent'), table.sequence(row, side, 'received')],
  lastChanges: (table, row, side) => [table.lastOutgoing(row, side), table.lastIncoming(row, side)],
  lastChangeSeen: (table, row, side) => [table.lastSeen(row, side)],
  comments: (table, row, side) => [table.commentsMark(row, side)],
};

/** What is not said is not said: never equal to a number. */
function traceOf(table: PairTable, row: number, side: Side, which: readonly Trace[]): string {
  return which.flatMap((trace) => READ[trace](table, row, side)).join(',');
}
