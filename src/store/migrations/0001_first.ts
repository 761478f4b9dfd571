import { type Kysely, sql } from 'kysely';
import type { Engine } from '../engine.ts';

/** Ledger, artifacts, claims, projections, brake. */
export async function up(db: Kysely<unknown>, engine: Engine): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('artifact_upload')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('started_at', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('artifact_chunk')
    .addColumn('upload', 'text', (column) => column.notNull().references('artifact_upload.id').onDelete('cascade'))
    .addColumn('n', 'integer', (column) => column.notNull())
    .addColumn('sha256', 'text', (column) => column.notNull())
    .addColumn('bytes', engine.bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('artifact_chunk_key', ['upload', 'n'])
    .execute();
  await schema
    .createTable('artifact')
    .addColumn('digest', 'text', (column) => column.primaryKey())
    .addColumn('upload', 'text', (column) => column.notNull().unique().references('artifact_upload.id'))
    .addColumn('media_type', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('chunks', 'integer', (column) => column.notNull())
    .addColumn('stored_at', 'text', (column) => column.notNull())
    .execute();

  await schema
    .createTable('claim')
    .addColumn('migration', 'text', (column) => column.primaryKey())
    .addColumn('original', 'text', (column) => column.notNull())
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .addColumn('cluster', 'text', (column) => column.notNull())
    .addColumn('namespace', 'text', (column) => column.notNull())
    .addColumn('workflow_id', 'text', (column) => column.notNull())
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('attempt', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('recorded_start', 'text', (column) => column.notNull())
    .addColumn('identity', 'text')
    .addColumn('created', 'text', (column) => column.notNull())
    .addColumn('closed', 'text')
    .addColumn('last_n', 'integer', (column) => column.notNull())
    .addColumn('last_hash', 'text', (column) => column.notNull())
    .execute();
  // The guard against two migrations of one original, whatever the code above it does.
  await schema
    .createTable('hold')
    .addColumn('what', 'text', (column) => column.primaryKey())
    .addColumn('migration', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('hold_migration').on('hold').column('migration').execute();
  await schema.createIndex('claim_run').on('claim').column('run_id').execute();

  await schema
    .createTable('ledger')
    .addColumn('migration', 'text', (column) => column.notNull().references('claim.migration'))
    .addColumn('n', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('entry', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('ledger_key', ['migration', 'n'])
    .execute();
  await schema
    .createTable('ledger_text')
    .addColumn('migration', 'text', (column) => column.notNull().references('claim.migration'))
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('salt', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('ledger_text_key', ['migration', 'hash'])
    .execute();

  await schema
    .createTable('projection')
    .addColumn('migration', 'text', (column) => column.primaryKey().references('claim.migration'))
    .addColumn('workflow_id', 'text', (column) => column.notNull())
    .addColumn('original', 'text', (column) => column.notNull())
    .addColumn('batch', 'text')
    .addColumn('dry_run', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addColumn('picture', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('projection_workflow').on('projection').column('workflow_id').execute();
  await schema.createIndex('projection_original').on('projection').column('original').execute();
  await schema.createIndex('projection_batch').on('projection').columns(['batch', 'updated_at']).execute();
  await schema.createIndex('projection_updated').on('projection').columns(['updated_at', 'migration']).execute();

  await schema
    .createTable('brake')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('by', 'text', (column) => column.notNull())
    .addColumn('why', 'text', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('released_by', 'text')
    .addColumn('released_at', 'text')
    .execute();
  await schema
    .createIndex('brake_on')
    .on('brake')
    .column('scope')
    .unique()
    .where(sql.ref('released_at'), 'is', null)
    .execute();
}
