/** What others wrote stays in its cell of a table, and code in its span, whichever rules a reader of Markdown splits cells by. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { code, plain, table } from '../../src/report/markdown.ts';

/** Where the cells of a row end: a backslash takes the next sign with it, another backslash too (cmark-gfm, micromark, marked). */
function byPairs(row: string): string[] {
  const cells = [''];
  for (let at = 0; at < row.length; at++) {
    const sign = row[at] === '\\' ? row.slice(at, ++at + 1) : row[at];
    if (sign === '|') cells.push('');
    else cells.push(`${cells.pop()}${sign}`);
  }
  return cells;
}

/** A bar counts unless a backslash stands right before it (markdown-it, and GFM as it was first written down). */
const byLastSign = (row: string): string[] => row.split(/(?<!\\)\|/);

const RULES = [byPairs, byLastSign];

/** A span ends at the first run of as many backticks as it begins with. */
function spanOf(cell: string): string {
  const [fence = ''] = /^`+/.exec(cell) ?? [];
  const runs = [...cell.slice(fence.length).matchAll(/`+/g)];
  const end = runs.find(([run]) => run.length === fence.length);
  return end ? cell.slice(0, fence.length + end.index + fence.length) : '';
}

const signs = fc.constantFrom(
  '\\',
  '\\',
  '|',
  '|',
  '`',
  'x',
  ' ',
  '@',
  '://',
  '[a](//evil.example)',
  '![i](//e.example)',
  '<b>',
  '\n',
);
const foreign = fc.array(signs, { maxLength: 12 }).map((parts) => parts.join(''));

const ATTACKS = [
  'x\\| ![beacon](http://evil.example/x.png)',
  'x\\| [Approved, click here](http://evil.example) `',
  'lee@x\\|[a](//evil.example)',
  'x\\\\| [y](//evil.example)',
  '',
  '\\',
];

it('a cell of code is one span of code, and the next cell is ours', () => {
  fc.assert(
    fc.property(foreign, (text) => {
      const [, , row = ''] = table(['Answer', 'Means'], [[code(text), 'ours']]).split('\n');
      for (const cellsOf of RULES) {
        const [before, cell = '', ours, after, ...more] = cellsOf(row);
        expect([before, ours, after, more]).toEqual(['', ' ours ', '', []]);
        expect(spanOf(cell.trim())).toBe(cell.trim());
      }
    }),
    { examples: ATTACKS.map((text) => [text]) },
  );
});

it('a cell of running text is one cell', () => {
  fc.assert(
    fc.property(foreign, (text) => {
      const [, , row = ''] = table(['Answer', 'Means'], [[plain(text), 'ours']]).split('\n');
      for (const cellsOf of RULES) expect(cellsOf(row).slice(2)).toEqual([' ours ', '']);
    }),
    { examples: ATTACKS.map((text) => [text]) },
  );
});

it('code that has a backslash or a bar, but not one before the other, is shown as it is', () => {
  expect([code('DOMAIN\\kim'), code('a|b'), code('a\\|b')]).toEqual(['`DOMAIN\\kim`', '`a\\|b`', '`a\\u005c\\|b`']);
});
