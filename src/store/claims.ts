/** Claims: which run may act on an original. */
import { randomBytes } from 'node:crypto';
import type { Selectable, Transaction } from 'kysely';
import { MigratorError } from '../contract/errors.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import type { Context } from './engine.ts';
import { enterNext, NO_ENTRY, writeEntry } from './envelope.ts';
import { heldBy, holdClaim, lost } from './fence.ts';
import { claimHeld, firstHold, holderOf, takeHold } from './holds.ts';
import type { Claim, ClaimRequest, Claims } from './store.ts';
import type { ClaimTable, Tables } from './tables.ts';
import { adopt, takeOver } from './takeOver.ts';

export function createClaims({ db, engine }: Context): Claims {
  return {
    open: (request) =>
      db.transaction().execute(async (tx) => {
        const mine = await claimOfRun(tx, request);
        if (mine) return mine;
        const adopted = await adopt(tx, engine, request);
        if (adopted) return claimFrom(adopted);
        const taken = await take(tx, request);
        // Asked twice at the same moment, the run meets its own claim only now.
        const own = taken ? undefined : await claimOfRun(tx, request);
        if (own) return own;
        if (!taken) throw await claimHeld(tx, request.original, firstHold(request));
        const { claim, startDigest } = taken;
        await writeEntry(
          tx,
          engine,
          { migration: claim.migration, n: 1, prev: NO_ENTRY },
          {
            kind: 'opened',
            actor: request.start.requestedBy,
            why: request.start.reason,
            subject: {
              original: claim.original,
              cluster: claim.cluster,
              namespace: claim.namespace,
              workflowId: claim.workflowId,
              runId: claim.runId,
              epoch: claim.epoch,
            },
            digests: { start: startDigest },
          },
        );
        return claim;
      }),

    async get(migration) {
      const row = await db.selectFrom('claim').selectAll().where('migration', '=', migration).executeTakeFirst();
      return row && claimFrom(row);
    },

    async holding(what) {
      const row = await holderOf(db, what);
      return row && claimFrom(row);
    },

    takeOver: (from, asked) =>
      db.transaction().execute(async (tx) => claimFrom(await takeOver(tx, engine, from, asked))),

    async begin(holder) {
      const { attempt } = holder;
      const begun = await heldBy(db, holder).set({ attempt }).executeTakeFirst();
      if (begun.numUpdatedRows === 0n) await lost(db, holder);
    },

    setIdentity: (holder, identity) =>
      db.transaction().execute(async (tx) => {
        const claim = await holdClaim(tx, holder);
        const text = canonicalJson(identity);
        if (claim.identity === text) return;
        if (claim.identity !== null) {
          throw new MigratorError('IdentityChanged', `${claim.migration} recorded ${claim.identity}, found ${text}.`);
        }
        await tx.updateTable('claim').set({ identity: text }).where('migration', '=', holder.migration).execute();
        await enterNext(tx, engine, claim, {
          kind: 'state',
          subject: { identity: claim.original },
          digests: { identity: sha256(text) },
        });
      }),

    hold: (holder, named, what) =>
      db.transaction().execute(async (tx) => {
        const { recordedStart } = claimFrom(await holdClaim(tx, holder));
        const free = recordedStart.dryRun ? !(await holderOf(tx, what)) : await takeHold(tx, what, holder.migration);
        if (!free) throw await claimHeld(tx, named, what);
      }),

    addCreated: (holder, synchronization, what) =>
      db.transaction().execute(async (tx) => {
        const claim = await holdClaim(tx, holder);
        const created: string[] = JSON.parse(claim.created);
        if (created.includes(synchronization)) return;
        for (const each of [synchronization, what])
          if (!(await takeHold(tx, each, holder.migration))) throw await claimHeld(tx, synchronization, each);
        await tx
          .updateTable('claim')
          .set({ created: JSON.stringify([...created, synchronization]) })
          .where('migration', '=', holder.migration)
          .execute();
        await enterNext(tx, engine, claim, { kind: 'state', subject: { created: synchronization } });
      }),
  };
}

/** A retried activity asks again for what its run already has. */
async function claimOfRun(tx: Transaction<Tables>, request: ClaimRequest): Promise<Claim | undefined> {
  const row = await tx
    .selectFrom('claim')
    .selectAll()
    .where('run_id', '=', request.runId)
    .where('original', '=', request.original)
    .executeTakeFirst();
  return row && claimFrom(row);
}

async function take(tx: Transaction<Tables>, request: ClaimRequest) {
  const migration = `m-${randomBytes(6).toString('hex')}`;
  if (!(await takeHold(tx, firstHold(request), migration))) return undefined;
  const start = canonicalJson(request.start);
  const row = await tx
    .insertInto('claim')
    .values({
      migration,
      original: request.original,
      epoch: 1,
      cluster: request.cluster,
      namespace: request.namespace,
      workflow_id: request.workflowId,
      run_id: request.runId,
      attempt: 0,
      recorded_start: start,
      identity: null,
      created: '[]',
      closed: null,
      last_n: 0,
      last_hash: NO_ENTRY,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { claim: claimFrom(row), startDigest: sha256(start) };
}

function claimFrom(row: Selectable<ClaimTable>): Claim {
  return {
    migration: row.migration,
    epoch: row.epoch,
    runId: row.run_id,
    original: row.original,
    cluster: row.cluster,
    namespace: row.namespace,
    workflowId: row.workflow_id,
    recordedStart: JSON.parse(row.recorded_start),
    identity: row.identity === null ? null : JSON.parse(row.identity),
    created: JSON.parse(row.created),
    closed: row.closed,
  };
}
