/**
 * Settings that make the dev server answer at once. With its defaults every activity takes 101 ms, because tasks are
 * not handed out eagerly and the only history shard polls its queue 20 times a second; with these it is 13 ms. The last
 * one keeps timers and retries from being rounded up to a whole second.
 */
export const TUNED_DYNAMIC_CONFIG: Readonly<Record<string, string>> = {
  'system.enableActivityEagerExecution': 'true',
  'history.transferProcessorMaxPollRPS': '10000',
  'history.timerProcessorMaxPollRPS': '10000',
  'history.visibilityProcessorMaxPollRPS': '1000',
  'history.timerProcessorMaxTimeShift': '"20ms"',
};
