/** Brings a database to the schema this release knows, and refuses one that a newer release has touched. */
import type { Kysely } from 'kysely';
import { MigratorError } from '../contract/errors.ts';
import type { Context, Engine } from './engine.ts';
import * as first from './migrations/0001_first.ts';
import * as second from './migrations/0002_batches.ts';
import type { Tables } from './tables.ts';

/** In order; schema version n is what the first n leave behind. Never change one that was released. */
const MIGRATIONS: readonly { up(db: Kysely<unknown>, engine: Engine): Promise<void> }[] = [first, second];

/** The schema version this release writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Runs what is missing, all in one transaction. Several processes may do so at once. */
export async function migrate({ db, engine }: Context): Promise<void> {
  // First without a word of change: a worker's user may not be allowed any, where an administrator's makes the tables.
  if ((await versionIfAny(db)) === SCHEMA_VERSION) return;
  await db.transaction().execute(async (tx) => {
    await engine.alone(tx);
    await tx.schema
      .createTable('meta')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute();
    const stored = await storedVersion(tx);
    if (stored === SCHEMA_VERSION) return;
    if (stored > SCHEMA_VERSION) throw newerSchema(stored);
    // A migration must not lean on today's tables: it runs for ever on the schema it was written for.
    const untyped = tx as unknown as Kysely<unknown>;
    for (const migration of MIGRATIONS.slice(stored)) await migration.up(untyped, engine);
    const value = `${SCHEMA_VERSION}`;
    await tx
      .insertInto('meta')
      .values({ name: 'schema', value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute();
  });
}

/** 0 for a database without our tables: "undefined table" of PostgreSQL, and what SQLite says. */
async function versionIfAny(db: Kysely<Tables>): Promise<number> {
  try {
    return await storedVersion(db);
  } catch (error) {
    const missing =
      error instanceof Error && (Reflect.get(error, 'code') === '42P01' || /no such table/.test(error.message));
    if (missing) return 0;
    throw error;
  }
}

async function storedVersion(db: Kysely<Tables>): Promise<number> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', 'schema').executeTakeFirst();
  return Number(row?.value ?? 0);
}

function newerSchema(stored: number): MigratorError {
  return new MigratorError(
    'StoreUnreachable',
    `the database has schema ${stored}, this release knows schemas up to ${SCHEMA_VERSION}; nothing was changed.`,
    { remedy: 'Run the release that wrote it, or a newer one.' },
  );
}
