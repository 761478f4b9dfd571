import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/audit/findings.ts';
import { verifyStore } from '../../src/audit/verify.ts';
import type { TestPlace } from '../store/places.ts';
import { ENGINES, newPlace, opened } from '../store/samples.ts';
import { entryOf, forge, leavePast, type Past } from './pasts.ts';

type Tamper = (past: Past, place: TestPlace) => Promise<unknown>;

/** Every kind of tampering by what `verify` must say: where, and what was done. */
const TAMPERINGS: [string, number | null, Finding['why'], RegExp, Tamper][] = [
  [
    'an entry whose text was edited',
    5,
    'edited',
    /./,
    ({ migration }, { tamper }) =>
      tamper(`update ledger set entry = replace(entry, 'approve', 'retry') where migration = '${migration}' and n = 5`),
  ],
  [
    'an entry that was edited together with its hash',
    6,
    'edited',
    /chain/,
    async ({ migration }, place) =>
      place.tamper(
        forge(migration, 6, (entry) => ({ ...entry, actor: 'a'.repeat(64) }))(await entryOf(place, migration, 6)),
      ),
  ],
  [
    'an edited last entry',
    8,
    'edited',
    /claim/,
    async ({ migration }, place) =>
      place.tamper(
        forge(migration, 8, (entry) => ({ ...entry, subject: { state: 'RolledBack' } }))(
          await entryOf(place, migration, 8),
        ),
      ),
  ],
  [
    'a column beside the entry',
    7,
    'edited',
    /columns/,
    ({ migration }, { tamper }) =>
      tamper(`update ledger set at = '2020-01-01T00:00:00.000Z' where migration = '${migration}' and n = 7`),
  ],
  [
    'a text that is no entry any more',
    3,
    'edited',
    /cannot be read/,
    ({ migration }, { tamper }) =>
      tamper(`update ledger set entry = '{"n":3,"dig' where migration = '${migration}' and n = 3`),
  ],
  [
    'an inserted entry',
    9,
    'inserted',
    /claim/,
    async ({ migration }, place) => {
      await place.tamper(
        `insert into ledger (migration, n, kind, at, hash, entry) select migration, 9, kind, at, hash, entry from ledger where migration = '${migration}' and n = 8`,
      );
      const [last] = await place.sql(`select hash from ledger where migration = '${migration}' and n = 8`);
      const forged = forge(migration, 9, (entry) => ({ ...entry, n: 9, prev: last?.hash }));
      await place.tamper(forged(await entryOf(place, migration, 8)));
    },
  ],
  [
    'a removed entry',
    3,
    'removed',
    /./,
    ({ migration }, { tamper }) => tamper(`delete from ledger where migration = '${migration}' and n = 3`),
  ],
  [
    'an end that was cut off',
    7,
    'removed',
    /claim/,
    ({ migration }, { tamper }) => tamper(`delete from ledger where migration = '${migration}' and n >= 7`),
  ],
  [
    'entries that changed places',
    3,
    'reordered',
    /./,
    async ({ migration }, { tamper }) => {
      const move = (from: number, to: number) =>
        tamper(`update ledger set n = ${to} where migration = '${migration}' and n = ${from}`);
      await move(3, 99);
      await move(4, 3);
      await move(99, 4);
    },
  ],
  [
    'a ledger of which nothing is left',
    1,
    'removed',
    /claim/,
    ({ migration }, { tamper }) => tamper(`delete from ledger where migration = '${migration}'`),
  ],
  [
    'a claim that is gone',
    1,
    'removed',
    /claim .* gone/,
    ({ migration }, { tamper }) => tamper(`delete from claim where migration = '${migration}'`),
  ],
  [
    'a start object that was changed',
    1,
    'changed',
    /start object/,
    ({ migration }, { tamper }) =>
      tamper(`update claim set recorded_start = replace(recorded_start, 'PA', 'PX') where migration = '${migration}'`),
  ],
  [
    'a name that was exchanged',
    6,
    'changed',
    /name/,
    ({ migration }, { tamper }) =>
      tamper(`update ledger_text set value = 'sam' where value = 'lee@example.com' and migration = '${migration}'`),
  ],
  [
    'an artifact that is gone',
    3,
    'missing',
    /not in the store/,
    ({ artifact }, { tamper }) => tamper(`delete from artifact where digest = '${artifact}'`),
  ],
  [
    'an artifact of which a part is gone',
    3,
    'missing',
    /lacks chunk 1/,
    ({ artifact }, { tamper }) =>
      tamper(`delete from artifact_chunk where upload = (select upload from artifact where digest = '${artifact}')`),
  ],
  [
    'an artifact that was changed',
    3,
    'changed',
    /damaged in chunk 1/,
    ({ artifact }, { tamper, someBytes }) =>
      tamper(
        `update artifact_chunk set bytes = ${someBytes} where upload = (select upload from artifact where digest = '${artifact}')`,
      ),
  ],
];

