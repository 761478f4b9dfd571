/** Whether two configurations say the same, whatever ids the server allotted and in whatever order it lists things. */
import { canonicalize } from 'json-canonicalize';
import type { Synchronization } from '../backbone/types.ts';
import { isObject } from '../contract/problems.ts';
import { textFrom } from '../contract/text.ts';
import { compare } from './names.ts';
import { isIdentity, isServerAllotted } from './references.ts';

export interface Difference {
  path: string;
  /** `missing`: wanted and not there. `extra`: there and not wanted. */
  kind: 'missing' | 'extra' | 'differs';
  /** What stands there, without what does not count. Absent where there is nothing. */
  live?: unknown;
  wanted?: unknown;
}

export interface Comparison {
  equal: boolean;
  /** Paths, sorted. Elements are named by what they map: `fieldMappings[customfield_10105|customfield_10207].direction`. */
  differences: string[];
  details: Difference[];
}

/** Identity, audit members, server-allotted ids and the order of lists do not count; a member that is absent equals an empty one. */
export function sameConfiguration(live: Synchronization, wanted: Synchronization): Comparison {
  const details: Difference[] = [];
  diff(normal(live, []), normal(wanted, []), '', details);
  details.sort((x, y) => compare(x.path, y.path));
  return { equal: details.length === 0, differences: details.map(({ path }) => path), details };
}

