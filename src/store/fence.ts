/** The fence: whoever writes for a migration must be the run that holds its claim, checked in the transaction that writes. */
import type { Kysely, Selectable, Transaction } from 'kysely';
import { MigratorError } from '../contract/errors.ts';
import type { EntryDraft, LedgerEntry } from '../contract/ledger.ts';
import type { Engine } from './engine.ts';
import { isSettled, type Outcome } from './intents.ts';
import type { Holder } from './store.ts';
import type { ClaimTable, Tables } from './tables.ts';

/** Of an attempt that does not say which it is: nothing follows it. */
export const LAST_ATTEMPT = Number.MAX_SAFE_INTEGER;

/** Throws unless epoch, run and attempt are the claim's and it is open; locks the claim row until the transaction ends. */
export async function holdClaim(tx: Transaction<Tables>, holder: Holder): Promise<Selectable<ClaimTable>> {
  return (await locked(tx, holder).returningAll().executeTakeFirst()) ?? lost(tx, holder);
}

/** The same, with the database's clock in the same answer. */
export async function holdClaimNow(
  tx: Transaction<Tables>,
  { clock }: Engine,
  holder: Holder,
): Promise<Selectable<ClaimTable> & { at: string }> {
  const held = locked(tx, holder).returningAll().returning(clock.as('at'));
  return (await held.executeTakeFirst()) ?? lost(tx, holder);
}

// An update that changes nothing: it locks the row on every database, where a select would need a clause SQLite lacks.
const locked = (tx: Transaction<Tables>, holder: Holder) =>
  heldBy(tx, holder).set((row) => ({ epoch: row.ref('epoch') }));

/** The row of a holder that may write. */
export function heldBy(db: Kysely<Tables>, { migration, epoch, runId, attempt = LAST_ATTEMPT }: Holder) {
  return db
    .updateTable('claim')
    .where('migration', '=', migration)
    .where('epoch', '=', epoch)
    .where('run_id', '=', runId)
    .where('attempt', '<=', attempt)
    .where('closed', 'is', null);
}

/** Why the claim is not this holder's to write for, or this outcome not its to enter. */
export async function lost(db: Kysely<Tables>, holder: Holder, draft?: EntryDraft): Promise<never> {
  const { migration, epoch, runId, attempt } = holder;
  const claim = await db.selectFrom('claim').selectAll().where('migration', '=', migration).executeTakeFirst();
  if (claim?.epoch !== epoch || claim.run_id !== runId || claim.closed !== null)
    throw new MigratorError('ClaimLost', `${migration}, epoch ${epoch}, run ${runId}.`);
  if (attempt !== undefined && claim.attempt > attempt)
    throw new MigratorError('TooLate', `${migration}, attempt ${attempt}; ${claim.attempt} has begun.`);
  throw new MigratorError('TooLate', `${migration}: the intent ${draft?.subject.intent} is settled.`);
}

/** A settled intent takes no further outcome. Called while the claim is held. */
export async function assertUnsettled(tx: Transaction<Tables>, holder: Holder, draft: EntryDraft): Promise<void> {
  if (draft.kind !== 'outcome') return;
  const intent = Number(draft.subject.intent);
  const rows = await tx
    .selectFrom('ledger')
    .select('entry')
    .where('migration', '=', holder.migration)
    .where('kind', '=', 'outcome')
    .where('n', '>', intent)
    .execute();
  const settled = rows
    .map(({ entry }): LedgerEntry => JSON.parse(entry))
    .some(({ subject }) => Number(subject.intent) === intent && isSettled(subject.outcome as Outcome));
  if (settled) await lost(tx, holder, draft);
}
