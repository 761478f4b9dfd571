import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncedIssueData } from '../../src/backbone/types.ts';
import { matchComments } from '../../src/pairs/comments.ts';
import { mirrorProblems } from '../../src/pairs/mirrors.ts';
import { sequenceProblems } from '../../src/pairs/sequences.ts';
import { type IssueDataInput, translateIssueData } from '../../src/pairs/translate.ts';
import { dataOf, entry } from './data.ts';

const translate = (data: SyncedIssueData, change: Partial<IssueDataInput> = {}) =>
  translateIssueData({
    data,
    swapped: false,
    connectorKeys: { first: 'CON-1', second: 'CON-2' },
    keep: () => true,
    comments: { first: null, second: null },
    ...change,
  });

describe('translating synced issue data', () => {
  it('keeps dates, sequence ids and unknown members, drops the old row id, puts in the new connectors', () => {
    const data = {
      firstConnector: [entry('OLD', 'PA-1', 'PB-1', { outgoingMessageSequenceId: 9, novelty: [1] })],
      secondConnector: [],
    };
    expect(translate(data).data.firstConnector).toEqual([
      {
        connectorKey: 'CON-1',
        localIssueKey: 'PA-1',
        remoteIssueKey: 'PB-1',
        firstSyncDate: 1604663032918,
        outgoingMessageSequenceId: 9,
        incomingMessageSequenceId: 2,
        novelty: [1],
      },
    ]);
  });

  it('exchanges the sides', () => {
    const { data } = translate(dataOf([1]), { swapped: true });
    expect(data.firstConnector).toMatchObject([
      { connectorKey: 'CON-1', localIssueKey: 'PB-1', remoteIssueKey: 'PA-1' },
    ]);
    expect(data.secondConnector).toMatchObject([
      { connectorKey: 'CON-2', localIssueKey: 'PA-1', remoteIssueKey: 'PB-1' },
    ]);
  });

  it('drops a pair on both sides and says so once, in the new orientation', () => {
    const { data, dropped } = translate(dataOf([1, 2]), { swapped: true, keep: ({ first }) => first !== 'PB-2' });
    expect(dropped).toEqual([{ first: 'PB-2', second: 'PA-2' }]);
    expect(data.firstConnector).toHaveLength(1);
    expect(data.secondConnector).toHaveLength(1);
  });

  it('renames issues on their own side and as partners on the other', () => {
    const { data } = translate(dataOf([1]), {
      renameLocal: (side, key) => (side === 'first' ? key.replace('PA-', 'PX-') : key),
    });
    expect(data.firstConnector).toMatchObject([{ localIssueKey: 'PX-1', remoteIssueKey: 'PB-1' }]);
    expect(data.secondConnector).toMatchObject([{ localIssueKey: 'PB-1', remoteIssueKey: 'PX-1' }]);
  });

  it('leaves data that is mirrored and drained mirrored and drained, whatever is dropped', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(300)), fc.boolean(), fc.nat(7), (numbers, swapped, drop) => {
        const { data, dropped } = translate(dataOf(numbers), {
          swapped,
          keep: ({ first }) => Number(first.slice(3)) % 8 !== drop,
        });
        expect(mirrorProblems(data)).toEqual([]);
        expect(sequenceProblems(data)).toEqual([]);
        expect(data.firstConnector.length + dropped.length).toBe(numbers.length);
        const keys = data.firstConnector.map(({ localIssueKey }) => Number(localIssueKey.slice(3)));
        expect(keys).toEqual(keys.toSorted((x, y) => x - y));
      }),
    );
  });

  it('gives comments of the moved side their new ids and drops those without counterpart', () => {
    const data = {
      firstConnector: [
        entry('OLD', 'PA-1', 'PB-1', { comments: [{ localId: '1', extra: true }, { localId: '2' }, { localId: '3' }] }),
      ],
      secondConnector: [entry('OLD', 'PB-1', 'PA-1', { comments: [{ localId: '50' }] })],
    };
    const { data: translated, droppedComments } = translate(data, {
      comments: { first: { 'PA-1': { '1': '901', '2': null } }, second: null },
    });
    expect(translated.firstConnector[0]?.comments).toEqual([{ localId: '901', extra: true }]);
    expect(translated.secondConnector[0]?.comments).toEqual([{ localId: '50' }]);
    expect(droppedComments).toEqual([
      { side: 'first', issueKey: 'PA-1', localId: '2' },
      { side: 'first', issueKey: 'PA-1', localId: '3' },
    ]);
  });

  it('translates a partner comment id where there is one, by the partner’s ids', () => {
    const data = {
      firstConnector: [],
      secondConnector: [
        entry('OLD', 'PB-1', 'PA-1', {
          comments: [
            { localId: '50', remoteId: '1' },
            { localId: '51', remoteId: '2' },
          ],
        }),
      ],
    };
    const { data: translated } = translate(data, { comments: { first: { 'PA-1': { '1': '901' } }, second: null } });
    expect(translated.secondConnector[0]?.comments).toEqual([{ localId: '50', remoteId: '901' }]);
  });
});

describe('matching comments', () => {
  const comment = (id: string, body: string, created = 1000, author = 'kim') => ({ id, body, created, author });

  it('goes by author, time within a second, and body', () => {
    const old = [comment('1', 'a'), comment('2', 'b'), comment('3', 'c'), comment('4', 'd')];
    const now = [
      comment('9', 'a\r\n', 1900),
      comment('8', 'b', 2100),
      comment('7', 'c', 1000, 'lee'),
      comment('6', 'D'),
    ];
    expect(matchComments(old, now, Object.is)).toEqual({ '1': '9', '2': null, '3': null, '4': null });
  });

  it('asks whether two users are one', () => {
    expect(
      matchComments([comment('1', 'a')], [comment('9', 'a', 1000, 'acc-kim')], (x, y) => y === `acc-${x}`),
    ).toEqual({ '1': '9' });
  });

  it('never gives one new comment to two old ones', () => {
    const text = fc.constantFrom('same', 'other');
    const list = fc.array(
      fc.record({ body: text, created: fc.integer({ min: 0, max: 4000 }), author: fc.constantFrom('kim', 'lee') }),
    );
    fc.assert(
      fc.property(list, list, (old, now) => {
        const withIds = (prefix: string, all: typeof old) => all.map((one, n) => ({ ...one, id: `${prefix}${n}` }));
        const matched = matchComments(withIds('o', old), withIds('n', now), Object.is);
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

  it('finds every comment of a faithful copy', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ body: fc.string(), created: fc.integer({ min: 0, max: 9e9 }) })), (all) => {
        const old = all.map((one, n) => ({ ...one, id: `o${n}`, author: 'kim' }));
        const now = old.map((one) => ({ ...one, id: one.id.replace('o', 'n') })).toReversed();
        expect(Object.values(matchComments(old, now, Object.is))).not.toContain(null);
      }),
    );
  });
});
