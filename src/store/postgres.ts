/** PostgreSQL by way of `pg` and kysely's own dialect: what several hosts share. */
import { CompiledQuery, type Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely';
import pg from 'pg';
import { MigratorError } from '../contract/errors.ts';
import type { EntryDraft, LedgerEntry } from '../contract/ledger.ts';
import { type Engine, storable } from './engine.ts';
import { piecesOfEntry } from './envelope.ts';
import { LAST_ATTEMPT } from './fence.ts';
import { storeUnreachable } from './patience.ts';
import type { Holder } from './store.ts';
import type { LedgerTable, Tables } from './tables.ts';

// The moment of the statement, not of the transaction: an entry that waited for the claim is not older than the one before it.
const CLOCK = `to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export const POSTGRES: Engine = {
  clock: sql.raw<string>(CLOCK),
  bytes: 'bytea',
  hosts: 'many',
  extend,
  alone: async (tx) => {
    await sql`select pg_advisory_xact_lock(${ALONE})`.execute(tx);
  },
  // Every entry moves the head in its claim's row.
  still: async (tx) => {
    await sql`lock table claim in share mode`.execute(tx);
  },
};

/** In one statement: the database puts the entry together and hashes it, since only it knows the head and the time. */
async function extend(db: Kysely<Tables>, holder: Holder, draft: EntryDraft) {
  const { migration, epoch, runId, attempt = LAST_ATTEMPT } = holder;
  const intent = draft.kind === 'outcome' ? Number(draft.subject.intent) : null;
  const parameters = [migration, epoch, runId, draft.kind, ...piecesOfEntry(migration, draft), attempt, intent];
  const { rows } = await db.executeQuery<Pick<LedgerTable, 'entry'>>(CompiledQuery.raw(EXTEND, parameters));
  return rows[0] && (JSON.parse(rows[0].entry) as LedgerEntry);
}

/**
 * A settled intent ($10, of an outcome) takes no further one. `head` waits for whoever holds the claim and then answers it as it is; the clock is read after that, so that no entry is older than
 * the one before it; and what was entered is what `moved` the head. Each connection prepares it once: planning it takes as long as the
 * disk. Its columns are named, so a later release that adds one to a table does no harm to it.
 */
const EXTEND = `
  with head as materialized (
    select last_n + 1 as n, last_hash as prev from claim
    where migration = $1 and epoch = $2 and run_id = $3 and attempt <= $9::bigint and closed is null
      and not exists (
        select 1 from ledger where migration = $1 and n > $10::integer and kind = 'outcome'
          and entry::json #>> '{subject,intent}' = $10::text and entry::json #>> '{subject,outcome}' <> 'unknown'
      )
    for no key update
  ), placed as materialized (
    select n, prev, ${CLOCK} as at from head
  ), made as materialized (
    select n, at, $5::text || at || $6 || n || $7 || prev || $8 as entry from placed
  ), moved as (
    update claim set last_n = n, last_hash = encode(sha256(convert_to(entry, 'UTF8')), 'hex') from made
    where migration = $1
    returning n, last_hash as hash, at, entry
  )
  insert into ledger (migration, n, kind, at, hash, entry)
  select $1, n, $4, at, hash, entry from moved
  returning entry`;

/** Any number that nobody else in this database uses for an advisory lock. */
const ALONE = 4_711_016;

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; TLS and more as the parameters of `pg` say. Never shown. */
  url: string;
  patienceMs: number;
}

/** A kysely dialect over a pool of connections; a lost one is replaced by the next statement that needs it. */
export function postgresDialect({ url, patienceMs }: PostgresOptions): PostgresDialect {
  const what = placeShown(url);
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'backbone-migrator',
    max: 10,
    connectionTimeoutMillis: Math.max(patienceMs, 1000),
    keepAlive: true,
    // A lock of somebody else is waited for as long as with SQLite; zero would mean for ever.
    lock_timeout: Math.max(patienceMs, 1),
    // A host that vanished in the middle of a transaction does not hold its claim until TCP notices.
    idle_in_transaction_session_timeout: 60_000,
    // A committed intent outlives a power failure, whatever the database's own default is.
    options: '-c synchronous_commit=on',
    types: { getTypeParser },
  });
  // A connection that is lost while nobody waits on it has no statement to fail: without a listener it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDialect({ pool: telling(pool, what) });
}

/** Sizes are far below 2^53, and text is what `pg` makes of them. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format);
}

/** The same pool, whose errors say `StoreUnreachable` where the database is out of reach. */
function telling(pool: pg.Pool, what: string): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      // Whatever keeps a connection from being made: nothing can be read or written until it is mended.
      const client = await pool.connect().catch((error: unknown) => {
        throw storeUnreachable(what, error);
      });
      let lost = false;
      const query = async (text: string, parameters: readonly unknown[]) => {
        try {
          return await client.query({
            text,
            values: parameters.map(storable),
            ...(text === EXTEND ? { name: 'extend' } : {}),
          });
        } catch (error) {
          if (!isUnreachable(error)) throw error;
          lost = !(error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE);
          throw storeUnreachable(what, error);
        }
      };
      const release = (destroy?: boolean) => client.release(destroy || lost);
      // Kysely would ask for a cursor too, had it been given one.
      return { query, release } as unknown as PostgresPoolClient;
    },
  };
}

const LOCK_NOT_AVAILABLE = '55P03';

/** Classes of SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const UNREACHABLE = /^(?:08|53|57P|58|25006|25P03|55P03)/; // connection, resources, shut down, system; read-only standby, idle, lock

/** What is no answer of the database is a broken connection. */
const isUnreachable = (error: unknown): boolean =>
  error instanceof pg.DatabaseError ? UNREACHABLE.test(error.code ?? '') : error instanceof Error;

/** Host and database only. Throws `InvalidConfiguration` for what is no address of a PostgreSQL database. */
function placeShown(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && ['postgres:', 'postgresql:'].includes(parsed.protocol))
    return `postgresql://${parsed.host || 'local'}${parsed.pathname}`;
  throw new MigratorError('InvalidConfiguration', 'the connection string of the store is not a postgres:// URL.', {
    remedy: 'It reads postgres://user:password@host:5432/database; it is not repeated here, since it holds a password.',
  });
}
