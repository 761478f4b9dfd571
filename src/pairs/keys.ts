/** Issue keys and pairs of them. */

/** Two issues kept in step: the key on the first side and the key on the second. */
export interface Pair {
  first: string;
  second: string;
  /** Either side ignores the other's changes ("ignore future changes"). Absent when not. */
  ignored?: true;
}

interface SplitKey {
  key: string;
  project: string;
  /** -1 where the text is no issue key. */
  number: number;
}

function split(key: string): SplitKey {
  const dash = key.lastIndexOf('-');
  const number = dash > 0 && dash < key.length - 1 ? digits(key, dash + 1) : -1;
  return number < 0 ? { key, project: key, number } : { key, project: key.slice(0, dash), number };
}

/** Read by hand: a million keys are split for every sort. */
function digits(text: string, from: number): number {
  let value = 0;
  for (let n = from; n < text.length; n++) {
    const digit = text.charCodeAt(n) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function compareSplit(x: SplitKey, y: SplitKey): number {
  if (x.project !== y.project) return x.project < y.project ? -1 : 1;
  if (x.number !== y.number) return x.number - y.number;
  return x.key < y.key ? -1 : x.key > y.key ? 1 : 0;
}

/** `PA-9` before `PA-10`, and by code unit otherwise: the same on every machine. */
export const compareKeys = (x: string, y: string): number => compareSplit(split(x), split(y));

/** A sorted copy, by one key and then another. Splits each key once. */
export function sortByKeys<T>(items: Iterable<T>, keyOf: (item: T) => string, thenBy: (item: T) => string): T[] {
  return Array.from(items, (item) => ({ item, key: split(keyOf(item)) }))
    .sort((x, y) => compareSplit(x.key, y.key) || compareKeys(thenBy(x.item), thenBy(y.item)))
    .map(({ item }) => item);
}

export const sortPairs = (pairs: Iterable<Pair>): Pair[] =>
  sortByKeys(
    pairs,
    ({ first }) => first,
    ({ second }) => second,
  );

/** `PA-1 <> PB-1`: names a pair in findings, and is its key in sets. */
export const pairName = ({ first, second }: Pair): string => `${first} <> ${second}`;

/** Turns pairs of the original into pairs of the new synchronization. */
export const orient = (pair: Pair, swapped: boolean): Pair =>
  swapped ? { ...pair, first: pair.second, second: pair.first } : pair;
