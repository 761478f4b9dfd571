/** What goes to the terminal. Human text on stdout, or one JSON value; hints and errors on stderr. */

/**
 * Text from instances must not steer the terminal: control characters other than line breaks are left out. Colours are ours
 * alone, and there are none.
 */
export const harmless = (text: string): string => text.replace(/[^\P{Cc}\n]/gu, ' ');

export const say = (text: string): void => void process.stdout.write(`${harmless(text)}\n`);

/** Files are for this user alone. What is made to be given to others says so, since its reader would be refused. */
export const sayWritten = (...files: readonly string[]): void => {
  for (const file of files) say(`Written: ${file}`);
  say(onlyYours(files.length));
};

export const onlyYours = (count = 1): string =>
  `Only you can read ${count === 1 ? 'this file' : 'these files'}. To let other users of this machine: chmod a+r`;

export const hint = (text: string): void => void process.stderr.write(`${harmless(text)}\n`);

/** JSON needs no cleaning: its strings escape control characters. */
export const sayJson = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);

/** One value a line, for what goes on. */
export const sayJsonLine = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

/** Columns as wide as their widest cell, two spaces apart. Cells are put on one line. */
export function columns(rows: readonly (readonly string[])[], indent = ''): string {
  const flat = rows.map((row) => row.map((cell) => cell.replace(/\s+/g, ' ').trim()));
  const widths = flat.reduce<number[]>(
    (known, row) => row.map((cell, at) => Math.max(known[at] ?? 0, cell.length)),
    [],
  );
  return flat
    .map((row) => `${indent}${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}

/** A word for a POSIX shell, quoted where it must be. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** What to do when whoever read the output has gone, as `head` does: nobody is told anything any more. */
export function onReaderGone(then: () => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error').on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      then();
    });
  }
}
