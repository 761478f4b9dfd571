/** JQL of all shapes, decisions of all sorts, and answers of all kinds: nothing changes its meaning in silence, nothing is dropped. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordsOfJql } from '../../src/mapping/jql.ts';
import { jqlProblem } from '../../src/mapping/jqlSyntax.ts';
import { parsedExactly } from '../../src/mapping/json.ts';
import { withOwnKeys } from '../../src/mapping/ownKeys.ts';
import { catalogue, moved, SELECT, stayed, translate, withConfiguration } from './world.ts';

const FIELDS = ['Severity', 'Team', 'cf[10105]', '"Release note"', 'status', 'priority'];
const VALUES = ['Major', '"In Progress"', '3', 'EMPTY', 'now()', 'linkedIssues(PA-1, "is blocked by")'];
const field = fc.constantFrom(...FIELDS);
const value = fc.constantFrom(...VALUES);

/** A condition and the fields in it. */
interface Query {
  text: string;
  fields: string[];
}

const clause: fc.Arbitrary<Query> = fc
  .tuple(
    field,
    fc.constantFrom('=', '!=', 'in', 'not in', 'is', 'is not', 'was', 'was not in', 'changed'),
    value,
    value,
  )
  .map(([name, operator, one, other]) => {
    const list = / ?in$/.test(operator) ? `(${one}, ${other})` : one;
    const operand = operator === 'changed' ? 'FROM "To Do" TO Done BY kim' : operator.startsWith('is') ? 'EMPTY' : list;
    return { text: `${name} ${operator} ${operand}`, fields: [name] };
  });

const { query } = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'jql' },
    clause,
    fc
      .tuple(tie('query'), fc.constantFrom('AND', 'or', '&&', '||', '\nAND'), tie('query'))
      .map(([one, word, other]) => ({
        text: `${one.text} ${word} ${other.text}`,
        fields: [...one.fields, ...other.fields],
      })),
    tie('query').map(({ text, fields }) => ({ text: `(${text})`, fields })),
    fc
      .tuple(fc.constantFrom('NOT ', '!', 'not'), tie('query'))
      .map(([not, { text, fields }]) => ({ text: `${not}(${text})`, fields })),
  ),
}));
const sorted = fc
  .tuple(query, fc.option(field))
  .map(([{ text, fields }, by]) =>
    by === null ? { text, fields } : { text: `${text} ORDER BY ${by} DESC`, fields: [...fields, by] },
  );

const unquoted = (text: string): string => text.replace(/^"|"$/g, '');

describe('JQL, whatever is nested in it', () => {
  it('reads, and each field in it is found', () => {
    fc.assert(
      fc.property(sorted, ({ text, fields }) => {
        expect(jqlProblem(text)).toBeUndefined();
        const found = wordsOfJql(text).filter(({ role }) => role === 'field');
        expect(found.map((word) => word.text)).toEqual(fields.map(unquoted));
      }),
    );
  });

  it('does not read with a bracket or a quote too many', () => {
    fc.assert(
      fc.property(sorted, fc.constantFrom('(', ')', '"'), fc.boolean(), ({ text }, sign, before) => {
        expect(jqlProblem(before ? `${sign} ${text}` : `${text} ${sign}`)).toBeDefined();
      }),
    );
  });
});

/** What becomes of the three options of a field, and of its name. */
const fate = fc.constantFrom('kept', 'migrated', 'renamed', 'lost');
const OPTIONS = ['Minor', 'Major', 'Blocker'];
const world = fc.record({
  name: fate,
  options: fc.array(fate, { minLength: 3, maxLength: 3 }),
  /** Whether something else got the old name. */
  taken: fc.boolean(),
  decided: fc.boolean(),
  compared: fc.nat(2),
});

const become = (name: string, of: string): string[] =>
  of === 'lost' ? [] : [of === 'migrated' ? `${name} (migrated)` : of === 'renamed' ? `Other ${name}` : name];

function played({ name, options, taken, decided, compared }: typeof world extends fc.Arbitrary<infer T> ? T : never) {
  const old = catalogue(0);
  const now = catalogue(500);
  old.options.customfield_10105 = OPTIONS.map((each, n) => ({ id: `${10300 + n}`, value: each, disabled: false }));
  now.fields = now.fields.filter(({ name: one }) => one !== 'Severity');
  for (const called of become('Severity', name))
    now.fields.push({ id: 'customfield_10605', name: called, custom: true, type: SELECT });
  if (taken) now.fields.push({ id: 'customfield_10990', name: 'Severity', custom: true, type: SELECT });
  now.options = {
    customfield_10605: [
      ...OPTIONS.flatMap((each, n) =>
        become(each, options[n] ?? '').map((called) => ({ id: `${10800 + n}`, value: called, disabled: false })),
      ),
      ...(taken ? OPTIONS.map((each, n) => ({ id: `${10900 + n}`, value: each, disabled: false })) : []),
    ],
    customfield_10990: OPTIONS.map((each, n) => ({ id: `${10950 + n}`, value: each, disabled: false })),
  };
  const option = OPTIONS[compared] ?? '';
  const jql = `Severity = ${option}`;
  const answers = Object.fromEntries([
    ...(name === 'lost' ? [] : [['field:customfield_10105@jira-old->jira-new', 'customfield_10605']]),
    ...OPTIONS.flatMap((_, n) =>
      options[n] === 'lost' ? [] : [[`option:customfield_10105/${10300 + n}@jira-old->jira-new`, `${10800 + n}`]],
    ),
  ]);
  const source = withConfiguration((one) => {
    const values = [{ firstOptionId: `${10300 + compared}`, secondOptionId: '11000' }];
    one.fieldMappings = [{ id: 'fm', firstFieldId: 'customfield_10105', secondFieldId: 'summary', values }];
    one.firstConnector.fieldDefaults = [];
    one.filter = { firstJql: jql };
  });
  const result = translate({
    configuration: source,
    sides: { first: moved(old, now), second: stayed(catalogue(700), 'jira-b') },
    decided: decided ? answers : {},
  });
  const became = (path: string) => result.references.find((each) => each.path === `fieldMappings[fm].${path}`)?.new;
  return { result, now, jql, field: became('firstFieldId'), option: became('values[0].firstOptionId') };
}

