/**
 * Translating a configuration for its new homes. No translation is a guess: a value is mapped by a named rule with its evidence,
 * or it is a question for a person. Pure and deterministic.
 */

import { append } from '../contract/lists.ts';
import type { Question } from '../contract/tasks.ts';
import { listed, withoutTrailing } from '../contract/text.ts';
import type { SideCatalogues } from './catalogue.ts';
import {
  eachPlace,
  fill,
  type JsonDocument,
  type Node,
  nodeAt,
  type Place,
  parseDocument,
  pathText,
  rename,
  renderDocument,
  setText,
  textOf,
} from './document.ts';
import { namedValue } from './fieldValues.ts';
import { changedSidesOf, kindByName, movedSidesOf, possibleSides, type TextContext } from './places.ts';
import { isIdentity, isServerAllotted, type ReferenceRow, rowFor, type SideName } from './references.ts';
import { type Resolution, Resolver } from './resolve.ts';
import type { Rule } from './rules.ts';
import { ownKey, suspicionOfName } from './suspicion.ts';
import { swapNode } from './swap.ts';
import { answeredTexts, asked, fingerprint, type TextAt, type TextOutcome, textOutcome } from './texts.ts';
import { doubledMembers, settleDoubled } from './twice.ts';

export interface TranslationTask {
  /** True when the new first connector is the original's second. */
  swapped: boolean;
  /** By side of the new synchronization. */
  sides: { first: SideCatalogues; second: SideCatalogues };
  projectKeys: { first: string; second: string };
  /** Answers of people: question id → value. */
  decided: Record<string, string>;
  /** Questions that are asked although a rule has an answer, each with the reason: something speaks against it. */
  contested?: ReadonlyMap<string, string>;
}

/** One reference and what became of it. `path` is its place in the translated configuration. */
export interface MappingChange {
  path: string;
  old: string;
  new: string;
  rule: Rule;
  evidence: string;
  /** The question whose answer would decide otherwise. */
  question?: string;
}

/** One value that the translation looked up, and where it stands in the translated configuration. */
export interface TranslatedPlace {
  /** Names and positions, from the root. */
  at: string[];
  path: string;
  old: string;
  /** Absent while it is asked, or waits for another answer. */
  found?: MappingChange;
  question?: string;
  /** Whether the new instance has what was found; absent where that was not read. */
  present?: boolean;
  /** What was looked up is the name of the member. */
  renamed: boolean;
}

export interface Translation {
  /** What differs from the (swapped) source. */
  changes: MappingChange[];
  /** Every reference with its rule, those that kept their value too. */
  references: MappingChange[];
  /** One per reference without a single answer, in the order of the configuration. */
  questions: Question[];
  /** Paths that still hold a value of the old instance, each with the reason. Never without a question. */
  unresolved: string[];
  /** Everything that was looked up, settled or not, in the order of the configuration. */
  places: TranslatedPlace[];
}

interface Work {
  place: Place;
  path: string;
  old: string;
  outcome: Resolution;
  /** Questions whose answers would make the proposal of this one whole. */
  waitsFor?: readonly string[];
  /** Renames the member instead of changing its value. */
  rename: boolean;
}

/**
 * Translates the text of a configuration: what is not translated comes out byte for byte, also numbers beyond 2^53 and names
 * that stand twice.
 *
 * @throws NotJson
 */
export function translateText(text: string, task: TranslationTask): Translation & { text: string } {
  const document = parseDocument(text);
  const translation = translateDocument(document, task);
  return { ...translation, text: renderDocument(document) };
}

