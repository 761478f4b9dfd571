/** Whoever may write to the database changes one column of one row, of every table that the audit relies on. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/audit/findings.ts';
import { listMigrations } from '../../src/audit/list.ts';
import { recordOf } from '../../src/audit/record.ts';
import { verifyStore } from '../../src/audit/verify.ts';
import { codesIn, readPage, tableOf } from '../docs/pages.ts';
import type { TestPlace } from '../store/places.ts';
import { ENGINES, newPlace, opened } from '../store/samples.ts';
import { leavePast } from './pasts.ts';

/** The value that the column gets, as SQL, and the row. Each is one finding. */
const CHANGES: Record<string, Record<string, { to: string; row?: string; why: Finding['why'] }>> = {
  claim: {
    original: { to: `'jira-old/INT-99'`, why: 'contradicted' },
    epoch: { to: '2', why: 'contradicted' },
    cluster: { to: `'elsewhere'`, why: 'contradicted' },
    namespace: { to: `'other'`, why: 'contradicted' },
    workflow_id: { to: `'another'`, why: 'contradicted' },
    run_id: { to: `'another'`, why: 'contradicted' },
    recorded_start: { to: `replace(recorded_start, 'PA', 'PX')`, why: 'changed' },
    identity: { to: `replace(identity, 'CON-48-PA', 'CON-1-PA')`, why: 'contradicted' },
    created: { to: `'["jira-new/INT-5","jira-new/INT-6"]'`, why: 'contradicted' },
    closed: { to: 'null', why: 'contradicted' },
    last_n: { to: '7', why: 'contradicted' },
    last_hash: { to: `'${'a'.repeat(64)}'`, why: 'edited' },
  },
  ledger: {
    n: { to: '99', row: 'n = 5', why: 'reordered' },
    kind: { to: `'grant'`, row: 'n = 5', why: 'edited' },
    at: { to: `'2020-01-01T00:00:00.000Z'`, row: 'n = 5', why: 'edited' },
    hash: { to: `'${'a'.repeat(64)}'`, row: 'n = 5', why: 'edited' },
    entry: { to: `replace(entry, 'approve', 'reject')`, row: 'n = 5', why: 'edited' },
  },
  ledger_text: {
    hash: { to: `'${'a'.repeat(64)}'`, row: `value = 'lee@example.com'`, why: 'changed' },
    salt: { to: `'00'`, row: `value = 'lee@example.com'`, why: 'changed' },
    value: { to: `'sam@example.com'`, row: `value = 'lee@example.com'`, why: 'changed' },
  },
  projection: {
    workflow_id: { to: `'another'`, why: 'contradicted' },
    original: { to: `'jira-old/INT-99'`, why: 'contradicted' },
    batch: { to: `'wave-2'`, why: 'contradicted' },
    dry_run: { to: '1', why: 'contradicted' },
    state: { to: `'KeptBoth'`, why: 'contradicted' },
    picture: { to: `'{'`, why: 'contradicted' },
  },
  artifact: {
    digest: { to: `'${'a'.repeat(64)}'`, why: 'missing' },
    upload: { to: `'another'`, why: 'missing' },
    size: { to: '1', why: 'changed' },
    chunks: { to: '0', why: 'changed' },
  },
  artifact_chunk: {
    upload: { to: `'another'`, why: 'missing' },
    n: { to: '7', why: 'missing' },
    sha256: { to: `'${'a'.repeat(64)}'`, why: 'changed' },
    bytes: { to: 'BYTES', why: 'changed' },
  },
};

/** The rows of the past that is tampered with. */
const ROWS: Record<string, (past: { migration: string; artifact: string }) => string> = {
  artifact: ({ artifact }) => `digest = '${artifact}'`,
  artifact_chunk: ({ artifact }) => `upload = (select upload from artifact where digest = '${artifact}')`,
};
const rowsOf = (table: string, past: { migration: string; artifact: string }) =>
  ROWS[table]?.(past) ?? `migration = '${past.migration}'`;

const page = readPage('docs/audit.md');

/** What docs/audit.md says that nobody notices, as `table.column`. */
const unnoticed = tableOf(page, 'column', 'why nobody notices').rows.flatMap(([columns = '']) => codesIn(columns));

