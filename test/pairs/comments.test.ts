import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidatesFor, matchComments, missingThere, notCarried } from '../../src/pairs/comments.ts';

const matchedOf = async (...args: Parameters<typeof matchComments>) => {
  const { matched, unmatched } = await matchComments(...args);
  return { ...Object.fromEntries(matched), ...Object.fromEntries(unmatched.map(({ id }) => [id, null])) };
};

describe('matching comments', () => {
  const comment = (id: string, body: string, created = 1000, author = 'kim') => ({ id, body, created, author });

  it('goes by author, time within a second, and body', async () => {
    const old = [comment('1', 'a'), comment('2', 'b'), comment('3', 'c'), comment('4', 'd')];
    const now = [
      comment('9', 'a\r\n', 1900),
      comment('8', 'b', 2100),
      comment('7', 'c', 1000, 'lee'),
      comment('6', 'D'),
    ];
    expect(await matchedOf(old, now, Object.is)).toEqual({ '1': '9', '2': null, '3': null, '4': null });
  });

  it('asks whether two users are one', async () => {
    expect(
      await matchedOf([comment('1', 'a')], [comment('9', 'a', 1000, 'acc-kim')], (x, y) => y === `acc-${x}`),
    ).toEqual({
      '1': '9',
    });
  });

  it('never gives one new comment to two old ones', async () => {
    const text = fc.constantFrom('same', 'other');
    const list = fc.array(
      fc.record({ body: text, created: fc.integer({ min: 0, max: 4000 }), author: fc.constantFrom('kim', 'lee') }),
    );
    await fc.assert(
      fc.asyncProperty(list, list, async (old, now) => {
        const withIds = (prefix: string, all: typeof old) => all.map((one, n) => ({ ...one, id: `${prefix}${n}` }));
        const matched = await matchedOf(withIds('o', old), withIds('n', now), Object.is);
        expect(Object.keys(matched)).toHaveLength(old.length);
        const used = Object.values(matched).filter((id) => id !== null);
        expect(new Set(used).size).toBe(used.length);
        for (const [id, found] of Object.entries(matched)) {
          if (found === null) continue;
          expect(now[Number(found.slice(1))]).toMatchObject({
            body: old[Number(id.slice(1))]?.body,
            author: old[Number(id.slice(1))]?.author,
          });
        }
      }),
    );
  });

  it('finds every comment of a faithful copy', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ body: fc.string(), created: fc.integer({ min: 0, max: 9e9 }) })),
        async (all) => {
          const old = all.map((one, n) => ({ ...one, id: `o${n}`, author: 'kim' }));
          const now = old.map((one) => ({ ...one, id: one.id.replace('o', 'n') })).toReversed();
          expect(Object.values(await matchedOf(old, now, Object.is))).not.toContain(null);
        },
      ),
    );
  });

  it('goes by an official mapping first, as long as the comment is there', async () => {
    const [old, now] = [
      [comment('1', 'a'), comment('2', 'b')],
      [comment('8', 'changed'), comment('9', 'b')],
    ];
    const official = (id: string) => ({ '1': '8', '2': '404' })[id];
    expect(await matchedOf(old, now, Object.is, official)).toEqual({ '1': '8', '2': '9' });
  });

  it('keeps the likeliest of many, the nearest in time first', async () => {
    const now = Array.from({ length: 3000 }, (_, n) => comment(String(n), `text ${n}`, 2_000_000 + n * 1000));
    const old = comment('x', 'another', 2_000_000 + 1500 * 1000);
    const [{ candidates: found = [] } = {}] = await candidatesFor([old], now, Object.is);
    expect(found[0]).toEqual({ id: '1500', differs: ['text'] });
    expect(found.length).toBeLessThan(10);
  });

  it('says what is left on the new issue, and what of it differs, the likelier first', async () => {
    const now = [comment('7', 'x', 5000, 'lee'), comment('8', 'a', 5000), comment('9', 'edited')];
    const { free } = await matchComments([comment('1', 'a')], now, Object.is);
    const [found] = await candidatesFor([comment('1', 'a')], free, Object.is);
    expect(found?.candidates).toEqual([
      { id: '9', differs: ['text'] },
      { id: '8', differs: ['time'] },
      { id: '7', differs: ['author', 'time', 'text'] },
    ]);
  });
});

describe('comments that nothing carries', () => {
  const said = (id: string, body: string, created = 1_000_000) => ({ id, body, created, author: 'kim' });
  const left = (onB: ReturnType<typeof said>[], onA: ReturnType<typeof said>[]) =>
    notCarried(onB, onA).then((found) => found.map(({ id }) => id));

  it('are not those that stand in another one with a heading', async () => {
    expect(await left([said('1', 'Done')], [said('9', 'Kim wrote:\r\nDone\r\n', 1_004_000)])).toEqual([]);
  });

  it('are not found in what was said before, however short they are', async () => {
    expect(await left([said('1', 'ok')], [said('9', 'Have a look', 500_000)])).toEqual(['1']);
    expect(await left([said('1', '')], [said('9', 'Have a look', 500_000)])).toEqual(['1']);
  });

  it('are as many as there are too few', async () => {
    expect(await left([said('1', 'ok'), said('2', 'ok', 1_000_500)], [said('9', 'ok', 1_001_000)])).toEqual(['2']);
    expect(await left([said('1', 'ok'), said('2', 'look')], [said('8', 'Kim: look'), said('9', 'Kim: ok')])).toEqual(
      [],
    );
    expect(await left([said('1', 'ok'), said('2', 'look')], [said('8', 'look')])).toEqual(['1']);
  });

  it('are told by clocks that differ by less than a minute', async () => {
    expect(await left([said('1', 'ok')], [said('9', 'ok', 1_000_000 - 59_000)])).toEqual([]);
    expect(await left([said('1', 'ok')], [said('9', 'ok', 1_000_000 - 61_000)])).toEqual(['1']);
  });
});

describe('comments that the other side lacks', () => {
  const said = (body: string, n: number) => ({ id: String(n), body, created: 1_000_000, author: 'kim' });
  const lacks = (here: string[], there: string[]) =>
    missingThere(here.map(said), there.map(said)).then((found) => found.map(({ body }) => body));

  it('are none where one side has all of the other, with headings or without, in whatever order', async () => {
    const text = fc.constantFrom('ok', 'look', 'look, ok', 'Done', '');
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 8 }), fc.boolean(), fc.gen(), async (all, headed, gen) => {
        const order = gen(fc.shuffledSubarray, all, { minLength: all.length });
        const copies = order.map((body) => (headed ? `Kim wrote on Monday:\n\n${body}` : body));
        expect(await lacks(all, copies)).toEqual([]);
        expect(await lacks(copies, all)).toEqual([]);
      }),
    );
  });

  it('are seen though their text is in another one', async () => {
    expect(await lacks(['look', 'ok'], ['look'])).toEqual(['ok']);
    expect(await lacks(['ok', 'ok'], ['ok'])).toEqual(['ok']);
    expect(await lacks(['Kim: look'], ['look', 'ok'])).toEqual([]);
    expect(await lacks(['look', 'ok'], ['Kim: look'])).toEqual(['ok']);
  });
});
