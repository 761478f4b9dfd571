/** What of the instances must be read to translate one configuration: kinds that few point at, and the users and groups it names. */

import type { Question } from '../contract/tasks.ts';
import { entriesOf, type SideCatalogues, valueKind } from './catalogue.ts';
import { eachPlace, type Node, nodeAt, type Place, parseDocument, textOf } from './document.ts';
import { namedInJql, readsAsJql } from './jqlTerms.ts';
import { withId } from './lookup.ts';
import { compare } from './names.ts';
import { kindByName, mayNameTransitions, possibleSides } from './places.ts';
import { isIdentity, isServerAllotted, type ReferenceKind, rowFor, type SideName } from './references.ts';
import { swapNode } from './swap.ts';

export interface Needs {
  kinds: ReadonlySet<ReferenceKind>;
  /** Names or account ids by side of the new synchronization, sorted. */
  users: Readonly<Record<SideName, string[]>>;
  groups: Readonly<Record<SideName, string[]>>;
  /** Values of fields (an id, or a name as JQL has it), which may be users or groups: only the instance knows the field's type. */
  values: Readonly<Record<SideName, { field: string; value: string }[]>>;
}

/**
 * Of the exported bytes, as they are translated, and of the answers that people have given for texts.
 *
 * @throws NotJson
 */
export function needsOf(configuration: string, swapped = false, decided: Readonly<Record<string, string>> = {}): Needs {
  const { root } = parseDocument(configuration);
  if (swapped) swapNode(root);
  const kinds = new Set<ReferenceKind>();
  const named = { user: sidesOf<string>(), group: sidesOf<string>() };
  const values = { first: new Map<string, FieldValue>(), second: new Map<string, FieldValue>() };
  const add = (path: readonly string[], kind: ReferenceKind | undefined, text: string): void => {
    if (kind === undefined) return;
    kinds.add(kind);
    if (text !== '' && (kind === 'user' || kind === 'group'))
      for (const side of possibleSides(path)) named[kind][side].add(text);
  };
  const addValue = (path: readonly string[], field: string, value: string): void => {
    for (const side of possibleSides(path)) values[side].set(JSON.stringify([field, value]), { field, value });
  };
  const look = ({ path, node, member }: Place): void => {
    const text = textOf(node);
    const holder = member && holderOf(path);
    if (holder) {
      add(path, holder, member.name);
      if (text) add(path, holder, text);
    }
    if (text === undefined || text === '') return;
    add(path, kindByName(root, path, text), text);
    const name = path.at(-1) ?? '';
    for (const word of /jql/i.test(name) || readsAsJql(text) ? namedInJql(text) : []) {
      add(path, word.kind, word.text);
      if (word.field !== undefined) addValue(path, word.field, word.text);
    }
    const row = rowFor(path);
    if (row ? row.kind === 'transition' : mayNameTransitions(path, text) || isScript(path, text))
      kinds.add('transition');
    const field = mappedField(root, path);
    if (field === undefined) return;
    if (!/^customfield_/.test(field)) add(path, valueKind(NO_FIELDS, field), text);
    else
      for (const side of possibleSides(path)) values[side].set(JSON.stringify([field, text]), { field, value: text });
  };
  eachPlace(root, (at) => isIdentity(at) || isServerAllotted(at), look);
  // What an answer names is looked up too; users and groups cannot be missed, as they are not read as a whole.
  for (const [id, answer] of Object.entries(decided))
    if (id.startsWith('text:') && readsAsJql(answer)) for (const { kind } of namedInJql(answer)) add([], kind, '');
  if (kinds.has('transitionId')) kinds.add('transition');
  return {
    kinds,
    users: sorted(named.user),
    groups: sorted(named.group),
    values: { first: [...values.first.values()], second: [...values.second.values()] },
  };
}

/** Names of statuses and transitions in a text of the advanced editor. */
const isScript = (path: readonly string[], text: string): boolean => path[0] === 'workflowMappings' && /\s/.test(text);

/** A table of users or groups in a shape nobody knows, like `userMapping: { "kim": "lee" }`. */
function holderOf(path: readonly string[]): 'user' | 'group' | undefined {
  const name = path.at(-2) ?? '';
  if (/users?|accounts?|people|person/i.test(name)) return 'user';
  return /groups?/i.test(name) ? 'group' : undefined;
}

interface FieldValue {
  field: string;
  value: string;
}

const sidesOf = <T>() => ({ first: new Set<T>(), second: new Set<T>() });

const sorted = ({ first, second }: Record<SideName, Set<string>>): Record<SideName, string[]> => ({
  first: [...first].sort(compare),
  second: [...second].sort(compare),
});

const NO_FIELDS = { issueTypes: [], fields: [], options: {}, statuses: [], priorities: [] };

/** The field whose value stands at a place of the table. */
function mappedField(root: Node, path: readonly string[]): string | undefined {
  const name = path.at(-1) ?? '';
  const [top, at, inside] = path;
  if (at === undefined || inside === undefined) return undefined;
  if (top === 'fieldMappings' && /^(first|second)OptionId$/.test(name))
    return textOf(nodeAt(root, [top, at, name.replace('OptionId', 'FieldId')]));
  const isDefault = at === 'fieldDefaults' && path[3] === 'value';
  return isDefault ? textOf(nodeAt(root, [...path.slice(0, 3), 'fieldId'])) : undefined;
}

/** Counting is a query for each; where more share a name, the numbers would not help. */
const MOST = 10;

/** Ids on the new instance, each once. */
export function contestedFields(questions: readonly Question[], side: SideCatalogues): string[] {
  const end = `@${side.oldInstance}->${side.newInstance}`;
  const oldFields = entriesOf(side.old, 'field') ?? [];
  const bases = new Set(
    questions
      .filter(({ id }) => id.startsWith('field:') && id.endsWith(end))
      .map(({ id }) => id.slice('field:'.length, -end.length))
      .map((field) => withId(oldFields, field)?.base),
  );
  const contested = (entriesOf(side.new, 'field') ?? []).filter(({ base }) => bases.has(base)).map(({ id }) => id);
  return contested.length > MOST ? [] : contested;
}
