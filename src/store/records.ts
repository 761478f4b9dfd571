/** What an auditor reads: the rows as they stand, whether or not they are what was written. */
import { samePerson } from '../contract/people.ts';
import { type Context, clockOf } from './engine.ts';
import { partsOf } from './parts.ts';
import type { Records } from './store.ts';

export function createRecords({ db, engine }: Context): Records {
  return {
    async migrations({ from, to, person } = {}) {
      // What somebody deleted of it leaves the rest.
      const left = await Promise.all(
        LEAVES.map((table) => db.selectFrom(table).select('migration').distinct().execute()),
      );
      const entered = await db
        .selectFrom('ledger')
        .select(['migration', (each) => each.fn.min('at').as('first'), (each) => each.fn.max('at').as('last')])
        .groupBy('migration')
        .execute();
      const times = new Map(entered.map(({ migration, first, last }) => [migration, { first, last }]));
      const named = person === undefined ? undefined : new Set(await migrationsOf(person));
      return [...new Set([...times.keys(), ...left.flat().map(({ migration }) => migration)])]
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
      const row = await db.selectFrom('claim').selectAll().where('migration', '=', migration).executeTakeFirst();
      return (
        row && {
          original: row.original,
          epoch: row.epoch,
          cluster: row.cluster,
          namespace: row.namespace,
          workflowId: row.workflow_id,
          runId: row.run_id,
          recordedStart: row.recorded_start,
          identity: row.identity,
          created: row.created,
          closed: row.closed,
          head: { n: row.last_n, hash: row.last_hash },
        }
      );
    },

    projection: (migration) =>
      db
        .selectFrom('projection')
        .select(['workflow_id as workflowId', 'original', 'batch', 'dry_run as dryRun', 'state', 'picture'])
        .where('migration', '=', migration)
        .executeTakeFirst(),

    artifacts: () => db.selectFrom('artifact').select(['digest', 'size']).orderBy('digest').execute(),

    heads: () =>
      db.transaction().execute(async (tx) => {
        await engine.still(tx);
        const heads = await tx
          .selectFrom('ledger')
          .innerJoin(
            tx
              .selectFrom('ledger')
              .select(['migration', (each) => each.fn.max('n').as('last')])
              .groupBy('migration')
              .as('newest'),
            (join) => join.onRef('newest.migration', '=', 'ledger.migration').onRef('newest.last', '=', 'ledger.n'),
          )
          .select(['ledger.migration', 'ledger.n', 'ledger.hash', 'ledger.entry'])
          .orderBy('ledger.migration')
          .execute();
        return { at: await clockOf(tx, engine), heads };
      }),
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

/** What each migration has a row in, beside the ledger. */
const LEAVES = ['claim', 'projection', 'ledger_text'] as const;
