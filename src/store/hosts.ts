/** Which hosts work with the store. SQLite is safe on one only: its lock and its shared memory do not reach over a network. */
import { randomUUID } from 'node:crypto';
import { MigratorError } from '../contract/errors.ts';
import { type Context, clockOf } from './engine.ts';
import type { Host } from './store.ts';

const BEAT_MS = 10_000;
/** A worker that was not heard of for so long is taken for dead. */
const FORGOTTEN_AFTER_MS = 60_000;

const ROW = 'worker:';

/** Enters a worker, and answers how it leaves. Throws `SeveralHosts` where the engine serves one host and another one works. */
export async function attend({ db, engine }: Context, host: Host): Promise<() => Promise<void>> {
  if (engine.hosts === 'many') return async () => {};
  const name = `${ROW}${randomUUID()}`;
  const beat = () =>
    db.transaction().execute(async (tx) => {
      const seen = await clockOf(tx, engine);
      const value = JSON.stringify({ ...host, seen });
      await tx
        .insertInto('meta')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
    });
  await db.transaction().execute(async (tx) => {
    const now = Date.parse(await clockOf(tx, engine));
    for (const row of await tx.selectFrom('meta').selectAll().where('name', 'like', `${ROW}%`).execute()) {
      const other: Host & { seen: string } = JSON.parse(row.value);
      if (now - Date.parse(other.seen) > FORGOTTEN_AFTER_MS) {
        await tx.deleteFrom('meta').where('name', '=', row.name).execute();
      } else if (other.id !== host.id) throw usedFrom(other);
    }
    const value = JSON.stringify({ ...host, seen: new Date(now).toISOString() });
    await tx.insertInto('meta').values({ name, value }).execute();
  });
  // What a beat meets is met by the worker's own statements too, which tell it.
  const timer = setInterval(() => void beat().catch(() => {}), BEAT_MS).unref();
  return async () => {
    clearInterval(timer);
    await db.deleteFrom('meta').where('name', '=', name).execute();
  };
}

const usedFrom = (other: Host & { seen: string }): MigratorError =>
  new MigratorError('SeveralHosts', `a worker on ${other.name} was seen at ${other.seen}, and this is another host.`);
