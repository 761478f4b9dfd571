/** JQL that a person answered with: whether it reads, and whether all that it names is on the new instance and means what was decided. */
import { type AnsweredIds, fieldIdProblem } from './answeredIds.ts';
import { type Entry, valueKind } from './catalogue.ts';
import { lineFinder } from './document.ts';
import { type JqlWord, quotedWhereNeeded, wordsOfJql } from './jql.ts';
import { fieldsOf, linkType, NO_IDS, wordThere, written } from './jqlCheck.ts';
import { jqlProblem } from './jqlSyntax.ts';
import {
  CLAUSES,
  DATES_OR_TEXT,
  HARMLESS,
  HARMLESS_FUNCTIONS,
  ISSUE_CLAUSES,
  kindIn,
  NAMELESS_CLAUSES,
  OF_ISSUES,
} from './jqlTerms.ts';
import { having, ID, type Key, keyOf } from './lookup.ts';
import { foldName } from './names.ts';
import { KIND_WORDS, type ReferenceKind } from './references.ts';
import type { Resolver } from './resolve.ts';

/** Of one side. Each with its line; of what does not read the first thing alone. */
export function jqlAnswerProblems(answer: string, was: string, resolver: Resolver): string[] {
  if (answer.trim() === '' && was.trim() !== '')
    return [
      `it is empty, which lets every issue through. Write project = ${resolver.homes.newProject} where that is meant.`,
    ];
  const lineOf = lineFinder(answer);
  // Jira took the old text.
  const broken = answer === was ? undefined : jqlProblem(answer);
  if (broken) {
    const column = broken.at - answer.lastIndexOf('\n', broken.at - 1);
    return [`line ${lineOf(broken.at)}, column ${column}: ${broken.what}.`];
  }
  if (resolver.side.unread) return [];
  const check = new Check(was, resolver);
  const problems = wordsOfJql(answer).flatMap((word) => {
    const problem = check.problemOf(word);
    return problem === undefined ? [] : [`line ${lineOf(word.start)}: ${problem}.`];
  });
  return [...new Set(problems)];
}

/** A word of the old text, and which one it was. */
interface First {
  at: number;
  word: JqlWord;
}

/** A field is the same one wherever it stands. */
const ANY_CLAUSE = '';

class Check {
  readonly #asked: AnsweredIds;
  readonly #before: JqlWord[];
  readonly #resolver: Resolver;
  #firsts: ReadonlyMap<string, First> | undefined;

  constructor(was: string, resolver: Resolver) {
    this.#asked = { was, asking: resolver, possible: [resolver] };
    this.#before = wordsOfJql(was);
    this.#resolver = resolver;
  }

  problemOf(word: JqlWord): string | undefined {
    if (word.role === 'function') return undefined;
    return word.role === 'field' ? this.#ofField(word) : this.#ofValue(word);
  }

  #ofField(word: JqlWord): string | undefined {
    const { text } = word;
    const digits = /^cf\s*\[\s*(\d+)\s*\]$|^customfield_(\d+)$/i.exec(text);
    if (digits) {
      return fieldIdProblem(text, digits[1] ?? digits[2] ?? '', this.#asked);
    }
    const lower = text.toLowerCase();
    if (Object.hasOwn(CLAUSES, lower) || HARMLESS.has(lower) || NAMELESS_CLAUSES.test(lower)) return undefined;
    return this.#ofName('field', word);
  }

  #ofValue(word: JqlWord): string | undefined {
    const { text, of } = word;
    if (NAMELESS_CLAUSES.test(of) || HARMLESS_FUNCTIONS.has(of) || DATES_OR_TEXT.has(of)) return undefined;
    const kind = kindIn(of);
    const project = /^([a-z][a-z0-9_]+)-\d+$/i.exec(text)?.[1];
    if (project !== undefined && (ISSUE_CLAUSES.has(of) || OF_ISSUES.has(of))) return this.#ofProject(project);
    if (kind === 'project') return this.#ofProject(text);
    if (kind === 'user' || kind === 'group') return this.#ofSomebody(word);
    if (kind === 'linkType' || OF_ISSUES.has(of)) {
      const isOld = this.#kept(word) && linkType(text, this.#resolver, 'old') !== undefined;
      return isOld || !linkType(text, this.#resolver) ? undefined : `${this.#there} has no link type "${text}"`;
    }
    if (kind === undefined) return this.#ofCustomField(word);
    if (kind === 'resolution' && foldName(text) === 'unresolved') return undefined;
    return this.#ofName(kind, word);
  }

