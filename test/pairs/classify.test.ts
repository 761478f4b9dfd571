import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClassifyInput, classifyPairs, PAIR_CLASSES, type PairClass } from '../../src/pairs/classify.ts';
import { fieldDirections } from '../../src/pairs/directions.ts';
import { byKey, issue } from './data.ts';

const pair = { first: 'PA-1', second: 'PB-1' };
const sound = (): ClassifyInput => ({
  pairs: [pair],
  oldA: byKey(issue('PA-1')),
  newA: byKey(issue('PA-1', { id: '900' })),
  b: byKey(issue('PB-1')),
  copyStarted: 2_000_000,
  moved: true,
});

const classOf = (change: Partial<ClassifyInput>): PairClass | undefined => {
  const { classes } = classifyPairs({ ...sound(), ...change });
  return PAIR_CLASSES.find((name) => classes[name].length > 0);
};

const late = { created: 2_000_000 };

describe('what became of a pair', () => {
  it('present: both are there and the witnesses agree', () => {
    expect(classifyPairs(sound())).toMatchObject({ usable: [pair], classes: { present: [pair] }, reasons: {} });
  });

  it.each<[string, PairClass, Partial<ClassifyInput>]>([
    ['the old issue is younger than the copy', 'bornAfterCopy', { oldA: byKey(issue('PA-1', late)), newA: byKey() }],
    [
      'its key was taken by another in the new A',
      'bornAfterCopy',
      { oldA: byKey(issue('PA-1', late)), newA: byKey(issue('PA-1', { created: 3_000_000 })) },
    ],
    ['created differs', 'contradicted', { newA: byKey(issue('PA-1', { created: 1_500_000 })) }],
    ['the reporter differs', 'contradicted', { newA: byKey(issue('PA-1', { reporter: 'lee' })) }],
    ['the issue type differs', 'contradicted', { newA: byKey(issue('PA-1', { issueType: 'Task' })) }],
    ['the new issue is not there', 'notVisible', { newA: byKey() }],
    ['the partner is not there', 'notVisible', { b: byKey() }],
    ['the old issue cannot vouch for the new one', 'notVisible', { oldA: byKey() }],
    ['the partner answers under another key', 'moved', { b: new Map([['PB-1', issue('PX-7')]]) }],
    ['the new issue answers under another key', 'moved', { newA: new Map([['PA-1', issue('PX-7')]]) }],
    ['the new issue is archived', 'archived', { newA: byKey(issue('PA-1', { archived: true })) }],
    ['the partner is archived', 'archived', { b: byKey(issue('PB-1', { archived: true })) }],
    [
      'the type of the partner is not mapped',
      'outOfScope',
      { issueTypeIds: { first: new Set(['Bug']), second: new Set(['Task']) } },
    ],
    [
      'another issue has its key, and is archived',
      'contradicted',
      { newA: byKey(issue('PA-1', { archived: true, reporter: 'lee' })) },
    ],
    ['future changes are ignored', 'ignored', { pairs: [{ ...pair, ignored: true }], b: byKey() }],
  ])('%s: %s', (_, expected, change) => {
    expect(classOf(change)).toBe(expected);
  });

  it('a second copy brings what was born after the first', () => {
    expect(classOf({ oldA: byKey(issue('PA-1', late)), newA: byKey(issue('PA-1', late)) })).toBe('present');
  });

  it('a summary alone contradicts nothing, and is said', () => {
    const { classes, reasons } = classifyPairs({ ...sound(), newA: byKey(issue('PA-1', { summary: 'edited' })) });
    expect(classes.present).toEqual([pair]);
    expect(reasons['PA-1 <> PB-1']).toContain('summary differs');
  });

  it('a copy keeps seconds only, and calls types by other cases', () => {
    expect(classOf({ newA: byKey(issue('PA-1', { created: 1_000_900, issueType: 'bug ' })) })).toBe('present');
  });

  it('users may have other ids, and keys another project', () => {
    expect(
      classOf({
        newA: byKey(issue('PX-1', { reporter: 'acc-kim' })),
        renameA: (key) => key.replace('PA', 'PX'),
        userSame: (old, now) => now === `acc-${old}`,
      }),
    ).toBe('present');
  });

  it('when nothing moved the issue needs no witness but itself', () => {
    expect(classOf({ moved: false, oldA: byKey(issue('PA-1')), newA: byKey() })).toBe('present');
    expect(classOf({ moved: false, oldA: byKey(), newA: byKey() })).toBe('notVisible');
  });

  it('every pair has exactly one class, and an issue that contradicts is never usable', () => {
    const some = fc.option(
      fc.record({ created: fc.constantFrom(1, 1_000_000, 2_000_000), reporter: fc.constantFrom('kim', 'lee') }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(some, some, some, fc.boolean())), fc.boolean(), (drawn, moved) => {
        const at = (n: number, which: 0 | 1, prefix: string) => {
          const values = drawn[n]?.[which];
          return values ? [issue(`${prefix}-${n}`, values)] : [];
        };
        const numbers = drawn.map((_, n) => n);
        const { classes, usable } = classifyPairs({
          pairs: numbers.map((n) => ({
            first: `PA-${n}`,
            second: `PB-${n}`,
            ...(drawn[n]?.[3] ? { ignored: true as const } : {}),
          })),
          oldA: byKey(...numbers.flatMap((n) => at(n, 0, 'PA'))),
          newA: byKey(...numbers.flatMap((n) => at(n, 1, 'PA'))),
          b: byKey(...numbers.flatMap((n) => (drawn[n]?.[2] ? [issue(`PB-${n}`)] : []))),
          copyStarted: 2_000_000,
          moved,
        });
        expect(Object.values(classes).flat()).toHaveLength(numbers.length);
        for (const { first } of moved ? usable : []) {
          const [old, now] = drawn[Number(first.slice(3))] ?? [];
          if (old && now) expect(now).toEqual(old);
        }
      }),
    );
  });
});

