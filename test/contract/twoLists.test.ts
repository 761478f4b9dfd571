/** Two lists of others meet: four times as many of both take a little more than four times as long, and not sixteen times. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changesOnOld, rewritten, type Twins } from '../../src/activities/undo/twins.ts';
import { append, common, largest, without } from '../../src/contract/lists.ts';
import { sameValue } from '../../src/evidence/fieldValues.ts';
import type { Change, JiraIssue } from '../../src/jira/types.ts';
import { translate, withConfiguration, withNew } from '../mapping/world.ts';
import { expectSteadyOf } from './growth.ts';

/** The last one is more than anybody has time for, where each of one list is looked for in the other. */
const SIZES = [500, 2000, 8000, 32_000];

const numbers = (n: number): number[] => Array.from({ length: n }, (_, at) => at);
const field = (id: string) => id;

/** An issue that people changed `n` times, each time to something else. */
const changed = (n: number, name: string, from = 0): JiraIssue =>
  issueWith({
    changes: numbers(n).map(
      (at): Change => ({
        at: from + at * 10_000,
        author: 'x',
        items: [{ field: 'labels', from: null, to: name + at }],
      }),
    ),
  });
const issueWith = (more: Partial<JiraIssue>): JiraIssue => ({
  id: '1',
  key: 'PA-1',
  summary: '',
  issueType: 'Bug',
  issueTypeId: '1',
  status: 'Open',
  reporter: 'x',
  created: 0,
  updated: 0,
  fields: {},
  ...more,
});
const twinsWith = (old: JiraIssue): Twins => ({ issues: new Map([['PA-1', old]]), called: { a: field, old: field } });
const commented = (n: number, name: string, from: number): JiraIssue =>
  issueWith({
    comments: numbers(n).map((at) => ({ id: name + at, author: 'x', created: from + at * 10_000, body: name + at })),
  });

const PRODUCTS: [what: string, read: (n: number) => unknown][] = [
  [
    'names with names',
    (n) =>
      without(
        numbers(n).map(String),
        numbers(n).map((at) => `x${at}`),
      ),
  ],
  [
    'things with their names',
    (n) =>
      without(
        numbers(n),
        numbers(n).map((at) => `x${at}`),
        String,
      ),
  ],
  ['names with those that count', (n) => common(numbers(n), numbers(n).reverse())],
  [
    'the options of a field on A with those on B',
    (n) => {
      const values = numbers(n).map((at) => ({ first: `1${at}`, second: `2${at}` }));
      const [a, b] = [
        values.map(({ first }) => ({ id: first })),
        values.map(({ second }) => ({ id: second })).reverse(),
      ];
      expect(sameValue({ id: '1', aField: 'x', bField: 'y', type: 'correlation', values }, a, b)).toBe(true);
    },
  ],
  [
    'the changes of an issue with those of its twin',
    (n) => {
      const [issue, old] = [changed(n, 'new'), changed(n, 'old', 5_000_000)];
      const isOnOld = changesOnOld(twinsWith(old), issue);
      for (const { at, items } of issue.changes ?? [])
        for (const item of items) expect.soft(isOnOld({ ...item, at })).toBe(false);
    },
  ],
  [
    'the same change, made often, with those of its twin',
    (n) => {
      const often = (from: number) =>
        issueWith({
          changes:
            changed(n, 'x', from).changes?.map((each) => ({
              ...each,
              items: [{ field: 'labels', from: null, to: 'x' }],
            })) ?? [],
        });
      const issue = often(0);
      const isOnOld = changesOnOld(twinsWith(often(5000)), issue);
      for (const { at, items } of issue.changes ?? []) for (const item of items) isOnOld({ ...item, at });
    },
  ],
  [
    'the comments of an issue with those of its twin',
    (n) => rewritten(twinsWith(commented(n, 'old', 5000)), commented(n, 'new', 0), 1e12),
  ],
];

describe('of two lists', () => {
  it.each(PRODUCTS)('%s are compared in time that grows with them', { timeout: 120_000 }, async (_, read) => {
    await expectSteadyOf(SIZES, (n) => n, read);
  });

  it('JQL that somebody answers with and the JQL that it takes the place of are, too', {
    timeout: 120_000,
  }, async () => {
    const jql = (name: string, n: number) =>
      numbers(n)
        .map((at) => `${name}${at} = "v${at}"`)
        .join(' or ');
    const sides = withNew(() => {});
    await expectSteadyOf(
      [125, 500, 2000],
      (n) => n,
      (n) => {
        const configuration = withConfiguration((one) => Object.assign(one, { filter: { firstJql: jql('Old', n) } }));
        const { questions } = translate({ configuration, sides });
        const id = questions.find((question) => question.id.startsWith('text:'))?.id ?? 'none';
        expect(id).not.toBe('none');
        translate({ configuration, sides, decided: { [id]: jql('New', n) } });
      },
    );
  });

  it('no one is looked for in the other, or put on the stack, anywhere in the sources', () => {
    const patterns = [
      /\.filter\(\(([^)]*)\) => !?[\w.?]+\.includes\(\1\)\)/,
      /\.(?:push|unshift)\(\s*\.\.\./,
      /Math\.(?:max|min)\([^;]*?\.\.\./,
    ];
    const found = globSync('src/**/*.ts').flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return patterns.flatMap((pattern) => pattern.exec(text)?.[0] ?? []).map((what) => `${file}: ${what}`);
    });
    expect(found).toEqual([]);
  });
});

it('a list of a million is taken as it is', () => {
  const all = numbers(1_000_000);
  const list: number[] = [];
  append(list, all);
  expect([list.length, largest(all), largest([], 7), largest([3, 9, 4])]).toEqual([1_000_000, 999_999, 7, 9]);
  expect(without([1, 2, 2, 3], [3])).toEqual([1, 2, 2]);
  expect(without(['a', 'bb'], [2], ({ length }) => length)).toEqual(['a']);
  expect(common([1, 2, 2, 3], [2])).toEqual([2, 2]);
});
