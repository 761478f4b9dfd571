/** A workflow that somebody else wrote: it asks for whatever activity it is told to. */
import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';

export interface Call {
  queue: string;
  name: string;
  input: unknown;
}
export type Called = { result: unknown } | { failed: string };

export async function foreign(): Promise<void> {
  let over = false;
  setHandler(defineSignal('end'), () => {
    over = true;
  });
  setHandler(defineUpdate<Called, [Call]>('call'), async ({ queue, name, input }) => {
    const activities = proxyActivities<Record<string, (input: unknown) => Promise<unknown>>>({
      taskQueue: queue,
      startToCloseTimeout: '30s',
      heartbeatTimeout: '10s',
      retry: { maximumAttempts: 1 },
    });
    try {
      return { result: await activities[name]?.(input) };
    } catch (error) {
      const cause = error instanceof ActivityFailure ? error.cause : error;
      return { failed: cause instanceof ApplicationFailure ? `${cause.type}: ${cause.message}` : String(cause) };
    }
  });
  await condition(() => over);
}
