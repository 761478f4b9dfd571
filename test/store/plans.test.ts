/** What an entry costs does not grow with the ledger: no statement of an append, or of reading on, looks at more than its own rows. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type CompiledQuery, Kysely } from 'kysely';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import type { Context } from '../../src/store/engine.ts';
import { migrate } from '../../src/store/migrate.ts';
import { storeOver } from '../../src/store/open.ts';
import { POSTGRES, postgresDialect } from '../../src/store/postgres.ts';
import { NodeSqliteDialect, SQLITE } from '../../src/store/sqlite.ts';
import type { Tables } from '../../src/store/tables.ts';
import { asShown } from '../support/pictures.ts';
import type { TestPlace } from './places.ts';
import { ENGINES, holderOf, newPlace, picture, request } from './samples.ts';

const STATEMENT = /^\s*(?:select|insert|update|with)\b/;

/** Every statement of appends of each kind, and of reading on, as it was sent. */
async function statementsOf({ store: place }: TestPlace): Promise<CompiledQuery[]> {
  const sent: CompiledQuery[] = [];
  const patienceMs = 5000;
  const dialect =
    'file' in place
      ? new NodeSqliteDialect({ file: place.file, patienceMs })
      : postgresDialect({ url: place.postgres, patienceMs });
  const db = new Kysely<Tables>({ dialect, log: ({ query }) => void sent.push(query) });
  const context: Context = { db, engine: 'file' in place ? SQLITE : POSTGRES };
  await migrate(context);
  const store = storeOver(context);
  onTestFinished(() => store.close());
  const claim = await store.claims.open(request());
  const holder = holderOf(claim);
  sent.length = 0;
  await store.ledger.append(holder, { kind: 'intent', subject: {} });
  await store.ledger.append(
    holder,
    { kind: 'verb', actor: 'lee', why: 'new', subject: {} },
    { picture: asShown(picture(claim)) },
  );
  await store.ledger.append(holder, { kind: 'closed', subject: {} }, { close: 'Completed' });
  await store.ledger.read(holder.migration, 2);
  return sent.filter(({ sql }) => STATEMENT.test(sql));
}

function sqlitePlan(file: string, { sql, parameters }: CompiledQuery): string[] {
  using database = new DatabaseSync(file);
  const rows = database.prepare(`explain query plan ${sql}`).all(...(parameters as readonly SQLInputValue[]));
  return rows.map(({ detail }) => String(detail)).filter((detail) => /^SCAN (?!CONSTANT)/.test(detail));
}

async function postgresPlan(url: string, { sql, parameters }: CompiledQuery): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Tables of a few rows are read whole whatever the index; so it is asked for the plan of a large one.
    await client.query('set enable_seqscan = off');
    const { rows } = await client.query<Record<string, string>>(`explain ${sql}`, [...parameters]);
    return rows.flatMap((row) => Object.values(row)).filter((line) => /Seq Scan/.test(line));
  } finally {
    await client.end();
  }
}

it.each(ENGINES)('%s: an append and reading on find everything by an index', async (engine) => {
  const place = await newPlace(engine);
  const statements = await statementsOf(place);
  expect(statements.length).toBeGreaterThan(8);
  for (const statement of statements) {
    const { store } = place;
    const whole = 'file' in store ? sqlitePlan(store.file, statement) : await postgresPlan(store.postgres, statement);
    expect(whole, statement.sql).toEqual([]);
  }
});
