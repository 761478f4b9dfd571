/** Runs the real command on a real terminal (of `script`), so that it draws, asks and refuses as in front of a person. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { shellWord } from '../../src/contract/foreign.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Seen {
  /** What a person would see, both outputs in one. */
  seen: string;
  code: number | null;
}

/** What is typed as soon as this is seen: Ctrl-C, where nothing else is said. */
export interface Typing {
  once: RegExp;
  keys?: string;
}

export async function onTerminal(args: readonly string[], typing?: Typing): Promise<Seen> {
  const command = [process.execPath, MAIN, ...args].map(shellWord).join(' ');
  // Its exit code is that of the command.
  const child = spawn('script', ['-qefc', `stty cols 250; exec ${command}`, '/dev/null'], {
    stdio: [typing ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, SHELL: '/bin/bash' },
  });
  let seen = '';
  let typed = false;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
    if (typed || !typing?.once.test(seen)) return;
    typed = true;
    child.stdin?.write(typing.keys ?? '\u0003');
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { seen, code };
}
