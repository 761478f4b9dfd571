/**
 * The one clock of a world. Every reading is later than the one before, so that "newer" is never a tie and the
 * record, the changelogs and the queues agree on the order of events.
 */
export interface Clock {
  /** Epoch milliseconds, strictly increasing. */
  now(): number;
}

/** Follows real time, but never repeats a millisecond. */
export function createClock(): Clock {
  let last = 0;
  return {
    now() {
      last = Math.max(Date.now(), last + 1);
      return last;
    },
  };
}
