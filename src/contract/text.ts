/** Texts of others, in time that grows with their length and no faster. */

/**
 * Without these characters at the end. A pattern like `/x+$/` would begin at each of them, anew for every run of them that something
 * else follows.
 */
export function withoutTrailing(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end);
}

/** What stands a second time in a list, once each. */
export function repeatedIn(texts: readonly string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(texts.filter((text) => seen.size === seen.add(text).size))];
}

/**
 * A pattern that matches this text and nothing else, with whatever flags and beside whatever else it is put into a regular expression,
 * but inside no brackets. Only signs that mean something in a pattern are escaped: with the flag `u` any other escape is an error.
 */
export const patternOf = (text: string): string => text.replace(/[$()*+./?[\\\]^{|}]/g, '\\$&');

/**
 * Any value of others as text: a text as it is, all else as JSON. `String` and templates throw where an object of JSON has members
 * named `toString` and `valueOf`, or where lists stand within each other by the thousand.
 */
export function textFrom(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value) ?? NO_TEXT;
  } catch {
    return NO_TEXT;
  }
}

const NO_TEXT = '(a value that cannot be shown)';

/** The first of many, and how many more `of` them there are: for a sentence, or lines. */
export const listed = (items: readonly string[], most: number, of = ''): string[] =>
  items.length <= most
    ? [...items]
    : [...items.slice(0, most), `and ${items.length - most} more${of === '' ? '' : ` ${of}`}`];

/** `1 pair`, `2 pairs`. */
export const counted = (count: number, one: string, several = `${one}s`): string =>
  `${count} ${count === 1 ? one : several}`;

const LONGEST_SHORT = 300;

/** The beginning of a text, for a sentence; never half of a character. */
export const shortened = (text: string, longest = LONGEST_SHORT): string =>
  text.length > longest ? `${text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
