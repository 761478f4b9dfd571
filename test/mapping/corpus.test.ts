import { describe, expect, it } from 'vitest';
import { CASES, figures, runCase, translateCase } from './corpus/run.ts';

describe('the corpus of conflicts', () => {
  it('has at least forty cases, each with a name of its own', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(40);
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  });

  it.each(CASES.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const { missing, superfluous } = await runCase(one);
    expect({ missing, superfluous }).toEqual({ missing: [], superfluous: [] });
  });

  it('gives every case the same answer twice', async () => {
    for (const one of CASES)
      expect(JSON.stringify(await translateCase(one))).toBe(JSON.stringify(await translateCase(one)));
  });

  it('counts what is missed and what is asked for nothing', async () => {
    const [odd] = CASES.filter(({ name }) => name === 'a "(migrated)" twin of a field');
    if (!odd) throw new Error('the case is gone');
    const wrong = await runCase({ ...odd, expect: [{ ask: 'status:3' }, { path: 'x', rule: 'e-mail', value: 'y' }] });
    expect(figures([await runCase(odd), wrong])).toMatchObject({
      cases: 2,
      questionsExpected: 2,
      questionsAsked: 2,
      recall: 0.5,
      precision: 0.5,
      rulesExpected: 1,
      rulesRight: 0,
    });
  });
});
