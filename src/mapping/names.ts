/** Comparing names between instances. What differs in case, spaces or width is found, and said. */

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
const MIGRATED = /(?: \(migrated(?: \d+)?\))+$/;

/** The folded name without such an ending: twins have the same one. */
export const baseName = (name: string): string => foldName(name).replace(MIGRATED, '');

/** What people add to the name of a thing that they put aside for a new one. */
const ASIDE =
  /^(?:\([^)]*\)|\[[^\]]*\]|old|legacy|deprecated|obsolete|unused|copy of|do not use|zz+)[\s:_-]+|\s*(?:\([^)]*\)|\[[^\]]*\])$|[\s:_-]+(?:old|legacy|deprecated|obsolete|unused|copy|backup)$/;

/** The folded name without such an addition. */
export const rootName = (base: string): string => base.replace(ASIDE, '');

/** By code unit: the same on every machine, whatever its language. */
export const compare = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);

/** For a pattern that finds a text as it is. */
export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether a word stands in a text, and not as a part of another one. */
export const namesWord = (text: string, word: string | undefined): boolean =>
  word !== undefined && text.includes(word) && new RegExp(`(?<!\\w)${escaped(word)}(?!\\w)`).test(text);
