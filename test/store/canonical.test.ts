import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, digestOf, parseCanonical } from '../../src/store/canonical.ts';

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, shuffled(member)]),
  );
};

describe('canonical JSON', () => {
  it('is the same text whatever the order of members, and after every reading back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(shuffled(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('is read from its own text alone: what else parses alike is no canonical text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(parseCanonical(text)).toEqual({ value: JSON.parse(text) });
        expect(parseCanonical(` ${text}`)).toBeUndefined();
      }),
    );
    for (const text of ['{"a":1,"a":2}', '{"b":1,"a":2}', '{"a": 1}', '1.0', '9007199254740993', '"\\u0061"', '{', ''])
      expect(parseCanonical(text), text).toBeUndefined();
  });

  it('is the text that RFC 8785 gives for its example', () => {
    const value = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    expect(canonicalJson({ '\u20ac': 1, '\r': 2, '1': 3, '\ud83d\ude00': 4, '\ufb33': 5 })).toBe(
      '{"\\r":2,"1":3,"€":1,"😀":4,"\ufb33":5}',
    );
  });

  it('takes an object that is referenced twice for what it is', () => {
    const side = { instance: 'jira-new', project: 'PA' };
    expect(canonicalJson({ a: side, ab: side })).toBe(
      '{"a":{"instance":"jira-new","project":"PA"},"ab":{"instance":"jira-new","project":"PA"}}',
    );
  });

  it('leaves out what is undefined, and refuses what JSON cannot hold', () => {
    expect(canonicalJson({ b: 1, a: undefined, at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z","b":1}');
    expect(() => canonicalJson({ count: Number.NaN })).toThrow('"count"');
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
    // Each of these would be written as `{}`, or left out.
    for (const lost of [Promise.resolve(1), new Map([[1, 2]]), new Set([1]), () => 1])
      expect(() => canonicalJson({ entries: lost })).toThrow('"entries"');
  });

  it('gives the digest that sha256sum gives', () => {
    // printf '{"a":1}' | sha256sum
    expect(digestOf({ a: 1 })).toBe('015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862');
  });
});
