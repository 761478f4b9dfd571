/** Files that people hand in as text, with the line of everything that is wrong; and rows as a file for a spreadsheet. */
import { LIMITS, sizeText } from '../contract/limits.ts';
import { listed } from '../contract/text.ts';

/** Something wrong with a file. A file with any is not used at all. */
export interface FileProblem {
  file: string;
  line: number;
  what: string;
}

/** What is wrong with a line that is no CSV. */
export const NO_CSV = 'a quotation mark is not closed, or stands inside a cell';

export const problemText = ({ file, line, what }: FileProblem): string => `${file}:${line} ${what}`;

export interface NamedFile {
  name: string;
  bytes: Uint8Array;
}

/** The text of a file in UTF-8, without its byte order mark; else what is wrong with it. */
export function textOfFile({ name, bytes }: NamedFile): { text: string } | { problem: FileProblem } {
  const wrong = (line: number, what: string) => ({ problem: { file: name, line, what } });
  const beyond = beyondLimits(bytes);
  if (beyond) return wrong(1, beyond);
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || bytes.subarray(0, 64).includes(0)) {
    return wrong(1, 'is in UTF-16 or no text; save it in UTF-8 ("CSV UTF-8" in a spreadsheet)');
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return wrong(
      lineOfBadByte(bytes),
      'holds bytes that are not UTF-8; save it in UTF-8 ("CSV UTF-8" in a spreadsheet)',
    );
  }
}

/** What of a file is more than is read of one; `undefined` where nothing is. */
export function beyondLimits(bytes: Uint8Array): string | undefined {
  if (bytes.length > LIMITS.table) return `has more than ${sizeText(LIMITS.table)}: split it`;
  let lines = 1;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines > LIMITS.lines ? `has more than ${LIMITS.lines} lines: split it` : undefined;
}

/** Nobody reads ten thousand, and a task shows each. */
export const fewOf = (problems: readonly string[]): string[] => listed(problems, LIMITS.problems, 'problems');

/** Lines are decoded alone: none of UTF-8's longer characters holds the byte of a line break. */
function lineOfBadByte(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return line;
}

/** RFC 4180, for a spreadsheet. */
export const csvText = (rows: readonly (readonly string[])[]): string =>
  csvLines(rows)
    .map((line) => `${line}\r\n`)
    .join('');

/** A row each, without its end; a cell may have line breaks of its own. */
export const csvLines = (rows: readonly (readonly string[])[]): string[] =>
  rows.map((row) => row.map(cellText).join(','));

/**
 * A cell that begins so is a formula to a spreadsheet, which may trim it first, and reads the wide signs of East Asia too. The
 * apostrophe before it makes it a text.
 */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n']/;

function cellText(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",;\r\n\t]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What was meant by a cell that `csvText` wrote. */
export const plainText = (cell = ''): string => (FORMULA.test(cell) && cell.startsWith("'") ? cell.slice(1) : cell);
