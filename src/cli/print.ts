/** What goes to the terminal. Human text on stdout, or one JSON value; hints and errors on stderr. */
import { shown, shownJson } from '../contract/foreign.ts';

/**
 * A string is one line, whatever stands in it: text from elsewhere must not make a line of its own that looks like ours, nor steer the
 * terminal. Several lines are several strings.
 */
export type Lines = string | readonly Lines[];

/** Longer ones are ours, made of many values; each row of a table is one. */
const LONGEST_LINE = 20_000;

/** The lines as they may be written. */
export const linesOf = (lines: Lines): string[] =>
  typeof lines === 'string' ? [shown(lines, LONGEST_LINE)] : lines.flatMap(linesOf);

/** Files are for this user alone. What is made to be given to others says so, since its reader would be refused. */
export const sayWritten = (...files: readonly string[]): void => {
  for (const file of files) say(`Written: ${file}`);
  say(onlyYours(files.length));
};

export const onlyYours = (count = 1): string =>
  `Only you can read ${count === 1 ? 'this file' : 'these files'}. To let other users of this machine: chmod a+r`;

/** The same in one text, without a line break at its end. */
export const textOf = (lines: Lines): string => linesOf(lines).join('\n');

export const say = (lines: Lines): void => void process.stdout.write(`${textOf(lines)}\n`);

export const hint = (lines: Lines): void => void process.stderr.write(`${textOf(lines)}\n`);

/** The strings of JSON escape most of what acts on a terminal by themselves; the rest is escaped here. */
export const sayJson = (value: unknown): void => sayText(`${JSON.stringify(value, undefined, 2)}\n`);

/** What a command answers: the value where JSON is asked for, else its text. */
export const answer = ({ json }: { json?: boolean | undefined }, value: unknown, text: Lines): void =>
  json ? sayJson(value) : say(text);

/** One value a line, for what goes on. */
export const sayJsonLine = (value: unknown): void => sayText(`${JSON.stringify(value)}\n`);

const sayText = (json: string): void => void process.stdout.write(shownJson(json));

/**
 * A message that may be somebody else's, as errors have it: its first line follows ours, and each further one is marked, so that
 * none is taken for ours.
 */
export function quoted(before: string, message: string): string[] {
  const [first = '', ...rest] = message.split('\n');
  return [`${before}${first}`, ...rest.map((line) => `  | ${line}`)];
}

/** Columns as wide as their widest cell, two spaces apart. */
export function columns(rows: readonly (readonly string[])[], indent = ''): string[] {
  const flat = rows.map((row) => row.map((cell) => shown(cell).replace(/\s+/g, ' ').trim()));
  const widths = flat.reduce<number[]>(
    (known, row) => row.map((cell, at) => Math.max(known[at] ?? 0, cell.length)),
    [],
  );
  return flat.map((row) => `${indent}${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd());
}

/** When somebody ends the command: Ctrl-C, or what ends services. */
export function onStop(then: (signal: string) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => then(signal));
}

/** What to do when whoever read the output has gone, as `head` does: nobody is told anything any more. */
export function onReaderGone(then: () => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error').on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      then();
    });
  }
}

export function createFrames(): (text: Lines) => void {
  let drawn = 0;
  return (text) => {
    // Where a terminal does not say how large it is, it says 0.
    const width = process.stdout.columns || 80;
    const height = process.stdout.rows || 24;
    // Lines that would wrap, or leave the screen, could not be drawn over.
    const lines = linesOf(text)
      .slice(0, height - 1)
      .map((line) => line.slice(0, width - 1));
    process.stdout.write(`${drawn > 0 ? `\x1b[${drawn}A` : ''}\x1b[J${lines.join('\n')}\n`);
    drawn = lines.length;
  };
}
