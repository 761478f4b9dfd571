import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SyncedIssueData } from '../../src/backbone/types.ts';
import { notHeldByBoth, withOtherComments } from '../../src/pairs/compare.ts';
import { pairName } from '../../src/pairs/keys.ts';
import { multipleKeys } from '../../src/pairs/mirrors.ts';
import { EntryScanner } from '../../src/pairs/scanner.ts';
import { intoTable, PairTable } from '../../src/pairs/table.ts';
import { entry } from './data.ts';
import { commentId } from './documents.ts';

/** Of a pair: the comments that each connector lists, or nothing where it does not hold the pair. */
type Lists = Record<'first' | 'second', string[] | undefined>;

const lists = fc.array(commentId, { maxLength: 4 });
const held: fc.Arbitrary<Lists> = fc.record({ first: lists, second: lists });
const live: fc.Arbitrary<Lists> = fc.record({
  first: fc.option(lists, { nil: undefined }),
  second: fc.option(lists, { nil: undefined }),
});
/** By number: what is given, and what is read then. Mostly the same, in another order. */
const pair = fc.record({ given: held, now: fc.option(live, { nil: undefined, freq: 2 }), turned: fc.boolean() });

function dataOf(all: readonly (readonly [number, Lists])[]): SyncedIssueData {
  const data: SyncedIssueData = { firstConnector: [], secondConnector: [] };
  const commentsOf = (ids: string[]) => ids.map((localId) => ({ localId }));
  for (const [n, { first, second }] of all) {
    if (first) data.firstConnector.push(entry('A', `PA-${n}`, `PB-${n}`, { comments: commentsOf(first) }));
    if (second) data.secondConnector.push(entry('B', `PB-${n}`, `PA-${n}`, { comments: commentsOf(second) }));
  }
  return data;
}

function read(table: PairTable, data: SyncedIssueData): void {
  const scanner = new EntryScanner(intoTable(table), { keys: table.keys });
  scanner.push(Buffer.from(JSON.stringify(data)));
  scanner.end();
}

const nameOf = (n: number) => pairName({ first: `PA-${n}`, second: `PB-${n}` });
const same = (one: string[], other: string[]) => one.toSorted().join(' ') === other.toSorted().join(' ');

it('says of what is read whether it is what was given: pairs, halves of them, and the comments that each lists', () => {
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 150 }), fc.nat(5), (pairs, strangers) => {
      const given = pairs.map(({ given }, n) => [n + 1, given] as const);
      const now = pairs.map(({ given: { first, second }, now, turned }, n) => {
        const turn = (ids = [] as string[]) => (turned ? ids.toReversed() : ids);
        return [n + 1, now ?? { first: turn(first), second: turn(second) }] as const;
      });
      const others = Array.from({ length: strangers }, (_, n): readonly [number, Lists] => [
        1000 + n,
        { first: ['5'], second: [] },
      ]);
      using table = new PairTable({ comments: true });
      read(table, dataOf(given));
      table.expect();
      read(table, dataOf([...others, ...now].reverse()));
      expect(table.size).toBe(pairs.length + strangers);
      expect(multipleKeys(table)).toEqual([]);
      const halves = now.filter(([, { first, second }]) => !first || !second).map(([n]) => nameOf(n));
      expect(notHeldByBoth(table).map(pairName)).toEqual(halves);
      const different = now.filter(([n, lists]) =>
        (['first', 'second'] as const).some((side) => {
          const there = lists[side];
          return there && !same(there, pairs[n - 1]?.given[side] ?? []);
        }),
      );
      expect(withOtherComments(table).map(pairName)).toEqual(different.map(([n]) => nameOf(n)));
    }),
  );
});
