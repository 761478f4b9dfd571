/**
 * Translating a configuration for its new homes. No translation is a guess: a value is mapped by a named rule with its evidence,
 * or it is a question for a person. Pure and deterministic.
 */
import type { Synchronization } from '../backbone/types.ts';
import type { Question } from '../contract/tasks.ts';
import type { SideCatalogues } from './catalogue.ts';
import { define, fill, fits, isObject, memberAt, type Place, pathText, places, replace } from './json.ts';
import { isIdentity, isServerAllotted, REFERENCES, type ReferenceRow, type SideName } from './references.ts';
import { type Resolution, type Rule, resolve } from './resolve.ts';
import { swapSides } from './swap.ts';
import { movedSidesOf, suspicion, type TextContext, textQuestion, textQuestionId } from './texts.ts';

export type { Catalogue, SideCatalogues } from './catalogue.ts';

export interface TranslationInput {
  /** As exported from the original. Not changed. */
  configuration: Synchronization;
  /** True when the new first connector is the original's second. */
  swapped: boolean;
  /** By side of the new synchronization. */
  sides: { first: SideCatalogues; second: SideCatalogues };
  /** Connector keys of the new synchronization, when it exists already. */
  connectors?: { first: string; second: string };
  projectKeys: { first: string; second: string };
  /** Answers of people: question id → value. */
  decided: Record<string, string>;
}

/** One reference and what became of it. `path` is its place in the translated configuration. */
export interface MappingChange {
  path: string;
  old: string;
  new: string;
  rule: Rule;
  evidence: string;
}

export interface TranslationResult {
  /** The same shape and member order; unknown members kept. Not to be used while there are questions. */
  configuration: Synchronization;
  /** What differs from the (swapped) source. */
  changes: MappingChange[];
  /** Every reference with its rule, those that kept their value too. */
  references: MappingChange[];
  /** One per reference without a single answer, in the order of the configuration. */
  questions: Question[];
  /** Paths that still hold a value of the old instance, each with the reason. Never without a question. */
  unresolved: string[];
}

interface Work {
  place: Place;
  path: string;
  old: string;
  outcome: Resolution;
  /** Renames the member instead of changing its value. */
  rename: boolean;
}

export function translateConfiguration(input: TranslationInput): TranslationResult {
  const { sides, decided } = input;
  const configuration = input.swapped ? swapSides(input.configuration) : structuredClone(input.configuration);
  const context: TextContext = {
    root: configuration,
    sides,
    decided,
    projectKeys: input.projectKeys,
    oldProjectKeys: {
      first: textAt(configuration, ['firstConnector', 'projectKey']),
      second: textAt(configuration, ['secondConnector', 'projectKey']),
    },
  };
  // All is looked up before anything is replaced: options are found through the old id of their field.
  const work = [...places(configuration, (path) => isIdentity(path) || isServerAllotted(path))].flatMap((place) =>
    workAt(place, context),
  );
  const result = report(work);
  for (const { place, outcome, rename, old } of work) {
    if (outcome.state !== 'settled' || outcome.value === old) continue;
    if (rename) renameMember(place, outcome.value);
    else
      replace(
        place,
        typeof place.value === 'number' && /^\d+$/.test(outcome.value) ? Number(outcome.value) : outcome.value,
      );
  }
  return { configuration, ...result, ...withHomes(configuration, input, result) };
}

function workAt(place: Place, context: TextContext): Work[] {
  const { path, value } = place;
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  const row = text === undefined ? undefined : REFERENCES.find((each) => fits(path, each.at));
  if (row && text !== undefined) return text === '' ? [] : [referenceWork(place, text, row, context)];
  const name = path.at(-1) ?? '';
  return [
    ...(/customfield_\d+/.test(name) && isObject(place.holder) ? textWork(place, name, true, context) : []),
    ...(text === undefined ? [] : textWork(place, text, false, context)),
  ];
}

function referenceWork(place: Place, id: string, row: ReferenceRow, { root, sides, decided }: TextContext): Work {
  const field = row.field === undefined ? undefined : textAt(root, fill(row.field, place.path));
  const reference = field === undefined ? { kind: row.kind, id } : { kind: row.kind, id, field };
  const outcome = resolve(reference, sides[row.side], decided);
  return { place, path: pathText(root, place.path), old: id, outcome, rename: false };
}

function textWork(place: Place, text: string, rename: boolean, context: TextContext): Work[] {
  for (const side of movedSidesOf(place.path, context.sides)) {
    const why = rename ? 'it names a custom field by id' : suspicion(place.path, place.value, side, context);
    if (why === undefined) continue;
    const id = textQuestionId(place.path, text, side, context);
    const answer = Object.hasOwn(context.decided, id) ? context.decided[id] : undefined;
    const outcome: Resolution =
      answer === undefined
        ? { state: 'asked', question: textQuestion(place.path, text, side, why, context) }
        : { state: 'settled', value: answer, rule: 'decided answer', evidence: `answer to ${id}` };
    return [{ place, path: pathText(context.root, place.path), old: text, outcome, rename }];
  }
  return [];
}

function report(work: Work[]): Omit<TranslationResult, 'configuration'> {
  const references: MappingChange[] = [];
  const questions = new Map<string, { question: Question; usedIn: string[] }>();
  const unresolved: string[] = [];
  for (const { path, old, outcome } of work) {
    if (outcome.state === 'settled') {
      references.push({ path, old, new: outcome.value, rule: outcome.rule, evidence: outcome.evidence });
      continue;
    }
    unresolved.push(`${path}: ${old} ${outcome.state === 'waits' ? outcome.why : 'has no single counterpart'}`);
    if (outcome.state === 'waits') continue;
    const known = questions.get(outcome.question.id);
    if (known) known.usedIn.push(path);
    else questions.set(outcome.question.id, { question: outcome.question, usedIn: [path] });
  }
  return {
    changes: references.filter((reference) => reference.old !== reference.new),
    references,
    questions: [...questions.values()].map(({ question, usedIn }) => ({
      ...question,
      text: `${question.text} Used in ${usedIn.slice(0, 5).join(', ')}${usedIn.length > 5 ? ` and ${usedIn.length - 5} more` : ''}.`,
    })),
    unresolved,
  };
}

/** Project keys, and connector keys once they are known, are not looked up: the start object and the new synchronization say them. */
function withHomes(
  configuration: Synchronization,
  input: TranslationInput,
  { changes, references }: Omit<TranslationResult, 'configuration'>,
) {
  const homes: MappingChange[] = [];
  const set = (side: SideName, member: 'projectKey' | 'connectorKey', value: string | undefined, evidence: string) => {
    const connector = configuration[`${side}Connector`];
    if (value === undefined || !isObject(connector)) return;
    const old = typeof connector[member] === 'string' ? connector[member] : '';
    if (old === value) return;
    connector[member] = value;
    homes.push({ path: `${side}Connector.${member}`, old, new: value, rule: 'new home', evidence });
  };
  for (const side of ['first', 'second'] as const) {
    set(side, 'projectKey', input.projectKeys[side], 'the start object says where the project lives');
    set(side, 'connectorKey', input.connectors?.[side], 'connector of the new synchronization');
  }
  return { changes: [...changes, ...homes], references: [...references, ...homes] };
}

function renameMember({ holder, path }: Place, name: string): void {
  if (!isObject(holder)) return;
  const entries = Object.entries(holder);
  for (const [member] of entries) delete holder[member];
  for (const [member, value] of entries) define(holder, member === path.at(-1) ? name : member, value);
}

function textAt(root: unknown, path: readonly string[]): string | undefined {
  const value = memberAt(root, path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
