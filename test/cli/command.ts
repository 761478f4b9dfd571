/** Runs the real command as a process of its own, as a person or a script would. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The one JSON value on stdout. */
  json<T>(): T;
}

export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Whoever reads the output is gone before there is any. */
  unread?: boolean;
  /** Called with what stdout has so far, and the way to end the command. */
  onOutput?: (stdout: string, end: () => void) => void;
}

/** stdin is no terminal, so nothing is ever asked. */
export async function migrator(
  args: readonly string[],
  { env = {}, cwd, unread, onOutput }: RunOptions = {},
): Promise<Ran> {
  const { TEMPORAL_ADDRESS: _, MIGRATOR_BY: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (unread) child.stdout.destroy();
  let [stdout, stderr] = ['', ''];
  let ended = false;
  // Once: a second Ctrl-C does not wait.
  const end = () => {
    if (!ended) child.kill('SIGINT');
    ended = true;
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput?.(stdout, end);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout, stderr, json: () => JSON.parse(stdout) };
}
