/** SQLite by way of `node:sqlite` behind kysely: one connection, full durability, other processes waited out. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type Kysely,
  type QueryResult,
  type Selectable,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
  sql,
} from 'kysely';
import type { EntryDraft } from '../contract/ledger.ts';
import { type Engine, storable } from './engine.ts';
import { makeEntry, NO_TEXTS } from './envelope.ts';
import { assertUnsettled, LAST_ATTEMPT } from './fence.ts';
import { type Failure, type Patience, patiently } from './patience.ts';
import type { Holder } from './store.ts';
import type { ClaimTable, Tables } from './tables.ts';

/** `node:sqlite` blocks the whole process while it waits, heartbeats too: so briefly, then asynchronously. */
const BLOCKING_WAIT_MS = 50;

const CLOCK = `strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`;

export const SQLITE: Engine = {
  clock: sql.raw<string>(CLOCK),
  bytes: 'blob',
  hosts: 'one',
  extend,
  // Every transaction begins `immediate` and is alone already.
  alone: async () => {},
  still: async () => {},
};

/** The transaction is alone from its beginning, so the head that it finds stays until it ends. */
function extend(db: Kysely<Tables>, holder: Holder, draft: EntryDraft) {
  const { migration, epoch, runId, attempt = LAST_ATTEMPT } = holder;
  return db.transaction().execute(async (tx) => {
    await assertUnsettled(tx, holder, draft);
    const { rows } = await tx.executeQuery<Head>(CompiledQuery.raw(READ_HEAD, [migration, epoch, runId, attempt]));
    const [head] = rows;
    if (!head) return undefined;
    const place = { migration, n: head.last_n + 1, prev: head.last_hash, at: head.at };
    const { entry, row } = makeEntry(place, draft, NO_TEXTS);
    await tx.executeQuery(CompiledQuery.raw(MOVE_HEAD, [row.n, row.hash, migration]));
    await tx.executeQuery(CompiledQuery.raw(ENTER, [migration, row.n, row.kind, row.at, row.hash, row.entry]));
    return entry;
  });
}

type Head = Pick<Selectable<ClaimTable>, 'last_n' | 'last_hash'> & { at: string };

const READ_HEAD = `
  select last_n, last_hash, ${CLOCK} as at from claim
  where migration = ? and epoch = ? and run_id = ? and attempt <= ? and closed is null`;
const MOVE_HEAD = 'update claim set last_n = ?, last_hash = ? where migration = ?';
const ENTER = 'insert into ledger (migration, n, kind, at, hash, entry) values (?, ?, ?, ?, ?, ?)';

export interface SqliteOptions {
  file: string;
  patienceMs: number;
}

/** A kysely dialect over a database file; `:memory:` for one that is gone with the process. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  readonly #patience: Patience;

  constructor({ file, patienceMs }: SqliteOptions) {
    const patience: Patience = { what: file, patienceMs, classify: classifySqlite };
    const config = { database: async () => adapt(await patiently(() => openDatabase(file), patience)) };
    super(config);
    this.#config = config;
    this.#patience = patience;
  }

  override createDriver(): Driver {
    return new PatientDriver(this.#config, this.#patience);
  }
}

function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BLOCKING_WAIT_MS, enableForeignKeyConstraints: true });
  try {
    database.exec('PRAGMA journal_mode = WAL');
    // FULL: a committed intent outlives a power failure; WAL alone would only promise consistency. fullfsync: the same on macOS.
    database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** Lists of another length are other texts: not all are kept. */
const MOST_PREPARED = 200;

/** Kysely expects the interface of better-sqlite3: arrays of parameters, and a flag for statements that return rows. */
function adapt(database: DatabaseSync): SqliteDatabase {
  const given = (parameters: readonly unknown[]) => parameters.map(storable) as readonly SQLInputValue[];
  // What the store says is a few dozen texts, and preparing one takes longer than running it.
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(text) {
      const known = prepared.get(text);
      if (known) return known;
      const statement = database.prepare(text);
      const ready: SqliteStatement = {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...given(parameters)),
        run: (parameters) => statement.run(...given(parameters)),
        iterate: (parameters) => statement.iterate(...given(parameters)),
      };
      if (prepared.size < MOST_PREPARED) prepared.set(text, ready);
      return ready;
    },
  };
}

class PatientDriver extends SqliteDriver {
  readonly #patience: Patience;
  #connection: PatientConnection | undefined;

  constructor(config: SqliteDialectConfig, patience: Patience) {
    super(config);
    this.#patience = patience;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#connection ??= new PatientConnection(await super.acquireConnection(), this.#patience);
    return this.#connection;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // A deferred transaction that reads and then writes fails at once when another process wrote in between.
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw('rollback'));
    } catch (error) {
      // After a full disk or an I/O error SQLite has rolled back itself; the error that led here is the one to see.
      if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error;
    }
  }
}

class PatientConnection implements DatabaseConnection {
  readonly #inner: DatabaseConnection;
  readonly #patience: Patience;

  constructor(inner: DatabaseConnection, patience: Patience) {
    this.#inner = inner;
    this.#patience = patience;
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return patiently(() => this.#inner.executeQuery<R>(query), this.#patience);
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#inner.streamQuery<R>(query, chunkSize);
  }
}

/** Primary result codes, https://www.sqlite.org/rescode.html. */
const BUSY = new Set([5, 6]); // BUSY, LOCKED
const UNREACHABLE = new Set([8, 10, 13, 14, 15]); // READONLY, IOERR, FULL, CANTOPEN, PROTOCOL

function classifySqlite(error: unknown): Failure {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return 'other';
  const primary = error.errcode & 0xff;
  if (BUSY.has(primary)) return 'busy';
  return UNREACHABLE.has(primary) ? 'unreachable' : 'other';
}
