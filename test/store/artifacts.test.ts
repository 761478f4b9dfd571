import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PIECE_BYTES } from '../../src/store/chunks.ts';
import { openStore } from '../../src/store/open.ts';
import type { TestPlace } from './places.ts';
import { ENGINES, newPlace, opened, otherProcess } from './samples.ts';

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function* inParts(bytes: Uint8Array, size: number) {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function read(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

async function count({ sql }: TestPlace, table: string): Promise<number> {
  const [row] = await sql(`select count(*) as n from ${table}`);
  return Number(row?.n);
}

const counts = async (place: TestPlace) => [
  await count(place, 'artifact'),
  await count(place, 'artifact_upload'),
  await count(place, 'artifact_chunk'),
];

describe.each(ENGINES)('%s: an artifact', (engine) => {
  it('of 5 MiB comes back byte for byte, from chunks of at most 1 MiB, even when it cannot be compressed', async () => {
    const place = await newPlace(engine);
    const store = await opened(place.store);
    const bytes = randomBytes(5 * 1024 * 1024);
    const stored = await store.artifacts.put(inParts(bytes, 70_001), 'application/octet-stream');
    expect(stored).toBe(digest(bytes));
    expect((await read(store.artifacts.get(stored))).equals(bytes)).toBe(true);
    const [longest] = await place.sql('select max(length(bytes)) as longest, count(*) as n from artifact_chunk');
    expect(Number(longest?.n)).toBe(6);
    expect(Number(longest?.longest)).toBeLessThanOrEqual(1024 * 1024);
  });

  it.each([0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES])(
    'of %i bytes comes back, streamed or not',
    async (size) => {
      const store = await opened((await newPlace(engine)).store);
      const bytes = Buffer.alloc(size, 'abc');
      const streamed = await store.artifacts.put(inParts(bytes, 4096), 'text/plain');
      expect(await store.artifacts.put(bytes, 'text/plain')).toBe(streamed);
      expect((await read(store.artifacts.get(streamed))).equals(bytes)).toBe(true);
    },
  );

  it('has the same digest for the same bytes however they are cut, and costs no second copy', async () => {
    const place = await newPlace(engine);
    const store = await opened(place.store);
    const bytes = randomBytes(2_500_000);
    const puts = [1_000, 999_999, 2_500_000].map((size) => store.artifacts.put(inParts(bytes, size), 'text/plain'));
    expect(new Set(await Promise.all(puts))).toEqual(new Set([digest(bytes)]));
    await store.artifacts.put(bytes, 'text/plain');
    expect(await counts(place)).toEqual([1, 1, 3]);
  });

  it('cannot be seen before its last byte, and leaves nothing behind when its source fails', async () => {
    const place = await newPlace(engine);
    const store = await opened(place.store);
    const bytes = randomBytes(3_000_000);
    const failing = async function* () {
      yield* inParts(bytes, 500_000);
      expect(await count(place, 'artifact_chunk')).toBeGreaterThan(0);
      expect(await count(place, 'artifact')).toBe(0);
      expect(await store.artifacts.has(digest(bytes))).toBe(false);
      throw new Error('the instance hung up');
    };
    await expect(store.artifacts.put(failing(), 'text/plain')).rejects.toThrow('the instance hung up');
    expect(await counts(place)).toEqual([0, 0, 0]);
  });

  it('that was never finished because its process died stays invisible, and is removed a day later', async () => {
    const place = await newPlace(engine);
    await (await openStore(place.store)).close();
    const writer = otherProcess('upload.ts', JSON.stringify(place.store));
    while ((await count(place, 'artifact_chunk')) < 2) await sleep(20);
    await writer.kill();

    const store = await openStore(place.store);
    expect(await count(place, 'artifact')).toBe(0);
    await store.close();
    expect(await count(place, 'artifact_upload')).toBe(1);
    await place.sql(`update artifact_upload set started_at = '2020-01-01T00:00:00.000Z'`);
    await (await openStore(place.store)).close();
    expect(await counts(place)).toEqual([0, 0, 0]);
  });

  it.each([
    ['changed', `update artifact_chunk set bytes = some bytes where n = 1`, /is damaged in chunk 2 of 3/],
    ['lost', `delete from artifact_chunk where n = 2`, /lacks chunk 3 of 3/],
    [
      'exchanged',
      `update artifact_chunk set (sha256, bytes) = (select sha256, bytes from artifact_chunk c where c.n = 0) where n = 1`,
      /other content than its digest/,
    ],
  ])('with a chunk that was %s says so by digest and chunk', async (_, tampering, message) => {
    const place = await newPlace(engine);
    const store = await opened(place.store);
    const bytes = randomBytes(2_500_000);
    const stored = await store.artifacts.put(bytes, 'text/plain');
    await place.sql(tampering.replace('some bytes', place.someBytes));
    const reading = read(store.artifacts.get(stored));
    await expect(reading).rejects.toThrow(stored);
    await expect(reading).rejects.toThrow(message);
  });

  it('that is missing is named', async () => {
    const store = await opened((await newPlace(engine)).store);
    const missing = 'a'.repeat(64);
    expect(await store.artifacts.has(missing)).toBe(false);
    await expect(read(store.artifacts.get(missing))).rejects.toThrow(missing);
  });

  it('of JSON is read once, and whoever changes what they got changes nothing of it', async () => {
    const place = await newPlace(engine);
    const store = await opened(place.store);
    const stored = await store.artifacts.putJson({ names: ['a'] });
    const got = await store.artifacts.getJson<{ names: string[] }>(stored);
    got.names.push('b');
    await place.tamper('delete from artifact_chunk');
    expect(await store.artifacts.getJson(stored)).toEqual({ names: ['a'] });
    await expect(read(store.artifacts.get(stored))).rejects.toThrow(stored);
  });

  it('of JSON comes back as it was, under a digest that does not know the order of members', async () => {
    const store = await opened((await newPlace(engine)).store);
    await fc.assert(
      fc.asyncProperty(fc.jsonValue() as fc.Arbitrary<unknown>, async (value) => {
        const stored = await store.artifacts.putJson(value);
        // JSON has one zero.
        expect(await store.artifacts.getJson(stored)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 50 },
    );
    expect(await store.artifacts.putJson({ a: 1, b: [2] })).toBe(await store.artifacts.putJson({ b: [2], a: 1 }));
  });

  it('holds nothing that is still to come, however deep: neither the types nor the store take it', async () => {
    const { artifacts } = await opened((await newPlace(engine)).store);
    const later = Promise.resolve(1);
    // @ts-expect-error what is still to come is no value
    await expect(artifacts.putJson(later)).rejects.toThrow('no JSON form');
    // @ts-expect-error nor is what holds it
    await expect(artifacts.putJson({ handOver: later })).rejects.toThrow('at "handOver"');
    // @ts-expect-error in a list
    await expect(artifacts.putJson({ v: 1, lines: [{ key: 'PA-1', pairs: later }] })).rejects.toThrow('at "pairs"');
    const perhaps: { at?: number | Promise<number> } = { at: later };
    // @ts-expect-error or only perhaps
    await expect(artifacts.putJson(perhaps)).rejects.toThrow('at "at"');
  });
});