/** Changes the document in place. */
function translateDocument(document: JsonDocument, task: TranslationTask): Translation {
  const { root } = document;
  if (task.swapped) swapNode(root);
  const resolver = (side: SideName): Resolver => {
    const oldProject = textOf(nodeAt(root, [`${side}Connector`, 'projectKey']));
    const oldConnector = textOf(nodeAt(root, [`${side}Connector`, 'connectorKey']));
    const baseUrl = textOf(nodeAt(root, [`${side}Connector`, 'connection', 'application', 'baseUrl']));
    const integration = textOf(nodeAt(root, ['integrationKey']));
    const homes = {
      ...(oldProject === undefined ? {} : { oldProject }),
      ...(oldConnector === undefined ? {} : { oldConnector }),
      ...(baseUrl ? { oldBaseUrl: withoutTrailing(baseUrl.toLowerCase(), '/') } : {}),
      ...(integration === undefined ? {} : { integration }),
      newProject: task.projectKeys[side],
    };
    return new Resolver(task.sides[side], homes, task.decided, task.contested);
  };
  const context: TextContext = {
    root,
    sides: { first: resolver('first'), second: resolver('second') },
    plainNames: new Set(),
    answered: answeredTexts([...Object.keys(task.decided), ...(task.contested?.keys() ?? [])]),
  };
  const doubled = doubledMembers(document, context);
  // All is looked up before anything is replaced: options are found through the old id of their field.
  const work: Work[] = [];
  eachPlace(
    root,
    (path) => isIdentity(path) || isServerAllotted(path),
    (place) => append(work, workAt(place, context)),
  );
  const translation = report(work);
  for (const { place, outcome, rename: renames, old } of work) {
    if (outcome.state !== 'settled' || outcome.value === old) continue;
    if (!renames) setText(place.node, outcome.value);
    else if (place.member) rename(place.member, outcome.value);
  }
  const homes = withHomes(root, task, translation);
  const twice = settleDoubled(doubled, context, document.lineOf);
  return {
    ...translation,
    changes: [...homes.changes, ...twice.references],
    references: [...homes.references, ...twice.references],
    questions: [...translation.questions, ...twice.questions],
    unresolved: [...translation.unresolved, ...twice.unresolved],
  };
}

function workAt(place: Place, context: TextContext): Work[] {
  const { path, node, member } = place;
  const text = textOf(node);
  const name = path.at(-1) ?? '';
  const row = text === undefined ? undefined : rowFor(path);
  if (row && !row.byName && text !== undefined) return text === '' ? [] : [referenceWork(place, text, row, context)];
  return [
    ...(member && !isPlain(name, context) ? textWork({ path, text: name, renames: true }, place, context) : []),
    ...(text === undefined || text === ''
      ? []
      : ((row && valueWork(place, text, row, context)) ??
        namedWork(place, text, context) ??
        textWork({ path, text, renames: false }, place, context))),
  ];
}

/** Numbers may be ids by where they stand; of all else the name alone says whether it is suspicious. */
function isPlain(name: string, { sides, plainNames, answered }: TextContext): boolean {
  if (answered.size > 0 && answered.has(fingerprint(name))) return false;
  if (plainNames.has(name)) return true;
  if (/^\d+$/.test(name)) return false;
  const suspicious = [sides.first, sides.second].some(
    (side) => ownKey(name, true, side) ?? suspicionOfName([], name, side),
  );
  if (!suspicious && plainNames.size < MOST_NAMES) plainNames.add(name);
  return !suspicious;
}

const MOST_NAMES = 10_000;

function referenceWork(place: Place, id: string, row: ReferenceRow, { root, sides }: TextContext): Work {
  const field = fieldAt(root, row, place.path);
  const digits = row.kind === 'field' && /^\d+$/.test(id);
  const reference = {
    kind: row.kind,
    id: digits ? `customfield_${id}` : id,
    ...(field === undefined ? {} : { field }),
  };
  const candidates = row.side === 'either' ? movedSidesOf(place.path, sides) : [row.side];
  const outcomes = (candidates.length > 0 ? candidates : (['first'] as const)).map((side) =>
    sides[side].resolve(reference),
  );
  const outcome = outcomes.find(({ state }) => state !== 'settled') ?? outcomes[0];
  if (!outcome) throw new Error('a reference belongs to a side');
  return {
    place,
    path: pathText(root, place.path),
    old: id,
    outcome: digits ? inDigits(outcome) : outcome,
    rename: false,
  };
}

/** A field that is written as digits alone stays so. */
const inDigits = (outcome: Resolution): Resolution =>
  outcome.state === 'settled' ? { ...outcome, value: outcome.value.replace(/^customfield_/, '') } : outcome;

function fieldAt(root: Node, row: ReferenceRow, path: readonly string[]): string | undefined {
  const field = row.field === undefined ? undefined : textOf(nodeAt(root, fill(row.field, path)));
  return field?.replace(/^(?=\d+$)/, 'customfield_');
}

function valueWork(place: Place, text: string, row: ReferenceRow, context: TextContext): Work[] | undefined {
  const { root } = context;
  const field = fieldAt(root, row, place.path);
  if (field === undefined || row.side === 'either') return undefined;
  const found = namedValue(context, place.path, text, row.side, field);
  if (found === undefined) return undefined;
  if ('why' in found) {
    const at = { path: place.path, text, renames: false };
    return [workOf(at, place, asked(at, context, row.side, found), root)];
  }
  return [{ place, path: pathText(root, place.path), old: text, outcome: found, rename: false }];
}

