/** Batches and their items. What became of a migration is in its own ledger; here is only what was handed out, and when. */
import type { Selectable, Transaction } from 'kysely';
import type { BatchEvent } from '../contract/batch.ts';
import { MigratorError } from '../contract/errors.ts';
import { digestOf } from './canonical.ts';
import { type Context, clockOf } from './engine.ts';
import { partsOf } from './parts.ts';
import type { Batches, BatchItem, BatchRecord } from './store.ts';
import type { BatchItemTable, BatchTable, Tables } from './tables.ts';

type Items = Parameters<Batches['open']>[1];

export function createBatches({ db, engine }: Context): Batches {
  return {
    open: (request, items) =>
      db.transaction().execute(async (tx) => {
        const at = await clockOf(tx, engine);
        const list = listDigest(items);
        const known = await tx.selectFrom('batch').selectAll().where('batch', '=', request.batch).executeTakeFirst();
        if (!known) return insert(tx, request, items, list, at);
        if (known.list !== list) {
          throw new MigratorError('InvalidStart', `another list was started as workflow ${request.batch}.`, {
            remedy: 'Start this one under a workflow id of its own.',
          });
        }
        return known.run === request.run ? recordFrom(known) : goOn(tx, known, request, items, at);
      }),

    async get(batch) {
      const row = await db.selectFrom('batch').selectAll().where('batch', '=', batch).executeTakeFirst();
      return row && recordFrom(row);
    },

    async list(name) {
      let query = db.selectFrom('batch').selectAll().orderBy('updated_at', 'desc').orderBy('batch');
      if (name !== undefined) query = query.where('name', '=', name);
      return (await query.execute()).map(recordFrom);
    },

    async items(batch) {
      const rows = await db.selectFrom('batch_item').selectAll().where('batch', '=', batch).orderBy('n').execute();
      return rows.map(itemFrom);
    },

    save: ({ batch, run }, { event, items = [], picture, ...plain }) =>
      db.transaction().execute(async (tx) => {
        const at = await clockOf(tx, engine);
        // Locks the row, and tells whether this run still has the batch.
        const row = await tx
          .updateTable('batch')
          .set({ ...plain, updated_at: at, ...(picture ? { picture: JSON.stringify(picture) } : {}) })
          .where('batch', '=', batch)
          .where('run', '=', run)
          .returning('events')
          .executeTakeFirst();
        if (!row) throw new MigratorError('ClaimLost', `another run works on batch ${batch}.`);
        if (event) {
          const events = JSON.stringify([...JSON.parse(row.events), { at, ...event }]);
          await tx.updateTable('batch').set({ events }).where('batch', '=', batch).execute();
        }
        for (const { n, state, startedAt, why } of items) {
          await tx
            .updateTable('batch_item')
            .set({ state, started_at: startedAt, why })
            .where('batch', '=', batch)
            .where('n', '=', n)
            .execute();
        }
      }),
  };
}

/** Who asks, why, and with which decided answers may differ. */
const listDigest = (items: Items): string => digestOf(items.map(({ original }) => original));

async function insert(
  tx: Transaction<Tables>,
  { batch, name, run, asked }: Parameters<Batches['open']>[0],
  items: Items,
  list: string,
  at: string,
): Promise<BatchRecord> {
  const row = {
    batch,
    name,
    run,
    list,
    asked: JSON.stringify(asked),
    state: 'Running',
    forgiven: 0,
    events: JSON.stringify([opened(asked, at)]),
    picture: null,
    opened_at: at,
    updated_at: at,
  };
  await tx.insertInto('batch').values(row).execute();
  const rows = items.map(({ original, workflowId, start }, n) => ({
    batch,
    n,
    original,
    workflow_id: workflowId,
    start: JSON.stringify(start),
    state: 'open',
    started_at: null,
    why: null,
  }));
  for (const part of partsOf(rows)) await tx.insertInto('batch_item').values(part).execute();
  return recordFrom(row);
}

/** The same list again: what is done stays done, what failed is tried again. */
async function goOn(
  tx: Transaction<Tables>,
  known: Selectable<BatchTable>,
  { run, asked }: Parameters<Batches['open']>[0],
  items: Items,
  at: string,
): Promise<BatchRecord> {
  const events: BatchEvent[] = JSON.parse(known.events);
  const changed = {
    run,
    asked: JSON.stringify(asked),
    state: 'Running',
    forgiven: 0,
    events: JSON.stringify([...events, opened(asked, at)]),
    updated_at: at,
  };
  await tx.updateTable('batch').set(changed).where('batch', '=', known.batch).execute();
  for (const [n, { start }] of items.entries()) {
    await tx
      .updateTable('batch_item')
      .set({ start: JSON.stringify(start), state: 'open', started_at: null, why: null })
      .where('batch', '=', known.batch)
      .where('n', '=', n)
      .where('state', 'in', ['open', 'failed'])
      .execute();
  }
  return recordFrom({ ...known, ...changed });
}

const opened = ({ requestedBy, reason }: BatchRecord['asked'], at: string): BatchEvent => ({
  at,
  by: requestedBy,
  what: 'opened',
  why: reason,
});

const recordFrom = (row: Selectable<BatchTable>): BatchRecord => ({
  batch: row.batch,
  name: row.name,
  run: row.run,
  asked: JSON.parse(row.asked),
  state: row.state as BatchRecord['state'],
  forgiven: row.forgiven,
  events: JSON.parse(row.events),
  picture: row.picture === null ? null : JSON.parse(row.picture),
  openedAt: row.opened_at,
  updatedAt: row.updated_at,
});

const itemFrom = (row: Selectable<BatchItemTable>): BatchItem => ({
  n: row.n,
  original: row.original,
  workflowId: row.workflow_id,
  start: JSON.parse(row.start),
  state: row.state as BatchItem['state'],
  startedAt: row.started_at,
  why: row.why,
});
