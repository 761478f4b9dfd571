/** Entries found by what they have, without a look at all of them for each: an instance can have thousands, and each is looked for. */
import type { Entry } from './catalogue.ts';

/** Texts by which an entry is found: none, one or several. A constant of its module, since a list is read once for each. */
export type Key = (entry: Entry) => readonly string[];

const known = new WeakMap<readonly Entry[], Map<Key, ReadonlyMap<string, Entry[]>>>();

/** @param entries not changed afterwards. */
export function having(entries: readonly Entry[], key: Key, text: string): readonly Entry[] {
  const ofList = known.get(entries) ?? new Map<Key, ReadonlyMap<string, Entry[]>>();
  known.set(entries, ofList);
  const groups = ofList.get(key) ?? grouped(entries, key);
  ofList.set(key, groups);
  return groups.get(text) ?? [];
}

export const withId = (entries: readonly Entry[], id: string): Entry | undefined => having(entries, ID, id)[0];

export const ID: Key = ({ id }) => [id];
export const NAME: Key = ({ name }) => [name];
export const FOLDED: Key = ({ folded }) => [folded];

/** Of several parts; none of them ends where another begins. */
export const keyOf = (...parts: readonly (string | undefined)[]): string => JSON.stringify(parts);

function grouped(entries: readonly Entry[], key: Key): ReadonlyMap<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries)
    for (const text of key(entry)) {
      const group = groups.get(text);
      if (group) group.push(entry);
      else groups.set(text, [entry]);
    }
  return groups;
}