describe('a name in JQL, whatever became of its field and options', () => {
  it('goes through the same decision as their ids: it stays, or is proposed, only as what these became', () => {
    let [stayedSo, proposed] = [0, 0];
    fc.assert(
      fc.property(world, (one) => {
        const { result, now, jql, field: id, option } = played(one);
        const question = result.questions.find((each) => each.id.startsWith('text:'));
        const proposal = /it reads ("(?:[^"\\]|\\.)*")/.exec(question?.text ?? '')?.[1];
        const after = question === undefined ? jql : proposal === undefined ? undefined : JSON.parse(proposal);
        if (after === undefined) return;
        if (after === jql) stayedSo++;
        else proposed++;
        const [clauseWord, valueWord] = wordsOfJql(after);
        const asId = clauseWord?.text.replace(/^cf\[(\d+)\]$/, 'customfield_$1');
        const meant = now.fields.filter((each) => each.name === clauseWord?.text || each.id === asId);
        expect(meant.map((each) => each.id)).toEqual([id]);
        const values = now.options[id ?? '']?.filter(
          (each) => each.value === valueWord?.text || each.id === valueWord?.text,
        );
        expect(
          values?.map((each) => each.id),
          after,
        ).toEqual([option]);
      }),
      { numRuns: 600 },
    );
    expect(Math.min(stayedSo, proposed)).toBeGreaterThan(0);
  });
});

describe('an answer to a text, whatever it is', () => {
  const pieces = fc.constantFrom(
    ...[
      'cf[10605]',
      'cf[10105]',
      'Severity',
      'status',
      '=',
      'in',
      '(',
      ')',
      ',',
      'Major',
      '3',
      '503',
      'AND',
      '"',
      'NOT',
      'is EMPTY',
    ],
  );
  const source = withConfiguration((one) => Object.assign(one, { filter: { firstJql: 'cf[10105] = Major' } }));
  const [{ id } = { id: '' }] = translate({ configuration: source }).questions;

  it('stands there as it was given, or is refused with the reason', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces, { maxLength: 8 }).map((all) => all.join(' ')),
          fc.string(),
        ),
        (answer) => {
          const { questions, configuration } = translate({ configuration: source, decided: { [id]: answer } });
          const stands = Reflect.get(Object(configuration.filter), 'firstJql');
          if (questions.length === 0) {
            expect(stands).toBe(answer);
            expect(jqlProblem(answer)).toBeUndefined();
            expect(answer).not.toMatch(/10105/);
          } else {
            expect(questions.map((one) => one.id)).toEqual([id]);
            expect(questions[0]?.text).toContain('is refused: ');
            expect(stands).toBe('cf[10105] = Major');
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('reading and filling in', () => {
  it('rounds no number, and reads all else as ever', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const text = JSON.stringify(json);
        fc.pre(!/\d{16}/.test(text));
        expect(parsedExactly(text)).toEqual(JSON.parse(text));
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }), fc.bigInt({ min: 1n, max: 3n }), (one, more) => {
        expect(parsedExactly(`{"a":${one}}`)).not.toEqual(parsedExactly(`{"a":${one + more}}`));
        expect(parsedExactly(`[${one}]`)).toEqual(parsedExactly(`["${one}"]`));
      }),
    );
  });

  it('fills in keys of connectors and changes nothing else, once', () => {
    const keys = { firstConnector: 'CON-7-PA', secondConnector: 'CON-8-PB' };
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 3 }),
        fc.constantFrom('CON-48-PA', 'CON-49-PB', 'CON-4', 'x'),
        (json, key) => {
          const text = JSON.stringify(
            withConfiguration((one) => Object.assign(one, { whatever: [json, { [key]: `a ${key} b` }] })),
          );
          const filled = withOwnKeys(text, keys);
          expect(filled).toBe(
            text.replaceAll('CON-48-PA', keys.firstConnector).replaceAll('CON-49-PB', keys.secondConnector),
          );
          expect(withOwnKeys(filled, keys)).toBe(filled);
        },
      ),
    );
  });
});
