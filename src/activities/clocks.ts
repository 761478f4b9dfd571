/**
 * Moments of ours (the database's clock) and of an instance. Whatever is compared with times that an instance wrote is brought to its
 * clock, or its times to ours; no comparison rests on two clocks being the same.
 */
import type { Side } from '../contract/steps.ts';
import type { Change } from '../jira/types.ts';
import type { StepContext } from './context.ts';

/** All in epoch milliseconds. */
export interface SideClock {
  /** A moment of ours as the instance tells time. */
  theirs(ours: number): number;
  /** A time that the instance wrote, by our clock. */
  ours(theirs: number): number;
  /** How wrong either may be, both ways. */
  within: number;
}

/** Where an instance does not tell the time: as far as clocks are assumed to differ at most (docs/assumptions.md). */
const UNKNOWN: { ahead: number; within: number } = { ahead: 0, within: 60_000 };

/** Nobody's times of a side that cannot be read are compared. */
const SAME: SideClock = { theirs: (at) => at, ours: (at) => at, within: 0 };

export async function clockOf(context: StepContext, side: Side): Promise<SideClock> {
  if (side.unread) return SAME;
  const instance = context.open(side.instance);
  if (!instance.clock()) await instance.jira.serverInfo();
  const { ahead, within } = instance.clock() ?? UNKNOWN;
  const [before, database, after] = [Date.now(), await context.store.now(), Date.now()];
  const offset = ahead - (database - (before + after) / 2);
  const precision = Math.ceil(within + (after - before) / 2);
  context.clocks.set(side.instance, `${side.instance}: ${Math.round(offset)} ms ahead, within ${precision} ms`);
  return { theirs: (at) => at + offset, ours: (at) => at - offset, within: precision };
}

export const inOurTime = (clock: SideClock, changes: readonly Change[] = []): Change[] =>
  changes.map((change) => ({ ...change, at: clock.ours(change.at) }));
