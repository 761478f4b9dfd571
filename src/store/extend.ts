/**
 * An entry without names and without a picture, as most are: a request and what became of it. The head is read first, and the entry
 * is written if that is still the head. A transaction that locks the claim from its beginning would take twice the statements, and
 * over a network each costs as much as the disk.
 */

import type { CompiledQuery, Selectable } from 'kysely';
import type { EntryDraft, LedgerEntry } from '../contract/ledger.ts';
import type { Context } from './engine.ts';
import { makeEntry } from './envelope.ts';
import { lost } from './fence.ts';
import type { Holder } from './store.ts';
import type { ClaimTable } from './tables.ts';

export async function extendUntilDone(context: Context, holder: Holder, draft: EntryDraft): Promise<LedgerEntry> {
  const { db, engine } = context;
  // Another round means that somebody else's entry was written in between.
  for (;;) {
    const { rows } = await db.executeQuery(readHead(context, holder));
    const [head] = rows;
    if (!head) return lost(holder);
    const place = { migration: holder.migration, n: head.last_n + 1, prev: head.last_hash, at: head.at };
    const { entry, row } = makeEntry(place, draft, { actor: null, why: null });
    if (await engine.extend(db, holder, place.prev, row)) return entry;
  }
}

type Head = Pick<Selectable<ClaimTable>, 'last_n' | 'last_hash'> & { at: string };

/** Put together once for a database: that takes longer than its answer. */
const texts = new WeakMap<Context, CompiledQuery<Head>>();

function readHead(context: Context, { migration, epoch, runId }: Holder): CompiledQuery<Head> {
  const known = texts.get(context);
  if (known) return { ...known, parameters: [migration, epoch, runId] };
  const query = context.db
    .selectFrom('claim')
    .select(['last_n', 'last_hash', context.engine.clock.as('at')])
    .where('migration', '=', migration)
    .where('epoch', '=', epoch)
    .where('run_id', '=', runId)
    .where('closed', 'is', null)
    .compile();
  texts.set(context, query);
  return query;
}
