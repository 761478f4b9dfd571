/**
 * Places the table does not know. A value there that may mean something on one instance only is never passed on in silence and
 * never rewritten by rule: a person says what it shall be. Documented examples: `sync.responsibilityConfiguration` (one field id
 * and two option ids in JSON), a JQL filter with `cf[10105]`.
 */
import type { Question } from '../contract/tasks.ts';
import { type Node, pathText } from './document.ts';
import { checkJql } from './jqlCheck.ts';
import { KIND_WORDS, NAMED_PLACES, type ReferenceKind, type SideName } from './references.ts';
import type { Resolver } from './resolve.ts';

export interface TextContext {
  root: Node;
  sides: Readonly<Record<SideName, Resolver>>;
}

/** Holds a "local" and a "remote" option id: both sides in one value. */
const BOTH_SIDES = 'sync.responsibilityConfiguration';

/** Whose a place is, by its names; `undefined` when it may be either's. */
function sideOf(path: readonly string[]): SideName | undefined {
  if (path.includes(BOTH_SIDES)) return undefined;
  for (const name of path) {
    if (/^first(?![a-z])/.test(name)) return 'first';
    if (/^second(?![a-z])/.test(name)) return 'second';
  }
  return undefined;
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

/** The kind of thing that stands at a place, by the name of its member alone. */
export function kindByName(path: readonly string[], text: string): ReferenceKind | undefined {
  const name = path.findLast((segment) => !/^\d+$/.test(segment)) ?? '';
  const row = NAMED_PLACES.find((each) => each.name.test(name));
  return row && (row.ids === 'any' || /^\d+$/.test(text)) ? row.kind : undefined;
}

/** A workflow mapping in a shape nobody knows, like the text of the advanced editor. */
export const mayNameTransitions = (path: readonly string[], text: string): boolean =>
  path[0] === 'workflowMappings' && NUMBER.test(text);

const NUMBER = /(?<![\w.])\d+(?![\w.])/;

const CUSTOM_FIELD_ANYWHERE = /customfield_\d+|\bcf\[\d+\]/;
const ACCOUNT_ID =
  /\b(?:qm:)?\w+:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[5-7][0-9a-f]{23}\b|\bJIRAUSER\d+\b|\baccountid:/i;
const RESOURCE_NAME = /\bari:cloud:/;

export interface Suspicion {
  why: string;
  /** The whole value with its counterparts, where each has a single one. */
  proposal?: string;
}

/** Why a value at a place unknown to the table looks as if it meant something on one instance only. */
export function suspicion(path: readonly string[], text: string, resolver: Resolver): Suspicion | undefined {
  const name = path.findLast((segment) => !/^\d+$/.test(segment)) ?? '';
  if (/jql$/i.test(name)) return suspicionOfJql(text, resolver);
  if (resolver.side.sameInstance) return undefined;
  if (CUSTOM_FIELD_ANYWHERE.test(text)) return { why: 'it names a custom field by id', ...withFields(text, resolver) };
  if (!resolver.side.accountsStay && ACCOUNT_ID.test(text)) return { why: 'it names a user by an id of one instance' };
  if (RESOURCE_NAME.test(text)) return { why: 'it names something of one Cloud site' };
  const numeric = /^\d+$/.test(text);
  if (mayNameTransitions(path, text)) return numbersOfWorkflow(text, resolver);
  if (numeric && /[a-z]Ids?$/.test(name)) return { why: 'its name says that it is an id' };
  if (numeric && path.includes(BOTH_SIDES)) return { why: 'it stands where option ids stand' };
  if (name === 'id' && /^\d{5,}$/.test(text)) return { why: 'it looks like an id' };
  return undefined;
}

/** The first of them; a long text of the advanced editor can hold hundreds. */
const EXPLAINED = 12;

/** What each number can be on the old instance and what that would be on the new one. Which is meant, a person sees. */
function numbersOfWorkflow(text: string, resolver: Resolver): Suspicion {
  const why = 'it stands in a workflow mapping and holds numbers, which may be ids of statuses or transitions';
  const numbers = [...new Set(text.match(new RegExp(NUMBER, 'g')))];
  const known = numbers.slice(0, EXPLAINED).flatMap((id) => {
    const meant = (['status', 'transitionId'] as const).flatMap((kind) =>
      (resolver.entries('old', kind) ?? [])
        .filter((entry) => entry.id === id)
        .map(({ name }) => {
          const found = resolver.resolve({ kind, id });
          const there = found.state === 'settled' ? `, ${found.value} there` : ', without a single counterpart';
          return `${KIND_WORDS[kind]} "${name}"${there}`;
        }),
    );
    return meant.length === 0 ? [] : [`${id} is ${meant.join(' or ')}`];
  });
  return known.length === 0 ? { why } : { why: `${why} (${known.join('; ')})` };
}

function suspicionOfJql(jql: string, resolver: Resolver): Suspicion | undefined {
  const { reasons, proposal } = checkJql(jql, resolver);
  const { oldProject, newProject } = resolver.homes;
  if (oldProject !== undefined && newProject !== undefined && oldProject !== newProject) {
    const named = new RegExp(`(?<!\\w)${escaped(oldProject)}(?!\\w)`, 'gi');
    if (named.test(jql)) {
      const whole = proposal ?? (reasons.length === 0 ? jql : undefined);
      return {
        why: [...reasons, `its JQL names project ${oldProject}, which is ${newProject} now`].join(', and '),
        ...(whole === undefined ? {} : { proposal: whole.replace(named, newProject) }),
      };
    }
  }
  if (reasons.length === 0) return undefined;
  return { why: reasons.join(', and '), ...(proposal === undefined || proposal === jql ? {} : { proposal }) };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Each custom field's id replaced, when every one has a single answer; and, where the text is about one field, ids of its options,
 * as in `sync.responsibilityConfiguration`.
 */
function withFields(text: string, resolver: Resolver): { proposal?: string } {
  let complete = true;
  const fields = new Set<string>();
  const swapId = (id: string): string => {
    fields.add(id);
    const found = resolver.resolve({ kind: 'field', id });
    if (found.state === 'settled') return found.value;
    complete = false;
    return id;
  };
  const replaced = text
    .replace(/customfield_\d+/g, (id) => swapId(id))
    .replace(
      /\bcf\[(\d+)\]/g,
      (_, digits: string) => `cf[${swapId(`customfield_${digits}`).replace('customfield_', '')}]`,
    );
  const [field] = fields;
  const whole = fields.size === 1 && field !== undefined ? withOptions(replaced, field, resolver) : replaced;
  return complete && whole !== text ? { proposal: whole } : {};
}

function withOptions(text: string, field: string, resolver: Resolver): string {
  const ids = new Set(resolver.entries('old', 'option', field)?.map(({ id }) => id));
  return text.replace(/(?<=["'\s:,[])\d+(?=["'\s,}\]])/g, (id) => {
    const found = ids.has(id) ? resolver.resolve({ kind: 'option', id, field }) : undefined;
    return found?.state === 'settled' ? found.value : id;
  });
}

/** The old text is part of the id: an answer for one text must not serve another that stands at the same place elsewhere. */
export function textQuestionId(path: readonly string[], text: string, { side }: Resolver, root: Node): string {
  return `text:${pathText(root, path)}#${fingerprint(text)}@${side.oldInstance}->${side.newInstance}`;
}

export function textQuestion(
  path: readonly string[],
  text: string,
  resolver: Resolver,
  { why, proposal }: Suspicion,
  root: Node,
): Question {
  const { oldInstance, newInstance } = resolver.side;
  return {
    id: textQuestionId(path, text, resolver, root),
    text: `What shall stand at ${pathText(root, path)} for ${newInstance}? On ${oldInstance} it is ${JSON.stringify(text)}, and ${why}. Answer with the whole value, unchanged if it fits.${
      proposal === undefined ? '' : ` With the ids of ${newInstance} it reads ${JSON.stringify(proposal)}.`
    }`,
    choices: [],
  };
}

/** FNV-1a, 32 bits: tells texts apart in an id; nothing is secured by it. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
