/**
 * Decided answers as a CSV file: exported, reviewed in a spreadsheet, and given to the next migration. Only `question` and `value`
 * are read again; the other columns say what a reviewer needs to know.
 */

import { shown } from '../contract/foreign.ts';
import { largest } from '../contract/lists.ts';
import type { Question } from '../contract/tasks.ts';
import { csvRows } from '../sheets/csv.ts';
import { type FileProblem, type NamedFile, NO_CSV, plainText, textOfFile } from '../sheets/lines.ts';
import { jqlProblem } from './jqlSyntax.ts';
import { isKind, KIND_NAMES, KIND_WORDS, type ReferenceKind } from './references.ts';
import type { MappingChange } from './translate.ts';

export const DECISION_COLUMNS = ['question', 'value', 'was', 'rule', 'evidence', 'candidates', 'places'] as const;

export interface Decision {
  question: string;
  /** Empty: still open. */
  value: string;
  was: string;
  rule: string;
  evidence: string;
  candidates: string;
  places: string;
}

export interface DecisionSource {
  references: readonly MappingChange[];
  questions: readonly Question[];
}

/** Decided and open ones; with `all` also what rules have found, so that a person can decide otherwise. In order of their ids. */
export function decisionsOf({ references, questions }: DecisionSource, all = false): Decision[] {
  const found = new Map<string, Decision>();
  for (const { question, path, old, new: value, rule, evidence } of references) {
    if (question === undefined || (!all && rule !== 'decided answer') || FIXED.has(rule)) continue;
    const known = found.get(question);
    if (known) known.places += `; ${path}`;
    else found.set(question, { question, value, was: old, rule, evidence, candidates: '', places: path });
  }
  for (const { id, text, choices } of questions) {
    const candidates = choices.map(
      ({ value, label, evidence }) => `${value}: ${label}${evidence ? `, ${evidence}` : ''}`,
    );
    found.set(id, {
      question: id,
      value: '',
      was: '',
      rule: 'open',
      evidence: text,
      candidates: candidates.slice(0, MOST).join('; '),
      places: '',
    });
  }
  return [...found.values()].sort((x, y) => (x.question < y.question ? -1 : 1));
}

/** Nothing for a person to decide: the value means the same everywhere. */
const FIXED: ReadonlySet<string> = new Set(['same instance', 'system field', 'part of Backbone', 'new home']);

const MOST = 20;

/** What is read again is as it was; the rest is for eyes. */
export const decisionRows = (decisions: readonly Decision[]): string[][] => [
  [...DECISION_COLUMNS],
  ...decisions.map((decision) =>
    DECISION_COLUMNS.map((column) =>
      column === 'question' || column === 'value' ? decision[column] : shown(decision[column], LONGEST_CELL),
    ),
  ),
];

/** Spreadsheets take no more in a cell than 32,767 signs. */
const LONGEST_CELL = 30_000;

export interface DecisionsRead {
  decided: Record<string, string>;
  problems: FileProblem[];
  notes: FileProblem[];
  /** Questions without a value. */
  open: number;
}

