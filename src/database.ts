/**
 * Makes the databases and users that docker-compose.yml needs, and the store's tables, or brings them up to date; ends. Runs as the
 * database's administrator, which neither Temporal nor the worker is: each has a user and databases of its own, and the worker's user
 * cannot change or remove what the ledger holds. PGHOST, PGPORT and PGUSER say where; passwords come from files.
 *
 *   node src/database.ts
 */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { keepFilesPrivate } from './service/home.ts';
import { openStore } from './store/open.ts';

keepFilesPrivate();

/** What the worker changes and removes in its daily work. All other tables only grow: ledger, its texts, artifacts. */
const CHANGED = ['meta', 'claim', 'hold', 'projection', 'brake', 'batch', 'batch_item', 'artifact_upload'];
const TEMPORAL = { user: 'temporal_server', databases: ['temporal', 'temporal_visibility'] };

async function main(): Promise<void> {
  const password = await secretOf('PGPASSWORD_FILE');
  const worker = new URL(await secretOf('STORE_URL_FILE'));
  const [user, database] = [decodeURIComponent(worker.username), decodeURIComponent(worker.pathname.slice(1))];
  await using admin = await connected({ password, database: 'postgres' });
  await haveUser(admin.run, TEMPORAL.user, await secretOf('TEMPORAL_PASSWORD_FILE'));
  await haveUser(admin.run, user, decodeURIComponent(worker.password));
  for (const name of TEMPORAL.databases) await haveDatabase(admin.run, name, { owner: TEMPORAL.user, others: [] });
  await haveDatabase(admin.run, database, { others: [user] });
  for (const [owner, own] of [
    ...TEMPORAL.databases.map((name) => [TEMPORAL.user, name] as const),
    [user, database] as const,
  ])
    await admin.run('alter role %I in database %I reset all', owner, own);
  await makeStore(password, database);
  await using store = await connected({ password, database });
  await store.run('revoke all on all tables in schema public from public');
  await store.run('revoke create on schema public from public');
  await store.run('grant usage on schema public to %I', user);
  await store.run('revoke all on all tables in schema public from %I', user);
  await store.run('grant select, insert on all tables in schema public to %I', user);
  for (const table of CHANGED) await store.run('grant update, delete on %I to %I', table, user);
}

async function secretOf(variable: string): Promise<string> {
  const file = process.env[variable];
  if (!file) throw new Error(`${variable} names no file`);
  const text = (await readFile(file, 'utf8')).trim();
  if (text === '') throw new Error(`${file} is empty`);
  return text;
}

/** Runs a statement with the names (`%I`) and texts (`%L`) put in by the database, which takes no parameters here. */
type Run = (statement: string, ...words: string[]) => Promise<unknown[]>;

async function connected(options: pg.ClientConfig): Promise<AsyncDisposable & { run: Run }> {
  const client = new pg.Client(options);
  await client.connect();
  const run: Run = async (statement, ...words) => {
    const places = words.map((_, at) => `, $${at + 2}::text`).join('');
    const { rows } = await client.query<{ text: string }>(`select format($1${places}) as text`, [statement, ...words]);
    return (await client.query(rows[0]?.text ?? '')).rows;
  };
  return { run, [Symbol.asyncDispose]: () => client.end() };
}

async function haveUser(run: Run, name: string, password: string): Promise<void> {
  const [known] = await run('select 1 from pg_roles where rolname = %L', name);
  if (known === undefined) await run('create role %I', name);
  // Each time: a password that was changed in its file counts from the next start on.
  await run('alter role %I login nosuperuser nocreatedb nocreaterole password %L', name, password);
  // A user may set its own defaults: another search path, and no table is found any more.
  await run('alter role %I reset all', name);
}

/** Nobody but its owner and `others` may connect to it. */
async function haveDatabase(run: Run, name: string, { owner, others }: { owner?: string; others: string[] }) {
  const [known] = await run('select 1 from pg_database where datname = %L', name);
  if (known === undefined) await run('create database %I', name);
  if (owner !== undefined) await run('alter database %I owner to %I', name, owner);
  await run('revoke all on database %I from public', name);
  for (const other of others) await run('grant connect on database %I to %I', name, other);
}

async function makeStore(password: string, database: string): Promise<void> {
  const { PGHOST = 'localhost', PGPORT = '5432', PGUSER = 'postgres' } = process.env;
  const [user, secret] = [PGUSER, password].map(encodeURIComponent);
  const store = await openStore({ postgres: `postgres://${user}:${secret}@${PGHOST}:${PGPORT}/${database}` });
  await store.close();
}

main().catch((error: unknown) => {
  console.error(`The databases were not made: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
