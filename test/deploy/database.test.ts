/** The users and databases of docker-compose.yml, made by its own program on a real PostgreSQL. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { type Postgres, startPostgres } from '../../tools/postgres.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { runNode } from './run.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.remove());

const urlOf = (user: string, password: string, database: string): string => {
  const url = new URL(postgres.url(database));
  [url.username, url.password] = [user, encodeURIComponent(password)];
  return url.href;
};

async function makeDatabases(workerPassword: string) {
  const folder = await temporaryDirectory();
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), `${text}\n`);
    return join(folder, name);
  };
  const { hostname, port, username, password } = new URL(postgres.url());
  return runNode(['src/database.ts'], {
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD_FILE: await file('admin', password),
    TEMPORAL_PASSWORD_FILE: await file('temporal', 'of-temporal'),
    STORE_URL_FILE: await file('store', urlOf('migrator_worker', workerPassword, 'migrator')),
  });
}

async function run(url: string, statement: string): Promise<string> {
  const client = new pg.Client(url);
  try {
    await client.connect();
    await client.query(statement);
    return 'done';
  } catch (error) {
    return error instanceof pg.DatabaseError ? (error.code ?? '') : String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}
const DENIED = '42501';

it('lets the worker do its work, and change or remove nothing that was recorded', { timeout: 60_000 }, async () => {
  expect(await makeDatabases('first')).toEqual({ code: 0, lines: [] });
  // Once more, with another password: the file counts.
  expect(await makeDatabases("it's %I another")).toEqual({ code: 0, lines: [] });
  const worker = urlOf('migrator_worker', "it's %I another", 'migrator');
  const store = await openStore({ postgres: worker });
  try {
    const digest = await store.artifacts.put(Buffer.from('evidence'), 'text/plain');
    expect(await store.artifacts.has(digest)).toBe(true);
    await store.brake.on('all', 'kim@example.com', 'test');
  } finally {
    await store.close();
  }
  expect(await run(worker, 'select 1')).toBe('done');
  for (const table of ['ledger', 'ledger_text', 'artifact', 'artifact_chunk'])
    for (const statement of [
      `delete from ${table}`,
      `truncate ${table}`,
      `drop table ${table}`,
      `alter table ${table} disable trigger all`,
    ])
      expect([statement, await run(worker, statement)]).toEqual([statement, DENIED]);
  for (const statement of [
    "update ledger set entry = '{}'",
    "update ledger_text set value = ''",
    "update artifact_chunk set bytes = ''",
    'update artifact set size = 0',
    'create table mine (a text)',
    'alter role migrator_worker superuser',
    'create database mine',
    'set role migrator',
  ])
    expect([statement, await run(worker, statement)]).toEqual([statement, DENIED]);
  // What an artifact stands on goes with nobody.
  expect(await run(worker, 'delete from artifact_upload')).toBe('23503');
});

it('takes back what the worker’s user set for itself, so that the store is found and written again', {
  timeout: 60_000,
}, async () => {
  expect((await makeDatabases('again')).code).toBe(0);
  const worker = urlOf('migrator_worker', 'again', 'migrator');
  for (const setting of ['search_path = pg_temp', 'default_transaction_read_only = on', "statement_timeout = '1ms'"])
    for (const where of ['', 'in database migrator ']) {
      expect(await run(worker, `alter role migrator_worker ${where}set ${setting}`)).toBe('done');
      expect((await makeDatabases('again')).code).toBe(0);
      const store = await openStore({ postgres: worker });
      try {
        await store.brake.on('all', 'kim@example.com', setting);
      } finally {
        await store.close();
      }
    }
});

it('keeps Temporal out of the store, and the worker out of Temporal', { timeout: 60_000 }, async () => {
  expect((await makeDatabases('again')).code).toBe(0);
  const temporal = (database: string) => urlOf('temporal_server', 'of-temporal', database);
  for (const database of ['temporal', 'temporal_visibility']) {
    expect(await run(temporal(database), 'create table if not exists shards (a text)')).toBe('done');
    expect(await run(urlOf('migrator_worker', 'again', database), 'select 1')).toBe(DENIED);
  }
  expect(await run(temporal('migrator'), 'select 1')).toBe(DENIED);
});
