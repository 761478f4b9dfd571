/**
 * Settings that make the dev server answer at once. With its defaults every activity takes 101 ms, because tasks are
 * not handed out eagerly and the only history shard polls its queue 20 times a second; with these it is 13 ms. The last
 * one keeps timers and retries from being rounded up to a whole second.
 */
const TUNED: Readonly<Record<string, string>> = {
  'system.enableActivityEagerExecution': 'true',
  'history.transferProcessorMaxPollRPS': '10000',
  'history.timerProcessorMaxPollRPS': '10000',
  'history.visibilityProcessorMaxPollRPS': '1000',
  'history.timerProcessorMaxTimeShift': '"20ms"',
};

/**
 * Closes the HTTP API of the frontend, which no part of ours uses: it looks neither at the page that asks nor at the type of what is
 * sent, so any page in a browser of this machine could start and approve by it. The name has a space, which no `Host` can have.
 * Nexus has routes of its own there, that heed no names.
 */
const CLOSED: Readonly<Record<string, string>> = {
  'frontend.httpAllowedHosts': '["nobody at all"]',
  'system.enableNexus': 'false',
};

/** Given to the dev server, each as JSON. */
export const DYNAMIC_CONFIG: Readonly<Record<string, string>> = { ...TUNED, ...CLOSED };
