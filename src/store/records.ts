/** What an auditor reads: the rows as they stand, whether or not they are what was written. */
import { samePerson } from '../contract/people.ts';
import type { Context } from './engine.ts';
import { partsOf } from './parts.ts';
import type { Records } from './store.ts';

export function createRecords({ db }: Context): Records {
  return {
    async migrations({ from, to, person } = {}) {
      // A claim or an entry that somebody deleted leaves the other.
      const claimed = await db.selectFrom('claim').select('migration').execute();
      const entered = await db
        .selectFrom('ledger')
        .select(['migration', (each) => each.fn.min('at').as('first'), (each) => each.fn.max('at').as('last')])
        .groupBy('migration')
        .execute();
      const times = new Map(entered.map(({ migration, first, last }) => [migration, { first, last }]));
      const named = person === undefined ? undefined : new Set(await migrationsOf(person));
      return [...new Set([...times.keys(), ...claimed.map(({ migration }) => migration)])]
        .map((migration) => ({ migration, ...(times.get(migration) ?? { first: '', last: '' }) }))
        .filter(({ migration }) => named?.has(migration) ?? true)
        .filter(({ first, last }) => (from === undefined || last >= from) && (to === undefined || first <= to))
        .toSorted((one, other) => (one.first < other.first ? -1 : one.first > other.first ? 1 : 0))
        .map(({ migration }) => migration);
    },

    rows: (migration) =>
      db
        .selectFrom('ledger')
        .select(['n', 'kind', 'at', 'hash', 'entry'])
        .where('migration', '=', migration)
        .orderBy('n')
        .execute(),

    texts: (migration) =>
      db.selectFrom('ledger_text').select(['hash', 'salt', 'value']).where('migration', '=', migration).execute(),

    async claim(migration) {
      const row = await db
        .selectFrom('claim')
        .select(['recorded_start', 'last_n', 'last_hash', 'closed'])
        .where('migration', '=', migration)
        .executeTakeFirst();
      return (
        row && {
          recordedStart: row.recorded_start,
          head: { n: row.last_n, hash: row.last_hash },
          closed: row.closed,
        }
      );
    },

    async artifacts() {
      const rows = await db.selectFrom('artifact').select('digest').orderBy('digest').execute();
      return rows.map(({ digest }) => digest);
    },
  };

  async function migrationsOf(person: string): Promise<string[]> {
    const values = await db.selectFrom('ledger_text').select('value').distinct().execute();
    const spellings = values.map(({ value }) => value).filter((value) => samePerson(value, person));
    const found = new Set<string>();
    for (const some of partsOf(spellings)) {
      const rows = await db.selectFrom('ledger_text').select('migration').where('value', 'in', some).execute();
      for (const { migration } of rows) found.add(migration);
    }
    return [...found];
  }
}