/** Only the name of the member says what stands here: a counterpart that differs is confirmed by a person. */
function namedWork(place: Place, text: string, { root, sides }: TextContext): Work[] | undefined {
  const connector = possibleSides(place.path).find((side) => sides[side].homes.oldConnector === text);
  const kind = connector ? 'connector' : kindByName(root, place.path, text);
  if (kind === undefined || (kind === 'connector' && !connector)) return undefined;
  const at = { place, path: pathText(root, place.path), old: text, rename: false };
  const reference = { kind, id: text };
  if (connector) return [{ ...at, outcome: sides[connector].resolve(reference) }];
  const outcomes = changedSidesOf(place.path, sides).map((side) => {
    const found = sides[side].resolve(reference);
    if (found.state !== 'settled' || FINAL.has(found.rule)) return found;
    if (found.value !== text)
      return sides[side].confirm(reference, 'only the name of the place says what stands there');
    if (kind === 'group' && sides[side].groupsGetIds)
      return sides[side].confirm(
        reference,
        'groups have ids besides names there, and which of them is due is not known',
      );
    return found;
  });
  const outcome = outcomes.find(({ state }) => state !== 'settled') ?? outcomes[0];
  return outcome ? [{ ...at, outcome }] : [];
}

/** Nothing is left to confirm. */
const FINAL: ReadonlySet<Rule> = new Set(['decided answer', 'same instance']);

function textWork(at: TextAt, place: Place, context: TextContext): Work[] {
  const found = textOutcome(at, context);
  return found === undefined ? [] : [workOf(at, place, found, context.root)];
}

const workOf = ({ path, text, renames }: TextAt, place: Place, found: TextOutcome, root: Node): Work => ({
  place,
  path: pathText(root, path),
  old: text,
  rename: renames,
  ...found,
});

function report(work: Work[]): Translation {
  const references: MappingChange[] = [];
  const questions = new Map<string, { question: Question; usedIn: string[]; waitsFor: readonly string[] }>();
  const unresolved: string[] = [];
  const places: TranslatedPlace[] = [];
  for (const { place, path, old, outcome, waitsFor = [], rename: renamed } of work) {
    const at = { at: place.path, path, old, renamed };
    if (outcome.state === 'settled') {
      const { value, rule, evidence, questionId, present } = outcome;
      const found = { path, old, new: value, rule, evidence, question: questionId };
      references.push(found);
      places.push({ ...at, found, question: questionId, ...(present === undefined ? {} : { present }) });
      continue;
    }
    places.push({ ...at, ...(outcome.state === 'asked' ? { question: outcome.question.id } : {}) });
    unresolved.push(`${path}: ${old} ${outcome.state === 'waits' ? outcome.why : 'has no single counterpart'}`);
    if (outcome.state === 'waits') continue;
    const known = questions.get(outcome.question.id);
    if (known) known.usedIn.push(path);
    else questions.set(outcome.question.id, { question: outcome.question, usedIn: [path], waitsFor });
  }
  return {
    changes: references.filter((reference) => reference.old !== reference.new),
    references,
    questions: [...questions.values()].map(({ question, usedIn, waitsFor }) => {
      // Asked besides: whoever answers those first is shown the whole value.
      const isLater = waitsFor.length > 0 && waitsFor.every((id) => questions.has(id));
      const later = isLater ? ` ${laterText(waitsFor)}` : '';
      return {
        ...question,
        text: `${question.text}${later} Used in ${listed(usedIn, 5).join(', ')}.`,
        ...(isLater ? { optional: true as const } : {}),
      };
    }),
    unresolved,
    places,
  };
}

const laterText = (ids: readonly string[]): string =>
  `It can be left open: once ${ids.join(' and ')} ${ids.length === 1 ? 'is' : 'are'} answered, the whole value is proposed.`;

/** Project keys are not looked up: the start object says them. */
function withHomes(root: Node, task: TranslationTask, { changes, references }: Translation) {
  const homes: MappingChange[] = [];
  for (const side of ['first', 'second'] as const) {
    const node = nodeAt(root, [`${side}Connector`, 'projectKey']);
    const [old, value] = [textOf(node) ?? '', task.projectKeys[side]];
    if (!node || old === value) continue;
    setText(node, value);
    const evidence = 'the start object says where the project lives';
    homes.push({ path: `${side}Connector.projectKey`, old, new: value, rule: 'new home', evidence });
  }
  return { changes: [...changes, ...homes], references: [...references, ...homes] };
}
