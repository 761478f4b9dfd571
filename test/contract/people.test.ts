/** One comparison of people for every check: whoever is one person in the directory is one person here, however it is spelled. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinctPeople, personOf, samePerson } from '../../src/contract/people.ts';

describe('the same person', () => {
  it.each([
    ['another case', 'Kim@Example.com', 'kim@example.COM'],
    ['spaces around it', ' kim@example.com\t', 'kim@example.com'],
    ['letters composed and decomposed', 'ren\u00e9@example.com', 'rene\u0301@example.com'],
    ['a capital letter composed and decomposed', 'REN\u00c9@example.com', 'rene\u0301@example.com'],
    ['characters that nobody sees', 'kim\u200b@example.com\ufeff', 'kim@example.com'],
    ['the display name that a mail program adds', 'Kim Doe <kim@example.com>', 'kim@example.com'],
    ['a login in another case', 'Kim', 'kim'],
    ['two spaces between words, or one that does not break', 'Kim  Doe', 'kim\u00a0doe'],
  ])('is recognised through %s', (_, one, other) => {
    expect(samePerson(one, other)).toBe(true);
  });

  it.each([
    ['another address', 'kim@example.com', 'kim@example.org'],
    ['a letter with and without its accent', 'rene@example.com', 'ren\u00e9@example.com'],
    ['a login and an address', 'kim', 'kim@example.com'],
    ['a tag', 'kim+ops@example.com', 'kim@example.com'],
    ['dots, which only some mail systems ignore', 'k.im@example.com', 'kim@example.com'],
    ['two people whose display names agree', 'Kim <kim@example.com>', 'Kim <lee@example.com>'],
  ])('is not assumed through %s', (_, one, other) => {
    expect(samePerson(one, other)).toBe(false);
  });

  it('is one whatever is done to spaces, case and composition, and what is compared compares to itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(personOf(personOf(name))).toBe(personOf(name));
        expect(samePerson(` ${name}\n`, name)).toBe(true);
        expect(samePerson(name.normalize('NFD'), name)).toBe(true);
      }),
    );
  });
});

it('of several spellings of one person, the first one is kept', () => {
  expect(distinctPeople(['Lee@example.com', 'sam@example.com', 'lee@example.com ', 'LEE@EXAMPLE.COM'])).toEqual([
    'Lee@example.com',
    'sam@example.com',
  ]);
});
