/** Ids in a text that a person answered with: old ones, and such as are nowhere. */
import type { JiraField } from '../jira/types.ts';
import { lineFinder, NotJson, parseDocument } from './document.ts';
import { jqlAnswerProblems } from './jqlAnswer.ts';
import { clauseOf } from './jqlCheck.ts';
import { readsAsJql } from './jqlTerms.ts';
import { thingWithId } from './knownIds.ts';
import { withId } from './lookup.ts';
import { BOTH_SIDES, nameOf, type TextContext } from './places.ts';
import { isKind, KIND_NAMES } from './references.ts';
import type { Reference, Resolver } from './resolve.ts';
import { responsibilityProblems } from './responsibility.ts';
import { NAMES_JQL } from './suspicion.ts';
import { workflowProblems } from './workflowText.ts';

export interface AnsweredText extends AnsweredIds {
  path: readonly string[];
  /** It is the name of a member. */
  renames: boolean;
  sides: TextContext['sides'];
}

/** Everything that is wrong with it, each with where; empty when it can be used. */
export function problemsOfAnswer(answer: string, asked: AnsweredText): string[] {
  const { path, was, renames, asking, possible } = asked;
  if (!renames && (NAMES_JQL.test(nameOf(path)) || readsAsJql(was))) {
    const others = possible.filter((side) => side !== asking);
    const problems = jqlAnswerProblems(answer, was, asking);
    return others.some((side) => jqlAnswerProblems(answer, was, side).length === 0) ? [] : problems;
  }
  const isJson = !renames && /^\s*[[{]/.test(was) && jsonProblem(was) === undefined;
  const broken = isJson ? (jsonProblem(answer) ?? doubledNames(answer)) : undefined;
  if (broken !== undefined) return [broken];
  if (path.includes(BOTH_SIDES) && isJson) return responsibilityProblems(answer, asked);
  if (possible.some(({ side }) => side.unread)) return [];
  const numbers =
    path[0] === 'workflowMappings' ? workflowProblems(answer, was, asking) : numberProblems(answer, asked);
  return [...numbers, ...fieldIdProblems(answer, asked)];
}

function jsonProblem(text: string): string | undefined {
  try {
    parseDocument(text);
    return undefined;
  } catch (error) {
    if (error instanceof NotJson) return `${error.message}.`;
    throw error;
  }
}

function doubledNames(text: string): string | undefined {
  const [first] = parseDocument(text).duplicates;
  return first && `line ${first.line}: "${first.name}" stands twice in one object.`;
}

export interface AnsweredIds {
  /** As it stands on the old instance. */
  was: string;
  /** The side whose question it answers. */
  asking: Resolver;
  /** All sides to which the place can belong. */
  possible: readonly Resolver[];
}

const FIELD_ID = /customfield_(\d+)|\bcf\s*\[\s*(\d+)\s*\]/gi;
/** Shorter ones are more often amounts. */
const LONG_NUMBER = /(?<![\w.[-])\d{5,}(?![\w.\]-])/g;

export function fieldIdProblems(answer: string, asked: AnsweredIds): string[] {
  return problemsOf(answer, FIELD_ID, (text, digits) => fieldIdProblem(text, digits, asked));
}

export function numberProblems(answer: string, asked: AnsweredIds): string[] {
  return problemsOf(answer, LONG_NUMBER, (text) => numberProblem(text, asked));
}

function problemsOf(
  answer: string,
  pattern: RegExp,
  problem: (text: string, digits: string) => string | undefined,
): string[] {
  const lineOf = lineFinder(answer);
  return [...answer.matchAll(pattern)].flatMap(({ 0: text, 1: digits, 2: clause, index }) => {
    const found = problem(text, digits ?? clause ?? text);
    return found === undefined ? [] : [`line ${lineOf(index)}: ${found}.`];
  });
}

/** Of the id of a custom field, written as `customfield_10105` or as `cf[10105]`. */
export function fieldIdProblem(text: string, digits: string, asked: AnsweredIds): string | undefined {
  const { asking, possible } = asked;
  const { oldInstance, newInstance } = asking.side;
  const id = `customfield_${digits}`;
  const there = possible.filter(({ side }) => byId(side.new.fields).has(id));
  const known = byId(asking.side.old.fields).get(id);
  const isKept = fieldIdsBefore(asked).has(digits);
  // What the other side of the place has may be meant, too.
  if (there.length > 0 && (!isKept || !known || there.some((resolver) => resolver !== asking))) return undefined;
  if (!known) return `${text} is no field of ${newInstance}`;
  const found = asking.resolve({ kind: 'field', id });
  const thing = `${text} is field "${known.name}" of ${oldInstance}`;
  if (found.state !== 'settled') return `${thing}, and which that is on ${newInstance} is not decided`;
  if (found.value === id && there.length > 0) return undefined;
  return `${thing}; there it is ${/^cf/i.test(text) ? clauseOf(found.value) : found.value}`;
}

const fieldsById = new WeakMap<readonly JiraField[], ReadonlyMap<string, JiraField>>();

/** An instance can have thousands of fields, and an answer can name thousands: each list is looked through once. */
function byId(fields: readonly JiraField[]): ReadonlyMap<string, JiraField> {
  const known = fieldsById.get(fields) ?? new Map(fields.map((field) => [field.id, field]));
  fieldsById.set(fields, known);
  return known;
}

const idsBefore = new WeakMap<AnsweredIds, ReadonlySet<string | undefined>>();

/** Digits of the custom fields that the old text names. */
function fieldIdsBefore(asked: AnsweredIds): ReadonlySet<string | undefined> {
  const known =
    idsBefore.get(asked) ?? new Set([...asked.was.matchAll(FIELD_ID)].map(([, one, other]) => one ?? other));
  idsBefore.set(asked, known);
  return known;
}

/** Of a number that something of the old instance has as its id. */
function numberProblem(number: string, { was, asking, possible }: AnsweredIds): string | undefined {
  const { side } = asking;
  const thing = side.sameInstance ? undefined : thingWithId(side.old, number);
  if (thing === undefined) return undefined;
  const there = possible.filter((one) => thingWithId(one.side.new, number) !== undefined);
  if (there.length === 0) return `${number} is ${thing} of ${side.oldInstance}, and nothing on ${side.newInstance}`;
  if (!was.includes(number) || there.some((one) => one !== asking)) return undefined;
  const [became, ...others] = meaningsOf(number, asking);
  if (became === undefined || [became, ...others].includes(number)) return undefined;
  return `${number} is ${thing} of ${side.oldInstance}; there it is ${became}`;
}

/** Read as a whole, with numbers as ids. */
const KINDS = KIND_NAMES.filter((kind) => kind === 'transitionId' || (isKind(kind, 'named') && !isKind(kind, 'open')));

/** All that a number of the old instance can have become; empty while one of it is not decided. */
function meaningsOf(id: string, resolver: Resolver): string[] {
  const references: Reference[] = [
    ...KINDS.filter((kind) => withId(resolver.entries('old', kind) ?? [], id)).map((kind) => ({ kind, id })),
    ...Object.entries(resolver.side.old.options)
      .filter(([, options]) => options.some((option) => option.id === id))
      .map(([field]) => ({ kind: 'option' as const, id, field })),
  ];
  const found = references.map((reference) => resolver.resolve(reference));
  return found.every(({ state }) => state === 'settled')
    ? found.flatMap((one) => (one.state === 'settled' ? [one.value] : []))
    : [];
}
