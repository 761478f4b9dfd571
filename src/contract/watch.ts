/** What the watcher of an instance tells a migration. Not a verb: people have no part in it, and it decides nothing. */

/** The workflow that watches one instance for all migrations. */
export const WATCH_WORKFLOW = 'watchInstance';
export const SEEN_SIGNAL = 'seen';

export const watchWorkflowId = (instance: string, prefix = ''): string => `${prefix}watch-${instance}`;

export interface WatchInput {
  instance: string;
}

/**
 * `changed` something that is waited for may have happened, so look · `originalRuns` the original was started again while it must
 * stay stopped · `originalStopped` that is over · `policyChanged` the gate was judged under another policy of the operator than that
 * of now.
 */
export const SIGHTS = ['changed', 'originalRuns', 'originalStopped', 'policyChanged'] as const;
export type Sight = (typeof SIGHTS)[number];

export interface Seen {
  what: Sight;
}

/** In the blockers of a picture while the original runs although it must not. */
export const ORIGINAL_RUNS_AGAIN = 'OriginalRunsAgain';
