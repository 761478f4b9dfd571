import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeEnd, endOf, endWithParent, OWN_PROCESS_GROUP, type ProcessEnd, terminate } from './childProcess.ts';

export interface SupervisedLine {
  /** What the child wrote, and where; or what the supervisor has to say about it. */
  source: 'stdout' | 'stderr' | 'supervisor';
  text: string;
}

export interface SuperviseOptions {
  command: string;
  args: readonly string[];
  /** The child's whole environment. Default: this process's. */
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  /** What to call it in the supervisor's lines, such as `worker`. */
  name: string;
  onLine: (line: SupervisedLine) => void;
  /** Before the first restart; doubled for each further quick death. Default: 500. */
  restartDelayMs?: number;
  /** Default: 30,000. */
  maxRestartDelayMs?: number;
  /** A child that ran so long was healthy: the delay starts again from the beginning. Default: 10,000. */
  healthyAfterMs?: number;
  /** How long the child may take to end on `stop()` before it is killed. Default: 15,000. */
  stopGraceMs?: number;
}

export interface SupervisedProcess {
  /** Of the child that runs now; undefined between its death and its restart, and after `stop()`. */
  readonly pid: number | undefined;
  /** How often it was started again. */
  readonly restarts: number;
  /** Asks the child to end, waits for it, and starts it no more. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Runs a child process and starts it again whenever it ends without having been told to, with a growing delay, and says
 * so. The child ends with this process, even when that is killed.
 */
export function superviseProcess(options: SuperviseOptions): SupervisedProcess {
  const { name, onLine, restartDelayMs = 500, maxRestartDelayMs = 30_000, healthyAfterMs = 10_000 } = options;
  const say = (text: string) => onLine({ source: 'supervisor', text });
  const stopRequested = new AbortController();
  let current: { child: ChildProcess; end: Promise<ProcessEnd> } | undefined;
  let restarts = 0;

  const running = (async () => {
    for (let quickDeaths = 0; ; restarts += 1) {
      const started = Date.now();
      current = start(options);
      const end = await current.end;
      current = undefined;
      if (stopRequested.signal.aborted) return;
      quickDeaths = Date.now() - started >= healthyAfterMs ? 0 : quickDeaths + 1;
      const delayMs = restartDelay(Math.max(quickDeaths, 1), restartDelayMs, maxRestartDelayMs);
      say(`${name} ${describeEnd(end)}; starting it again in ${delayMs / 1000} s`);
      await sleep(delayMs, undefined, { signal: stopRequested.signal }).catch(() => undefined);
      if (stopRequested.signal.aborted) return;
    }
  })();

  const stop = async () => {
    stopRequested.abort();
    if (current !== undefined) await terminate(current.child, current.end, options.stopGraceMs ?? 15_000);
    await running;
  };
  let stopping: Promise<void> | undefined;
  return {
    get pid() {
      return current?.child.pid;
    },
    get restarts() {
      return restarts;
    },
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** The delay before a restart after so many quick deaths in a row (1, 2, …). */
export function restartDelay(quickDeaths: number, firstMs: number, maximumMs: number): number {
  return Math.min(firstMs * 2 ** (quickDeaths - 1), maximumMs);
}

function start({ command, args, env, cwd, name, onLine }: SuperviseOptions): {
  child: ChildProcess;
  end: Promise<ProcessEnd>;
} {
  const child = spawn(command, [...args], {
    env: { ...(env ?? process.env) },
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: OWN_PROCESS_GROUP,
  });
  child.on('error', (error) => onLine({ source: 'supervisor', text: `${name}: ${error.message}` }));
  createInterface({ input: child.stdout }).on('line', (text) => onLine({ source: 'stdout', text }));
  createInterface({ input: child.stderr }).on('line', (text) => onLine({ source: 'stderr', text }));
  endWithParent(child);
  // Its last words often tell why it died and should come before our line; a grandchild can hold the pipes open for
  // ever, though.
  const closed = new Promise((resolve) => child.once('close', resolve));
  const end = endOf(child).then(async (how) => {
    await Promise.race([closed, sleep(2_000)]);
    return how;
  });
  return { child, end };
}