/** Without what does not count. `undefined` for everything that is empty. */
function normal(value: unknown, path: string[]): unknown {
  if (value === null || value === '') return undefined;
  if (Array.isArray(value)) {
    const kept = value
      .map((element, n) => normal(element, [...path, String(n)]))
      .filter((element) => element !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  if (!isObject(value)) return value;
  const members = Object.entries(value)
    .filter(([name]) => !isIdentity([...path, name]) && !isServerAllotted([...path, name]))
    .map(([name, member]): [string, unknown] => [name, normal(member, [...path, name])])
    .filter(([, member]) => member !== undefined);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function diff(live: unknown, wanted: unknown, path: string, found: Difference[]): void {
  if (isObject(live) && isObject(wanted)) {
    for (const name of new Set([...Object.keys(live), ...Object.keys(wanted)])) {
      diff(own(live, name), own(wanted, name), path === '' ? name : memberPath(path, name), found);
    }
    return;
  }
  if (Array.isArray(live) || Array.isArray(wanted)) {
    if ((live === undefined || Array.isArray(live)) && (wanted === undefined || Array.isArray(wanted))) {
      diffLists(live ?? [], wanted ?? [], path, found);
      return;
    }
  }
  if (same(live, wanted)) return;
  found.push(difference(path, live, wanted));
}

const difference = (path: string, live: unknown, wanted: unknown): Difference => ({
  path,
  kind: live === undefined ? 'missing' : wanted === undefined ? 'extra' : 'differs',
  ...(live === undefined ? {} : { live }),
  ...(wanted === undefined ? {} : { wanted }),
});

/** Equal elements cancel out; what is left is brought together by what the elements map, and compared member by member. */
function diffLists(live: unknown[], wanted: unknown[], path: string, found: Difference[]): void {
  for (const pair of pairElements(live, wanted)) {
    if (pair.same) continue;
    const [there, due] = [live[pair.live ?? -1], wanted[pair.wanted ?? -1]];
    const at = `${path}[${elementName(due ?? there)}]`;
    if (isObject(there) && isObject(due)) diff(there, due, at, found);
    else found.push(difference(at, there, due));
  }
}

/** Positions of two elements that are the same thing, or of one that has no partner. */
export interface ElementPair {
  live?: number;
  wanted?: number;
  /** They are equal, but for what does not count. */
  same: boolean;
}

/**
 * Equal ones; then those that map the same ids; then those left that share the id of one side with each other and with no third.
 * In the order of what is wanted, what is extra last.
 */
export function pairElements(live: readonly unknown[], wanted: readonly unknown[]): ElementPair[] {
  const free = new Map(live.map((element, n) => [n, { text: canonicalize(element), element }]));
  const pairs: ElementPair[] = wanted.map((_, n) => ({ wanted: n, same: false }));
  const take = (pair: ElementPair, n: number | undefined, same = false) => {
    if (n === undefined) return;
    Object.assign(pair, { live: n, same });
    free.delete(n);
  };
  const pick = (fits: (each: { text: string; element: unknown }) => boolean) =>
    [...free].filter(([, each]) => fits(each)).map(([n]) => n);
  const open = () => pairs.filter((pair) => pair.live === undefined && isObject(wanted[pair.wanted ?? -1]));
  for (const pair of pairs) {
    const text = canonicalize(wanted[pair.wanted ?? -1]);
    take(pair, pick((each) => each.text === text)[0], true);
  }
  for (const pair of open()) {
    const name = elementName(wanted[pair.wanted ?? -1]);
    take(pair, pick(({ element }) => isObject(element) && elementName(element) === name)[0]);
  }
  const left = open();
  const single = left.map((pair) => {
    const due = wanted[pair.wanted ?? -1];
    const [only, ...others] = pick(({ element }) => sharesSide(element, due));
    const rivals = only === undefined ? [] : left.filter((one) => sharesSide(live[only], wanted[one.wanted ?? -1]));
    return others.length === 0 && rivals.length === 1 ? only : undefined;
  });
  for (const [n, pair] of left.entries()) take(pair, single[n]);
  return [...pairs, ...[...free.keys()].map((n) => ({ live: n, same: false }))];
}

/** One of the two ids that both map is the same, the other not. */
function sharesSide(one: unknown, other: unknown): boolean {
  const [x, y] = [sideIds(one), sideIds(other)];
  const equal = Object.keys(x).filter((name) => x[name] === y[name]);
  return Object.keys(x).length === 2 && Object.keys(y).length === 2 && equal.length === 1;
}

/** `firstFieldId` and `secondFieldId`, whatever they are ids of. */
const sideIds = (element: unknown): Record<string, string> =>
  isObject(element)
    ? Object.fromEntries(
        Object.entries(element).filter(
          (member): member is [string, string] =>
            /^(first|second)\w*Id$/.test(member[0]) && typeof member[1] === 'string',
        ),
      )
    : {};

/** The path under which a difference at this place of a configuration is told. Positions in lists are decimal strings. */
export function comparedPath(configuration: unknown, at: readonly string[]): string {
  let [path, value]: [string, unknown] = ['', configuration];
  for (const [n, name] of at.entries()) {
    if (Array.isArray(value)) {
      value = value[Number(name)];
      path += `[${elementName(normal(value, at.slice(0, n + 1)))}]`;
    } else {
      value = isObject(value) ? own(value, name) : undefined;
      path = path === '' ? name : memberPath(path, name);
    }
  }
  return path;
}

/** An element of a top-level list without the ids that the server allots, nor what is empty. */
export const elementAs = (list: string, element: unknown): unknown => normal(element, [list, '0']);

/** What an element maps: its ids of both sides, or its field; else its whole text. */
function elementName(element: unknown): string {
  if (!isObject(element)) return textFrom(element);
  const sides = Object.entries(sideIds(element));
  if (sides.length > 0)
    return sides
      .sort(([x], [y]) => compare(x, y))
      .map(([, id]) => id)
      .join('|');
  return typeof element.fieldId === 'string' ? element.fieldId : canonicalize(element);
}

const own = (value: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(value, name) ? value[name] : undefined;
const same = (x: unknown, y: unknown): boolean =>
  x === y || (x !== undefined && y !== undefined && canonicalize(x) === canonicalize(y));
const memberPath = (path: string, name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? `${path}.${name}` : `${path}["${name}"]`;
