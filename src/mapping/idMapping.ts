/** The pairs of ids that Atlassian's migration wrote down: used before anything is concluded from names. */

import { personOf } from '../contract/people.ts';
import { isObject } from '../contract/problems.ts';
import type { FileProblem } from '../sheets/lines.ts';
import { compare } from './names.ts';
import { isKind, KIND_NAMES, type ReferenceKind } from './references.ts';

/** Kinds that an official mapping can name. `userEmail` and `userKey` are further names of users; comments stand in issue data. */
export type MappedKind = ReferenceKind | 'userEmail' | 'userKey' | 'comment';

export interface MappedId {
  target: string;
  /** File and line, for the evidence. */
  where: string;
}

/** `<kind>:<old id>` → the new id. Field ids are written as `customfield_N`. */
export type IdMapping = ReadonlyMap<string, MappedId>;

export const mappedKey = (kind: MappedKind, id: string): string => `${kind}:${id}`;

/**
 * What an official mapping says about a user: by name or account id, by key, or by e-mail address, the first that is in it. A key is not
 * a name: old users were given their first name as key and may be called otherwise since, so a name is never looked up as a key.
 */
export function officialUser(
  official: IdMapping | undefined,
  { id, key, email }: { id: string; key?: string; email?: string },
): MappedId | undefined {
  const at = (kind: MappedKind, value: string | undefined) =>
    value === undefined ? undefined : official?.get(mappedKey(kind, value));
  const ownKey = key ?? (/^JIRAUSER\d+$/.test(id) ? id : undefined);
  return at('user', id) ?? at('userKey', ownKey) ?? at('userEmail', email && personOf(email));
}

/** The namespaces of Atlassian's documents, and the names of our own kinds. */
const NAMESPACES: Readonly<Record<string, MappedKind>> = {
  'jira:priority': 'priority',
  'jira:resolution': 'resolution',
  'jira:issuelinktype': 'linkType',
  'jira:projectcomponent': 'component',
  'jira:projectversion': 'version',
  'jira/classic:customfield': 'field',
  'jira/classic:customfieldoption': 'option',
  'jira/classic:issuestatus': 'status',
  'jira/classic:issuetype': 'issueType',
  'jira/classic:project': 'project',
  'identity:user': 'user',
  'jira:comment': 'comment',
};

const OWN_KINDS: readonly MappedKind[] = [...KIND_NAMES.filter((kind) => isKind(kind, 'official')), 'comment'];

/** `undefined` for types that nothing of ours names, like issues. */
export function mappedKind(type: string): MappedKind | undefined {
  const folded = type.trim().toLowerCase();
  return NAMESPACES[folded] ?? OWN_KINDS.find((kind) => kind.toLowerCase() === folded);
}

/** One line of a mapping file, before it is known which of them holds. */
export interface IdPair {
  file: string;
  line: number;
  kind: MappedKind;
  source: string;
  target: string;
  /** Later ones win; without any, two different ones contradict each other. */
  sequence?: bigint;
  deleted: boolean;
}

/** Ids as the rest of the product writes them: `customfield_N`, users without the prefix of their key. */
export function normalized(kind: MappedKind, id: string): { kind: MappedKind; id: string } {
  if (kind === 'field' && /^\d+$/.test(id)) return { kind, id: `customfield_${id}` };
  if (kind !== 'user') return { kind, id };
  const [, prefix = '', rest = ''] = /^(email|jira\.userkey|jira\.username)\/(.*)$/s.exec(id) ?? [];
  if (prefix === 'email') return { kind: 'userEmail', id: personOf(rest) };
  if (prefix === 'jira.userkey') return { kind: 'userKey', id: rest };
  return { kind, id: prefix === '' ? id : rest };
}

export interface MergedMapping {
  mapping: IdMapping;
  /** Contradictions, each with both places. With any, nothing of the mapping is to be used. */
  problems: FileProblem[];
  /** What is odd and does no harm: pairs that stand twice. */
  notes: FileProblem[];
}

/** Brings the pairs of all files together: the later transaction wins, a deleted pair is gone. */
export function mergePairs(pairs: readonly IdPair[]): MergedMapping {
  const latest = new Map<string, IdPair>();
  const problems: FileProblem[] = [];
  const notes: FileProblem[] = [];
  for (const pair of pairs) {
    const key = mappedKey(pair.kind, pair.source);
    const before = latest.get(key);
    if (before === undefined) {
      latest.set(key, pair);
      continue;
    }
    const order = compareSequence(before.sequence, pair.sequence);
    if (order < 0) latest.set(key, pair);
    if (order !== 0) continue;
    const same = before.target === pair.target && before.deleted === pair.deleted;
    const at = { file: pair.file, line: pair.line };
    const where = `${before.file}:${before.line}`;
    if (same) notes.push({ ...at, what: `says again what ${where} says` });
    else
      problems.push({
        ...at,
        what: `says ${pair.kind} ${pair.source} became ${targetText(pair)}, ${where} says ${targetText(before)}`,
      });
  }
  const mapping = new Map(
    [...latest]
      .filter(([, { deleted }]) => !deleted)
      .map(([key, { target, file, line }]) => [key, { target, where: `${file}:${line}` }]),
  );
  return { mapping, problems, notes };
}

const targetText = ({ target, deleted }: IdPair): string => (deleted ? `${target} and is deleted` : target);

/** A pair without a sequence neither wins nor loses against another. */
const compareSequence = (one: bigint | undefined, other: bigint | undefined): number =>
  one === undefined || other === undefined || one === other ? 0 : one < other ? -1 : 1;

/** A mapping as it is kept in the store: read, checked, and for one pair of instances. */
export interface StoredMapping {
  v: 1;
  kind: 'idMapping';
  from: string;
  to: string;
  /** Key (`<kind>:<old id>`), new id, file and line; sorted by key. */
  pairs: [key: string, target: string, where: string][];
}

export function storedMapping(mapping: IdMapping, from: string, to: string): StoredMapping {
  const pairs = [...mapping].map(([key, { target, where }]): StoredMapping['pairs'][number] => [key, target, where]);
  return { v: 1, kind: 'idMapping', from, to, pairs: pairs.sort(([x], [y]) => compare(x, y)) };
}

/** Whether an artifact is one; the store holds what it was given, so its rows are not looked at. */
export const isStoredMapping = (value: unknown): value is StoredMapping =>
  isObject(value) && value.v === 1 && value.kind === 'idMapping' && Array.isArray(value.pairs);

/** The mappings from one instance to another. Those named later go before. */
export function mappingBetween(stored: readonly StoredMapping[], from: string, to: string): IdMapping | undefined {
  const fitting = stored.filter((one) => one.from === from && one.to === to);
  if (fitting.length === 0) return undefined;
  return new Map(
    fitting.flatMap(({ pairs }) => pairs.map(([key, target, where]) => [key, { target, where }] as const)),
  );
}
