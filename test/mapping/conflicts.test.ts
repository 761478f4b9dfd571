/** What a conflict of unknown shape is about, and where differences are values that were translated. */
import { describe, expect, it } from 'vitest';
import { comparedPath, sameConfiguration } from '../../src/mapping/compare.ts';
import { isOfValues, namedValues, referencePaths, tabOf } from '../../src/mapping/conflicts.ts';
import { configuration } from './world.ts';

const named = (conflict: unknown) => namedValues(configuration(), [conflict])[0]?.map(({ path }) => path);
const severity = () => {
  const list = configuration().fieldMappings as { id: string; firstFieldId: string; secondFieldId: string }[];
  const found = list.find(({ firstFieldId }) => firstFieldId === 'customfield_10105');
  if (!found) throw new Error('Severity is not mapped');
  return found;
};
const element = () => `fieldMappings[${severity().firstFieldId}|${severity().secondFieldId}]`;

describe('what a conflict names', () => {
  it('is found by a path with the own id of an element, and by its position', () => {
    const position = (configuration().fieldMappings as object[]).findIndex(
      (one) => (one as { id: string }).id === severity().id,
    );
    for (const at of [severity().id, position])
      expect(named({ where: `fieldMappings[${at}].firstFieldId` })).toEqual([`${element()}.firstFieldId`]);
  });

  it('is found by a value below the path that it names', () => {
    const conflict = { at: `fieldMappings[${severity().id}].values`, message: 'Option 10301 does not exist' };
    expect(named(conflict)).toEqual([expect.stringMatching(/\.values\[.*\]\.firstOptionId$/)]);
  });

  it('is found by a value alone, wherever that stands', () => {
    expect(named(['deep', { inside: ['no such field: customfield_10105.'] }])).toContain(`${element()}.firstFieldId`);
  });

  it('is nothing where it says nothing, and a small number may be anything', () => {
    for (const conflict of ['Licence is invalid', { count: 3 }, { message: '3 statuses are wrong' }, null, 17, []])
      expect(named(conflict)).toEqual([]);
  });

  it('is a setting with dots in its name', () => {
    const path = 'firstConnector.advancedSettings.sync.correlationFieldId';
    expect(named({ path })).toEqual(['firstConnector.advancedSettings["sync.correlationFieldId"]']);
  });
});

describe('differences', () => {
  it('of one side of a mapping are one difference, at the value that was translated', () => {
    const other = configuration();
    const list = other.fieldMappings as Record<string, unknown>[];
    other.fieldMappings = list.map((one) =>
      one.id === severity().id ? { ...one, firstFieldId: 'customfield_10999' } : one,
    );
    const { details } = sameConfiguration(other, configuration());
    expect(details).toEqual([
      { path: `${element()}.firstFieldId`, kind: 'differs', live: 'customfield_10999', wanted: 'customfield_10105' },
    ]);
    expect(referencePaths(configuration()).has(details[0]?.path ?? '')).toBe(true);
  });

  it('stay two where it cannot be said which of two is the same', () => {
    const twice = (first: string[]) => ({
      ...configuration(),
      fieldMappings: first.map((firstFieldId, n) => ({
        id: `fm-${n}`,
        type: 'toText',
        firstFieldId,
        secondFieldId: 'x',
      })),
    });
    const { details } = sameConfiguration(twice(['a', 'b']), twice(['c', 'd']));
    expect(details.map(({ kind }) => kind).sort()).toEqual(['extra', 'extra', 'missing', 'missing']);
  });

  it('in lists of values are told from others', () => {
    expect(isOfValues({ path: `${element()}.values[1|2]` })).toBe(true);
    expect(isOfValues({ path: `${element()}.direction` })).toBe(false);
    expect(isOfValues({ path: 'fieldMappings[1|2]' })).toBe(false);
  });

  it('are named as places are', () => {
    const position = (configuration().fieldMappings as object[]).findIndex(
      (one) => (one as { id: string }).id === severity().id,
    );
    expect(comparedPath(configuration(), ['fieldMappings', String(position), 'type'])).toBe(`${element()}.type`);
    expect(tabOf(element())).toBe('Fields - Mappings');
    expect(tabOf('somewhere.else')).toBeUndefined();
  });
});
