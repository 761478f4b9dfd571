/**
 * Places the table does not know. A value there that may mean something on one instance only is never passed on in silence and
 * never rewritten by rule: a person says what it shall be. Documented examples: `sync.responsibilityConfiguration` (one field id
 * and two option ids in JSON), a JQL filter with `cf[10105]`.
 */
import type { Question } from '../contract/tasks.ts';
import type { SideCatalogues } from './catalogue.ts';
import { pathText } from './json.ts';
import type { SideName } from './references.ts';
import { resolve } from './resolve.ts';

export interface TextContext {
  root: unknown;
  sides: Readonly<Record<SideName, SideCatalogues>>;
  /** Project keys of each side in the original, to find them in JQL. */
  oldProjectKeys: Readonly<Record<SideName, string | undefined>>;
  projectKeys: Readonly<Record<SideName, string>>;
  decided: Readonly<Record<string, string>>;
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

/** The sides a place can belong to that moved. None: ids there stay what they were. */
export function movedSidesOf(path: readonly string[], sides: TextContext['sides']): SideName[] {
  const side = sideOf(path);
  const possible: SideName[] = side === undefined ? ['first', 'second'] : [side];
  return possible.filter((one) => !sides[one].sameInstance);
}

const CUSTOM_FIELD_ANYWHERE = /customfield_\d+|\bcf\[\d+\]/;
const USER_CLAUSE =
  /\b(assignee|reporter|creator|watcher|voter)\b\s*(=|!=|in\b|not\b|was\b|changed\b)\s*(?!currentUser\(\)|empty\b|null\b)/i;
const NUMBER_OPERAND = /(=|\(|,|\bin\b)\s*["']?\d+["']?(?!\w)/i;

/** Why a value at a place unknown to the table looks as if it meant something on one instance only. */
export function suspicion(
  path: readonly string[],
  value: unknown,
  side: SideName,
  context: TextContext,
): string | undefined {
  const name = path.findLast((segment) => !/^\d+$/.test(segment)) ?? '';
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  if (CUSTOM_FIELD_ANYWHERE.test(text)) return 'it names a custom field by id';
  const numeric = /^\d+$/.test(text);
  if (numeric && /[a-z]Ids?$/.test(name)) return 'its name says that it is an id';
  if (numeric && path.includes(BOTH_SIDES)) return 'it stands where option ids stand';
  if (name === 'id' && /^\d{5,}$/.test(text)) return 'it looks like an id';
  if (/jql$/i.test(name)) return suspicionOfJql(text, side, context);
  return undefined;
}

function suspicionOfJql(jql: string, side: SideName, { oldProjectKeys, projectKeys }: TextContext): string | undefined {
  if (NUMBER_OPERAND.test(jql)) return 'its JQL compares with a number, which may be an id';
  if (USER_CLAUSE.test(jql)) return 'its JQL names users, who may be named otherwise there';
  const key = oldProjectKeys[side];
  if (key !== undefined && key !== projectKeys[side] && new RegExp(`(^|\\W)${escaped(key)}(\\W|$)`, 'i').test(jql)) {
    return `its JQL names project ${key}, which is ${projectKeys[side]} now`;
  }
  return undefined;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The old text is part of the id: an answer for one text must not serve another that stands at the same place elsewhere. */
export function textQuestionId(
  path: readonly string[],
  text: string,
  side: SideName,
  { root, sides }: TextContext,
): string {
  const { oldInstance, newInstance } = sides[side];
  return `text:${pathText(root, path)}#${fingerprint(text)}@${oldInstance}->${newInstance}`;
}

export function textQuestion(
  path: readonly string[],
  text: string,
  side: SideName,
  why: string,
  context: TextContext,
): Question {
  const suggestion = suggested(text, side, context);
  const { oldInstance, newInstance } = context.sides[side];
  return {
    id: textQuestionId(path, text, side, context),
    text: `What shall stand at ${pathText(context.root, path)} for ${newInstance}? On ${oldInstance} it is ${JSON.stringify(text)}, and ${why}. Answer with the whole value, unchanged if it fits.${
      suggestion === undefined ? '' : ` With the ids of ${newInstance} it reads ${JSON.stringify(suggestion)}.`
    }`,
    choices: [],
  };
}

/** The text with each custom field's id replaced, when every one has a single answer. A proposal only. */
function suggested(text: string, side: SideName, { sides, decided }: TextContext): string | undefined {
  let complete = true;
  const swapId = (id: string): string => {
    const found = resolve({ kind: 'field', id }, sides[side], decided);
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
  return complete && replaced !== text ? replaced : undefined;
}

/** FNV-1a, 32 bits: tells texts apart in an id; nothing is secured by it. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
