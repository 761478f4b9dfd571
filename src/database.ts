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
  await refuseShared(admin.run, user);
  await haveUser(admin.run, TEMPORAL.user, await secretOf('TEMPORAL_PASSWORD_FILE'));
  await haveUser(admin.run, user, decodeURIComponent(worker.password));
  for (const name of TEMPORAL.databases) {
    await haveDatabase(admin.run, name, { owner: TEMPORAL.user, others: [] });
    await using database = await connected({ password, database: name });
    await handOver(database.run, TEMPORAL.user);
  }
  await haveDatabase(admin.run, database, { others: [user] });
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

/** Runs a statement with names (`%I`), texts (`%L`) and what the database itself wrote (`%s`) put in by it: it takes no parameters here. */
type Run = (statement: string, ...words: string[]) => Promise<{ name: string }[]>;

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

/** Its rights would be taken from a user that others need; the administrator's most of all, whom older releases had the worker be. */
async function refuseShared(run: Run, user: string): Promise<void> {
  const [row] = await run('select 1 from pg_roles where rolname = %L and (rolsuper or rolname = current_user)', user);
  if (row === undefined && user !== TEMPORAL.user) return;
  const whose = row === undefined ? "Temporal's user" : 'an administrator of the database';
  throw new Error(
    `the store's connection string names ${user}, which is ${whose}. Name a user of the worker's own in it, with a password of its own, like postgres://migrator_worker:…; it is made here, and finds what the other one has written. Nothing was changed.`,
  );
}

/** What is in a database from the time when the administrator was everybody belongs to its new owner, with what is in it. */
async function handOver(run: Run, owner: string): Promise<void> {
  // Indexes, and sequences of columns, go with their tables; parts of an extension stay where they are.
  const others =
    "n.nspname = 'public' and r.rolname <> %L and not exists (select 1 from pg_depend where objid = o.oid and deptype in ('e', 'a', 'i'))";
  const tables = await run(
    `select o.oid::regclass::text as name from pg_class o join pg_namespace n on n.oid = relnamespace join pg_roles r on r.oid = relowner where relkind in ('r', 'p', 'v', 'm', 'S') and ${others}`,
    owner,
  );
  const routines = await run(
    `select o.oid::regprocedure::text as name from pg_proc o join pg_namespace n on n.oid = pronamespace join pg_roles r on r.oid = proowner where ${others}`,
    owner,
  );
  for (const { name } of tables) await run('alter table %s owner to %I', name, owner);
  for (const { name } of routines) await run('alter routine %s owner to %I', name, owner);
}

async function haveUser(run: Run, name: string, password: string): Promise<void> {
  const [known] = await run('select 1 from pg_roles where rolname = %L', name);
  if (known === undefined) await run('create role %I', name);
  // Each time: a password that was changed in its file counts from the next start on.
  await run('alter role %I login nosuperuser nocreatedb nocreaterole password %L', name, password);
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
