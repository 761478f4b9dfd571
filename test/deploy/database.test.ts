/** The users and databases of docker-compose.yml, made by its own program on a real PostgreSQL. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { verifyStore } from '../../src/audit/verify.ts';
import { openStore } from '../../src/store/open.ts';
import { type Postgres, startPostgres } from '../../tools/postgres.ts';
import { leavePast } from '../audit/pasts.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { runNode } from './run.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.remove());

const urlOf = (user: string, password: string, database: string, on = postgres): string => {
  const url = new URL(on.url(database));
  [url.username, url.password] = [user, encodeURIComponent(password)];
  return url.href;
};

async function makeDatabases(workerPassword: string, { on = postgres, worker = 'migrator_worker' } = {}) {
  const folder = await temporaryDirectory();
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), `${text}\n`);
    return join(folder, name);
  };
  const { hostname, port, username, password } = new URL(on.url());
  return runNode(['src/database.ts'], {
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD_FILE: await file('admin', password),
    TEMPORAL_PASSWORD_FILE: await file('temporal', 'of-temporal'),
    STORE_URL_FILE: await file('store', urlOf(worker, workerPassword, 'migrator', on)),
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

it('keeps Temporal out of the store, and the worker out of Temporal', { timeout: 60_000 }, async () => {
  expect((await makeDatabases('again')).code).toBe(0);
  const temporal = (database: string) => urlOf('temporal_server', 'of-temporal', database);
  for (const database of ['temporal', 'temporal_visibility']) {
    expect(await run(temporal(database), 'create table if not exists shards (a text)')).toBe('done');
    expect(await run(urlOf('migrator_worker', 'again', database), 'select 1')).toBe(DENIED);
  }
  expect(await run(temporal('migrator'), 'select 1')).toBe(DENIED);
});

/** As docker-compose.yml had it once: one user, the administrator, for Temporal, for the worker and for everything. */
async function openOldVolume(): Promise<Postgres> {
  const old = await startPostgres();
  onTestFinished(() => old.remove());
  for (const database of ['temporal', 'temporal_visibility']) {
    const url = await old.create(database);
    for (const statement of [
      'create table executions (id bigserial not null unique, shard integer primary key)',
      'insert into executions (shard) values (7)',
      'create index by_shard on executions (shard, id)',
      'create function doubled(n integer) returns integer as $$ select 2 * n $$ language sql immutable',
      'alter table executions add column twice integer generated always as (doubled(shard)) stored',
      'create view "Open ones" as select * from executions',
      'create extension btree_gin',
    ])
      expect([statement, await run(url, statement)]).toEqual([statement, 'done']);
  }
  return old;
}

it('goes on with a volume of the time when one user had everything', { timeout: 60_000 }, async () => {
  const old = await openOldVolume();
  const place = { postgres: await old.create('migrator') };
  const { migration } = await leavePast(place, 'INT-16');
  const before = await openStore(place);
  const digest = await before.artifacts.put(Buffer.from('evidence of then'), 'text/plain');
  const entries = await before.ledger.read(migration);
  await before.close();

  for (const time of ['first', 'second'])
    expect([time, await makeDatabases('new', { on: old })]).toEqual([time, { code: 0, lines: [] }]);
  const worker = urlOf('migrator_worker', 'new', 'migrator', old);
  const store = await openStore({ postgres: worker });
  try {
    expect((await buffer(store.artifacts.get(digest))).toString()).toBe('evidence of then');
    expect(await store.ledger.read(migration)).toEqual(entries);
    expect((await verifyStore(store, { onFinding: () => undefined })).verdict).toBe('whole');
  } finally {
    await store.close();
  }
  expect(await run(worker, 'delete from ledger')).toBe(DENIED);
  for (const database of ['temporal', 'temporal_visibility']) {
    const temporal = urlOf('temporal_server', 'of-temporal', database, old);
    // As the server works, and as the next release changes its tables.
    for (const statement of [
      'insert into executions (shard) values (8)',
      'update executions set shard = 9 where shard = 7',
      'select * from "Open ones"',
      'alter table executions add column more text',
      'create or replace function doubled(n integer) returns integer as $$ select 2 * n $$ language sql immutable',
      'drop view "Open ones"',
      'create extension if not exists btree_gin',
    ])
      expect([statement, await run(temporal, statement)]).toEqual([statement, 'done']);
  }
});

it.each([
  ['migrator', /names migrator, which is an administrator .*migrator_worker.* Nothing was changed/],
  ['temporal_server', /names temporal_server, which is Temporal's user/],
])('refuses a connection string of %s, and takes no right from it', { timeout: 60_000 }, async (worker, what) => {
  const old = await openOldVolume();
  const { code, lines } = await makeDatabases('new', { on: old, worker });
  expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringMatching(what)] });
  expect(lines.join()).not.toContain('new@');
  expect(await run(old.url(), 'create role another superuser')).toBe('done');
  expect(await run(old.url(), "select 1 / count(*) from pg_roles where rolname = 'migrator_worker'")).toBe('22012');
});
