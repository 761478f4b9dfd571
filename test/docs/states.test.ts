/** docs/states.md is held against the contract. */
import { describe, expect, it } from 'vitest';
import { FINAL_STATES, type MigrationState, STATES, VERBS, type Verb } from '../../src/contract/names.ts';
import { EXAMPLES, legalVerbs, messageProblem, type Situation, whyNot } from '../../src/contract/verbs.ts';
import { readSource, sourceFiles } from './imports.ts';
import { codeOf, codesIn, readPage, tableOf } from './pages.ts';

const page = readPage('docs/states.md');
const states = tableOf(page, 'state', 'final', 'situation').rows.map(
  ([state, final, situation, meaning, send = '']) => ({
    state: codeOf(state) as MigrationState,
    final: final === 'yes',
    situation: codeOf(situation) as Situation | '',
    reached: !meaning?.startsWith('not reached'),
    send: codesIn(send),
  }),
);
const verbs = tableOf(page, 'verb', '`running`');
const situations = verbs.head.slice(1).map((cell) => codeOf(cell) as Situation);
const answers = tableOf(page, 'situation', 'answer to `retry`, for example').rows;
const outcomes = tableOf(page, 'outcome', 'close status', 'failure type').rows;
const examples = tableOf(page, 'verb', 'example').rows;

describe('the states', () => {
  it('are those of the contract, each once', () => {
    expect(states.map(({ state }) => state).sort()).toEqual([...STATES].sort());
  });

  it('are final where the contract says so', () => {
    const final = states.filter((row) => row.final).map(({ state }) => state);
    expect(final.sort()).toEqual([...FINAL_STATES].sort());
    expect(states.filter((row) => row.final && row.situation !== 'ended')).toEqual([]);
  });

  it.each(states.filter(({ situation }) => situation !== ''))('$state can be sent what is legal', (row) => {
    expect(row.send).toEqual(row.situation === '' ? [] : legalVerbs(row.situation));
  });

  it('that are said not to be reached are named by no workflow code', () => {
    const text = [...sourceFiles('src/workflows'), ...sourceFiles('src/migration')].map(readSource).join('\n');
    for (const { state, reached } of states) expect(text.includes(`'${state}'`), state).toBe(reached);
  });

  it('stand in every situation', () => {
    // Waiting for the instances is running for whoever reads it, and a delete is deleting, whoever does it.
    expect(new Set(['waiting', 'deletingByPerson', ...states.flatMap(({ situation }) => situation || [])])).toEqual(
      new Set(situations),
    );
  });
});

describe('the verbs', () => {
  it('are those of the contract', () => {
    expect(verbs.rows.map(([verb]) => codeOf(verb))).toEqual([...VERBS]);
    expect(examples.map(([verb]) => codeOf(verb))).toEqual([...VERBS]);
  });

  it.each(verbs.rows)('%s is legal where the contract says so', (name, ...cells) => {
    const documented = situations.filter((_, at) => /^yes\b/.test(cells[at] ?? ''));
    const refused = situations.filter((_, at) => cells[at] === 'no');
    const legal = (each: Situation) => legalVerbs(each, 'forward', true);
    expect(documented).toEqual(situations.filter((each) => legal(each).includes(codeOf(name) as Verb)));
    expect(documented.length + refused.length).toBe(situations.length);
  });

  it.each(answers)('are refused in %s as the contract says', (situation, answer) => {
    expect(answer).toBe(whyNot('retry', codeOf(situation) as Situation));
  });

  it('have an answer for every situation', () => {
    expect(answers.map(([situation]) => codeOf(situation))).toEqual(situations);
  });

  it.each(examples)('%s takes its example', (name, example = '') => {
    const verb = codeOf(name) as Verb;
    expect(codeOf(example)).toBe(EXAMPLES[verb]);
    expect(messageProblem(verb, JSON.parse(codeOf(example)))).toBeUndefined();
  });
});

describe('the ends', () => {
  it('cover every final state that is reached', () => {
    const documented = outcomes.flatMap(([outcome = '']) => codesIn(outcome));
    expect(documented.sort()).toEqual(FINAL_STATES.toSorted());
  });

  it('that fail do so with a type that the code knows', () => {
    const text = ['src/contract/errors.ts', 'src/workflows/migrateSynchronization.ts'].map(readSource).join('\n');
    const types = outcomes.map(([, , type]) => codeOf(type)).filter((type) => type !== '');
    expect(types.filter((type) => !new RegExp(`\\b${type}\\b`).test(text))).toEqual([]);
    expect(outcomes.filter(([, status, type]) => (status === 'Failed') !== (codeOf(type) !== ''))).toEqual([]);
  });
});
