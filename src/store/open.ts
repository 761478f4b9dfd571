/** Opens the store of one host: a SQLite file. */
import { Kysely } from 'kysely';
import { createArtifacts } from './artifacts.ts';
import { createBrake } from './brake.ts';
import { createClaims } from './claims.ts';
import { type Context, clockOf } from './engine.ts';
import { createLedger } from './ledger.ts';
import { migrate } from './migrate.ts';
import { createProjections } from './projections.ts';
import { NodeSqliteDialect, SQLITE } from './sqlite.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';
import { removeAbandonedUploads } from './upload.ts';

export interface OpenStoreOptions {
  /** The database file, made when it is not there; its folder must be. `:memory:` for one that is gone with the process. */
  file: string;
  /** How long a statement waits for a database that another process holds, before `StoreUnreachable`. Default 5000. */
  patienceMs?: number;
}

/**
 * Opens the store and brings its schema up to date. Several processes on one host may have the same file open. Throws
 * `StoreUnreachable` when the file cannot be opened, or when a newer release has written it.
 */
export async function openStore({ file, patienceMs = 5000 }: OpenStoreOptions): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect({ file, patienceMs }) });
  const context: Context = { db, engine: SQLITE };
  try {
    await migrate(context);
    await removeAbandonedUploads(context);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return storeOver(context);
}

/** The store over any database whose schema is up to date. */
export function storeOver(context: Context): Store {
  return {
    claims: createClaims(context),
    ledger: createLedger(context),
    artifacts: createArtifacts(context),
    projections: createProjections(context),
    brake: createBrake(context),
    now: async () => Date.parse(await clockOf(context.db, context.engine)),
    close: () => context.db.destroy(),
  };
}
