/** Waiting inside an attempt: heartbeats go on, and a cancellation ends it at once. */
import { Context } from '@temporalio/activity';
import { MigratorError } from '../contract/errors.ts';

/** Waits, unless the activity is cancelled meanwhile; then throws the cancellation. */
export const pause = (ms: number): Promise<void> => Context.current().sleep(ms);

/** Data is believed after this many quiet intervals of Backbone (design §3). */
export const QUIET_INTERVALS = 3;

/**
 * Reads until the condition holds `times` times in a row, `every` ms apart, or the limit is over. Used for "idle for three
 * intervals": one look proves nothing while messages are under way.
 */
export async function holdsFor(
  condition: () => Promise<boolean>,
  { times, every, limit }: { times: number; every: number; limit: number },
): Promise<boolean> {
  const end = Date.now() + limit;
  for (let held = 0; ; ) {
    held = (await condition()) ? held + 1 : 0;
    if (held >= times) return true;
    if (Date.now() + every > end) return false;
    await pause(every);
  }
}

/** So often at most, however slowly a node may catch up: each may read every issue. */
const LOOKS = 4;

/**
 * For readings that are to prove that nothing has changed: one before each value, which says how many milliseconds to wait after it, or to read something
 * smaller meanwhile. The last begins when what was done before the first has reached every node. What any of them found counts.
 */
export function* looksOver(staleness: number): Generator<number> {
  const end = performance.now() + staleness;
  for (let left = staleness; left > 0; left = end - performance.now()) yield Math.min(left, staleness / (LOOKS - 1));
  yield 0;
}

/** More changes than this and it is not settled at all. */
const CHANGES = 20;

/**
 * Reads whether something took effect: yes when two looks in a row say so, no when all of them do for as long as a node may be
 * behind. `wasBefore`: it is a state that was there before, so a node that is behind may show it too, and yes is believed as late as no.
 * Throws `OutcomeUnknown` when it goes on changing.
 */
export async function tookHold(
  condition: () => Promise<boolean>,
  { every, staleness, wasBefore = false }: { every: number; staleness: number; wasBefore?: boolean },
): Promise<boolean> {
  let [last, since] = [await condition(), performance.now()];
  for (let changes = 0; changes < CHANGES; ) {
    await pause(every);
    const now = await condition();
    if (now === last && (performance.now() - since >= staleness || (now && !wasBefore))) return now;
    if (now === last) continue;
    [last, since] = [now, performance.now()];
    changes++;
  }
  throw new MigratorError('OutcomeUnknown', `what was read changed ${CHANGES} times.`);
}
