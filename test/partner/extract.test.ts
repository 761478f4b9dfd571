import { describe, expect, it } from 'vitest';
import { compareExtract, type ExtractInput, type SeenIssue } from '../../src/partner/compare.ts';
import { readExtract } from '../../src/partner/extract.ts';
import { listToFillIn } from '../../src/report/letter.ts';

const HEADER = 'key,created,reporter,summary,status,comments';
const read = (text: string) => readExtract(Buffer.from(text), 'PB');

describe('the extract of a partner', () => {
  it('is read with quotes, line breaks in cells, a byte order mark and empty cells', async () => {
    const { rows, problems } = await read(
      `\uFEFF${HEADER}\r\nPB-1,2026-11-20T20:00:00Z,ann,"one, ""two""\nthree",Open,2\r\nPB-2,2024-01-05T10:00:00.000+0100,,,,\r\n`,
    );
    expect(problems).toEqual([]);
    expect(rows).toEqual([
      {
        key: 'PB-1',
        created: Date.parse('2026-11-20T20:00:00Z'),
        reporter: 'ann',
        summary: 'one, "two"\nthree',
        status: 'Open',
        comments: 2,
      },
      { key: 'PB-2', created: Date.parse('2024-01-05T09:00:00Z') },
    ]);
  });

  it('may use semicolons, another order of columns, and fewer of them', async () => {
    expect(await read('summary;KEY\nA, b;PB-1\n')).toEqual({ rows: [{ key: 'PB-1', summary: 'A, b' }], problems: [] });
  });

  it('may be the list as it was sent, with nothing filled in', async () => {
    const columns = HEADER.split(',');
    expect(await read(listToFillIn(['PB-1', 'PB-2'], columns))).toEqual({
      rows: [{ key: 'PB-1' }, { key: 'PB-2' }],
      problems: [],
    });
  });

  it('tells everything that is wrong at once, by line, and repeats no cell but keys', async () => {
    const { problems } = await read(
      `${HEADER}\nPB-1,yesterday,ann,"secret\nplan",Open,2\nPA-1,,,,,\nPB-1,,,,,many\nPB-3,2026-11-20T20:00:00,,\nPB-4,,"x"y,,,\n`,
    );
    expect(problems).toEqual([
      'line 2: created is no time; write it like 2026-11-20T20:00:00Z, with its offset.',
      'line 4: key is no issue of PB.',
      'line 5: comments is no whole number.',
      'line 5: PB-1 stands on line 2 already.',
      'line 6: it has 4 cells, the header has 6.',
      'line 6: created is no time; write it like 2026-11-20T20:00:00Z, with its offset.',
      expect.stringMatching(/^line 7: it is no CSV/),
    ]);
  });

  it.each([
    ['an empty file', '', 'line 1: the file is empty.'],
    ['no line below the header', `${HEADER}\n`, 'line 2: there is no issue below the header.'],
    ['no key', 'summary\nx\n', 'line 1: the column key is missing.'],
    ['a strange column', 'key,colour\nPB-1,red\n', 'line 1: there is no column "colour"'],
    ['a column twice', 'key,key\nPB-1,PB-1\n', 'line 1: the column key stands twice.'],
  ])('says what is wrong with %s', async (_, text, problem) => {
    expect((await read(text)).problems[0]).toContain(problem);
  });

  it('is not guessed at in another encoding', async () => {
    expect((await readExtract(Buffer.from('key,summary\nPB-1,Gr\xfc\xdfe\n', 'latin1'), 'PB')).problems).toEqual([
      'line 1: the file is not in UTF-8; save it as "CSV UTF-8".',
    ]);
  });
});

const issue = (key: string, change: Partial<SeenIssue> = {}): [string, SeenIssue] => [
  key,
  { summary: `Summary of ${key.slice(3)}`, updated: 50, comments: 1, ...change },
];

const input = (change: Partial<ExtractInput> = {}): ExtractInput => {
  const pairs = [1, 2, 3].map((n) => ({ first: `PA-${n}`, second: `PB-${n}` }));
  return {
    rows: [1, 2, 3].map((n) => ({ key: `PB-${n}`, created: 5, summary: `Summary of ${n}`, comments: 1 })),
    pairs,
    expected: pairs,
    onA: new Map([issue('PA-1'), issue('PA-2'), issue('PA-3')]),
    askedAt: 100,
    startedAt: 40,
    comments: true,
    syncUser: 'backbone',
    ...change,
  };
};
const row = (n: number, change: object) =>
  input().rows.map((each) => (each.key === `PB-${n}` ? { ...each, ...change } : each));

describe('what a partner returned', () => {
  it('speaks against nothing where all is well, and says how far it reaches', () => {
    expect(compareExtract(input())).toEqual({
      rows: 3,
      compared: { summaries: 3, comments: 3, created: 3 },
      changed: 0,
      absent: [],
      summaryMismatches: [],
      commentsMissing: [],
      contradicted: [],
      duplicates: [],
    });
  });

  it.each([
    ['another summary', { rows: row(2, { summary: 'Else' }) }, { summaryMismatches: ['PA-2'] }],
    ['a comment that A lacks', { rows: row(2, { comments: 2 }) }, { commentsMissing: ['PA-2'] }],
    ['a comment that B lacks', { rows: row(2, { comments: 0 }) }, { commentsMissing: ['PB-2'] }],
    ['an issue that was made after the start', { rows: row(2, { created: 41 }) }, { contradicted: ['PB-2'] }],
    [
      'a copy in no pair',
      { rows: [...input().rows, { key: 'PB-9', created: 60, reporter: 'backbone' }] },
      { duplicates: ['PB-9'] },
    ],
    [
      'a new issue of a person, which is none',
      { rows: [...input().rows, { key: 'PB-9', created: 60, reporter: 'ann' }] },
      { duplicates: [] },
    ],
  ])('names %s', (_, change, found) => {
    expect(compareExtract(input(change))).toMatchObject(found);
  });

  it('compares nothing that changed on A since it was asked for, that was left out, or left empty', () => {
    const found = compareExtract(
      input({
        rows: [{ key: 'PB-1', summary: 'Else' }, { key: 'PB-2' }],
        onA: new Map([issue('PA-1', { updated: 101 }), issue('PA-2'), issue('PA-3')]),
      }),
    );
    expect(found).toMatchObject({
      compared: { summaries: 0, comments: 0, created: 0 },
      changed: 1,
      absent: ['PB-3'],
      summaryMismatches: [],
    });
  });

  it('compares no numbers of comments where they do not go both ways', () => {
    const found = compareExtract(input({ comments: false, rows: row(2, { comments: 7 }) }));
    expect(found).toMatchObject({ compared: { comments: 0 }, commentsMissing: [] });
  });
});
