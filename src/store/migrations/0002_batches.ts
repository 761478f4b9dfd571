/** Batches: what was asked, what people did, and how far each migration of the list is. */
import type { Kysely } from 'kysely';

export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('batch')
    .addColumn('batch', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('run', 'text', (column) => column.notNull())
    .addColumn('list', 'text', (column) => column.notNull())
    .addColumn('asked', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('forgiven', 'integer', (column) => column.notNull())
    .addColumn('events', 'text', (column) => column.notNull())
    .addColumn('picture', 'text')
    .addColumn('opened_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('batch_name').on('batch').columns(['name', 'opened_at']).execute();
  await schema
    .createTable('batch_item')
    .addColumn('batch', 'text', (column) => column.notNull().references('batch.batch'))
    .addColumn('n', 'integer', (column) => column.notNull())
    .addColumn('original', 'text', (column) => column.notNull())
    .addColumn('workflow_id', 'text', (column) => column.notNull())
    .addColumn('start', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('started_at', 'text')
    .addColumn('why', 'text')
    .addPrimaryKeyConstraint('batch_item_key', ['batch', 'n'])
    .execute();
}
