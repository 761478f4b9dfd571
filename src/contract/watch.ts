/** What the watcher of an instance tells a migration. Not a verb: people have no part in it, and it decides nothing. */

import type { Blocker, MigrationPicture } from './status.ts';

/** The workflow that watches one instance for all migrations. */
export const WATCH_WORKFLOW = 'watchInstance';
export const SEEN_SIGNAL = 'seen';

export const watchWorkflowId = (instance: string, prefix = ''): string => `${prefix}watch-${instance}`;

export interface WatchInput {
  instance: string;
}

/**
 * `changed` something that is waited for may have happened, so look · `originalRuns` the original was started again while it must
 * stay stopped · `originalStopped` that is over · `originalGone` it is not listed any more · `policyChanged` the gate was judged under another policy of the operator than that
 * of now.
 */
export const SIGHTS = ['changed', 'originalRuns', 'originalStopped', 'originalGone', 'policyChanged'] as const;
export type Sight = (typeof SIGHTS)[number];

export interface Seen {
  what: Sight;
}

/** In the blockers of a picture while the original runs although it must not. */
export const ORIGINAL_RUNS_AGAIN = 'OriginalRunsAgain';

/** Leads every page, list and line, whatever else is open. */
export const alarmIn = ({ blockers }: Pick<MigrationPicture, 'blockers'>): Blocker | undefined =>
  blockers.find(({ code, since }) => code === ORIGINAL_RUNS_AGAIN && since !== undefined);

/** What a list says of a migration in one line. */
export const headline = (picture: Pick<MigrationPicture, 'blockers' | 'tasks'>): string | undefined =>
  alarmIn(picture)?.reason ?? picture.tasks[0]?.title ?? picture.blockers[0]?.reason;

/** `since`: ISO time at which it was seen to run. `created`: the new one, once it was started. */
export function alarmOf(original: string, since: string, created: string | undefined): Blocker {
  const key = original.slice(original.lastIndexOf('/') + 1);
  return {
    code: ORIGINAL_RUNS_AGAIN,
    reason: created
      ? `Somebody started ${original} again, and it runs since ${since}; it must stay stopped until the migration has ended. Where ${created} runs too, both carry every change.`
      : `Somebody started ${original} again, and it runs since ${since}; it must stay stopped until the migration has ended.`,
    remedy: `Stop ${key} now: two synchronizations at the same time duplicate issues.`,
    items: [],
    since,
  };
}

/** Why nothing is approved meanwhile. */
export const whileBothRun = ({ reason }: Blocker): string => `${reason} Nothing is approved before it is stopped.`;