async function columnsOf({ engine, sql }: TestPlace, table: string): Promise<string[]> {
  const rows = await sql(
    engine === 'SQLite'
      ? `select name from pragma_table_info('${table}')`
      : `select column_name as name from information_schema.columns where table_name = '${table}'`,
  );
  return rows.map(({ name }) => String(name));
}

const withTables = Object.entries(CHANGES);
const each = withTables.flatMap(([table, columns]) =>
  Object.entries(columns).map(([column, change]) => ({ table, column, ...change })),
);

describe.each(ENGINES)('%s: an attacker with SQL', (engine) => {
  async function pasts() {
    const place = await newPlace(engine);
    await leavePast(place.store, 'INT-15');
    return { place, past: await leavePast(place.store) };
  }

  async function findings({ store: place }: TestPlace): Promise<Finding[]> {
    const found: Finding[] = [];
    await verifyStore(await opened(place), { onFinding: (finding) => found.push(finding) });
    return found;
  }

  it.each(each)('changes $table.$column, and it is one finding', async ({ table, column, to, row, why }) => {
    const { place, past } = await pasts();
    const value = to === 'BYTES' ? place.someBytes : to;
    const where = [rowsOf(table, past), row].filter((part) => part !== undefined).join(' and ');
    await place.tamper(`update ${table} set ${column} = ${value} where ${where}`);
    expect(await findings(place)).toMatchObject([{ migration: past.migration, why }]);
  });

  it.each(['claim', 'ledger', 'projection', 'artifact', 'artifact_chunk'])('deletes the rows of %s', async (table) => {
    const { place, past } = await pasts();
    await place.tamper(`delete from ${table} where ${rowsOf(table, past)}`);
    expect(await findings(place)).toHaveLength(1);
  });

  it('cannot keep an auditor from listing and showing what is left', async () => {
    const { place, past } = await pasts();
    for (const change of [`recorded_start = '['`, `created = '{"a":1}'`, `identity = ''`])
      await place.tamper(`update claim set ${change} where migration = '${past.migration}'`);
    await place.tamper(`update projection set picture = '7' where migration = '${past.migration}'`);
    await place.tamper(`update ledger set entry = 'x' where migration = '${past.migration}' and n = 5`);
    const store = await opened(place.store);
    expect(await listMigrations(store)).toHaveLength(2);
    const record = await recordOf(store, past.migration);
    expect(record).toMatchObject({ original: 'jira-old/INT-16', created: ['jira-new/INT-5'], outcome: 'Completed' });
    expect(record?.entries).toHaveLength(7);
    expect((await findings(place)).length).toBeGreaterThan(3);
  });

  it('adds a name that nobody gave, so that it is found in a migration it has no part in', async () => {
    const { place, past } = await pasts();
    const [other] = await place.sql(
      `select * from ledger_text where value = 'lee@example.com' and migration <> '${past.migration}'`,
    );
    await place.tamper(
      `insert into ledger_text (migration, hash, salt, value) values ('${past.migration}', '${other?.hash}', '${other?.salt}', '${other?.value}')`,
    );
    expect(await findings(place)).toMatchObject([{ migration: past.migration, why: 'inserted' }]);
  });

  it('meets no other column: each is tried above, or docs/audit.md says that nobody notices', async () => {
    const { place } = await pasts();
    for (const [table, changes] of withTables) {
      const columns = await columnsOf(place, table);
      expect(columns.length, table).toBeGreaterThan(2);
      const left = columns.filter((column) => !(column in changes)).map((column) => `${table}.${column}`);
      expect(left.filter((column) => !unnoticed.includes(column) && !column.endsWith('.migration'))).toEqual([]);
    }
  });

  it('changes what docs/audit.md says that nobody notices, and nobody does', async () => {
    expect(unnoticed.length).toBeGreaterThan(0);
    const { place, past } = await pasts();
    for (const name of unnoticed) {
      const [table = '', column = ''] = name.split('.');
      const value = column === 'attempt' ? '7' : `'2020-01-01T00:00:00.000Z'`;
      await place.tamper(`update ${table} set ${column} = ${value} where ${rowsOf(table, past)}`);
    }
    expect(await findings(place)).toEqual([]);
  });
});
