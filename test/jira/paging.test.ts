/** Paging that survives short pages, lowered limits, shifting lists and repeated tokens. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/contract/limits.ts';
import { fieldOptions } from '../../src/jira/options.ts';
import { byToken, collect, shifting } from '../../src/jira/paging.ts';
import type { Get } from '../../src/jira/types.ts';
import { answering, failureOf, json, listOf } from '../http/instances.ts';

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

describe('a list that has no end', () => {
  const option = (at: number) => ({ option: { id: String(at), value: 'x', disabled: false }, children: [] });
  const asGet = (answer: (path: string, at: number) => object): Get => {
    const get = async (path: string, _: unknown, { startAt = 0 }: { startAt?: number } = {}) => answer(path, startAt);
    return get as unknown as Get;
  };

  it('of options is left where the limit is, however few stand on each page', async () => {
    let pages = 0;
    const get = asGet(() => {
      pages += 1;
      if (pages > LIMITS.pages) throw new Error('one page more');
      return { options: [option(pages)] };
    });
    expect(await failureOf(fieldOptions(get, false, 'customfield_10100'))).toMatchObject({ code: 'BeyondLimit' });
  });

  it('of options is left where the limit is, however many stand on each page', async () => {
    let given = 0;
    const get = asGet(() => ({ options: Array.from({ length: 50_000 }, () => option(given++)) }));
    expect(await failureOf(fieldOptions(get, false, 'customfield_10100'))).toMatchObject({ code: 'BeyondLimit' });
    expect(given).toBeLessThanOrEqual(LIMITS.list + 50_000);
  });

  it('of comments is left where the limit is, though none are counted', async () => {
    let given = 0;
    const at = '2026-01-01T00:00:00.000+0000';
    const comment = () => ({ id: String(given++), author: { name: 'kim' }, body: 'x', created: at, updated: at });
    const { instance } = await answering(({ method }, response) => {
      const comments = Array.from({ length: given > 2 * LIMITS.comments ? 0 : 10_000 }, comment);
      if (method === 'GET') return json(response, { comments });
      const fields = { summary: 's', issuetype: { id: '1', name: 'Bug' }, status: { name: 'Open' }, reporter: null };
      const issue = {
        id: '1',
        key: 'PA-1',
        fields: { ...fields, created: at, updated: at, comment: { comments: [], total: 1 } },
      };
      return json(response, { total: 1, issues: [issue] });
    });
    const reading = listOf(instance.jira.issues({ jql: 'project = PA', comments: true }));
    expect(await failureOf(reading)).toMatchObject({ code: 'BeyondLimit', message: expect.stringContaining('PA-1') });
  });

  it('is another one than a list of 200,000 options, which is read', async () => {
    const get = asGet((path, from) => {
      if (path.endsWith('projectmapping')) return { items: [{ contextId: '1', isGlobalContext: true }], isLast: true };
      return { items: Array.from({ length: 10_000 }, (_, at) => option(from + at)), isLast: from >= 190_000 };
    });
    expect(await fieldOptions(get, true, 'customfield_10100')).toHaveLength(200_000);
  });
});
