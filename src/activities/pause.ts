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

/** More looks than this and it is not settled at all. */
const LOOKS = 20;

/**
 * Reads until two looks in a row say the same, and answers that. Counted in looks, never in time: a slow instance must not
 * turn what is there into "absent". Throws `OutcomeUnknown` when it goes on changing.
 */
export async function stable(condition: () => Promise<boolean>, every: number): Promise<boolean> {
  let last = await condition();
  for (let look = 1; look < LOOKS; look++) {
    await pause(every);
    const now = await condition();
    if (now === last) return now;
    last = now;
  }
  throw new MigratorError('OutcomeUnknown', `what was read changed ${LOOKS} times in a row.`);
}
