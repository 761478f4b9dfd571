/** What a draft has to do: everything for an empty configuration, later only what nobody has changed by hand. */
import { describe, expect, it } from 'vitest';
import type { Synchronization } from '../../src/backbone/types.ts';
import { sameConfiguration } from '../../src/mapping/compare.ts';
import { draftOperations, isCarriedOut, withOperations } from '../../src/mapping/draft.ts';
import { configuration } from './world.ts';

type Element = Record<string, unknown>;
const DRAFTED = /^(issueTypeMappings|fieldMappings|(first|second)Connector\.fieldDefaults)/;

const empty = (): Synchronization => ({
  ...configuration(),
  issueTypeMappings: [],
  fieldMappings: [],
  firstConnector: { ...configuration().firstConnector, fieldDefaults: [] },
  secondConnector: { ...configuration().secondConnector, fieldDefaults: [] },
});

/** As the server has it: with ids of its own. */
const imported = (): Synchronization => {
  const live = configuration();
  live.fieldMappings = (live.fieldMappings as Element[]).map((one, n) => ({ ...one, id: `live-${n}` })).toReversed();
  return live;
};

const changed = (from: Synchronization, n: number, change: Element): Synchronization => ({
  ...from,
  fieldMappings: (from.fieldMappings as Element[]).map((one, at) => (at === n ? { ...one, ...change } : one)),
});

describe('the operations of a draft', () => {
  it('add all that a draft carries, without ids, and then nothing of it differs', () => {
    const operations = draftOperations(empty(), configuration());
    expect(operations.length).toBeGreaterThan(3);
    for (const { id, element } of operations) {
      expect(id).toBeUndefined();
      expect(element).not.toHaveProperty('id');
      expect(element).not.toHaveProperty('fieldDefaultKey');
    }
    const after = withOperations(empty(), operations);
    expect(sameConfiguration(after, configuration()).differences.filter((path) => DRAFTED.test(path))).toEqual([]);
    expect(operations.every((operation) => isCarriedOut(after, operation))).toBe(true);
    expect(operations.some((operation) => isCarriedOut(empty(), operation))).toBe(false);
    expect(draftOperations(after, configuration())).toEqual([]);
  });

  it('edit what is wanted otherwise now, under the id that it has there', () => {
    const wanted = changed(configuration(), 0, { direction: 'NONE' });
    const [only, ...others] = draftOperations(imported(), wanted, configuration());
    expect(others).toEqual([]);
    expect(only).toMatchObject({ list: 'fieldMappings', id: 'live-0', element: { id: 'live-0', direction: 'NONE' } });
    expect(sameConfiguration(withOperations(imported(), only ? [only] : []), wanted).equal).toBe(true);
  });

  it('leave alone what somebody changed or took away since the import', () => {
    const wanted = changed(configuration(), 0, { direction: 'NONE' });
    const live = imported();
    const last = (live.fieldMappings as Element[]).length - 1;
    expect(draftOperations(changed(live, last, { type: 'toText' }), wanted, configuration())).toEqual([]);
    const without = { ...live, fieldMappings: (live.fieldMappings as Element[]).slice(0, -1) };
    expect(draftOperations(without, wanted, configuration())).toEqual([]);
  });

  it('are none when nothing is wanted otherwise, whatever stands there', () => {
    expect(draftOperations(changed(imported(), 0, { type: 'toText' }), configuration(), configuration())).toEqual([]);
  });
});
