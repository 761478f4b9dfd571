import { describe, expect, it } from 'vitest';
import { fieldDirections } from '../../src/pairs/directions.ts';
import { leftToTarget, overwritten } from '../../src/pairs/overwritten.ts';

const change = (at: number, author: string, text: string, field = 'x') => ({
  at,
  author,
  items: [{ field, from: null, to: null, text }],
});
const X = { id: 'fm-x', aField: 'x', bField: 'y', direction: 'EACH_OTHER' };

function lost(a: ReturnType<typeof change>[], b: ReturnType<typeof change>[], { mappings = [X], late = false } = {}) {
  const syncUsers = { a: 'sync', b: 'sync' };
  const input = { changesA: a, changesB: b, since: { a: 100, b: 100 }, mappings, syncUsers };
  return overwritten({ ...input, late }, fieldDirections(input));
}

describe('a newer change that an older value was written over', () => {
  it('is seen where the synchronization wrote after the last person, and wrote something else', () => {
    expect(lost([], [change(200, 'lee', 'new', 'y'), change(300, 'sync', 'old', 'y')])).toEqual(['fm-x']);
    expect(lost([change(200, 'kim', 'new'), change(300, 'sync', 'old')], [])).toEqual(['fm-x']);
  });

  it('is none where it was written back, or where the other side changed later', () => {
    const back = [change(200, 'lee', 'new', 'y'), change(300, 'sync', 'old', 'y'), change(400, 'sync', 'new\r\n', 'y')];
    expect(lost([], back)).toEqual([]);
    expect(lost([change(250, 'kim', 'newer')], back.slice(0, 2))).toEqual([]);
  });

  it('is none where another field is carried into the same one', () => {
    const mappings = [X, { ...X, id: 'fm-z', aField: 'z' }];
    expect(lost([], [change(200, 'lee', 'new', 'y'), change(300, 'sync', 'old', 'y')], { mappings })).toEqual([]);
  });

  it('is one of the old home that never reached the other side, where messages were lost', () => {
    const there = change(100_000, '', 'on the old home', 'y');
    expect(lost([], [there], { late: true })).toEqual(['fm-x']);
    expect(lost([], [there])).toEqual([]);
    expect(lost([], [there, change(107_000, 'sync', 'in its words', 'y')], { late: true })).toEqual([]);
  });
});

describe('the target of a one-way mapping that people changed after its source', () => {
  const left = (direction: string, a: ReturnType<typeof change>[], b: ReturnType<typeof change>[]) =>
    leftToTarget({
      changesA: a,
      changesB: b,
      since: { a: 100, b: 100 },
      mappings: [{ ...X, direction }],
      syncUsers: { a: 'sync', b: 'sync' },
    });

  it('is theirs', () => {
    expect(left('FIRST_TO_SECOND', [change(200, 'kim', 'a')], [change(300, 'lee', 'b', 'y')])).toEqual(['fm-x']);
    expect(left('SECOND_TO_FIRST', [change(300, 'kim', 'a')], [change(200, 'lee', 'b', 'y')])).toEqual(['fm-x']);
  });

  it('is not where the source came later, or was written over it, or where the mapping goes both ways', () => {
    const written = [change(300, 'lee', 'b', 'y'), change(400, 'sync', 'a', 'y')];
    expect(left('FIRST_TO_SECOND', [change(200, 'kim', 'a')], written)).toEqual([]);
    expect(left('FIRST_TO_SECOND', [change(350, 'kim', 'a')], [change(300, 'lee', 'b', 'y')])).toEqual([]);
    expect(left('EACH_OTHER', [change(200, 'kim', 'a')], [change(300, 'lee', 'b', 'y')])).toEqual([]);
  });
});
