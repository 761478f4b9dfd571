/** Projections: the newest picture of every migration, for all that lists or watches without asking a workflow. */

import type { Kysely, Selectable, Transaction } from 'kysely';
import { append } from '../contract/lists.ts';
import { FINAL_STATES, type MigrationState, PERSON_STATES, STATES } from '../contract/names.ts';
import type { StartInput } from '../contract/start.ts';
import type { MigrationPicture } from '../contract/status.ts';
import { type Context, clockOf } from './engine.ts';
import { holdClaim } from './fence.ts';
import { partsOf } from './parts.ts';
import type { Outline, ProjectionRow, Projections } from './store.ts';
import type { ClaimTable, ProjectionTable, Tables } from './tables.ts';

export function createProjections({ db, engine }: Context): Projections {
  // The migration id makes the order total where two pictures share a millisecond.
  const newestFirst = () => db.selectFrom('projection').selectAll().orderBy('updated_at', 'desc').orderBy('migration');
  return {
    async get(migration) {
      return asRow(await newestFirst().where('migration', '=', migration).executeTakeFirst());
    },

    async byWorkflowId(workflowId) {
      return asRow(await newestFirst().where('workflow_id', '=', workflowId).limit(1).executeTakeFirst());
    },

    async list({ open, original, batch, limit } = {}) {
      let query = newestFirst();
      if (open) query = query.where('state', 'not in', FINAL_STATES);
      if (original !== undefined) query = query.where('original', '=', original);
      if (batch !== undefined) query = query.where('batch', '=', batch);
      if (limit !== undefined) query = query.limit(limit);
      return (await query.execute()).map(rowFrom);
    },

    async newest(originals) {
      const rows: Outline[] = [];
      for (const some of partsOf(originals)) append(rows, await newestOf(db, some));
      return rows;
    },

    put: (holder, picture) =>
      db.transaction().execute(async (tx) => {
        const claim = await holdClaim(tx, holder);
        await writeProjection(tx, claim, picture, await clockOf(tx, engine));
      }),
  };
}

/** Of these the picture says whether a person is waited for, and for what. */
const WITH_PICTURE: readonly MigrationState[] = [...PERSON_STATES, 'Deleting'];

async function newestOf(db: Kysely<Tables>, originals: readonly string[]): Promise<Outline[]> {
  const rows = await db
    .selectFrom('projection')
    .select(['migration', 'workflow_id', 'original', 'dry_run', 'state', 'updated_at'])
    .select(({ eb }) =>
      eb.case().when('state', 'in', WITH_PICTURE).then(eb.ref('picture')).else(null).end().as('picture'),
    )
    .where('original', 'in', originals)
    .orderBy('updated_at')
    .orderBy('migration', 'desc')
    .execute();
  // An open migration holds the original, whatever happened later to the ended ones: there is at most one.
  const newest = new Map<string, (typeof rows)[number]>();
  const isOpen = (row: (typeof rows)[number]) => !FINAL_STATES.some((state) => state === row.state);
  for (const row of rows) {
    const name = `${row.dry_run} ${row.original}`;
    const known = newest.get(name);
    if (!known || !isOpen(known)) newest.set(name, row);
  }
  return [...newest.values()].map(({ workflow_id, updated_at, dry_run, state, picture, ...row }) => ({
    ...row,
    dryRun: dry_run === 1,
    workflowId: workflow_id,
    updatedAt: updated_at,
    state: STATES.find((known) => known === state) ?? 'Running',
    ...(picture ? { picture: JSON.parse(picture) } : {}),
  }));
}

/** Puts the picture in the caller's transaction. What the row is found by comes from the claim, not from the picture. */
export async function writeProjection(
  tx: Transaction<Tables>,
  claim: Selectable<ClaimTable>,
  picture: MigrationPicture,
  at: string,
): Promise<void> {
  const start: StartInput = JSON.parse(claim.recorded_start);
  const changing = { state: picture.state, updated_at: at, picture: JSON.stringify(picture) };
  await tx
    .insertInto('projection')
    .values({
      migration: claim.migration,
      workflow_id: claim.workflow_id,
      original: claim.original,
      batch: start.batch ?? null,
      dry_run: start.dryRun ? 1 : 0,
      ...changing,
    })
    .onConflict((conflict) => conflict.column('migration').doUpdateSet({ ...changing, workflow_id: claim.workflow_id }))
    .execute();
}

const asRow = (row: Selectable<ProjectionTable> | undefined): ProjectionRow | undefined => row && rowFrom(row);

function rowFrom(row: Selectable<ProjectionTable>): ProjectionRow {
  return {
    migration: row.migration,
    workflowId: row.workflow_id,
    updatedAt: row.updated_at,
    picture: JSON.parse(row.picture),
  };
}
