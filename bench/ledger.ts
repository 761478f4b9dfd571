/**
 * What an entry of the ledger costs beside a bare durable insert of the same text in the same run, one after the other, on each
 * database; and whether that depends on the length of the ledger. One writer: nothing is gained by committing together.
 */
import { Kysely } from 'kysely';
import { openStore, type StorePlace } from '../src/store/open.ts';
import { postgresDialect } from '../src/store/postgres.ts';
import { NodeSqliteDialect } from '../src/store/sqlite.ts';
import type { Holder, Store } from '../src/store/store.ts';
import { median } from './median.ts';
import { onBothStores } from './stores.ts';

const WARM_UP = 200;
const ENTRIES = 3000;
/** Entries at either end of the ledger, each beside the inserts of its own moment. */
const ENDS = 500;
/** Workflow and run that hold the claim. */
export const RUN = 'bench';

interface BareTables {
  bare: { migration: string; n: number; entry: string };
}

export async function ledger(): Promise<unknown> {
  return { entries: ENTRIES, ...(await onBothStores(measure)) };
}

async function measure(place: StorePlace): Promise<unknown> {
  const store = await openStore(place);
  const bare = await bareTable(place);
  try {
    const holder = await openLedger(store);
    let text = '';
    const append = async (n: number) => {
      const subject = { step: 'resyncAToB', part: `A→B ${n}`, generation: 1, instance: 'jira-new', method: 'POST' };
      const digests = { request: 'c'.repeat(64) };
      text = JSON.stringify(await store.ledger.append(holder, { kind: 'intent', subject, digests }));
    };
    const insert = (n: number) =>
      bare.insertInto('bare').values({ migration: holder.migration, n, entry: text }).execute();
    for (let n = 0; n < WARM_UP; n++) {
      await append(n);
      await insert(n);
    }
    const [entries, inserts]: [number[], number[]] = [[], []];
    for (let n = WARM_UP; n < WARM_UP + ENTRIES; n++) {
      entries.push(await timed(() => append(n)));
      inserts.push(await timed(() => insert(n)));
    }
    const [entryMs, insertMs] = [median(entries), median(inserts)];
    const ratio = (from: number, to?: number) => median(entries.slice(from, to)) / median(inserts.slice(from, to));
    return {
      entryMs: round(entryMs),
      bareInsertMs: round(insertMs),
      entryToBareInsert: round(entryMs / insertMs),
      ofTheFirst: round(ratio(0, ENDS)),
      ofTheLast: round(ratio(-ENDS)),
    };
  } finally {
    await bare.destroy();
    await store.close();
  }
}

/** The least that is durable: one statement, committed by itself, on a connection with the store's own settings. */
async function bareTable(place: StorePlace): Promise<Kysely<BareTables>> {
  const patienceMs = 5000;
  const dialect =
    'file' in place
      ? new NodeSqliteDialect({ file: place.file, patienceMs })
      : postgresDialect({ url: place.postgres, patienceMs });
  const db = new Kysely<BareTables>({ dialect });
  await db.schema
    .createTable('bare')
    .addColumn('migration', 'text', (column) => column.notNull())
    .addColumn('n', 'integer', (column) => column.notNull())
    .addColumn('entry', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('bare_key', ['migration', 'n'])
    .execute();
  return db;
}

/** A migration with one entry. */
export function openLedger(store: Store): Promise<Holder> {
  return store.claims.open({
    original: 'jira-old/INT-16',
    cluster: 'bench',
    namespace: 'default',
    workflowId: RUN,
    runId: RUN,
    start: {
      original: { instance: 'jira-old', synchronization: 'INT-16' },
      new: { instance: 'jira-new', projects: {} },
      requestedBy: 'kim@example.com',
      reason: 'measuring',
    },
  });
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
