/** The ledger: append only, one hash chain per migration. How to verify it by hand: docs/ledger.md. */
import type { Kysely } from 'kysely';
import type { LedgerEntry } from '../contract/ledger.ts';
import type { Context } from './engine.ts';
import { writeEntry } from './envelope.ts';
import { assertUnsettled, holdClaimNow, lost } from './fence.ts';
import { letGo } from './holds.ts';
import { writeProjection } from './projections.ts';
import type { Ledger } from './store.ts';
import type { Tables } from './tables.ts';

async function entriesAfter(db: Kysely<Tables>, migration: string, after: number): Promise<LedgerEntry[]> {
  const rows = await db
    .selectFrom('ledger')
    .select('entry')
    .where('migration', '=', migration)
    .where('n', '>', after)
    .orderBy('n')
    .execute();
  return rows.map((row) => JSON.parse(row.entry));
}

export function createLedger({ db, engine }: Context): Ledger {
  const inTransaction: Required<Ledger>['append'] = (holder, draft, also = {}) =>
    db.transaction().execute(async (tx) => {
      const { at, ...claim } = await holdClaimNow(tx, engine, holder);
      await assertUnsettled(tx, holder, draft);
      const place = { migration: claim.migration, n: claim.last_n + 1, prev: claim.last_hash, at };
      const entry = await writeEntry(tx, engine, place, draft);
      if (also.picture) {
        const { after, of } = also.picture;
        await writeProjection(tx, claim, of(await entriesAfter(tx, claim.migration, after)), entry.at);
      }
      if (also.close !== undefined) {
        await tx.updateTable('claim').set({ closed: also.close }).where('migration', '=', claim.migration).execute();
        await letGo(tx, claim.migration);
      }
      return entry;
    });

  return {
    async append(holder, draft, also = {}) {
      const texts = [draft.actor, draft.why, draft.answered];
      const isPlain = texts.every((text) => text === undefined) && Object.keys(also).length === 0;
      return isPlain
        ? ((await engine.extend(db, holder, draft)) ?? lost(db, holder, draft))
        : inTransaction(holder, draft, also);
    },

    read: (migration, after = 0) => entriesAfter(db, migration, after),

    async texts(migration) {
      const rows = await db
        .selectFrom('ledger_text')
        .select(['hash', 'value'])
        .where('migration', '=', migration)
        .execute();
      return Object.fromEntries(rows.map((row) => [row.hash, row.value]));
    },
  };
}
