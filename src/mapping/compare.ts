/** Whether two configurations say the same, whatever ids the server allotted and in whatever order it lists things. */
import { canonicalize } from 'json-canonicalize';
import type { Synchronization } from '../backbone/types.ts';
import { isObject, type JsonObject } from './json.ts';
import { compare } from './names.ts';
import { isIdentity, isServerAllotted } from './references.ts';

export interface Difference {
  path: string;
  /** `missing`: wanted and not there. `extra`: there and not wanted. */
  kind: 'missing' | 'extra' | 'differs';
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
  found.push({ path, kind: live === undefined ? 'missing' : wanted === undefined ? 'extra' : 'differs' });
}

/** Equal elements cancel out; what is left is brought together by what the elements map, and compared member by member. */
function diffLists(live: unknown[], wanted: unknown[], path: string, found: Difference[]): void {
  const extra = grouped(live);
  const missing: unknown[] = [];
  for (const element of wanted) {
    const text = canonicalize(element);
    const twin = extra.findIndex((each) => each.text === text);
    if (twin >= 0) extra.splice(twin, 1);
    else missing.push(element);
  }
  for (const element of missing) {
    const name = elementName(element);
    const partner = extra.findIndex((each) => isObject(each.element) && elementName(each.element) === name);
    if (partner < 0 || !isObject(element)) {
      found.push({ path: `${path}[${name}]`, kind: 'missing' });
      continue;
    }
    const [taken] = extra.splice(partner, 1);
    diff(taken?.element, element, `${path}[${name}]`, found);
  }
  for (const { element } of extra) found.push({ path: `${path}[${elementName(element)}]`, kind: 'extra' });
}

const grouped = (list: unknown[]) => list.map((element) => ({ element, text: canonicalize(element) }));

/** What an element maps: its ids of both sides, or its field; else its whole text. */
function elementName(element: unknown): string {
  if (!isObject(element)) return String(element);
  const sides = Object.entries(element).filter(
    (member): member is [string, string] => /^(first|second)\w*Id$/.test(member[0]) && typeof member[1] === 'string',
  );
  if (sides.length > 0)
    return sides
      .sort(([x], [y]) => compare(x, y))
      .map(([, id]) => id)
      .join('|');
  return typeof element.fieldId === 'string' ? element.fieldId : canonicalize(element);
}

const own = (value: JsonObject, name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined);
const same = (x: unknown, y: unknown): boolean =>
  x === y || (x !== undefined && y !== undefined && canonicalize(x) === canonicalize(y));
const memberPath = (path: string, name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? `${path}.${name}` : `${path}["${name}"]`;
