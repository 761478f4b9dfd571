import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { plainEnvironment } from './environment.ts';

export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * Resolves when the child has ended, also when it could not be started at all (code and signal null). Never rejects.
 */
export function endOf(child: ChildProcess): Promise<ProcessEnd> {
  const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
  child.once('exit', (code, signal) => resolve({ code, signal }));
  child.once('error', () => {
    if (child.pid === undefined) resolve({ code: null, signal: null });
  });
  return promise;
}

/** Whether a process of this id runs on this machine, be it another user's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Says how a process ended, as in "was killed by SIGKILL" or "ended with code 1". */
export function describeEnd({ code, signal }: ProcessEnd): string {
  if (signal !== null) return `was killed by ${signal}`;
  return code === null ? 'could not be started' : `ended with code ${code}`;
}

/** Asks the child to end (SIGTERM), waits up to `graceMs`, then makes it (SIGKILL). Resolves when it is gone. */
export async function terminate(child: ChildProcess, end: Promise<ProcessEnd>, graceMs: number): Promise<ProcessEnd> {
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
  try {
    return await end;
  } finally {
    clearTimeout(force);
  }
}

const guarded = new Set<ChildProcess>();

/**
 * Keeps a child from outliving this process. When we exit in order it is asked to end; when we are killed a waiting
 * shell sees its input close, which needs no cooperation of ours, and ends the child. Lifted by itself when the child
 * ends.
 *
 * With this, children can have a process group of their own (`detached`): Ctrl-C then reaches us alone, and we stop
 * them in the order that loses nothing (worker before server).
 */
export function endWithParent(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (guarded.size === 0) process.on('exit', terminateGuarded);
  guarded.add(child);
  const guard = process.platform === 'win32' ? undefined : spawnGuard(child.pid);
  child.once('exit', () => {
    guard?.kill('SIGKILL');
    guarded.delete(child);
    if (guarded.size === 0) process.off('exit', terminateGuarded);
  });
}

/** Whether children should get a process group of their own here; on Windows that would open a console window. */
export const OWN_PROCESS_GROUP = process.platform !== 'win32';

function terminateGuarded(): void {
  for (const child of guarded) child.kill('SIGTERM');
}

const GUARD_SCRIPT = `read -r _
kill -TERM "$1" 2>/dev/null || exit 0
n=0; while [ $n -lt 20 ]; do sleep 0.5; kill -0 "$1" 2>/dev/null || exit 0; n=$((n+1)); done
kill -KILL "$1"`;

function spawnGuard(pid: number): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'end-with-parent', String(pid)], {
    env: plainEnvironment(process.env),
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Where there is no shell, the orderly exit is all there is.
  guard.once('error', () => undefined);
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return guard;
}
