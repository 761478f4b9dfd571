/** The fence: whoever writes for a migration must be the run that holds its claim, checked in the transaction that writes. */
import type { Selectable, Transaction } from 'kysely';
import { MigratorError } from '../contract/errors.ts';
import type { Holder } from './store.ts';
import type { ClaimTable, Tables } from './tables.ts';

/** Throws `ClaimLost` unless epoch and run are the claim's and it is open; locks the claim row until the transaction ends. */
export async function holdClaim(tx: Transaction<Tables>, holder: Holder): Promise<Selectable<ClaimTable>> {
  const { migration, epoch, runId } = holder;
  // An update that changes nothing: it locks the row on every database, where a select would need a clause SQLite lacks.
  const claim = await tx
    .updateTable('claim')
    .set((row) => ({ epoch: row.ref('epoch') }))
    .where('migration', '=', migration)
    .where('epoch', '=', epoch)
    .where('run_id', '=', runId)
    .where('closed', 'is', null)
    .returningAll()
    .executeTakeFirst();
  if (claim) return claim;
  throw new MigratorError('ClaimLost', `${migration}, epoch ${epoch}, run ${runId}.`);
}
