/** docs/errors.md and the codes in the sources say the same. */
import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode, type RetryKind } from '../../src/contract/errors.ts';
import { LIMITS, sizeText } from '../../src/contract/limits.ts';
import { STEP_NAMES } from '../../src/contract/names.ts';
import { readSource, sourceFiles } from './imports.ts';
import { codeOf, codesIn, readPage, tableOf, tablesOf } from './pages.ts';

const page = readPage('docs/errors.md');
const errors = tableOf(page, 'code', 'sentence', 'remedy', 'retrying').rows;
const blocked = tableOf(page, 'code', 'step', 'what it means', 'remedy').rows;
const [refusals = [], server = []] = ['OriginalAbsent', 'TemporalCliPathInvalid'].map((first) =>
  rowsBeginningWith(first),
);

const RETRYING: Record<RetryKind, string> = {
  never: 'ends at once',
  wait: 'waits without limit',
  count: 'five in a row',
};

/** Two tables have the same heading: they are told apart by their first row. */
function rowsBeginningWith(code: string): string[][] {
  return tablesOf(page).find(({ rows }) => codeOf(rows[0]?.[0]) === code)?.rows ?? [];
}

/** What several of them ask: who may approve, and on what a delete may rest. */
const POLICY = 'src/contract/policy.ts';

/** Codes that a check or preflight returns: every quoted name in the value of a member `code`. */
function codesOfActivities(): Set<string> {
  const values = [...sourceFiles('src/activities'), POLICY].flatMap((file) =>
    [...readSource(file).matchAll(/\bcode: ([^,\n]*)/g)].map(([, value = '']) => value),
  );
  return new Set(values.flatMap((value) => [...value.matchAll(/'([A-Z]\w+)'/g)].map(([, code = '']) => code)));
}

/** Limits of bytes; the others are counts. */
const SIZES = [
  ...['answer', 'page', 'refusal', 'issueData', 'entry', 'table', 'document', 'text'],
  ...['start', 'message', 'answers', 'payload'],
];

const sorted = (codes: Iterable<string>): string[] => [...codes].sort();

describe('docs/errors.md', () => {
  it('has every error in the order of the contract, and no other', () => {
    expect(errors.map(([code]) => codeOf(code))).toEqual(Object.keys(ERRORS));
  });

  it.each(Object.keys(ERRORS) as ErrorCode[])('says of %s what the contract says', (code) => {
    const { sentence, remedy, retry } = ERRORS[code];
    const row = errors.find(([cell]) => codeOf(cell) === code);
    expect(row?.slice(1)).toEqual([sentence, remedy, RETRYING[retry]]);
  });

  it('has every code of a blocked step or a refusal, and no other', () => {
    const documented = [...blocked, ...refusals].map(([code]) => codeOf(code));
    expect(sorted(documented)).toEqual(sorted(codesOfActivities()));
  });

  it('names a remedy for each, and the steps that exist', () => {
    for (const row of [...blocked, ...refusals, ...server]) expect(row.at(-1)).toMatch(/\w{3}.*\.$/);
    const steps = blocked.flatMap(([, step = '']) => codesIn(step));
    expect(steps.filter((step) => !STEP_NAMES.some((name) => name === step))).toEqual([]);
  });

  it('has every limit with its value, and no other', () => {
    const rows = tableOf(page, 'limit', 'value', 'of what').rows;
    const shown = (name: string, value: number) => (SIZES.includes(name) ? sizeText(value) : String(value));
    expect(rows.map(([name, value]) => [codeOf(name), value])).toEqual(
      Object.entries(LIMITS).map(([name, value]) => [name, shown(name, value)]),
    );
  });

  it('says of which steps each blocking code is', () => {
    for (const [code = '', steps = ''] of blocked) {
      for (const step of codesIn(steps)) {
        const file = step.startsWith('resync') ? 'resync' : step;
        const sources = [`src/activities/steps/${file}.ts`, POLICY].map(readSource);
        expect(sources.join('\n')).toContain(`'${codeOf(code)}'`);
      }
    }
  });

  it('has every code of the embedded server, and no other', () => {
    const union = /TemporalServerErrorCode =([^;]*);/.exec(readSource('src/server/errors.ts'))?.[1] ?? '';
    const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code = '']) => code);
    expect(sorted(server.map(([code]) => codeOf(code)))).toEqual(sorted(codes));
  });
});
