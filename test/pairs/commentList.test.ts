import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COMMENT_COLUMNS,
  type CommentDecisions,
  commentCsv,
  decideAll,
  type OpenComment,
  readComments,
} from '../../src/pairs/commentList.ts';

const open = (on: 'old' | 'new', id: string, candidates: OpenComment['candidates'] = []): OpenComment => ({
  on,
  id,
  issue: 'PA-1',
  author: 'kim',
  created: 1_604_663_032_918,
  text: 'Said',
  candidates,
});
const left = (id: string, ...differs: string[]) => ({ id, differs });

const LIST = [
  open('old', '101', [left('901', 'text'), left('902', 'author', 'text')]),
  open('old', '102', [left('901', 'time', 'text'), left('902', 'time')]),
  open('new', '901'),
  open('new', '902'),
];

const read = (text: string | Uint8Array, list: readonly OpenComment[] = LIST) =>
  readComments({ name: 'back.csv', bytes: typeof text === 'string' ? Buffer.from(text) : text }, list);

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
/** By another reader than ours. */
const cellsOf = (text: string): string[][] =>
  parse(text, { relax_column_count: true }).map((cells) => cells.map((cell) => cell.trim()));
const textOf = (rows: string[][], cell = (text: string) => (/[",;\r\n\t]/.test(text) ? quoted(text) : text)) =>
  rows.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');

/** The list as it went out, with these values filled in, by `on` and id. */
function filled(values: Record<string, string>, list: readonly OpenComment[] = LIST): string {
  const [header = [], ...rows] = cellsOf(commentCsv(list));
  for (const [n, { on, id }] of list.entries()) rows[n]?.splice(1, 1, values[`${on} ${id}`] ?? '');
  return textOf([header, ...rows]);
}

const GOOD = { 'old 101': '901', 'old 102': 'leave out', 'new 902': 'carry' };
const DECIDED: CommentDecisions = { old: { '101': '901', '102': null }, carried: ['902'] };

describe('a list of comments that comes back', () => {
  it('is what was filled in', async () => {
    expect(await read(filled(GOOD))).toEqual({ decisions: DECIDED, problems: [] });
  });

  it.each<[string, (text: string) => string | Uint8Array]>([
    ['with a byte order mark', (text) => `\uFEFF${text}`],
    ['with semicolons', (text) => text.replaceAll(',', ';')],
    ['with tabulators', (text) => text.replaceAll(',', '\t')],
    ['with line feeds alone', (text) => text.replaceAll('\r\n', '\n')],
    ['without its last line break', (text) => text.trimEnd()],
    ['with empty lines', (text) => text.replaceAll('\r\n', '\r\n\r\n,,,,,,,\r\n')],
    ['with every cell in quotes', (text) => textOf(cellsOf(text), quoted)],
    [
      'with spaces around its cells',
      (text) => textOf(cellsOf(text), (cell) => (cell.includes(';') ? quoted(cell) : `  ${cell} `)),
    ],
    [
      'with its rows the other way round',
      (text) => {
        const [header, ...rows] = text.trimEnd().split('\r\n');
        return [header, ...rows.toReversed()].join('\r\n');
      },
    ],
    [
      'with its columns the other way round',
      (text) =>
        text
          .trimEnd()
          .split('\r\n')
          .map((row) => row.split(',').toReversed().join(','))
          .join('\r\n'),
    ],
    [
      'with columns of the reviewer',
      (text) =>
        text
          .trimEnd()
          .split('\r\n')
          .map((row, n) => `${n === 0 ? 'looked at' : '=1+1'},${row},"by ""kim"",\nand lee"`)
          .join('\r\n'),
    ],
    [
      'with only the columns that are read',
      (text) =>
        text
          .trimEnd()
          .split('\r\n')
          .map((row) => row.split(',').slice(0, 3).join(','))
          .join('\r\n'),
    ],
  ])('is read %s', async (_, change) => {
    expect(await read(change(filled(GOOD)))).toEqual({ decisions: DECIDED, problems: [] });
  });

  it('is read with the ids that two instances have both: what is old and what is new is told apart', async () => {
    const list = [
      open('old', '101', [left('102', 'text'), left('101', 'time')]),
      open('new', '101'),
      open('new', '102'),
    ];
    expect(await read(filled({ 'old 101': '101', 'new 102': 'carry' }, list), list)).toEqual({
      decisions: { old: { '101': '101' }, carried: ['102'] },
      problems: [],
    });
    expect(await read(filled({ 'old 101': 'leave out', 'new 101': 'carry', 'new 102': 'carry' }, list), list)).toEqual({
      decisions: { old: { '101': null }, carried: ['101', '102'] },
      problems: [],
    });
  });

  it('reads ids, authors and texts back that a spreadsheet would take for formulas or would break lines', async () => {
    const awkward = ['=1+1', '-5', '+7', '@kim', "'x", ' a', 'a,b', 'a;b', '"', 'a\nb', 'a\r\nb', '\t'];
    for (const text of awkward) {
      const list = [
        { ...open('old', '101', [left('901', 'text')]), author: text, issue: text, text },
        open('new', '901'),
      ];
      expect(await read(filled({ 'old 101': '901' }, list), list)).toMatchObject({ problems: [] });
      for (const cell of cellsOf(commentCsv(list)).flat()) expect(cell).not.toMatch(/^[=+@-]/);
    }
    const list = ['=1', '-5', "'x"].map((id) => open('old', id));
    const answers = Object.fromEntries(list.map(({ id }) => [`old ${id}`, 'leave out']));
    expect(await read(filled(answers, list), list)).toMatchObject({
      decisions: { old: { '=1': null, '-5': null, "'x": null } },
    });
  });

  it.each<[string, string | Uint8Array, (string | RegExp)[]]>([
    ['is empty', '', ['back.csv:1 has no columns comment, value and on']],
    ['is no list', 'hello', ['back.csv:1 has no columns comment, value and on']],
    ['is another list', 'key,value\nPA-1,x', ['back.csv:1 has no columns comment, value and on']],
    ['is a workbook', Buffer.from('PK\u0003\u0004\0\0\0'), [/UTF-16 or no text/]],
    ['is in UTF-16', Buffer.from(`\uFEFF${filled(GOOD)}`, 'utf16le'), [/UTF-16/]],
    ['is in Latin-1', Buffer.from(filled(GOOD).replace('Said', 'Gesagt für'), 'latin1'), [/^back.csv:2 .*UTF-8/]],
    ['has an open quote', filled(GOOD).replace('101', '"101'), [/quotation mark/]],
    ['is not filled in', filled({}), [/^back.csv:2 says nothing of comment 101/, /:3 .*102/, /:4 .*901/, /:5 .*902/]],
    ['lacks lines', 'comment,value,on\n101,901,old\n', [/lacks comment 102/, /lacks comment 902/]],
    [
      'names what is not asked about',
      `${filled(GOOD)}777,carry,new\r\n`,
      [/^back.csv:6 names comment 777 of new, which is not asked about/],
    ],
    [
      'says two things of one',
      `${filled(GOOD)}101,902,old\r\n`,
      [/^back.csv:6 names comment 101 of old, as line 2 does/],
    ],
    ['gives one comment to two', filled({ ...GOOD, 'old 102': '901' }), [/^back.csv:3 says 901, as line 2 does/]],
    ['gives what is on no such issue', filled({ ...GOOD, 'old 101': '999' }), [/:2 says 999 for comment 101/, /901/]],
    ['gives an old one', filled({ ...GOOD, 'old 101': '102' }), [/:2 says 102 for comment 101/, /901/]],
    ['carries an old one', filled({ ...GOOD, 'old 102': 'carry' }), [/:3 says carry for comment 102/]],
    [
      'leaves out a new one',
      filled({ ...GOOD, 'new 902': 'leave out' }),
      [/:5 has leave out; of a new comment only "carry"/, /902/],
    ],
    [
      'carries what it also gives',
      filled({ ...GOOD, 'new 901': 'carry' }),
      [/:4 says carry of comment 901, which line 2 names/],
    ],
    ['says where a comment is, wrongly', filled(GOOD).replace(',old,', ',elsewhere,'), [/:2 .*elsewhere/]],
    [
      'was filled in by formulas',
      filled({ ...GOOD, 'old 101': '=A3', 'old 102': '#REF!' }),
      [/:2 says =A3/, /:3 says #REF!/, /901/],
    ],
    ['was rounded', filled(GOOD).replace('901', '9.01E+02'), [/9\.01E\+02/]],
  ])('says what is wrong with it, by line, and is not to be used, when it %s', async (_, text, wanted) => {
    const { problems } = await read(text);
    expect(problems.length).toBeGreaterThan(0);
    for (const what of wanted) expect(problems).toContainEqual(expect.stringMatching(what));
  });

  it('never decides what was not said, and says of everything what is missing', async () => {
    const value = fc.constantFrom('', 'leave out', 'carry', '901', '902', '903', '101', 'LEAVE OUT', 'null');
    await fc.assert(
      fc.asyncProperty(value, value, value, value, async (...values) => {
        const keys = ['old 101', 'old 102', 'new 901', 'new 902'];
        const { decisions, problems } = await read(
          filled(Object.fromEntries(keys.map((key, n) => [key, values[n] as string]))),
        );
        const given = values.slice(0, 2).filter((each) => each === '901' || each === '902');
        const fine =
          values.slice(0, 2).every((each) => each === 'leave out' || each === '901' || each === '902') &&
          new Set(given).size === given.length &&
          ['901', '902'].every((id, n) =>
            given.includes(id as '901') ? values[n + 2] === '' : values[n + 2] === 'carry',
          );
        expect(problems.length === 0).toBe(fine);
        if (!fine) return;
        for (const [n, id] of ['101', '102'].entries()) {
          expect(decisions.old[id]).toBe(values[n] === 'leave out' ? null : values[n]);
        }
        expect(decisions.carried).toEqual(['901', '902'].filter((id) => !given.includes(id as '901')));
      }),
    );
  });

  it('says it of 30,000 comments at once', async () => {
    const list = Array.from({ length: 15_000 }, (_, n) => [
      open('old', String(n), [left(String(n), 'text')]),
      open('new', String(n)),
    ]).flat();
    const answers = Object.fromEntries(list.map(({ on, id }) => [`${on} ${id}`, on === 'old' ? 'leave out' : 'carry']));
    const { decisions, problems } = await read(filled(answers, list), list);
    expect(problems).toEqual([]);
    expect(decisions.carried).toHaveLength(15_000);
  });
});

describe('the list of comments', () => {
  it('says of each what a reviewer needs to know, on one line of eight columns', async () => {
    const csv = commentCsv(LIST);
    expect(csv.split('\r\n')[0]).toBe(COMMENT_COLUMNS.join(','));
    expect(csv.split('\r\n')[1]).toBe(
      '101,,old,PA-1,kim,2020-11-06T11:43:52.918Z,Said,901: text differs; 902: author and text differs'.replace(
        /,(901:.*)$/,
        ',"$1"',
      ),
    );
  });

  it('shows a long text in part, never half a character of it, and says where nothing is known', async () => {
    const list = [{ ...open('old', '1'), text: `${'x'.repeat(79)}😀${'y'.repeat(50)}` }];
    expect(commentCsv(list).isWellFormed()).toBe(true);
    expect(commentCsv([{ ...open('old', '1'), author: '', created: null, text: '' }])).toContain(
      '\r\n1,,old,PA-1,,,,\r\n',
    );
  });
});

describe('deciding about all at once', () => {
  it('leaves out all that is old and carries all that is new', async () => {
    expect(decideAll(LIST, 'leave out')).toEqual({ old: { '101': null, '102': null }, carried: ['901', '902'] });
  });

  it('takes the only candidate in which a single thing differs, unless another comment wants it too', async () => {
    const decided = (...list: OpenComment[]) => decideAll(list, 'candidates').old;
    expect(decided(open('old', '1', [left('9', 'text'), left('8', 'time', 'text')]))).toEqual({ '1': '9' });
    expect(decided(open('old', '1', [left('9', 'text'), left('8', 'time')]))).toEqual({ '1': null });
    expect(decided(open('old', '1', [left('8', 'time', 'text')]))).toEqual({ '1': null });
    expect(decided(open('old', '1', [left('9', 'text')]), open('old', '2', [left('9', 'time')]))).toEqual({
      '1': null,
      '2': null,
    });
  });
});
