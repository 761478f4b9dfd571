import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairsWithout } from '../../src/pairs/compare.ts';
import { compareKeys, orient } from '../../src/pairs/keys.ts';
import { mirrorProblems } from '../../src/pairs/mirrors.ts';
import { allArrived, hasSequences, sequenceProblems } from '../../src/pairs/sequences.ts';
import { dataOf, entry, tableOf, tableOfText } from './data.ts';

const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 40 });

describe('pairs', () => {
  it('are listed once, by number and not by text', () => {
    expect(tableOf(dataOf([10, 9])).sorted()).toEqual([
      { first: 'PA-9', second: 'PB-9' },
      { first: 'PA-10', second: 'PB-10' },
    ]);
  });

  it('say when either side ignores the other', () => {
    const data = dataOf([1, 2]);
    data.secondConnector = data.secondConnector.map((one) => ({
      ...one,
      incomingChangesIgnored: one.localIssueKey === 'PB-2',
    }));
    expect(tableOf(data).sorted()).toEqual([
      { first: 'PA-1', second: 'PB-1' },
      { first: 'PA-2', second: 'PB-2', ignored: true },
    ]);
  });

  it('have one order, however the server lists them', () => {
    fc.assert(
      fc.property(numbers, (list) => {
        const shuffled = dataOf(list.toReversed());
        shuffled.firstConnector = shuffled.firstConnector.map((one) => ({ ...one, id: 1, lastChangeSeen: 5 }));
        expect(tableOf(shuffled).sorted()).toEqual(tableOf(dataOf(list)).sorted());
      }),
    );
  });

  it('are ordered by a total order', () => {
    const key = fc.oneof(fc.stringMatching(/^[A-Z][A-Z0-9]{0,3}-[0-9]{1,4}$/), fc.string());
    fc.assert(
      fc.property(key, key, key, (x, y, z) => {
        expect(Math.sign(compareKeys(x, y))).toBe(0 - Math.sign(compareKeys(y, x)) || 0);
        if (compareKeys(x, y) <= 0 && compareKeys(y, z) <= 0) expect(compareKeys(x, z)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('turn round and back', () => {
    const pair = { first: 'PA-1', second: 'PB-1', ignored: true } as const;
    expect(orient(pair, true)).toEqual({ first: 'PB-1', second: 'PA-1', ignored: true });
    expect(orient(orient(pair, true), true)).toEqual(pair);
  });
});

describe('mirrors', () => {
  it('are complete in data as the vendor writes it', () => {
    fc.assert(fc.property(numbers, (list) => void expect(mirrorProblems(tableOf(dataOf(list)))).toEqual([])));
  });

  it('are missed on either side, and doubled keys are seen', () => {
    const data = dataOf([1, 2, 3]);
    data.secondConnector.shift();
    data.firstConnector.pop();
    data.firstConnector.push(entry('CON-48-PA', 'PA-2', 'PB-9'));
    expect(mirrorProblems(tableOf(data))).toEqual(
      [
        'PA-1 <> PB-1 is held by the first connector only',
        'PA-2 <> PB-9 is held by the first connector only',
        'PA-2 is in more than one entry of one connector',
        'PA-3 <> PB-3 is held by the second connector only',
      ].sort(compareKeys),
    );
  });
});

describe('sequence ids', () => {
  it('show no problem when each side received what the other sent', () => {
    const data = dataOf([1]);
    data.firstConnector = [entry('A', 'PA-1', 'PB-1', { outgoingMessageSequenceId: 7, incomingMessageSequenceId: 4 })];
    data.secondConnector = [entry('B', 'PB-1', 'PA-1', { outgoingMessageSequenceId: 4, incomingMessageSequenceId: 7 })];
    expect(sequenceProblems(tableOf(data))).toEqual([]);
  });

  it('name exactly the pairs with a message under way, in either direction', () => {
    fc.assert(
      fc.property(numbers, fc.infiniteStream(fc.constantFrom('no', 'aToB', 'bToA')), (list, stream) => {
        const late: string[] = [];
        const data = dataOf(list);
        for (const [n, one] of data.firstConnector.entries()) {
          const { value } = stream.next();
          const other = data.secondConnector[n];
          if (value === 'no' || !other) continue;
          late.push(one.localIssueKey);
          const sender = value === 'aToB' ? one : other;
          sender.outgoingMessageSequenceId = 3;
        }
        expect(sequenceProblems(tableOf(data)).map(({ first }) => first)).toEqual(late.sort(compareKeys));
      }),
    );
  });

  it('name a pair that one connector alone holds', () => {
    const data = dataOf([1, 2]);
    data.secondConnector.shift();
    data.firstConnector.pop();
    expect(sequenceProblems(tableOf(data)).map(({ first }) => first)).toEqual(['PA-1', 'PA-2']);
  });

  it('are compared exactly beyond 2^53, where neighbours are one double', () => {
    const written = (sent: string, received: string) =>
      JSON.stringify({
        firstConnector: [entry('A', 'PA-1', 'PB-1', { outgoingMessageSequenceId: 1, incomingMessageSequenceId: 4 })],
        secondConnector: [entry('B', 'PB-1', 'PA-1', { outgoingMessageSequenceId: 4, incomingMessageSequenceId: 3 })],
      })
        .replace('"outgoingMessageSequenceId":1', `"outgoingMessageSequenceId":${sent}`)
        .replace('"incomingMessageSequenceId":3', `"incomingMessageSequenceId":${received}`);
    const problems = (sent: string, received: string) => sequenceProblems(tableOfText(written(sent, received)));
    expect(problems('9007199254740993', '9007199254740992')).toHaveLength(1);
    expect(problems('9223372036854775807', '9223372036854775806')).toHaveLength(1);
    expect(problems('9223372036854775807', '9223372036854775807')).toEqual([]);
    expect(problems('9007199254740993', '5')).toHaveLength(1);
    const [before, now] = [written('9007199254740993', '1'), written('9007199254740993', '9007199254740992')];
    expect(allArrived(tableOfText(before), tableOfText(now))).toBe(false);
    expect(allArrived(tableOfText(before), tableOfText(written('9', '9007199254740993')))).toBe(true);
  });

  it('are told from data that has none, where no problem means nothing', () => {
    const bare = {
      firstConnector: [{ connectorKey: 'A', localIssueKey: 'PA-1', remoteIssueKey: 'PB-1' }],
      secondConnector: [],
    };
    expect(hasSequences(tableOf(bare))).toBe(false);
    expect(hasSequences(tableOf(dataOf([1])))).toBe(true);
  });
});

describe('comparing pairs', () => {
  it('finds every pair that is missing and every one too many', () => {
    fc.assert(
      fc.property(numbers, numbers, (expected, live) => {
        const [wanted, there] = [tableOf(dataOf(expected)), tableOf(dataOf(live))];
        expect(pairsWithout(wanted, there)).toEqual(
          tableOf(dataOf(expected.filter((n) => !live.includes(n)))).sorted(),
        );
        expect(pairsWithout(there, wanted)).toEqual(
          tableOf(dataOf(live.filter((n) => !expected.includes(n)))).sorted(),
        );
        expect(mirrorProblems(there)).toEqual([]);
      }),
    );
  });

  it('sees a lost mirror and an issue in two pairs', () => {
    const live = dataOf([1, 2]);
    live.secondConnector.pop();
    live.firstConnector.push(entry('CON-48-PA', 'PA-1', 'PB-9'));
    live.secondConnector.push(entry('CON-49-PB', 'PB-9', 'PA-1'));
    const [wanted, there] = [tableOf(dataOf([1, 2])), tableOf(live)];
    expect(pairsWithout(wanted, there)).toEqual([]);
    expect(pairsWithout(there, wanted)).toEqual([{ first: 'PA-1', second: 'PB-9' }]);
    expect(mirrorProblems(there)).toEqual([
      'PA-1 is in more than one entry of one connector',
      'PA-2 <> PB-2 is held by the first connector only',
    ]);
  });
});
