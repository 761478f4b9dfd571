/** Paging that survives short pages, lowered limits, shifting lists and repeated tokens. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byToken, collect, shifting } from '../../src/jira/paging.ts';
import { listOf } from '../http/instances.ts';

const self = (item: string) => item;

describe('paging', () => {
  it('gives every item once, whatever the sizes of the pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        async (count, sizes) => {
          const all = Array.from({ length: count }, (_, index) => `PA-${index}`);
          const read = async (startAt: number) => ({
            items: all.slice(startAt, startAt + sizes.next().value),
            total: count,
          });
          expect(await listOf(shifting(read, self, 'test'))).toEqual(all);
        },
      ),
    );
  });

  it('goes round again when items slipped past while it read', async () => {
    const all = ['a', 'b', 'c', 'd', 'e'];
    let reads = 0;
    const read = async (startAt: number) => {
      reads += 1;
      // After the first page "a" moves to the end: "c" slides into the page that was already read.
      const now = reads === 1 ? all : ['b', 'c', 'd', 'e', 'a'];
      return { items: now.slice(startAt, startAt + 2), total: 5 };
    };
    expect((await listOf(shifting(read, self, 'test'))).toSorted()).toEqual(all);
  });

  it('never gives a part for the whole', async () => {
    const read = async (startAt: number) => ({ items: startAt === 0 ? ['a'] : [], total: 2 });
    await expect(listOf(shifting(read, self, 'jira-old, search'))).rejects.toMatchObject({
      code: 'UnreadableAnswer',
    });
  });

  it('ends where a server ignores the offset', async () => {
    expect(await collect(async () => ({ items: ['a', 'b'] }), self)).toEqual(['a', 'b']);
  });

  it('believes isLast before a total', async () => {
    expect(await collect(async () => ({ items: ['a'], total: 9, isLast: true }), self)).toEqual(['a']);
  });

  it('follows tokens over empty pages, and refuses one that comes twice', async () => {
    const pages = new Map([
      [undefined, { items: ['a'], next: '1' }],
      ['1', { items: [], next: '2' }],
      ['2', { items: ['a', 'b'], next: undefined }],
    ]);
    const read = async (token: string | undefined) => pages.get(token) ?? { items: [], next: undefined };
    expect(await listOf(byToken(read, self, 'test'))).toEqual(['a', 'b']);
    const again = byToken(async () => ({ items: ['a'], next: 'same' }), self, 'test');
    await expect(listOf(again)).rejects.toMatchObject({ code: 'UnreadableAnswer' });
  });
});
