/**
 * What an open claim keeps from all others. Each is one row that only one claim can have, so that two hosts which ask at the same
 * moment are told apart by the database and not by a look beforehand. Closing the claim lets go of all of them.
 */
import type { Transaction } from 'kysely';
import { MigratorError } from '../contract/errors.ts';
import type { ClaimRequest } from './store.ts';
import type { Tables } from './tables.ts';

/**
 * What a claim holds from its opening: the original, as it was named. A dry run keeps the original from nobody. It holds its own
 * workflow id, by which the same plan finds the claim of a run of it that is gone.
 */
export const firstHold = ({
  original,
  cluster,
  namespace,
  workflowId,
  start,
}: Pick<ClaimRequest, 'original' | 'cluster' | 'namespace' | 'workflowId' | 'start'>): string =>
  start.dryRun ? `plan ${cluster}/${namespace}/${workflowId}` : original;

/** Whether it is this migration's now. What it has already, it has again. */
export async function takeHold(tx: Transaction<Tables>, what: string, migration: string): Promise<boolean> {
  const taken = await tx
    .insertInto('hold')
    .values({ what, migration })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  return taken !== undefined || (await holderOf(tx, what))?.migration === migration;
}

export const letGo = (tx: Transaction<Tables>, migration: string) =>
  tx.deleteFrom('hold').where('migration', '=', migration).execute();

/** The claim that has it. */
export const holderOf = (db: Pick<Transaction<Tables>, 'selectFrom'>, what: string) =>
  db
    .selectFrom('hold')
    .innerJoin('claim', 'claim.migration', 'hold.migration')
    .where('hold.what', '=', what)
    .selectAll('claim')
    .executeTakeFirst();

/** Names the migration and the workflow that have it; `named` is how the one who asks calls it. */
export async function claimHeld(tx: Transaction<Tables>, named: string, what = named): Promise<MigratorError> {
  const holder = await holderOf(tx, what);
  const by = holder
    ? `by migration ${holder.migration}${holder.original === named ? '' : ` of ${holder.original}`}, workflow ${holder.workflow_id} (namespace ${holder.namespace}, run ${holder.run_id})`
    : 'by a migration that has just ended; start again';
  return new MigratorError('ClaimHeld', `${named} is held ${by}.`);
}
