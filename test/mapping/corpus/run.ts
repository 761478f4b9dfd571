/**
 * Translates every case of the corpus and holds what comes out against what the case expects: a rule with its value, or a question.
 * `npm run corpus` prints the figures that docs/mapping.md shows.
 */
import { readFileSync } from 'node:fs';
import type { Question } from '../../../src/contract/tasks.ts';
import type { Catalogue } from '../../../src/mapping/catalogue.ts';
import { mergePairs } from '../../../src/mapping/idMapping.ts';
import { readIdMappingFile } from '../../../src/mapping/idMappingFile.ts';
import type { MappingChange } from '../../../src/mapping/translate.ts';
import { catalogue, configuration, moved, stayed, translateConfiguration } from '../world.ts';

/** Changes one of the three things a translation looks at. `+` at the end of a path adds to a list. */
interface Edit {
  on: 'old' | 'new' | 'configuration';
  at: (string | number)[];
  /** Absent: the member or element is taken away. */
  value?: unknown;
}

type Expectation =
  /** A question of this kind, with these words as the reason, and this candidate first. */
  { ask: string; because?: string; best?: string; proposes?: string } | { path: string; rule: string; value: string };

export interface CorpusCase {
  name: string;
  edits: Edit[];
  /** Lines of an official mapping file. */
  official?: string[];
  decided?: Record<string, string>;
  cloud?: boolean;
  projectKeys?: { first: string; second: string };
  /** All questions that must come, and some of the rules. */
  expect: Expectation[];
}

/** One case a line. */
export const CASES: CorpusCase[] = readFileSync(new URL('cases.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

/** The catalogue of the other tests, with what few configurations point at. */
function rich(offset: number): Catalogue {
  const of = (names: string[], from: number) => names.map((name, n) => ({ id: `${from + offset + n}`, name }));
  return {
    ...catalogue(offset),
    resolutions: of(['Fixed', 'Declined'], 10),
    components: of(['Backend', 'Interface'], 11000),
    versions: of(['1.0', '2.0'], 12000),
    linkTypes: of(['Blocks', 'Relates'], 13000),
    users: [
      { id: 'admin', displayName: 'Admin', email: 'admin@example.com' },
      { id: 'kim', displayName: 'Kim', email: 'kim@example.com' },
    ],
    groups: [
      { id: 'devs', name: 'devs' },
      { id: 'ops', name: 'ops' },
    ],
    transitions: [
      { id: `${31 + offset}`, name: 'Finish', to: 'Done', issueTypes: ['Bug', 'Task'] },
      { id: `${41 + offset}`, name: 'Edit', issueTypes: ['Bug', 'Task'] },
    ],
  };
}

interface Came {
  questions: Question[];
  references: MappingChange[];
}

export async function translateCase({ edits, official, decided = {}, cloud, projectKeys }: CorpusCase): Promise<Came> {
  const world = { old: rich(0), new: rich(500), configuration: configuration() };
  for (const edit of edits) apply(world[edit.on], edit);
  const { pairs } = await readIdMappingFile({ name: 'ids.csv', bytes: Buffer.from((official ?? ['']).join('\n')) });
  const side = {
    ...moved(world.old, world.new),
    ...(official ? { official: mergePairs(pairs).mapping } : {}),
    ...(cloud ? { accountsStay: true } : {}),
  };
  return translateConfiguration({
    configuration: world.configuration,
    swapped: false,
    sides: { first: side, second: stayed(rich(700), 'jira-b') },
    projectKeys: projectKeys ?? { first: 'PA', second: 'PB' },
    decided,
  });
}

function apply(target: object, { at, value }: Edit): void {
  const last = at.at(-1) ?? '';
  let holder: unknown = target;
  for (const name of at.slice(0, -1)) holder = Reflect.get(Object(holder), name);
  if (last === '+' && Array.isArray(holder)) holder.push(value);
  else if (value === undefined && Array.isArray(holder)) holder.splice(Number(last), 1);
  else if (value === undefined) Reflect.deleteProperty(Object(holder), last);
  else Reflect.set(Object(holder), last, value);
}

export interface CaseResult {
  name: string;
  /** Expected and not come. */
  missing: string[];
  /** Questions that nobody expected. */
  superfluous: string[];
  expectedQuestions: number;
  askedQuestions: number;
  expectedRules: number;
}

export async function runCase(one: CorpusCase): Promise<CaseResult> {
  const { questions, references } = await translateCase(one);
  const missing: string[] = [];
  const taken = new Set<Question>();
  for (const expected of one.expect) {
    if ('ask' in expected) {
      const found = questions.find((question) => !taken.has(question) && asExpected(question, expected));
      if (found) taken.add(found);
      else missing.push(`asks ${expected.ask}${expected.because ? ` because ${expected.because}` : ''}`);
    } else {
      const found = references.find(({ path }) => path === expected.path);
      if (found?.rule !== expected.rule || found.new !== expected.value)
        missing.push(`${expected.path} becomes ${expected.value} by ${expected.rule}`);
    }
  }
  const asks = one.expect.filter((expected) => 'ask' in expected).length;
  return {
    name: one.name,
    missing,
    superfluous: questions.filter((question) => !taken.has(question)).map(({ id }) => id),
    expectedQuestions: asks,
    askedQuestions: questions.length,
    expectedRules: one.expect.length - asks,
  };
}

const asExpected = (
  { id, text, choices }: Question,
  { ask, because, best, proposes }: Extract<Expectation, { ask: string }>,
): boolean =>
  (id === `${ask}@jira-old->jira-new` || (ask.endsWith('*') && id.startsWith(ask.slice(0, -1)))) &&
  (because === undefined || text.includes(because)) &&
  (best === undefined || choices[0]?.value === best) &&
  (proposes === undefined || text.includes(proposes));

/** `recall`: of the questions that must come, those that came. `precision`: of those that came, those that must. */
export function figures(results: readonly CaseResult[]) {
  const sum = (of: (result: CaseResult) => number) => results.reduce((all, result) => all + of(result), 0);
  const [expected, asked] = [sum((one) => one.expectedQuestions), sum((one) => one.askedQuestions)];
  const right = asked - sum((one) => one.superfluous.length);
  const rules = sum((one) => one.expectedRules);
  const wrongRules = sum((one) => one.missing.filter((each) => !each.startsWith('asks ')).length);
  return {
    cases: results.length,
    questionsExpected: expected,
    questionsAsked: asked,
    recall: right / expected,
    precision: right / asked,
    rulesExpected: rules,
    rulesRight: rules - wrongRules,
    wrong: results.filter(({ missing, superfluous }) => missing.length + superfluous.length > 0),
  };
}

if (import.meta.main) console.log(JSON.stringify(figures(await Promise.all(CASES.map(runCase))), undefined, 2));
