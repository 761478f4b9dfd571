/** One value of the old instance → its counterpart on the new one, by the first rule that has an answer; else a question. */
import type { Question } from '../contract/tasks.ts';
import { type Candidates, NONE, SHOWN } from './candidates.ts';
import { type Entry, entriesOf, type SideCatalogues } from './catalogue.ts';
import { having, NAME, withId } from './lookup.ts';
import { inOrder } from './match.ts';
import { isKind, KIND_WORDS, type ReferenceKind } from './references.ts';
import { applyRules, type Case, type Homes, kindOf, offered, type Rule } from './rules.ts';

export type Resolution =
  | {
      state: 'settled';
      value: string;
      rule: Rule;
      evidence: string;
      questionId: string;
      /** Whether the new instance has it; absent where that was not read. */
      present?: boolean;
    }
  | { state: 'asked'; question: Question }
  /** An option cannot be looked up before its field is known. */
  | { state: 'waits'; why: string };

export interface Reference {
  kind: ReferenceKind;
  id: string;
  /** For options: the id of their field on the old instance. */
  field?: string;
}

/** Looks up the references of one side. The same reference is looked up once. */
export class Resolver {
  readonly side: SideCatalogues;
  readonly homes: Homes;
  /** Question id → why it is asked although a rule has an answer. */
  readonly contested: ReadonlyMap<string, string>;
  /** Whether users or groups were looked up. */
  readonly knowsSomebody: boolean;
  readonly #decided: Readonly<Record<string, string>>;
  readonly #known = new Map<string, Resolution>();
  readonly #names = new Map<ReferenceKind, ReadonlySet<string>>();
  readonly #entries = new Map<string, Entry[] | undefined>();

  constructor(
    side: SideCatalogues,
    homes: Homes,
    decided: Readonly<Record<string, string>>,
    contested: ReadonlyMap<string, string> = new Map(),
  ) {
    this.side = side;
    this.homes = homes;
    this.contested = contested;
    this.#decided = decided;
    this.knowsSomebody = Boolean(side.old.users?.length || side.old.groups?.length);
  }

  /** `field:customfield_10105@jira-old->jira-new`: the same for every synchronization, so that one answer serves all. */
  questionId({ kind, id, field }: Reference): string {
    const effective = kindOf(kind, field, this.side);
    const what = effective === 'option' ? `${field ?? ''}/${id}` : id;
    return `${effective}:${what}@${this.side.oldInstance}->${this.side.newInstance}`;
  }

