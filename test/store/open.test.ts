import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { SCHEMA_VERSION } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open.ts';
import { pauseMs } from '../../src/store/patience.ts';
import { holderOf, opened, otherProcess, request, storeFile } from './samples.ts';

describe('opening the store', () => {
  it('makes the file with full durability, and finds everything again', async () => {
    const file = await storeFile();
    const first = await openStore({ file });
    const claim = await first.claims.open(request());
    await first.close();
    const again = await opened({ file });
    expect(await again.claims.get(claim.migration)).toEqual(claim);
    using database = new DatabaseSync(file);
    expect(database.prepare('pragma journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
  });

  it('works in memory, each store for itself', async () => {
    const [one, two] = [await opened({ file: ':memory:' }), await opened({ file: ':memory:' })];
    const claim = await one.claims.open(request());
    expect(await one.ledger.read(claim.migration)).toHaveLength(1);
    expect(await two.claims.get(claim.migration)).toBeUndefined();
  });

  it('makes the schema once when many open a new file at the same moment', async () => {
    const file = await storeFile();
    const stores = await Promise.all(Array.from({ length: 8 }, () => opened({ file })));
    const claims = await Promise.all(stores.map((store, i) => store.claims.open(request(`INT-${i}`))));
    expect(new Set(claims.map((claim) => claim.migration)).size).toBe(8);
  });

  it('tells the time by the clock of the database, in milliseconds', async () => {
    const store = await opened();
    expect(Math.abs((await store.now()) - Date.now())).toBeLessThan(2000);
  });

  it('refuses a database that a newer release has written, and changes nothing in it', async () => {
    const file = await storeFile();
    await (await openStore({ file })).close();
    using database = new DatabaseSync(file);
    database.exec(`update meta set value = '${SCHEMA_VERSION + 1}' where name = 'schema'`);
    await expect(openStore({ file })).rejects.toMatchObject({
      code: 'StoreUnreachable',
      message: expect.stringContaining(`has schema ${SCHEMA_VERSION + 1}`),
      remedy: expect.stringContaining('newer'),
    });
    expect(database.prepare('select value from meta').get()).toEqual({ value: `${SCHEMA_VERSION + 1}` });
  });

  it('says StoreUnreachable for a file that cannot be opened', async () => {
    const file = join(await storeFile(), 'no', 'such', 'folder.db');
    await expect(openStore({ file })).rejects.toMatchObject({
      code: 'StoreUnreachable',
      message: expect.stringContaining(file),
    });
  });
});

describe('a store that another process holds', () => {
  it('is waited for without blocking this process, and the write goes through', async () => {
    const file = await storeFile();
    const store = await opened({ file });
    const claim = await store.claims.open(request());
    const holding = otherProcess('hold.ts', file, '600');
    expect(await holding.line()).toBe('held');
    let beats = 0;
    const heart = setInterval(() => beats++, 10);
    const entry = await store.ledger.append(holderOf(claim), { kind: 'step', subject: {} });
    clearInterval(heart);
    expect(entry.n).toBe(2);
    expect(beats).toBeGreaterThan(2);
  });

  it('can be read meanwhile', async () => {
    const file = await storeFile();
    const store = await opened({ file, patienceMs: 0 });
    const claim = await store.claims.open(request());
    const holding = otherProcess('hold.ts', file, '600000');
    expect(await holding.line()).toBe('held');
    expect(await store.ledger.read(claim.migration)).toHaveLength(1);
  });

  it('is StoreUnreachable in the end, with nothing written, and serves again when it is free', async () => {
    const file = await storeFile();
    const store = await opened({ file, patienceMs: 400 });
    const claim = await store.claims.open(request());
    const holding = otherProcess('hold.ts', file, '600000');
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

  it('is asked at growing intervals, never further apart than a quarter of a second', () => {
    expect([0, 1, 2, 3, 10, 1000].map((attempt) => pauseMs(attempt, 1))).toEqual([5, 10, 20, 40, 250, 250]);
    expect(pauseMs(0, 0)).toBe(2.5);
  });
});
