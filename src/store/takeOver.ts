/** Takeover: a claim whose run is gone goes on with a new one, in the next epoch and the same ledger. */
import type { Selectable, Transaction } from 'kysely';
import { MigratorError } from '../contract/errors.ts';
import type { LedgerEntry } from '../contract/ledger.ts';
import { clockOf, type Engine } from './engine.ts';
import { enterNext } from './envelope.ts';
import { holdClaim } from './fence.ts';
import { openIntents } from './intents.ts';
import type { ClaimRequest, Holder, TakeOver } from './store.ts';
import type { ClaimTable, Tables } from './tables.ts';

type Row = Selectable<ClaimTable>;

/** In place of a run id while the run that was asked for has not begun; no run has it, so nobody can write. */
export const AWAITED_RUN = 'awaited';

/** From here on the run that held the claim can enter nothing, so no new intent of it can come. */
export async function takeOver(
  tx: Transaction<Tables>,
  engine: Engine,
  from: Holder,
  { cluster, namespace, workflowId, actor, why, holder }: TakeOver,
): Promise<Row> {
  const claim = await holdClaim(tx, from);
  const rows = await tx.selectFrom('ledger').select('entry').where('migration', '=', claim.migration).execute();
  const entries: LedgerEntry[] = rows.map(({ entry }) => JSON.parse(entry));
  const now = Date.parse(await clockOf(tx, engine));
  const [sending] = openIntents(entries)
    .filter(({ leaseOver }) => leaseOver > now)
    .toSorted((one, other) => other.leaseOver - one.leaseOver);
  if (sending) {
    throw new MigratorError(
      'NotYet',
      `${claim.migration}: "${sending.part}" on ${sending.instance} may be under way until ${new Date(sending.leaseOver).toISOString()}.`,
      { remedy: 'Take it over after that time.' },
    );
  }
  const epoch = claim.epoch + 1;
  await tx
    .updateTable('claim')
    .set({ epoch, cluster, namespace, workflow_id: workflowId, run_id: AWAITED_RUN, attempt: 0 })
    .where('migration', '=', claim.migration)
    .execute();
  await enterNext(tx, engine, claim, {
    kind: 'verb',
    actor,
    ...(why === undefined ? {} : { why }),
    subject: {
      verb: 'takeover',
      epoch,
      holder,
      from: `${claim.namespace}/${claim.workflow_id}/${claim.run_id}`,
      cluster,
      namespace,
      workflowId,
    },
  });
  return tx.selectFrom('claim').selectAll().where('migration', '=', claim.migration).executeTakeFirstOrThrow();
}

/** The run that a takeover waits for gets the claim; another one gets nothing. */
export async function adopt(tx: Transaction<Tables>, engine: Engine, request: ClaimRequest): Promise<Row | undefined> {
  const { original, cluster, namespace, workflowId, runId } = request;
  const claim = await tx
    .updateTable('claim')
    .set({ run_id: runId })
    .where('original', '=', original)
    .where('closed', 'is', null)
    .where('run_id', '=', AWAITED_RUN)
    .where('cluster', '=', cluster)
    .where('namespace', '=', namespace)
    .where('workflow_id', '=', workflowId)
    .returningAll()
    .executeTakeFirst();
  if (!claim) return undefined;
  await enterNext(tx, engine, claim, {
    kind: 'opened',
    subject: { original, cluster, namespace, workflowId, runId, epoch: claim.epoch },
  });
  return claim;
}
