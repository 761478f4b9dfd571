/**
 * What the clocks of instances say. The world has one true time, in which everything is kept and ordered; an instance whose clock is
 * ahead or behind stamps whatever it writes, and reads whatever it compares, by its own. `lastChangeSeen` of sync information alone
 * is kept as such a stamp, since it is one: the `updated` of an issue, and it may come from a file of another home.
 */
import { instanceOfSide } from '../backbone/status.ts';
import { backboneDate, jiraDate } from './dates.ts';
import type { Instance, Issue, World } from './model.ts';

/** Epoch milliseconds by the instance's clock. What came with the copy of a project had been stamped by its old home. */
export function stampOf(instance: Instance, at: number, issue?: Issue): number {
  const clock = issue?.copied && at <= issue.copied.until ? issue.copied.clock : instance.clock;
  return at + clock.aheadMs;
}

/** The moment of a stamp that this instance wrote. */
export const momentOf = (instance: Instance, stamp: number): number => stamp - instance.clock.aheadMs;

/** As `stampOf`; 0 says "never" in sync information, by any clock. */
export const stampOrNever = (instance: Instance, at: number): number => (at === 0 ? 0 : stampOf(instance, at));
export const momentOrNever = (instance: Instance, stamp: number): number =>
  stamp === 0 ? 0 : momentOf(instance, stamp);

export const jiraStamp = (instance: Instance, at: number, issue?: Issue): string =>
  jiraDate(stampOf(instance, at, issue), instance.timeZone);

export const backboneStamp = (instance: Instance, at: number): string =>
  backboneDate(stampOf(instance, at), instance.timeZone);

/** As if the clock had always been so: what is kept as a stamp of this instance moves with it. */
export function setClock(world: World, instance: Instance, aheadMs: number): void {
  const by = aheadMs - instance.clock.aheadMs;
  instance.clock.aheadMs = aheadMs;
  for (const one of world.synchronizations) {
    for (const side of [one.first, one.second]) {
      if (instanceOfSide(world, one, side) !== instance) continue;
      for (const entry of side.entries.values()) if (entry.lastChangeSeen !== 0) entry.lastChangeSeen += by;
    }
  }
}
