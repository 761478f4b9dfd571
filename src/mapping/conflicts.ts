/**
 * What a conflict of an instance is about. Its shape is not documented, so it is never taken apart by names: any path in it that leads
 * somewhere in the configuration, and any value in it that stands there, count. Of a conflict that names neither nothing is said.
 */

import { isObject } from '../contract/problems.ts';
import { withoutTrailing } from '../contract/text.ts';
import { comparedPath, type Difference } from './compare.ts';
import { eachPlace, fits, type Node, nodeAt, parseDocument, textOf } from './document.ts';
import { isIdentity, isServerAllotted, REFERENCES } from './references.ts';

/** A value of the configuration that a conflict names. */
export interface NamedValue {
  /** Names and positions, from the root. */
  at: string[];
  /** As differences are told. */
  path: string;
  value: string;
}

/**
 * What each conflict names, in the order of the configuration. A number of up to four digits may be anything: it counts only
 * below a path that the conflict names too.
 */
export function namedValues(configuration: unknown, conflicts: readonly unknown[]): NamedValue[][] {
  const { root } = parseDocument(JSON.stringify(configuration));
  const looked = conflicts.map((conflict) => {
    const texts = textsIn(conflict);
    const under = texts.map((text) => placeNamed(root, text)).filter((place) => place !== undefined);
    return { words: new Set(texts.flatMap(wordsOf)), under, found: [] as NamedValue[] };
  });
  eachPlace(
    root,
    (at) => isIdentity(at) || isServerAllotted(at),
    ({ path: at, node }) => {
      const value = textOf(node);
      if (value === undefined || value === '') return;
      for (const { words, under, found } of looked) {
        const isBelow = under.some((place) => place.every((name, n) => name === at[n]));
        const isPlace = under.some((place) => place.length === at.length && isBelow);
        const isSaid = words.has(value) && (isBelow || (under.length === 0 && !/^\d{1,4}$/.test(value)));
        if (isPlace || isSaid) found.push({ at, path: comparedPath(configuration, at), value });
      }
    },
  );
  return looked.map(({ found }) => found);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** The text itself, since names of users can have spaces, and each word of it. */
const wordsOf = (text: string): string[] => [
  text.trim(),
  ...(text.match(/[\p{L}\p{N}_][\p{L}\p{N}_.@:+-]*/gu) ?? []).flatMap((word) => [word, withoutTrailing(word, '.:+-')]),
];

/**
 * The place that a text names as a path, like `fieldMappings[fm-17].values`: elements by their own id or their position. What of the
 * path leads nowhere further is left out; `undefined` where it leads nowhere at all.
 */
function placeNamed(root: Node, text: string): string[] | undefined {
  if (!/^[A-Za-z_$][\w$]*(?:[.[][^\s]*)?$/.test(text)) return undefined;
  const at: string[] = [];
  for (let [node, rest]: [Node | undefined, string] = [root, text]; rest !== ''; ) {
    const step: Step | undefined = node && stepInto(node, rest);
    if (!step) break;
    at.push(step.name);
    rest = step.rest;
    node = nodeAt(root, at);
  }
  return at.length === 0 ? undefined : at;
}

interface Step {
  name: string;
  rest: string;
}

function stepInto(node: Node, rest: string): Step | undefined {
  if (node.kind === 'list') {
    const [whole, id = ''] = /^\.?\[?([^\].[]+)\]?/.exec(rest) ?? [];
    const isElement = (item: Node) => [['id'], ['fieldDefaultKey']].some((own) => textOf(nodeAt(item, own)) === id);
    const position = node.items.findIndex(isElement);
    const name = position >= 0 ? String(position) : /^\d+$/.test(id) && Number(id) < node.items.length ? id : undefined;
    return name === undefined || whole === undefined ? undefined : { name, rest: rest.slice(whole.length) };
  }
  if (node.kind !== 'group') return undefined;
  const plain = rest.replace(/^\./, '').replace(/^\["([^"]*)"\]/, '$1');
  // Names of advanced settings have dots in them: the longest that fits.
  const [name] = node.members
    .map((member) => member.name)
    .filter((each) => plain.startsWith(each) && /^(?:$|[.[])/.test(plain.slice(each.length)))
    .sort((x, y) => y.length - x.length);
  return name === undefined ? undefined : { name, rest: plain.slice(name.length) };
}

const TABS: readonly [RegExp, string][] = [
  [/^issueTypeMappings/, 'Issue types'],
  [/^fieldMappings/, 'Fields - Mappings'],
  [/\.fieldDefaults/, 'Fields - Default values'],
  [/^workflowMappings/, 'Workflows'],
  [/^comments/, 'Comments'],
  [/^attachments/, 'Attachments'],
  [/\.advancedSettings/, 'Advanced settings'],
];

/** The tab of Backbone's pages on which a place is edited, where the manual names one. */
export const tabOf = (path: string): string | undefined => TABS.find(([start]) => start.test(path))?.[1];

/** Where a configuration holds values that are translated, as differences are told. */
export function referencePaths(configuration: unknown): Set<string> {
  const found = new Set<string>();
  eachPlace(
    parseDocument(JSON.stringify(configuration)).root,
    (at) => isIdentity(at) || isServerAllotted(at),
    ({ path: at }) => {
      if (REFERENCES.some((row) => fits(at, row.at))) found.add(comparedPath(configuration, at));
    },
  );
  return found;
}

/** A difference in the values or statuses that an element maps. */
export const isOfValues = ({ path }: Pick<Difference, 'path'>): boolean =>
  /^\w+\[[^\]]*\]\.(?:values|statuses)(?:\[|$)/.test(path);
