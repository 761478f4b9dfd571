import { describe, expect, it } from 'vitest';
import { demo } from './demo.ts';

const BY_PERSON = {
  service: ['approval'],
  people: [
    'stopOriginal',
    'createSynchronization',
    'importConfiguration',
    'pairIssues',
    'startSynchronization',
    'resyncAToB',
    'resyncBToA',
    'approval',
    'deleteOriginal',
  ],
};

describe('the demo', () => {
  it.each([
    ['workaround', 'prepareFirst', 'people'],
    ['moved', 'guide', 'people'],
    ['workaround', 'guide', 'service'],
    ['moved', 'prepareFirst', 'service'],
    ['renamed', 'guide', 'people'],
  ] as const)(
    'migrates %s in the order %s by the hands of the %s, and its judge finds nothing lost or doubled',
    { timeout: 240_000 },
    async (scenario, order, by) => {
      const { code, end } = await demo(['--scenario', scenario, '--order', order, '--by', by]);
      expect(end).toMatchObject({
        state: 'Completed',
        scenario,
        order,
        originalDeleted: true,
        duplicates: 0,
        lostChanges: 0,
        judgedBy: 'sandbox',
      });
      expect(end.byPerson.toSorted()).toEqual(BY_PERSON[by].toSorted());
      expect(end.gapSeconds).toBeGreaterThan(0);
      expect(code).toBe(0);
    },
  );

  it('migrates a batch, two of it in trouble on purpose, and its judge finds nothing lost or doubled', {
    timeout: 300_000,
  }, async () => {
    const { code, end } = await demo(['--scenario', 'batch', '--migrations', '8']);
    const { edits, ...others } = end as unknown as Record<string, number>;
    expect(others).toEqual({ completed: 6, waiting: 2, failed: 0, duplicates: 0, lostChanges: 0, wrongDeletes: 0 });
    expect(edits).toBeGreaterThan(20);
    expect(code).toBe(0);
  });
});