  answerTo(questionId: string): string | undefined {
    return Object.hasOwn(this.#decided, questionId) ? this.#decided[questionId] : undefined;
  }

  resolve(reference: Reference): Resolution {
    const question = this.questionId(reference);
    const known = this.#known.get(question);
    if (known) return known;
    const against = this.contested.get(question);
    const found = against === undefined ? this.#resolve(reference, question) : this.confirm(reference, against);
    this.#known.set(question, found);
    return found;
  }

  /** Asks although a rule has an answer, which is offered first. */
  confirm(reference: Reference, why: string): Resolution {
    const one = this.#case(reference, this.questionId(reference));
    const { verdict } = applyRules(one);
    const proposal = 'value' in verdict ? `${verdict.value} would be it: ${verdict.evidence}` : verdict.ask;
    return { state: 'asked', question: ask(one, `${why}; ${proposal}`, offered(one, verdict)) };
  }

  entries(which: 'old' | 'new', kind: ReferenceKind, field?: string): Entry[] | undefined {
    const key = `${which} ${kind} ${field ?? ''}`;
    if (!this.#entries.has(key)) this.#entries.set(key, inOrder(entriesOf(this.side[which], kind, field)));
    return this.#entries.get(key);
  }

  /** Groups go by names alone on Data Center, by names and ids on Cloud. */
  get groupsGetIds(): boolean {
    const named = (which: 'old' | 'new') => this.side[which].groups?.some(({ id, name }) => id !== name) ?? false;
    return !named('old') && named('new');
  }

  /** Whether something of the kind is called or numbered exactly so on the old instance. */
  knows(kind: 'user' | 'group', text: string): boolean {
    let names = this.#names.get(kind);
    if (names === undefined) {
      const entries = this.entries('old', kind) ?? [];
      names = new Set(entries.flatMap(({ id, name }) => (kind === 'group' ? [id, name] : [id])));
      this.#names.set(kind, names);
    }
    return names.has(text);
  }

  #resolve(reference: Reference, question: string): Resolution {
    const kind = kindOf(reference.kind, reference.field, this.side);
    if (kind === 'option' && this.#newField(reference) === undefined)
      return { state: 'waits', why: `waits for field ${reference.field ?? 'that is not named'}` };
    const one = this.#case(reference, question);
    const { rule, verdict } = applyRules(one);
    if ('value' in verdict && rule) {
      const { value, evidence } = verdict;
      const present = one.newEntries && withId(one.newEntries, value) !== undefined;
      return {
        state: 'settled',
        value,
        rule,
        evidence,
        questionId: question,
        // Of some kinds only what is named was read.
        ...(present === undefined || isKind(kind, 'open') ? {} : { present }),
      };
    }
    const { ask: why, candidates } = 'ask' in verdict ? verdict : { ask: '', candidates: NONE };
    return { state: 'asked', question: ask(one, why, candidates) };
  }

  #newField({ field }: Reference): string | undefined {
    if (field === undefined) return undefined;
    const found = this.resolve({ kind: 'field', id: field });
    return found.state === 'settled' ? found.value : undefined;
  }

  /** Of Cloud a group goes by its name and by its id. */
  #wanted(kind: ReferenceKind, id: string, old: Entry[]): Entry | undefined {
    return withId(old, id) ?? (kind === 'group' ? having(old, NAME, id)[0] : undefined);
  }

  #case(reference: Reference, question: string): Case {
    const { id, field } = reference;
    const { side, homes } = this;
    const kind = kindOf(reference.kind, field, side);
    const newField = kind === 'option' ? this.#newField(reference) : undefined;
    const oldEntries = this.entries('old', kind, field);
    return {
      kind,
      id,
      ...(field === undefined ? {} : { field }),
      side,
      homes,
      question,
      answer: this.answerTo(question),
      wanted: oldEntries && this.#wanted(kind, id, oldEntries),
      oldEntries,
      newEntries: side.unread ? undefined : this.entries('new', kind, newField),
    };
  }
}

function ask(one: Case, why: string, { shown, count }: Candidates): Question {
  const { kind, id, field, side, wanted, question } = one;
  const word = KIND_WORDS[kind];
  const described = wanted ? `"${wanted.name}" (${describe(wanted)})` : id;
  const of = kind === 'option' ? ` of field ${field ?? ''}` : '';
  const choices = shown.map(({ entry, evidence }) => ({
    value: entry.id,
    label: `${entry.name} (${describe(entry)})`,
    evidence,
  }));
  const open = count > SHOWN || isKind(kind, 'open');
  return {
    id: question,
    text: `Which ${word} of ${side.newInstance} takes the place of ${word} ${described}${of} of ${side.oldInstance}? No single answer: ${why}.${
      open ? openText(one, choices, count) : ''
    }`,
    choices: open ? [] : choices,
  };
}

const BY_ID: ReadonlySet<ReferenceKind> = new Set<ReferenceKind>(['user', 'project', 'transitionId']);

/** A question travels through the workflow's history; an instance can have thousands of fields of one type. */
function openText({ kind }: Case, choices: Question['choices'], count: number): string {
  const first = choices
    .slice(0, 3)
    .map(({ label, evidence }) => `${label}: ${evidence}`)
    .join('; ');
  if (count > SHOWN) return ` There are ${count} candidates: answer with the id of one. The first: ${first}.`;
  const seen = first === '' ? '' : ` Seen: ${first}.`;
  return ` Answer with its ${BY_ID.has(kind) ? 'id' : 'name'} there, unchanged where it is the same.${seen}`;
}

const describe = ({ id, type, disabled }: Entry): string =>
  [id, ...(type === '' ? [] : [type]), ...(disabled ? ['disabled'] : [])].join(', ');
