/** Seals: signed, chained, and kept elsewhere, they show what whoever may write everything has done. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/audit/findings.ts';
import { makeSeal, parseSeal, type Seal } from '../../src/audit/seal.ts';
import { newKeyPair, signingKey, verifyingKey } from '../../src/audit/sealKeys.ts';
import { verifyStore } from '../../src/audit/verify.ts';
import type { TestPlace } from '../store/places.ts';
import { ENGINES, newPlace, opened } from '../store/samples.ts';
import { entryOf, forge, leavePast, rewrite, setHead } from './pasts.ts';

const { privatePem, publicPem } = newKeyPair();
const key = signingKey(privatePem);
const keys = [verifyingKey(publicPem)];

const sealOf = async ({ store }: TestPlace, before?: Seal): Promise<Seal> =>
  parseSeal(JSON.stringify(await makeSeal(await opened(store), key, before)));

async function told({ store }: TestPlace, ...seals: Seal[]): Promise<Finding[]> {
  const found: Finding[] = [];
  const verdict = await verifyStore(await opened(store), { seals, keys, onFinding: (finding) => found.push(finding) });
  expect(verdict.verdict).toBe(found.length === 0 ? 'whole' : 'damaged');
  return found;
}

const TABLES = ['ledger', 'ledger_text', 'projection', 'claim'];

describe.each(ENGINES)('%s: with a seal', (engine) => {
  async function sealed() {
    const place = await newPlace(engine);
    const before = await leavePast(place.store, 'INT-15');
    const past = await leavePast(place.store, 'INT-16', true);
    return { place, before, past, seal: await sealOf(place) };
  }

  it('a record is whole, and stays so while ledgers grow and others begin', async () => {
    const { place, seal, past, before } = await sealed();
    expect(seal.migrations[before.migration]).toMatchObject({ n: 8, closed: 'Completed' });
    expect(seal.migrations[past.migration]).toMatchObject({ n: 7, closed: null });
    const store = await opened(place.store);
    const claim = await store.claims.get(past.migration);
    const holder = { migration: past.migration, epoch: claim?.epoch ?? 0, runId: claim?.runId ?? '' };
    await store.ledger.append(holder, { kind: 'verb', actor: 'kim@example.com', subject: { verb: 'retry' } });
    await leavePast(place.store, 'INT-17');
    const next = await sealOf(place, seal);
    expect([next.n, Object.keys(next.migrations).length]).toEqual([2, 3]);
    expect(await told(place, seal)).toEqual([]);
    expect(await told(place, next, seal)).toEqual([]);
  });

  it('a chain that was written anew, with its head, is seen', async () => {
    const { place, past, seal } = await sealed();
    const texts = await Promise.all([4, 5, 6, 7].map((n) => entryOf(place, past.migration, n)));
    const forged = texts.with(2, (texts[2] ?? '').replace(/"grade":"claimed"/, '"grade":"signed"'));
    await rewrite(place, past.migration, 4, forged);
    await place.tamper(setHead(past.migration));
    expect(await told(place)).toEqual([]);
    expect(await told(place, seal)).toMatchObject([
      { migration: past.migration, n: 7, why: 'edited', what: expect.stringContaining('seal 1') },
    ]);
  });

  it('an end that was cut off is seen, with the rows that still know of it below the finding', async () => {
    const { place, before, seal } = await sealed();
    await place.tamper(`delete from ledger where migration = '${before.migration}' and n >= 7`);
    await place.tamper(setHead(before.migration));
    const [finding, ...others] = await told(place, seal);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ n: 7, why: 'removed', what: expect.stringContaining('entries 7 to 8') });
    expect(finding?.follows?.map(({ what }) => what).join('\n')).toMatch(
      /closed as Completed[\s\S]*deleteOriginal is done/,
    );
  });

  it('an end that was cut off so that claim and projection agree is seen by the seal alone', async () => {
    const { place, before, seal } = await sealed();
    const of = `where migration = '${before.migration}'`;
    await place.tamper(`delete from ledger ${of} and n >= 8`);
    await place.tamper(setHead(before.migration));
    await place.tamper(`update claim set closed = null ${of}`);
    await place.tamper(
      `update projection set state = 'Deleting', picture = replace(picture, '"Completed"', '"Deleting"') ${of}`,
    );
    expect(await told(place)).toEqual([]);
    expect(await told(place, seal)).toMatchObject([{ migration: before.migration, n: 8, why: 'removed' }]);
  });

  it('a migration that is gone is seen, and so is one that was invented since, and says that it is older', async () => {
    const { place, past, before, seal } = await sealed();
    for (const table of TABLES) await place.tamper(`delete from ${table} where migration = '${past.migration}'`);
    // All that belongs to the other one, once more, under another name.
    const invented = 'constructor';
    const texts = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((n) => entryOf(place, before.migration, n)));
    for (const table of ['claim', 'ledger_text', 'projection']) {
      const [row = {}] = await place.sql(`select * from ${table} where migration = '${before.migration}'`);
      const columns = Object.keys(row).filter((name) => name !== 'migration');
      const quoted = columns.map((name) => `"${name}"`).join(', ');
      await place.tamper(
        `insert into ${table} (migration, ${quoted}) select '${invented}', ${quoted} from ${table} where migration = '${before.migration}'`,
      );
    }
    await rewrite(place, invented, 1, texts);
    await place.tamper(setHead(invented));
    expect(await told(place)).toEqual([]);
    expect((await told(place, seal)).map(({ migration, n, why }) => [migration, n, why])).toEqual([
      [invented, 1, 'inserted'],
      [past.migration, 1, 'removed'],
    ]);
  });

  it('a claim that says another newest entry than both ledger and seal is the one that is wrong', async () => {
    const { place, past, seal } = await sealed();
    await place.tamper(`update claim set last_hash = '${'a'.repeat(64)}' where migration = '${past.migration}'`);
    expect(await told(place, seal)).toMatchObject([{ migration: past.migration, why: 'contradicted' }]);
  });

  it('what a chain and a seal both show is one finding', async () => {
    const { place, past, seal } = await sealed();
    const edited = forge(past.migration, 7, (entry) => ({ ...entry, grade: 'signed' }));
    await place.tamper(edited(await entryOf(place, past.migration, 7)));
    const [finding, ...others] = await told(place, seal);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ n: 7, why: 'edited' });
    expect(finding?.follows).toContainEqual({ n: 7, what: expect.stringContaining('seal 1') });
  });

  it('between two seals the first that does not hold says where a chain was written anew', async () => {
    const { place, past, seal } = await sealed();
    const store = await opened(place.store);
    const claim = await store.claims.get(past.migration);
    const holder = { migration: past.migration, epoch: claim?.epoch ?? 0, runId: claim?.runId ?? '' };
    await store.ledger.append(holder, { kind: 'verb', subject: { verb: 'retry' } });
    const second = await sealOf(place, seal);
    await store.ledger.append(holder, { kind: 'verb', subject: { verb: 'retry' } });
    const third = await sealOf(place, second);
    const texts = await Promise.all([8, 9].map((n) => entryOf(place, past.migration, n)));
    await rewrite(
      place,
      past.migration,
      8,
      texts.map((text) => text.replace('retry', 'pause')),
    );
    await place.tamper(setHead(past.migration));
    const [finding, ...others] = await told(place, seal, second, third);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ n: 8, what: expect.stringContaining('seal 2') });
    expect(finding?.follows).toMatchObject([{ what: expect.stringContaining('seal 3') }]);
  });

  it('counts every entry of its moment: none is older and not in it, however many are written meanwhile', async () => {
    const place = await newPlace(engine);
    const store = await opened(place.store);
    const writing = Promise.all(Array.from({ length: 12 }, (_, i) => leavePast(place.store, `INT-${i}`, true)));
    const seals = [await makeSeal(store, key), await makeSeal(store, key), await makeSeal(store, key)];
    await writing;
    for (const [i, seal] of seals.entries()) {
      const findings: Finding[] = [];
      await verifyStore(store, { seals: [seal], keys, onFinding: (finding) => findings.push(finding) });
      expect(findings, `seal ${i}`).toEqual([]);
    }
  });
});
