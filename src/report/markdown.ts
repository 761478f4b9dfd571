/** Markdown from data. No Node modules: workflow code uses it. */

import { shown, shownJson } from '../contract/foreign.ts';
import { largest } from '../contract/lists.ts';

/**
 * Text from outside in running text or a table cell: nothing in it is markup or becomes a link, and it stays on its line. Readers of
 * Markdown make links of bare addresses, some of them after the escapes were resolved; in code none does.
 */
export function plain(text: string): string {
  const words = shown(text).trim().split(/\s+/);
  return words.map((word, n) => (LINKED.test(word) ? code(word) : escaped(word, n === 0))).join(' ');
}

/** What is taken for an address of a page or of a person. */
const LINKED = /:\/\/|www\.|@|^\W*(mailto|xmpp|tel):/i;

/** At the beginning a sign can also make a list, a rule or a heading. */
function escaped(word: string, first: boolean): string {
  const text = word.replace(/[\\`*_[\]<>|~#&]/g, (sign) => `\\${sign}`);
  return first ? text.replace(/^[-+=]/, '\\$&').replace(/^(\d+)([.)])/, '$1\\$2') : text;
}

/**
 * An identifier as code. Backticks inside cannot be escaped in a code span, so the fence grows. A bar is escaped for tables; some readers
 * of these take two backslashes before it for one that is escaped, and the bar for the end of the cell, so none stands before a bar.
 */
export function code(text: string): string {
  const flat = shown(text)
    .replace(/\s+/g, ' ')
    .replace(/\\+(?=\|)/g, (run) => '\\u005c'.repeat(run.length))
    .replaceAll('|', '\\|');
  // Two backticks alone would begin a code span that ends somewhere else.
  if (flat.trim() === '') return '` `';
  const longest = largest(
    (flat.match(/`+/g) ?? []).map((run) => run.length),
    0,
  );
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${flat} ${fence}` : `${fence}${flat}${fence}`;
}

/** Rows of cells that are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** What nobody would paste is not shown. */
const LONGEST_JSON = 20_000;

/** JSON to paste: the fence is longer than any run of backticks inside. */
export function jsonBlock(value: unknown): string {
  const text = shownJson(JSON.stringify(value, undefined, 2));
  if (text.length > LONGEST_JSON) return 'It is too long to be shown here; the command line has a command for it.';
  const longest = largest(
    (text.match(/`+/g) ?? []).map((run) => run.length),
    2,
  );
  const fence = '`'.repeat(longest + 1);
  return `${fence}json\n${text}\n${fence}`;
}

export const bullets = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

/** Blocks apart, the absent left out. */
export const page = (blocks: readonly (string | undefined)[]): string =>
  `${blocks.filter((block) => block !== undefined && block !== '').join('\n\n')}\n`;