describe('which way a field is carried after the copy missed a change', () => {
  const change = (at: number, author: string, ...fields: string[]) => ({
    at,
    author,
    items: fields.map((field) => ({ field, from: null, to: 'x' })),
  });
  const mapping = (id: string, direction = 'EACH_OTHER') => ({ id, aField: id, bField: `b-${id}`, direction });
  const base = { since: { a: 100, b: 100 }, syncUsers: { a: 'sync-a', b: 'sync-b' } };

  it('from the side of the newest change by a person', () => {
    const directions = fieldDirections({
      ...base,
      changesA: [change(200, 'kim', 'one', 'two', 'tie'), change(400, 'sync-a', 'two'), change(50, 'kim', 'early')],
      changesB: [change(300, 'lee', 'b-two', 'b-three'), change(200, 'lee', 'b-tie')],
      mappings: ['one', 'two', 'three', 'tie', 'early', 'quiet'].map((id) => mapping(id)),
    });
    expect(directions).toEqual({ aToB: ['one'], bToA: ['two', 'three'], undecided: ['tie'] });
  });

  it('never against a mapping’s own direction', () => {
    const changes = { changesA: [change(200, 'kim', 'x')], changesB: [change(300, 'lee', 'b-x')] };
    const of = (direction: string) => fieldDirections({ ...base, ...changes, mappings: [mapping('x', direction)] });
    expect(of('FIRST_TO_SECOND').aToB).toEqual(['x']);
    expect(of('SECOND_TO_FIRST').bToA).toEqual(['x']);
    expect(of('NONE')).toEqual({ aToB: [], bToA: [], undecided: [] });
    expect(of('something new')).toEqual({ aToB: [], bToA: [], undecided: [] });
  });

  it('reads histories that name fields instead of ids', () => {
    const mappings = [{ ...mapping('customfield_1'), aName: { name: 'Severity', shared: false } }];
    expect(
      fieldDirections({ ...base, changesA: [change(200, 'kim', 'Severity')], changesB: [], mappings }).aToB,
    ).toEqual(['customfield_1']);
  });

  it('leaves it open where a name in a history need not be that of the mapped field, and the other side changed too', () => {
    const mappings = [{ ...mapping('customfield_1'), aName: { name: 'Severity', shared: true } }];
    const of = (field: string, ...changesB: ReturnType<typeof change>[]) =>
      fieldDirections({ ...base, changesA: [change(400, 'kim', field)], changesB, mappings });
    expect(of('Severity')).toMatchObject({ aToB: ['customfield_1'] });
    expect(of('Severity', change(300, 'lee', 'b-customfield_1'))).toMatchObject({ undecided: ['customfield_1'] });
    expect(of('customfield_1', change(300, 'lee', 'b-customfield_1'))).toMatchObject({ aToB: ['customfield_1'] });
  });

  it('from the newest change where each way has a mapping of its own, and by the one that goes that way alone', () => {
    const mappings = [
      { ...mapping('x', 'FIRST_TO_SECOND'), id: 'there' },
      { ...mapping('x', 'SECOND_TO_FIRST'), id: 'back' },
    ];
    const of = (a: number, b: number) =>
      fieldDirections({
        ...base,
        changesA: [change(a, 'kim', 'x')],
        changesB: [change(b, 'lee', 'b-x')],
        mappings,
      });
    expect(of(200, 300)).toEqual({ aToB: [], bToA: ['back'], undecided: [] });
    expect(of(300, 200)).toEqual({ aToB: ['there'], bToA: [], undecided: [] });
  });
});
