/** What lives as long as the worker does not grow with what it has seen. */
import { describe, expect, it } from 'vitest';
import { Redactor } from '../../src/http/redactor.ts';
import { readSource, sourceFiles } from '../docs/imports.ts';

/** Collections that a module keeps, and that something is put into; fixed ones are filled where they are made. */
const KEPT = /^(?:export )?const (\w+)[^=\n]*= new (?:Map|Set)(?:<[^;\n]*>)?\(\);/gm;
const VARIABLE = /^(?:export )?let (\w+)/gm;

/** Why each of them is bounded. */
const BOUNDED: Readonly<Record<string, string>> = {
  'src/server/childProcess.ts guarded': 'children that live; each is taken out when it ends',
  'src/mapping/places.ts rows': 'MOST_NAMES of at most LONGEST_KEPT characters',
};

describe('what a module keeps', () => {
  it('is bounded, and here is why', () => {
    const found = sourceFiles('src').flatMap((file) =>
      [KEPT, VARIABLE].flatMap((pattern) =>
        [...readSource(file).matchAll(pattern)].map(([, name]) => `${file} ${name}`),
      ),
    );
    expect(found.toSorted()).toEqual(Object.keys(BOUNDED).toSorted());
  });
});

describe('secrets that are rotated for years', () => {
  it('are forgotten in the end, the last hundred and the one in use never', () => {
    const redactor = new Redactor();
    for (let n = 0; n < 10_000; n++) {
      redactor.learn('in-use-all-the-time');
      redactor.learn(`token-number-${n}-`);
    }
    expect(redactor.text('token-number-9999- token-number-9950- in-use-all-the-time')).toBe('*** *** ***');
    expect(redactor.text('token-number-5-')).toBe('token-number-5-');
  });

  it('are hidden where one is a part of another, also after the shorter one was read again', () => {
    const redactor = new Redactor();
    for (const secret of ['abc', 'abcdef', 'abc']) redactor.learn(secret);
    expect(redactor.text('x abcdef abc')).toBe('x *** ***');
  });
});
