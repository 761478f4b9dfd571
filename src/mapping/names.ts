/** Comparing names between instances. What differs in case, spaces or width is found, and said. */
import { patternOf, withoutTrailing } from '../contract/text.ts';

/** NFKC, trimmed, spaces made one, case folded; without what is never seen, and with letters of other scripts that look alike. */
export function foldName(name: string): string {
  const seen = PLAIN.test(name) ? name : asSeen(name.normalize('NFKC'));
  const folded = seen.replace(/\s+/g, ' ').trim().toUpperCase().toLowerCase();
  return PLAIN.test(folded) ? folded : folded.normalize('NFKC');
}

const PLAIN = /^[\x20-\x7e]*$/;

/** Zero width spaces, direction marks, soft hyphens, variation selectors. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;

/** Cyrillic and Greek letters that cannot be told from Latin ones. */
const ALIKE = new Map(
  [...'аАВсСеЕНіІјЈКМоОрРѕЅТухХΑΒΕΖΗΙΚΜΝΟοΡΤΥΧ'].map((letter, n) => [
    letter,
    [...'aABcCeEHiIjJKMoOpPsSTyxXABEZHIKMNOoPTYX'][n],
  ]),
);
const LOOKALIKE = new RegExp(`[${[...ALIKE.keys()].join('')}]`, 'gu');

const asSeen = (name: string): string =>
  name.replace(UNSEEN, '').replace(LOOKALIKE, (letter) => ALIKE.get(letter) ?? letter);

/** The same characters, however they are composed: no difference that anybody could see. */
export const sameName = (one: string, other: string): boolean => one.normalize('NFC') === other.normalize('NFC');

/** Atlassian's migration tools append `(migrated)`, `(migrated 2)` … where the name was taken. */
const MIGRATED = ' (migrated';

/** The folded name without such an ending: twins have the same one. */
export const baseName = (name: string): string => withoutMigrated(foldName(name));

function withoutMigrated(name: string): string {
  let end = name.length;
  while (name[end - 1] === ')') {
    const start = name.lastIndexOf(MIGRATED, end - 1);
    if (start < 0 || !/^(?: \d+)?$/.test(name.slice(start + MIGRATED.length, end - 1))) break;
    end = start;
  }
  return name.slice(0, end);
}

/** What people add to the name of a thing that they put aside for a new one. */
const ASIDE = /^(?:\([^)]*\)|\[[^\]]*\]|old|legacy|deprecated|obsolete|unused|copy of|do not use|zz+)[ :_-]+/;
const ASIDE_AFTER = ['old', 'legacy', 'deprecated', 'obsolete', 'unused', 'copy', 'backup'];
const BETWEEN = ' :_-';

/** The folded name without such an addition. Its end is looked at from the end: a pattern would begin at each bracket anew. */
export function rootName(base: string): string {
  const rest = base.replace(ASIDE, '');
  if (rest !== base) return rest;
  for (const [open, close] of [
    ['(', ')'],
    ['[', ']'],
  ] as const) {
    if (!base.endsWith(close)) continue;
    const start = base.indexOf(open, base.lastIndexOf(close, base.length - 2) + 1);
    return start < 0 ? base : withoutTrailing(base.slice(0, start), ' ');
  }
  const word = ASIDE_AFTER.find((each) => base.endsWith(each) && BETWEEN.includes(base.at(-each.length - 1) ?? '?'));
  return word === undefined ? base : withoutTrailing(base.slice(0, -word.length), BETWEEN);
}

/** By code unit: the same on every machine, whatever its language. */
export const compare = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);

/** Whether a word stands in a text, and not as a part of another one. */
export const namesWord = (text: string, word: string | undefined): boolean =>
  word !== undefined && text.includes(word) && new RegExp(`(?<!\\w)${patternOf(word)}(?!\\w)`).test(text);
