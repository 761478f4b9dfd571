/** The few things that SQLite and PostgreSQL say differently. Everything else in this folder is one code for both. */
import type { ColumnDataType, Kysely, RawBuilder, Transaction } from 'kysely';
import type { EntryDraft, LedgerEntry } from '../contract/ledger.ts';
import { withoutNul } from '../contract/text.ts';
import type { Holder } from './store.ts';
import type { Tables } from './tables.ts';

export interface Engine {
  /** The database's own clock as ISO 8601 UTC with milliseconds. */
  clock: RawBuilder<string>;
  /** Column type of raw bytes. */
  bytes: ColumnDataType;
  /**
   * Appends an entry without names and without a picture, as most are (a request and what became of it), and moves the claim's head
   * to it, durably and both or none; `undefined`, with nothing written, when the claim is lost. In as few statements as the database
   * needs: over a network each costs as much as the disk.
   */
  extend: Extend;
  /** From how many hosts at once it is safe to work with it. */
  hosts: 'one' | 'many';
  /** Makes whoever else asks for this wait until the transaction ends. For what is rare and must not be done by two at once. */
  alone(tx: Transaction<Tables>): Promise<void>;
  /** Waits for every entry that is being written, and lets none be written until the transaction ends. */
  still(tx: Transaction<Tables>): Promise<void>;
}

export type Extend = (db: Kysely<Tables>, holder: Holder, draft: EntryDraft) => Promise<LedgerEntry | undefined>;

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

/** A parameter of a statement, on every database: the text of PostgreSQL holds no NUL, and whatever others wrote passes here. */
export const storable = (value: unknown): unknown => (typeof value === 'string' ? withoutNul(value) : value);
