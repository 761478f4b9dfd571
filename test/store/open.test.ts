import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SCHEMA_VERSION } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open.ts';
import { pauseMs } from '../../src/store/patience.ts';
import { ENGINES, holderOf, newPlace, opened, otherProcess, request } from './samples.ts';

describe.each(ENGINES)('%s: opening the store', (engine) => {
  it('makes what it needs, and finds everything again', async () => {
    const place = await newPlace(engine);
    const first = await openStore(place.store);
    const claim = await first.claims.open(request());
    await first.close();
    const again = await opened(place.store);
    expect(await again.claims.get(claim.migration)).toEqual(claim);
  });

  it('makes the schema once when many open a new file at the same moment', async () => {
    const place = await newPlace(engine);
    const stores = await Promise.all(Array.from({ length: 8 }, () => opened(place.store)));
    const claims = await Promise.all(stores.map((store, i) => store.claims.open(request(`INT-${i}`))));
    expect(new Set(claims.map((claim) => claim.migration)).size).toBe(8);
  });

  it('tells the time by the clock of the database, in milliseconds', async () => {
    const store = await opened((await newPlace(engine)).store);
    expect(Math.abs((await store.now()) - Date.now())).toBeLessThan(2000);
  });

  it('refuses a database that a newer release has written, and changes nothing in it', async () => {
    const place = await newPlace(engine);
    await (await openStore(place.store)).close();
    await place.sql(`update meta set value = '${SCHEMA_VERSION + 1}' where name = 'schema'`);
    await expect(openStore(place.store)).rejects.toMatchObject({
      code: 'StoreUnreachable',
      message: expect.stringContaining(`has schema ${SCHEMA_VERSION + 1}`),
      remedy: expect.stringContaining('newer'),
    });
    expect(await place.sql('select value from meta')).toMatchObject([{ value: `${SCHEMA_VERSION + 1}` }]);
  });
});

describe('a SQLite file', () => {
  it('has full durability', async () => {
    const place = await newPlace('SQLite');
    await opened(place.store);
    expect(await place.sql('pragma journal_mode')).toMatchObject([{ journal_mode: 'wal' }]);
  });

  it('works in memory, each store for itself', async () => {
    const [one, two] = [await opened({ file: ':memory:' }), await opened({ file: ':memory:' })];
    const claim = await one.claims.open(request());
    expect(await one.ledger.read(claim.migration)).toHaveLength(1);
    expect(await two.claims.get(claim.migration)).toBeUndefined();
  });

  it('says StoreUnreachable for a file that cannot be opened', async () => {
    const file = join(tmpdir(), 'no', 'such', 'folder.db');
    await expect(openStore({ file })).rejects.toMatchObject({
      code: 'StoreUnreachable',
      message: expect.stringContaining(file),
    });
  });
});

describe.each(ENGINES)('%s: a store that another process holds', (engine) => {
  it('is waited for without blocking this process, and the write goes through', async () => {
    const place = await newPlace(engine);
    const store = await opened(place.store);
    const claim = await store.claims.open(request());
    const holding = otherProcess('hold.ts', JSON.stringify(place.store), '600');
    expect(await holding.line()).toBe('held');
    let beats = 0;
    const heart = setInterval(() => beats++, 10);
    const entry = await store.ledger.append(holderOf(claim), { kind: 'step', subject: {} });
    clearInterval(heart);
    expect(entry.n).toBe(2);
    expect(beats).toBeGreaterThan(2);
  });

  it('can be read meanwhile', async () => {
    const place = await newPlace(engine);
    const store = await opened(place.store, { patienceMs: 0 });
    const claim = await store.claims.open(request());
    const holding = otherProcess('hold.ts', JSON.stringify(place.store), '600000');
    expect(await holding.line()).toBe('held');
    expect(await store.ledger.read(claim.migration)).toHaveLength(1);
  });

  it('is StoreUnreachable in the end, with nothing written, and serves again when it is free', async () => {
    const place = await newPlace(engine);
    const store = await opened(place.store, { patienceMs: 400 });
    const claim = await store.claims.open(request());
    const holding = otherProcess('hold.ts', JSON.stringify(place.store), '600000');
    expect(await holding.line()).toBe('held');
    const began = performance.now();
    const writes = [
      store.ledger.append(holderOf(claim), { kind: 'step', subject: {} }),
      store.artifacts.putJson({ a: 1 }),
      store.claims.open(request('INT-17')),
    ];
    for (const outcome of await Promise.allSettled(writes)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'StoreUnreachable', retry: 'wait' } });
    }
    expect(performance.now() - began).toBeGreaterThan(400);
    await holding.kill();
    expect(await store.ledger.append(holderOf(claim), { kind: 'step', subject: {} })).toMatchObject({ n: 2 });
  });
});

describe('a busy SQLite file', () => {
  it('is asked at growing intervals, never further apart than a quarter of a second', () => {
    expect([0, 1, 2, 3, 10, 1000].map((attempt) => pauseMs(attempt, 1))).toEqual([5, 10, 20, 40, 250, 250]);
    expect(pauseMs(0, 0)).toBe(2.5);
  });
});
