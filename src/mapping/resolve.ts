/** One id of the old instance → the id on the new one, by the first rule that has a single answer; else a question. */
import type { Question } from '../contract/tasks.ts';
import { type Entry, entriesOf, type Match, matchByName, type SideCatalogues } from './catalogue.ts';
import type { ReferenceKind } from './references.ts';

/** In the order in which they are tried. `new home` is for project and connector keys, which the start object decides. */
export const RULES = ['decided answer', 'same instance', 'system field', 'name and type', 'new home'] as const;

export type Rule = (typeof RULES)[number];

export type Resolution =
  | { state: 'settled'; value: string; rule: Rule; evidence: string }
  | { state: 'asked'; question: Question }
  /** An option cannot be looked up before its field is known. */
  | { state: 'waits'; why: string };

export interface Reference {
  kind: ReferenceKind;
  id: string;
  /** For options: the id of their field on the old instance. */
  field?: string;
}

const CUSTOM_FIELD = /^customfield_\d+$/;

const WORDS: Readonly<Record<ReferenceKind, string>> = {
  issueType: 'issue type',
  field: 'field',
  option: 'option',
  status: 'status',
};

/** `field:customfield_10105@jira-old->jira-new`: the same for every synchronization, so that one answer serves all. */
export function questionId({ kind, id, field }: Reference, side: SideCatalogues): string {
  const what = kind === 'option' ? `${field ?? ''}/${id}` : id;
  return `${kind}:${what}@${side.oldInstance}->${side.newInstance}`;
}

export function resolve(
  reference: Reference,
  side: SideCatalogues,
  decided: Readonly<Record<string, string>>,
): Resolution {
  const { kind, id } = reference;
  const field = kind === 'option' ? resolveField(reference.field, side, decided) : undefined;
  if (field !== undefined && field.state !== 'settled')
    return { state: 'waits', why: `waits for field ${reference.field}` };

  const newEntries = side.unread ? undefined : entriesOf(side.new, kind, field?.value);
  const question = questionId(reference, side);
  const answer = Object.hasOwn(decided, question) ? decided[question] : undefined;
  if (answer !== undefined && isThere(answer, newEntries)) {
    return { state: 'settled', value: answer, rule: 'decided answer', evidence: `answer to ${question}` };
  }
  if (answer === undefined && side.sameInstance) {
    return { state: 'settled', value: id, rule: 'same instance', evidence: stayed(side) };
  }
  if (answer === undefined && kind === 'field' && !CUSTOM_FIELD.test(id)) return systemField(id, side);

  const oldEntries = entriesOf(side.old, kind, reference.field);
  const wanted = oldEntries?.find((entry) => entry.id === id);
  const match = matchOf(wanted, oldEntries, newEntries, side);
  if (answer === undefined && match.single !== undefined) {
    return { state: 'settled', value: match.single.id, rule: 'name and type', evidence: match.evidence };
  }
  return { state: 'asked', question: ask(reference, side, { wanted, match, answer, newEntries }) };
}

const stayed = ({ newInstance, unread }: SideCatalogues): string =>
  unread ? `same instance, ${newInstance} was not read` : `still on ${newInstance}`;

function resolveField(
  field: string | undefined,
  side: SideCatalogues,
  decided: Readonly<Record<string, string>>,
): Resolution {
  if (field === undefined) return { state: 'waits', why: 'its field is not named' };
  return resolve({ kind: 'field', id: field }, side, decided);
}

/** What could not be read cannot refute an answer. */
const isThere = (id: string, entries: Entry[] | undefined): boolean =>
  entries === undefined || entries.some((entry) => entry.id === id);

function systemField(id: string, side: SideCatalogues): Resolution {
  const listed = side.new.fields.some((field) => field.id === id);
  const evidence = `not a custom field: the same id everywhere${listed ? '' : `, although ${side.newInstance} does not list it`}`;
  return { state: 'settled', value: id, rule: 'system field', evidence };
}

function matchOf(
  wanted: Entry | undefined,
  oldEntries: Entry[] | undefined,
  newEntries: Entry[] | undefined,
  side: SideCatalogues,
): Match {
  const without = (why: string): Match => ({
    why,
    candidates: (newEntries ?? []).map((entry) => ({ entry, evidence: 'present' })),
  });
  if (oldEntries === undefined || wanted === undefined) return without(`${side.oldInstance} does not know it`);
  if (newEntries === undefined) return without(`the candidates on ${side.newInstance} could not be read`);
  return matchByName(wanted, oldEntries, newEntries);
}

interface Asked {
  wanted: Entry | undefined;
  match: Match;
  answer: string | undefined;
  newEntries: Entry[] | undefined;
}

function ask(reference: Reference, side: SideCatalogues, { wanted, match, answer, newEntries }: Asked): Question {
  const word = WORDS[reference.kind];
  const described = wanted ? `"${wanted.name}" (${describe(wanted)})` : reference.id;
  const of = reference.kind === 'option' ? ` of field ${reference.field ?? ''}` : '';
  const why = match.single === undefined ? match.why : `its namesake is ${match.single.id}`;
  const refused = answer === undefined ? '' : ` The answer "${answer}" is not on ${side.newInstance}.`;
  const candidates =
    match.single === undefined
      ? match.candidates
      : (newEntries ?? []).map((entry) => ({
          entry,
          evidence: entry.id === match.single?.id ? match.evidence : 'present',
        }));
  const choices = candidates.map(({ entry, evidence }) => ({
    value: entry.id,
    label: `${entry.name} (${describe(entry)})`,
    evidence,
  }));
  const tooMany =
    choices.length > MAX_CHOICES
      ? ` There are ${choices.length} candidates: answer with the id of one. The first: ${choices
          .slice(0, 3)
          .map(({ label }) => label)
          .join(', ')}.`
      : '';
  return {
    id: questionId(reference, side),
    text: `Which ${word} of ${side.newInstance} takes the place of ${word} ${described}${of} of ${side.oldInstance}? No single answer: ${why}.${refused}${tooMany}`,
    choices: tooMany === '' ? choices : [],
  };
}

/** A question travels through the workflow's history; an instance can have thousands of fields of one type. */
const MAX_CHOICES = 100;

const describe = ({ id, type, disabled }: Entry): string =>
  [id, ...(type === '' ? [] : [type]), ...(disabled ? ['disabled'] : [])].join(', ');