describe.each(ENGINES)('%s: verify', (engine) => {
  async function pasts() {
    const place = await newPlace(engine);
    const [before, past, after] = [
      await leavePast(place.store, 'INT-15'),
      await leavePast(place.store),
      await leavePast(place.store, 'INT-17'),
    ];
    return { place, before, past, after };
  }

  async function verified(place: TestPlace, options: Parameters<typeof verifyStore>[1] = {}) {
    const store = await opened(place.store);
    const findings: Finding[] = [];
    const verdict = await verifyStore(store, { ...options, onFinding: (finding) => findings.push(finding) });
    return { store, findings, verdict };
  }

  it('finds nothing in what was not touched, and nothing when names were erased as they may be', async () => {
    const { place } = await pasts();
    await place.tamper(`delete from ledger_text where value = 'lee@example.com'`);
    const { findings, verdict } = await verified(place);
    expect(findings).toEqual([]);
    expect(verdict).toEqual({ verdict: 'whole', entries: 24, migrations: 3, firstBad: null });
  });

  it.each(TAMPERINGS)('tells %s', async (_, n, why, what, tamper) => {
    const { place, past } = await pasts();
    await tamper(past, place);
    const { findings, verdict } = await verified(place);
    expect(findings[0]).toMatchObject({ migration: past.migration, n, why, what: expect.stringMatching(what) });
    expect(findings.filter(({ migration }) => migration !== past.migration)).toEqual([]);
    expect(verdict).toMatchObject({ verdict: 'damaged', firstBad: { migration: past.migration, n, why } });
    expect(verdict.migrations).toBe(3);
  });

  it('goes on to the end: every damage of every migration is told', async () => {
    const { place, before, past, after } = await pasts();
    await place.tamper(`update ledger set entry = 'x' where migration = '${before.migration}' and n = 2`);
    await place.tamper(`delete from ledger where migration = '${past.migration}' and n = 2`);
    await place.tamper(`delete from artifact where digest = '${after.artifact}'`);
    await place.tamper(`update ledger set hash = 'y' where migration = '${after.migration}' and n = 5`);
    const { findings } = await verified(place);
    expect(findings.map(({ migration, n, why }) => [migration, n, why])).toEqual([
      [before.migration, 2, 'edited'],
      [past.migration, 2, 'removed'],
      [after.migration, 5, 'edited'],
      [after.migration, 3, 'missing'],
    ]);
  });

  it('looks at one migration alone when it is named, and at artifacts that no entry names when none is', async () => {
    const { place, past, after } = await pasts();
    const store = await opened(place.store);
    const stray = await store.artifacts.putJson({ stray: true });
    await place.tamper(
      `update artifact_chunk set bytes = ${place.someBytes} where upload = (select upload from artifact where digest = '${stray}')`,
    );
    await place.tamper(`delete from ledger where migration = '${past.migration}' and n = 4`);
    expect((await verified(place, { migration: after.migration })).verdict).toEqual({
      verdict: 'whole',
      entries: 8,
      migrations: 1,
      firstBad: null,
    });
    const { findings } = await verified(place);
    expect(findings).toMatchObject([
      { migration: past.migration, n: 4, why: 'removed' },
      { migration: null, n: null, why: 'changed', digest: stray },
    ]);
  });
});
