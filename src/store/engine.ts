/** The few things that SQLite and PostgreSQL say differently. Everything else in this folder is one code for both. */
import type { ColumnDataType, Kysely, RawBuilder } from 'kysely';
import type { Tables } from './tables.ts';

export interface Engine {
  /** The database's own clock as ISO 8601 UTC with milliseconds. */
  clock: RawBuilder<string>;
  /** Column type of raw bytes. */
  bytes: ColumnDataType;
}

/** What every part of the store works with. */
export interface Context {
  db: Kysely<Tables>;
  engine: Engine;
}

/** Reads the database's clock. */
export async function clockOf(db: Kysely<Tables>, engine: Engine): Promise<string> {
  const row = await db.selectNoFrom(engine.clock.as('at')).executeTakeFirstOrThrow();
  return row.at;
}
