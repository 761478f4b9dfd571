/** How far each migration of a batch is. The store says it: workflow ids can be used again, and Temporal forgets. */
import type { ItemState } from '../contract/batch.ts';
import { FINAL_STATES, type MigrationState } from '../contract/names.ts';
import { waitsForPerson } from '../contract/status.ts';
import type { BatchItem, Outline } from '../store/store.ts';

/** A batch has nothing more to do for it. A dry run is asked for again each time, so an old plan is no end of it. */
const DONE: readonly MigrationState[] = ['Completed', 'KeptBoth'];

/**
 * `open` to be started · `begun` handed to Temporal, and the store does not know it yet · `running` · `waiting` for a person · `done`
 * · `failed`.
 */
export type Standing =
  | { is: 'open' | 'begun' }
  | { is: 'running' | 'waiting'; outline: Outline }
  | { is: 'done' | 'failed'; why: string | null };

/** `outline`: the newest migration of the item's original, or the newest dry run where the item is one. */
export function standingOf({ state, startedAt, start, why }: BatchItem, outline: Outline | undefined): Standing {
  if (state === 'done' || state === 'failed') return { is: state, why };
  if (outline && !isFinal(outline)) return { is: isWaiting(outline) ? 'waiting' : 'running', outline };
  const since = startedAt !== null && outline !== undefined && outline.updatedAt >= startedAt;
  if (outline && !start.dryRun && DONE.includes(outline.state)) return done(outline, since);
  // It ended some other time.
  if (!outline || !since) return { is: state === 'started' ? 'begun' : 'open' };
  if (outline.state === 'Planned' || DONE.includes(outline.state)) return done(outline, since);
  return { is: 'failed', why: `${outline.state} (migration ${outline.migration})` };
}

const isWaiting = ({ state, picture }: Outline): boolean => waitsForPerson({ state, tasks: picture?.tasks ?? [] });

const isFinal = ({ state }: Outline): boolean => FINAL_STATES.includes(state);

const done = ({ state, migration }: Outline, now: boolean): Standing => ({
  is: 'done',
  why: now ? null : `${state} before (migration ${migration})`,
});

/** What the item's row is to say, when that is something else than it says. */
export function recordedState({ is }: Standing): ItemState {
  return is === 'open' || is === 'done' || is === 'failed' ? is : 'started';
}