  #ofProject(key: string): string | undefined {
    const { oldProject, newProject } = this.#resolver.homes;
    if (oldProject === newProject || foldName(key) !== foldName(oldProject ?? '')) return undefined;
    return `project ${oldProject} is ${newProject} now`;
  }

  /** Users and groups are not read as a whole, so nobody is missed. */
  #ofSomebody(word: JqlWord): string | undefined {
    const became = this.#became(word);
    return became === undefined ? undefined : `"${word.text}" is ${became} on ${this.#there}`;
  }

  /** What has an id or a name of a kind that was read. */
  #ofName(kind: ReferenceKind, word: JqlWord): string | undefined {
    const now = this.#resolver.entries('new', kind);
    const kept = this.#kept(word);
    if (now === undefined || (kept && wordThere(kept, this.#resolver) === undefined)) return undefined;
    const called = (entries: Entry[] = []) => calledSo(entries, word.text).filter(({ scope }) => scope !== 'other');
    const there = called(now);
    const [thing, became] = [KIND_WORDS[kind], this.#became(word)];
    const meant = became === undefined ? '' : `; what ${this.#home} calls so is ${became} there`;
    if (there.length > 0 && became !== undefined) return `"${word.text}" is another one on ${this.#there}${meant}`;
    if (there.length > 1 && kind === 'field')
      return `${this.#there} has ${there.length} fields "${word.text}"; write cf[…] of the one that is meant`;
    if (there.length > 0) return undefined;
    if (/^\d+$/.test(word.text)) return `${word.text} is no ${thing} of ${this.#there}${meant}`;
    const isNobodys = kept !== undefined && called(this.#resolver.entries('old', kind)).length === 0;
    return isNobodys ? undefined : `${this.#there} has no ${thing} "${word.text}"${meant}`;
  }

  #ofCustomField(word: JqlWord): string | undefined {
    const [field, another] = fieldsOf(word.of, this.#resolver, 'new').filter(({ id }) => id.startsWith('customfield_'));
    if (!field || another || NO_IDS.test(field.type)) return undefined;
    const kind = valueKind(this.#resolver.side.new, field.id);
    if (kind === 'user' || kind === 'group' || kind === 'project') return this.#ofSomebody(word);
    if (kind !== 'option') return this.#ofName(kind, word);
    const became = this.#became(word);
    if (became !== undefined)
      return `"${word.text}" is another one on ${this.#there}; what ${this.#home} calls so is ${became} there`;
    const options = this.#resolver.entries('new', 'option', field.id);
    if (options === undefined || calledSo(options, word.text).length > 0) return undefined;
    const kept = this.#kept(word);
    const [old] = kept ? fieldsOf(kept.of, this.#resolver, 'old') : [];
    const oldOptions = old && (this.#resolver.entries('old', 'option', old.id) ?? []);
    const isNobodys = oldOptions && calledSo(oldOptions, word.text).length === 0;
    return isNobodys ? undefined : `field "${field.name}" of ${this.#there} has no value "${word.text}"`;
  }

  /** The word of the old text that it is: the first of those with its text, in a clause that became its own. */
  #kept({ role, text, of }: JqlWord): JqlWord | undefined {
    this.#firsts ??= this.#firstOfEach();
    const firsts = this.#firsts;
    const clauses = role === 'field' ? [ANY_CLAUSE] : this.#clausesNow(of);
    const found = clauses.flatMap((clause) => firsts.get(keyOf(role, foldName(text), clause)) ?? []);
    return found.reduce<First | undefined>((first, one) => (first && first.at < one.at ? first : one), undefined)?.word;
  }

  #firstOfEach(): ReadonlyMap<string, First> {
    const firsts = new Map<string, First>();
    for (const [at, word] of this.#before.entries()) {
      const clause = word.role === 'field' ? ANY_CLAUSE : this.#clauseThen(word.of);
      const key = keyOf(word.role, foldName(word.text), clause);
      if (!firsts.has(key)) firsts.set(key, { at, word });
    }
    return firsts;
  }

  /** What a clause of the old text became. */
  #clauseThen(of: string): string {
    const kind = kindIn(of);
    if (kind !== undefined) return keyOf('kind', kind);
    const [field] = fieldsOf(of, this.#resolver, 'old');
    const found = field && this.#resolver.resolve({ kind: 'field', id: field.id });
    return found?.state === 'settled' ? keyOf('field', found.value) : keyOf('name', foldName(of));
  }

  /** All that a clause may have been made of. */
  #clausesNow(of: string): string[] {
    const kind = kindIn(of);
    if (kind !== undefined) return [keyOf('kind', kind)];
    const fields = fieldsOf(of, this.#resolver, 'new');
    return [...fields.map(({ id }) => keyOf('field', id)), keyOf('name', foldName(of))];
  }

  /** What a word that was kept is there, where that is another one. */
  #became(word: JqlWord): string | undefined {
    const kept = this.#kept(word);
    const text = kept && wordThere(kept, this.#resolver)?.text;
    return text === undefined || (kept && text === written(kept)) ? undefined : quotedWhereNeeded(text);
  }

  get #there(): string {
    return this.#resolver.side.newInstance;
  }

  get #home(): string {
    return this.#resolver.side.oldInstance;
  }
}

/** JQL takes ids and names, in our user's language too. */
const calledSo = (entries: readonly Entry[], text: string): Entry[] => [
  ...new Set([...having(entries, ID, text), ...having(entries, FOLDED_OR_SHOWN, foldName(text))]),
];

const FOLDED_OR_SHOWN: Key = ({ folded, shown }) => (shown === undefined ? [folded] : [folded, foldName(shown)]);
