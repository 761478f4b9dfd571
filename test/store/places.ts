/** Databases of one test, and the way past the store into them: for tampering, faults, and looking at the rows. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import type { StorePlace } from '../../src/store/open.ts';

export interface TestPlace {
  engine: 'SQLite' | 'PostgreSQL';
  store: StorePlace;
  /** Runs one statement on a connection of its own, and answers its rows. */
  sql(text: string): Promise<Record<string, unknown>[]>;
  /** The same, whatever the tables refer to: whoever tampers may do that. */
  tamper(text: string): Promise<void>;
  /** A backup of it, restored elsewhere. Nobody has it open meanwhile. */
  restored(): Promise<StorePlace>;
  /** Some bytes as the engine writes them. */
  someBytes: string;
  /** A trigger named `fault` that refuses `event` (`insert`, `update of …`) on a table. */
  fault(table: string, event: string): Promise<void>;
  mend(table: string): Promise<void>;
}

export async function sqlitePlace(): Promise<TestPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'store.db');
  const sql = async (text: string) => {
    using database = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: false });
    return database.prepare(text).all();
  };
  return {
    engine: 'SQLite',
    store: { file },
    sql,
    tamper: async (text) => void (await sql(text)),
    restored: async () => {
      const copy = join(folder, `${randomUUID()}.db`);
      await sql(`vacuum into '${copy}'`);
      return { file: copy };
    },
    someBytes: 'zeroblob(100)',
    fault: async (table, event) =>
      void (await sql(
        `create trigger fault before ${event} on ${table} begin select raise(abort, 'injected fault'); end`,
      )),
    mend: async () => void (await sql('drop trigger fault')),
  };
}

export async function postgresPlace(): Promise<TestPlace> {
  const name = `store_${randomUUID().replaceAll('-', '')}`;
  const server = inject('postgresUrl');
  const create = async (database: string, from = 'template1') => {
    await once(server, `create database ${database} template ${from}`);
    // Whoever still has it open was told to close it before; a killed process has not.
    onTestFinished(async () => void (await once(server, `drop database ${database} with (force)`)));
    const url = new URL(server);
    url.pathname = `/${database}`;
    return url.href;
  };
  const url = await create(name);
  const sql = (text: string) => once(url, text);
  return {
    engine: 'PostgreSQL',
    store: { postgres: url },
    sql,
    tamper: async (text) => void (await sql(`set session_replication_role = replica; ${text}`)),
    restored: async () => ({ postgres: await create(`${name}_restored`, name) }),
    someBytes: `decode(repeat('00', 100), 'hex')`,
    async fault(table, event) {
      await sql(
        `create or replace function fault() returns trigger language plpgsql as $$ begin raise 'injected fault'; end $$`,
      );
      await sql(`create trigger fault before ${event} on ${table} for each row execute function fault()`);
    },
    mend: async (table) => void (await sql(`drop trigger fault on ${table}`)),
  };
}

async function once(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
