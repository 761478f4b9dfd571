/** The brake: what is on now, and as rows that stay, who pulled and who released it when. */
import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { type Context, clockOf } from './engine.ts';
import type { Brake } from './store.ts';
import type { Tables } from './tables.ts';

export function createBrake({ db, engine }: Context): Brake {
  return {
    on: (scope, by, why) =>
      db.transaction().execute(async (tx) => {
        await engine.alone(tx);
        const at = await clockOf(tx, engine);
        // Pulled again: the newest reason is the one to read; the earlier row stays as history.
        await release(tx, scope, by, at);
        await tx.insertInto('brake').values({ id: randomUUID(), scope, by, why, at }).execute();
      }),

    off: (scope, by) =>
      db.transaction().execute(async (tx) => {
        await release(tx, scope, by, await clockOf(tx, engine));
      }),

    list: () =>
      db
        .selectFrom('brake')
        .select(['scope', 'by', 'why', 'at'])
        .where('released_at', 'is', null)
        .orderBy('at')
        .orderBy('scope')
        .execute(),
  };
}

async function release(tx: Transaction<Tables>, scope: string, by: string, at: string): Promise<void> {
  await tx
    .updateTable('brake')
    .set({ released_by: by, released_at: at })
    .where('scope', '=', scope)
    .where('released_at', 'is', null)
    .execute();
}
