/** The fence: whoever writes for a migration must be the run that holds its claim, checked in the transaction that writes. */
import type { Selectable, Transaction } from 'kysely';
import { MigratorError } from '../contract/errors.ts';
import type { Engine } from './engine.ts';
import type { Holder } from './store.ts';
import type { ClaimTable, Tables } from './tables.ts';

/** Throws `ClaimLost` unless epoch and run are the claim's and it is open; locks the claim row until the transaction ends. */
export async function holdClaim(tx: Transaction<Tables>, holder: Holder): Promise<Selectable<ClaimTable>> {
  return (await heldBy(tx, holder).returningAll().executeTakeFirst()) ?? lost(holder);
}

/** The same, with the database's clock in the same answer. */
export async function holdClaimNow(
  tx: Transaction<Tables>,
  { clock }: Engine,
  holder: Holder,
): Promise<Selectable<ClaimTable> & { at: string }> {
  const held = heldBy(tx, holder).returningAll().returning(clock.as('at'));
  return (await held.executeTakeFirst()) ?? lost(holder);
}

function heldBy(tx: Transaction<Tables>, { migration, epoch, runId }: Holder) {
  // An update that changes nothing: it locks the row on every database, where a select would need a clause SQLite lacks.
  return tx
    .updateTable('claim')
    .set((row) => ({ epoch: row.ref('epoch') }))
    .where('migration', '=', migration)
    .where('epoch', '=', epoch)
    .where('run_id', '=', runId)
    .where('closed', 'is', null);
}

export function lost({ migration, epoch, runId }: Holder): never {
  throw new MigratorError('ClaimLost', `${migration}, epoch ${epoch}, run ${runId}.`);
}
