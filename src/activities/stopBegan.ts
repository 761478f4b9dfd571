/** When the original carried something last, and from when on what is done on its sides is not sure to be carried. */
import { clockOf } from './clocks.ts';
import { factOf, planOf, type StepContext } from './context.ts';
import { recordedPairs } from './issueData.ts';

/** When the original carried something last, by our clock. 0: no entry says it. */
export async function lastCarried(context: StepContext): Promise<number> {
  using data = await recordedPairs(context, { progress: true });
  // These are times of the Backbone that carried.
  const clock = await clockOf(context, { instance: planOf(context).original.instance, project: '' });
  let carried = 0;
  for (let row = 0; row < data.size; row++) {
    for (const side of ['first', 'second'] as const) {
      carried = Math.max(carried, clock.ours(data.lastIncoming(row, side)) || 0);
    }
  }
  return carried;
}

/** Detected before the stop was sent, a change may have been carried; one interval later nothing is sure to be. */
const INTERVALS_BEFORE = 2;

/** From when on what is done on old A is not sure to be carried, by our clock; what was there before the copy is in the copy. */
export async function stopBegan(context: StepContext, copyStarted: number): Promise<number> {
  const stopped = Date.parse(factOf(context, 'stoppedAt'));
  const sent = await context.known.newestIntent('stopOriginal');
  // A person's stop was seen some time after it; the original may have been stopped long before.
  const carried = sent ? 0 : await lastCarried(context);
  const began = sent ? Date.parse(sent.entry.at) : carried > 0 ? carried : stopped;
  return Math.max(copyStarted, Math.min(stopped, began) - context.config.timing.outgoingInterval * INTERVALS_BEFORE);
}
