/** The brake stops writes, rollback and delete included; never reads or approvals (design §5). */
import { MigratorError } from '../contract/errors.ts';
import type { BrakeRow, Store } from '../store/store.ts';
import type { StepContext } from './context.ts';

/** A released or pulled brake counts after so long at most. */
const CACHE_MS = 2_000;

const cache = new WeakMap<Store, { at: number; rows: Promise<BrakeRow[]> }>();

/** Throws `Braked` when a brake is on for everything, this instance or this batch. */
export async function assertNoBrake(context: StepContext, instance: string): Promise<void> {
  let cached = cache.get(context.store);
  if (!cached || Date.now() - cached.at > CACHE_MS) {
    cached = { at: Date.now(), rows: context.store.brake.list() };
    cache.set(context.store, cached);
  }
  const scopes = ['all', `instance:${instance}`, ...(context.start.batch ? [`batch:${context.start.batch}`] : [])];
  const on = (await cached.rows).find((row) => scopes.includes(row.scope));
  if (on) throw new MigratorError('Braked', `${on.scope}, since ${on.at}.`);
}
