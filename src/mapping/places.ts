/** Places the table does not know: whose they are and of what kind, by their names alone. */
import { type Node, nodeAt, textOf } from './document.ts';
import { NAMED_PLACES, type ReferenceKind, type SideName } from './references.ts';
import type { Resolver } from './resolve.ts';

export interface TextContext {
  root: Node;
  sides: Readonly<Record<SideName, Resolver>>;
  /** Names of members that say nothing wherever they stand. */
  plainNames: Set<string>;
  /** Fingerprints of the texts that somebody has answered for. */
  answered: ReadonlySet<string>;
}

/** Holds a "local" and a "remote" option id: both sides in one value. */
export const BOTH_SIDES = 'sync.responsibilityConfiguration';

/** Whose a place is, by its names; `undefined` when it may be either's. */
function sideOf(path: readonly string[]): SideName | undefined {
  if (path.includes(BOTH_SIDES)) return undefined;
  for (const name of path) {
    if (begins(name, 'first')) return 'first';
    if (begins(name, 'second')) return 'second';
  }
  return undefined;
}

/** Without a pattern, since every member of a large configuration comes by here. */
function begins(name: string, side: SideName): boolean {
  if (!name.startsWith(side)) return false;
  const next = name.charCodeAt(side.length);
  return !(next >= 97 && next <= 122);
}

export function possibleSides(path: readonly string[]): SideName[] {
  const side = sideOf(path);
  return side === undefined ? ['first', 'second'] : [side];
}

/** The sides a place can belong to that moved. None: ids there stay what they were. */
export const movedSidesOf = (path: readonly string[], sides: TextContext['sides']): SideName[] =>
  possibleSides(path).filter((one) => !sides[one].side.sameInstance);

/** The sides that moved, or that are another project of the same instance: it has components and versions of its own. */
export const changedSidesOf = (path: readonly string[], sides: TextContext['sides']): SideName[] =>
  possibleSides(path).filter((one) => {
    const { side, homes } = sides[one];
    return !side.sameInstance || homes.oldProject !== homes.newProject;
  });

/** The last name on the way to a place; elements of a list go by the list's. */
export const nameOf = (path: readonly string[]): string => path.findLast((segment) => !/^\d+$/.test(segment)) ?? '';

/** The row for a name, by name: a configuration has few of them, and can have millions of members. */
const rows = new Map<string, (typeof NAMED_PLACES)[number] | undefined>();
const MOST_NAMES = 10_000;
const LONGEST_KEPT = 100;

function rowNamed(name: string): (typeof NAMED_PLACES)[number] | undefined {
  if (rows.has(name)) return rows.get(name);
  const row = NAMED_PLACES.find((each) => each.name.test(name));
  if (rows.size < MOST_NAMES && name.length <= LONGEST_KEPT) rows.set(name, row);
  return row;
}

/** The kind of thing that stands at a place, by the name of its member, or by a `type` beside it. */
export function kindByName(root: Node, path: readonly string[], text: string): ReferenceKind | undefined {
  const name = nameOf(path);
  const row = rowNamed(name);
  if (row) return row.ids === 'any' || /^\d+$/.test(text) ? row.kind : undefined;
  if (!BESIDE_A_TYPE.has(name)) return undefined;
  const type = textOf(nodeAt(root, [...path.slice(0, -1), 'type']))?.toLowerCase();
  return type === 'user' || type === 'group' ? type : undefined;
}

/** `{ "type": "group", "value": "devs" }`, as Jira writes who may see a comment. */
const BESIDE_A_TYPE: ReadonlySet<string> = new Set(['value', 'name', 'id', 'identifier', 'key']);

/** Lists whose unknown members are more likely to hold ids than others are. */
export const inMapping = (path: readonly string[]): boolean =>
  /^(issueType|field|workflow)Mappings$/.test(path[0] ?? '') || path[1] === 'fieldDefaults';

/** A workflow mapping in a shape nobody knows, like the text of the advanced editor. */
export const mayNameTransitions = (path: readonly string[], text: string): boolean =>
  path[0] === 'workflowMappings' && NUMBER.test(text);

/** A number by itself, not a part of a key or a version. */
export const NUMBER = /(?<![\w.-])\d+(?![\w.-])/;
