import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

export interface ScriptRun {
  child: ChildProcess;
  /** What it has printed so far. */
  lines: string[];
  /** Resolves with the first printed line that begins so. */
  line(beginning: string): Promise<string>;
  ended: Promise<number | NodeJS.Signals | null>;
}

/** Runs a module given as text in a Node process of its own. It is killed when the current test has finished. */
export function runScript(code: string, env: Record<string, string | undefined> = process.env): ScriptRun {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', code], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const line = async (beginning: string) => {
    const find = () => lines.find((candidate) => candidate.startsWith(beginning));
    await until(() => find() !== undefined, `a line beginning with "${beginning}"`);
    return find() ?? '';
  };
  return { child, lines, line, ended };
}

/** Whether a process with this id exists. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until a condition holds; fails the test when it does not within `timeoutMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 20_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(25);
  }
}
