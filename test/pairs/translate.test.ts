import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncedIssueData } from '../../src/backbone/types.ts';
import { CommentIds } from '../../src/pairs/commentIds.ts';
import { mirrorProblems } from '../../src/pairs/mirrors.ts';
import { sequenceProblems } from '../../src/pairs/sequences.ts';
import { PairTable } from '../../src/pairs/table.ts';
import { type IssueDataInput, type LeftOutComment, translateIssueData } from '../../src/pairs/translate.ts';
import { dataOf, entry, pieces, tableOf } from './data.ts';

async function translateText(text: string, change: Partial<IssueDataInput> = {}) {
  const leftOut: LeftOutComment[] = [];
  const translated = translateIssueData(pieces(text), {
    swapped: false,
    connectorKeys: { first: 'CON-1', second: 'CON-2' },
    leftOut: (comment) => leftOut.push(comment),
    ...change,
  });
  const parts: Buffer[] = [];
  let next = await translated.next();
  for (; !next.done; next = await translated.next()) parts.push(Buffer.from(next.value));
  return { text: Buffer.concat(parts).toString(), counted: next.value, leftOut };
}

async function translate(data: SyncedIssueData, change: Partial<IssueDataInput> = {}) {
  const { text, ...rest } = await translateText(JSON.stringify(data), change);
  return { data: JSON.parse(text) as SyncedIssueData, ...rest };
}

/** The pairs of the data that are kept, in the new orientation. */
function keeping(data: SyncedIssueData, swapped: boolean, kept: (first: string) => boolean): PairTable {
  const all = tableOf(data, { swapped });
  const usable = new PairTable({ keys: all.keys });
  for (const pair of all) if (kept(pair.first)) usable.add(pair);
  return usable;
}

function ids(unknown: 'leftOut' | 'unchanged', pairs: Record<string, string | null>): CommentIds {
  const table = new CommentIds(unknown);
  for (const [old, now] of Object.entries(pairs)) table.set(old, now);
  return table;
}

