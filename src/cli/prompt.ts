/** What is asked on a terminal. */
import { createInterface } from 'node:readline/promises';
import { usageError } from './errors.ts';
import { textOf } from './print.ts';

type Ask = (prompt: string) => Promise<string>;

/**
 * Asks for as long as `work` does. Ctrl-C and Ctrl-D close the terminal; a question would then wait for ever, or end in what only the
 * library understands.
 * @throws CommandError `Usage` with what was broken off, and that nothing came of it.
 */
export async function asking<T>(
  output: NodeJS.WriteStream,
  brokenOff: readonly [what: string, nothing: string],
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  const terminal = createInterface({ input: process.stdin, output });
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  try {
    return await work((prompt) =>
      terminal.question(textOf(prompt), { signal: closed.signal }).catch(() => {
        throw usageError(...brokenOff);
      }),
    );
  } finally {
    terminal.close();
  }
}
