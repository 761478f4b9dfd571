/** The comments of an entry with the ids of the new instance. Their other members come out as they are. */
import { CLOSE_LIST, COMMA, OPEN_LIST, QUOTE, textAt } from './bytes.ts';
import { AS_TEXT, type CommentIds, LEFT_OUT, UNCHANGED } from './commentIds.ts';
import { COMMENT_WIDTH, type Entry } from './entry.ts';
import type { Output } from './output.ts';

export interface IdsOfComments {
  /** Of the side whose entry it is: `localId`. Absent: its ids stay. */
  own: CommentIds | undefined;
  /** Of its partner: `remoteId`, which is not documented; where it is present it is the partner's comment, in the partner's ids. */
  others: CommentIds | undefined;
}

export function translateComments(
  output: Output,
  { bytes, comments: { count, at } }: Entry,
  { own, others }: IdsOfComments,
  leftOut: (localId: string) => void,
): void {
  output.byte(OPEN_LIST);
  let kept = 0;
  for (let slot = 0; slot < count * COMMENT_WIDTH; slot += COMMENT_WIDTH) {
    const from = at[slot] as number;
    const to = at[slot + 1] as number;
    const localFrom = at[slot + 2] as number;
    const localTo = at[slot + 3] as number;
    const remoteFrom = at[slot + 4] as number;
    const remoteTo = at[slot + 5] as number;
    const local = own ? own.at(bytes, localFrom, localTo) : UNCHANGED;
    const remote = others && remoteFrom >= 0 ? others.at(bytes, remoteFrom, remoteTo) : UNCHANGED;
    if (local === LEFT_OUT || remote === LEFT_OUT) {
      leftOut(textAt(bytes, localFrom, localTo));
      continue;
    }
    if (kept++ > 0) output.byte(COMMA);
    const remoteFirst = remoteFrom >= 0 && remoteFrom < localFrom;
    let done = from;
    if (remoteFirst) done = writeId(output, bytes, done, remoteFrom, remoteTo, remote, others);
    done = writeId(output, bytes, done, localFrom, localTo, local, own);
    if (remoteFrom >= 0 && !remoteFirst) done = writeId(output, bytes, done, remoteFrom, remoteTo, remote, others);
    output.copy(bytes, done, to);
  }
  output.byte(CLOSE_LIST);
}

/** What stands before the id, from `done`, and the id. Returns where what follows it begins. */
function writeId(
  output: Output,
  bytes: Buffer,
  done: number,
  from: number,
  to: number,
  id: number,
  ids: CommentIds | undefined,
): number {
  output.copy(bytes, done, from);
  if (id === UNCHANGED) output.copy(bytes, from, to);
  else if (id === AS_TEXT) {
    output.text(JSON.stringify(ids?.textOf(textAt(bytes, from, to))));
  } else {
    output.byte(QUOTE);
    output.digits(id);
    output.byte(QUOTE);
  }
  return to;
}