describe('translating synced issue data', () => {
  it('keeps dates, sequence ids and unknown members, drops the old row id, puts in the new connectors', async () => {
    const data = {
      firstConnector: [entry('OLD', 'PA-1', 'PB-1', { outgoingMessageSequenceId: 9, novelty: [1] })],
      secondConnector: [],
    };
    expect((await translate(data)).data.firstConnector).toEqual([
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

  it('copies what it does not translate byte for byte, in order', async () => {
    const old =
      '{ "firstConnector" : [ {"novelty":{"n":90071992547409931234567890,"a":1.50,"a":2},"remoteIssueKey":"PB-1" , "id": 7 ,"localIssueKey":"PA-1","t":"\\u00e4\\/ä","connectorKey":"CON-48-PA"},{"connectorKey":"C","localIssueKey":"PA-2","remoteIssueKey":"PB-2","id":8} ],"made":{"by":"5.21"},"secondConnector":[]}';
    expect((await translateText(old)).text).toBe(
      '{"firstConnector":[\n{"novelty":{"n":90071992547409931234567890,"a":1.50,"a":2},"remoteIssueKey":"PB-1" , "localIssueKey":"PA-1","t":"\\u00e4\\/ä","connectorKey":"CON-1"},\n{"connectorKey":"CON-1","localIssueKey":"PA-2","remoteIssueKey":"PB-2"}],\n"made":{"by":"5.21"},\n"secondConnector":[]}',
    );
  });

  it('exchanges the sides', async () => {
    const { data } = await translate(dataOf([1]), { swapped: true });
    expect(data.firstConnector).toMatchObject([
      { connectorKey: 'CON-1', localIssueKey: 'PB-1', remoteIssueKey: 'PA-1' },
    ]);
    expect(data.secondConnector).toMatchObject([
      { connectorKey: 'CON-2', localIssueKey: 'PA-1', remoteIssueKey: 'PB-1' },
    ]);
  });

  it('drops a pair on both sides, and counts its entries', async () => {
    const old = dataOf([1, 2]);
    const { data, counted } = await translate(old, {
      swapped: true,
      keep: keeping(old, true, (first) => first !== 'PB-2'),
    });
    expect(counted).toEqual({ entries: { first: 1, second: 1 }, dropped: 2 });
    expect(data.firstConnector).toHaveLength(1);
    expect(data.secondConnector).toHaveLength(1);
  });

  it('renames issues on their own side and as partners on the other, and no others', async () => {
    const old = dataOf([1]);
    old.firstConnector.push(entry('OLD', 'PAX-4', 'PA-4'));
    const { data } = await translate(old, { projects: { first: { from: 'PA', to: 'PX' } } });
    expect(data.firstConnector).toMatchObject([
      { localIssueKey: 'PX-1', remoteIssueKey: 'PB-1' },
      { localIssueKey: 'PAX-4', remoteIssueKey: 'PA-4' },
    ]);
    expect(data.secondConnector).toMatchObject([{ localIssueKey: 'PB-1', remoteIssueKey: 'PX-1' }]);
  });

  it('leaves data that is mirrored and drained mirrored and drained, whatever is dropped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(300)), fc.boolean(), fc.nat(7), async (numbers, swapped, drop) => {
        const old = dataOf(numbers);
        const keep = keeping(old, swapped, (first) => Number(first.slice(3)) % 8 !== drop);
        const { data, counted } = await translate(old, { swapped, keep });
        const table = tableOf(data);
        expect(mirrorProblems(table)).toEqual([]);
        expect(sequenceProblems(table)).toEqual([]);
        expect(data.firstConnector.length * 2 + counted.dropped).toBe(numbers.length * 2);
        const keys = data.firstConnector.map(({ localIssueKey }) => Number(localIssueKey.slice(3)));
        expect(keys).toEqual(numbers.filter((n) => n % 8 !== drop));
      }),
    );
  });

  it('gives comments of the moved side their new ids and leaves those without counterpart out', async () => {
    const data = {
      firstConnector: [
        entry('OLD', 'PA-1', 'PB-1', { comments: [{ localId: '1', extra: true }, { localId: '2' }, { localId: '3' }] }),
      ],
      secondConnector: [entry('OLD', 'PB-1', 'PA-1', { comments: [{ localId: '50' }] })],
    };
    const { data: translated, leftOut } = await translate(data, {
      comments: { first: ids('leftOut', { '1': '901', '2': null }) },
    });
    expect(translated.firstConnector[0]?.comments).toEqual([{ localId: '901', extra: true }]);
    expect(translated.secondConnector[0]?.comments).toEqual([{ localId: '50' }]);
    expect(leftOut).toEqual([
      { side: 'first', issueKey: 'PA-1', localId: '2' },
      { side: 'first', issueKey: 'PA-1', localId: '3' },
    ]);
  });

  it('translates a partner comment id where there is one, by the partner’s ids, wherever it stands', async () => {
    const data = {
      firstConnector: [],
      secondConnector: [
        entry('OLD', 'PB-1', 'PA-1', {
          comments: [
            { localId: '50', remoteId: '1' },
            { localId: '51', remoteId: '2' },
            { remoteId: '1', note: 'x', localId: '52' },
            { localId: '53', remoteId: 7 },
          ],
        }),
      ],
    };
    const { data: translated } = await translate(data, { comments: { first: ids('leftOut', { '1': '901' }) } });
    expect(translated.secondConnector[0]?.comments).toEqual([
      { localId: '50', remoteId: '901' },
      { remoteId: '901', note: 'x', localId: '52' },
      { localId: '53', remoteId: 7 },
    ]);
  });
});

describe('comment ids', () => {
  it('are found again, numbers and others, and are told from those that nobody entered', () => {
    const id = fc.oneof(
      fc.integer({ min: 0, max: 2 ** 33 }).map(String),
      fc.constantFrom('', '0', '007', '4294967293', '4294967294', '4294967295', '18446744073709551616', 'a-1', 'ä"'),
    );
    fc.assert(
      fc.property(fc.dictionary(id, fc.option(id)), id, (pairs, other) => {
        const table = ids('leftOut', pairs);
        const found = (old: string) => {
          const bytes = Buffer.from(JSON.stringify(old));
          const now = table.at(bytes, 0, bytes.length);
          return now === -4 ? table.textOf(old) : now < 0 ? null : String(now);
        };
        for (const [old, now] of Object.entries(pairs)) expect(found(old)).toBe(now);
        if (!Object.hasOwn(pairs, other)) expect(found(other)).toBeNull();
      }),
    );
  });
});
