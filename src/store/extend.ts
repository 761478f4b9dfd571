/**
 * An entry without names and without a picture, as most are: a request and what became of it. Two statements, the second of which
 * commits by itself; a transaction would take six, and over a network each costs as much as the disk.
 */
import type { EntryDraft, LedgerEntry } from '../contract/ledger.ts';
import type { Context, Extend } from './engine.ts';
import { makeEntry } from './envelope.ts';
import { lost } from './fence.ts';
import type { Holder } from './store.ts';

export async function extendUntilDone(
  { db, engine }: Context,
  extend: Extend,
  holder: Holder,
  draft: EntryDraft,
): Promise<LedgerEntry> {
  // Another round means that somebody else's entry was written in between.
  for (;;) {
    const claim = await db
      .selectFrom('claim')
      .select(['last_n', 'last_hash', engine.clock.as('at')])
      .where('migration', '=', holder.migration)
      .where('epoch', '=', holder.epoch)
      .where('run_id', '=', holder.runId)
      .where('closed', 'is', null)
      .executeTakeFirst();
    if (!claim) return lost(holder);
    const place = { migration: holder.migration, n: claim.last_n + 1, prev: claim.last_hash, at: claim.at };
    const { entry, row } = makeEntry(place, draft, { actor: null, why: null });
    if (await extend(db, holder, place.prev, row)) return entry;
  }
}
