import { describe, expect, it } from 'vitest';
import { sameValue } from '../../src/evidence/fieldValues.ts';

const mapping = (type: string) => ({
  id: 'fm-1',
  aField: 'customfield_1',
  bField: 'customfield_2',
  type,
  values: [
    { first: '1', second: '11' },
    { first: '2', second: '12' },
  ],
});
const passed = (a: unknown, b: unknown) => sameValue(mapping('passthrough'), a, b);
const correlated = (a: unknown, b: unknown) => sameValue(mapping('correlation'), a, b);
const option = (id: string, value = id) => ({ self: `https://jira.example.com/${id}`, id, value });

describe('whether a mapped field holds the same on both sides', () => {
  it('compares texts but for what the editor makes of them', () => {
    expect(passed('one\r\ntwo ', 'one\ntwo')).toBe(true);
    expect(passed(null, '')).toBe(true);
    expect(passed('one', 'two')).toBe(false);
    expect(passed(1, 2)).toBe(false);
  });

  it('compares several values in any order, by what people see of them', () => {
    expect(passed(['b', 'a'], ['a', 'b'])).toBe(true);
    expect(passed(['b', 'a'], ['a'])).toBe(false);
    expect(passed([option('1', 'Red'), option('2', 'Blue')], [option('8', 'Blue'), option('9', 'Red')])).toBe(true);
    expect(passed([option('1', 'Red')], [option('9', 'Blue')])).toBe(false);
    expect(passed([], null)).toBe(true);
  });

  it('compares both levels of a cascading field', () => {
    const cascade = (child: string) => ({ ...option('1', 'Europe'), child: option('2', child) });
    expect(passed(cascade('Berlin'), cascade('Berlin'))).toBe(true);
    expect(passed(cascade('Berlin'), cascade('Rome'))).toBe(false);
  });

  it('compares options by what correlates them, several too', () => {
    expect(correlated(option('1'), option('11'))).toBe(true);
    expect(correlated(option('1'), option('12'))).toBe(false);
    expect(correlated(option('1'), null)).toBe(false);
    expect(correlated([option('2'), option('1')], [option('11'), option('12')])).toBe(true);
    expect(correlated([option('2'), option('1')], [option('11')])).toBe(false);
    expect(correlated([option('2')], [option('11'), option('12')])).toBe(false);
  });

  it('says where it cannot be told', () => {
    expect(sameValue(mapping('toText'), 'one', 'two')).toBeUndefined();
    expect(correlated(option('3'), option('11'))).toBeUndefined();
    expect(correlated(null, option('13'))).toBeUndefined();
    expect(passed({ type: 'doc', version: 1, content: [] }, 'h3. Text')).toBeUndefined();
  });
});
