/** Opens the store: a SQLite file for one host, a PostgreSQL database for several. */
import { Kysely } from 'kysely';
import { createArtifacts } from './artifacts.ts';
import { createBatches } from './batches.ts';
import { createBrake } from './brake.ts';
import { createClaims } from './claims.ts';
import { type Context, clockOf } from './engine.ts';
import { attend } from './hosts.ts';
import { createLedger } from './ledger.ts';
import { migrate } from './migrate.ts';
import { POSTGRES, postgresDialect } from './postgres.ts';
import { createProjections } from './projections.ts';
import { createRecords } from './records.ts';
import { NodeSqliteDialect, SQLITE } from './sqlite.ts';
import type { Store } from './store.ts';
import { removeAbandonedUploads } from './upload.ts';

/**
 * `file`: the database file, made when it is not there; its folder must be. `:memory:` for one that is gone with the process.
 * `postgres`: the connection string of a database that is there; its tables are made.
 */
export type StorePlace = { file: string } | { postgres: string };

export type OpenStoreOptions = StorePlace & {
  /** How long a statement waits for what another process holds, before `StoreUnreachable`. Default 5000. */
  patienceMs?: number;
};

/**
 * Opens the store and brings its schema up to date. Several processes may have the same file open on one host, the same
 * PostgreSQL database on many. Throws `StoreUnreachable` when it cannot be opened, or when a newer release has written it.
 */
export async function openStore({ patienceMs = 5000, ...place }: OpenStoreOptions): Promise<Store> {
  const context = contextOf(place, patienceMs);
  try {
    await migrate(context);
    await removeAbandonedUploads(context);
  } catch (error) {
    await context.db.destroy();
    throw error;
  }
  return storeOver(context);
}

function contextOf(place: StorePlace, patienceMs: number): Context {
  if ('file' in place)
    return { db: new Kysely({ dialect: new NodeSqliteDialect({ file: place.file, patienceMs }) }), engine: SQLITE };
  return { db: new Kysely({ dialect: postgresDialect({ url: place.postgres, patienceMs }) }), engine: POSTGRES };
}

/** The store over any database whose schema is up to date. */
export function storeOver(context: Context): Store {
  return {
    claims: createClaims(context),
    ledger: createLedger(context),
    artifacts: createArtifacts(context),
    projections: createProjections(context),
    brake: createBrake(context),
    batches: createBatches(context),
    records: createRecords(context),
    attend: (host) => attend(context, host),
    now: async () => Date.parse(await clockOf(context.db, context.engine)),
    close: () => context.db.destroy(),
  };
}