/** With any problem nothing of the file is to be used. */
export async function readDecisions(file: NamedFile): Promise<DecisionsRead> {
  const result: DecisionsRead = { decided: {}, problems: [], notes: [], open: 0 };
  const read = textOfFile(file);
  if ('problem' in read) return { ...result, problems: [read.problem] };
  const problem = (line: number, what: string) => result.problems.push({ file: file.name, line, what });
  const seen = new Map<string, { value: string; line: number }>();
  let columns: { question: number; value: number; all: number } | undefined;
  for await (const { line, cells } of csvRows(read.text, (line) => problem(line, NO_CSV))) {
    if (!columns) {
      const at = (column: string) => cells.findIndex((cell) => cell.toLowerCase() === column);
      columns = { question: at('question'), value: at('value'), all: cells.length };
      const missing = (['question', 'value'] as const).filter((column) => columns?.[column] === -1);
      for (const column of missing) problem(line, `has no column ${column} (${cells.join(', ')})`);
      if (missing.length > 0) break;
    } else if (cells.length !== columns.all)
      problem(line, `has ${cells.length} cells, the first line has ${columns.all}`);
    else readRow(line, plainText(cells[columns.question]), plainText(cells[columns.value]));
  }
  if (!columns && result.problems.length === 0) problem(1, 'is empty');
  result.problems.sort((x, y) => x.line - y.line);
  return result.problems.length === 0 ? result : { ...result, decided: {} };

  function readRow(line: number, question: string, value: string): void {
    const wrong = question === '' ? 'names no question' : problemOf(question, value);
    const before = seen.get(question);
    if (wrong !== undefined) problem(line, wrong);
    else if (before !== undefined && before.value !== value)
      problem(line, `answers ${question} with "${value}", line ${before.line} with "${before.value}"`);
    else if (before !== undefined)
      result.notes.push({ file: file.name, line, what: `says again what line ${before.line} says` });
    else if (value === '') result.open++;
    else
      Object.defineProperty(result.decided, question, { value, enumerable: true, configurable: true, writable: true });
    if (wrong === undefined && before === undefined) seen.set(question, { value, line });
  }
}

/** `kind:place@old->new`; the place may hold anything, names of instances no `@`. */
function partsOf(id: string): { kind: string; place: string } {
  const [colon, at] = [id.indexOf(':'), id.lastIndexOf('@')];
  const arrow = id.indexOf('->', at + 2);
  const whole =
    /^[A-Za-z]+$/.test(id.slice(0, Math.max(0, colon))) && at > colon + 1 && arrow > 0 && arrow + 2 < id.length;
  return whole ? { kind: id.slice(0, colon), place: id.slice(colon + 1, at) } : { kind: '', place: '' };
}

/** Preflight asks other things too. */
export function isMappingQuestion(id: string): boolean {
  const { kind } = partsOf(id);
  return kind === 'text' || kind === 'twice' || Object.hasOwn(KIND_WORDS, kind);
}

/** What makes a line of no use, whatever the instances are. */
function problemOf(question: string, value: string): string | undefined {
  const { kind, place } = partsOf(question);
  if (!isMappingQuestion(question))
    return `"${question}" is no mapping question; they read like field:customfield_10105@jira-old->jira-new`;
  if (value === '') return undefined;
  const ofDigits = KIND_NAMES.find((name) => name === kind && isKind(name, 'digits'));
  if (ofDigits && !/^\d+$/.test(value)) return `"${value}" is no id of ${article(ofDigits)}`;
  if (kind === 'field' && !/^(customfield_\d+|[a-z][A-Za-z]*)$/.test(value)) return `"${value}" is no id of a field`;
  if (kind === 'twice' && !/^(first|last)$/.test(value)) return `"${value}" is neither first nor last`;
  // Of other texts only who knows the old one can say what they must be.
  const broken = kind === 'text' && isJqlPlace(place) ? jqlProblem(value) : undefined;
  return broken && `"${value}" is no JQL: at its character ${broken.at + 1}, ${broken.what}`;
}

/** The last member of the path, before the digest of the text that it names, says so. */
function isJqlPlace(place: string): boolean {
  const path = place.slice(0, -'#01234567'.length);
  const member = path.slice(largest(['.', '[', ']'].map((mark) => path.lastIndexOf(mark))) + 1);
  return /^#[0-9a-f]{8}$/i.test(place.slice(path.length)) && member.toLowerCase().includes('jql');
}

const article = (kind: ReferenceKind): string => `${/^[aeio]/.test(kind) ? 'an' : 'a'} ${KIND_WORDS[kind]}`;

/** Whether a table is one of decided answers: by a column of its first line. */
export function isDecisions(text: string): boolean {
  const cells = (text.split('\n', 1)[0] ?? '').split(/[,;\t]/);
  return cells.length > 1 && cells.some((cell) => /^"?question"?$/i.test(cell.trim()));
}
