/** The sandbox as the demo uses it: a program of its own, reached over HTTP only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseDocument } from 'yaml';
import { endWithParent } from '../src/server/childProcess.ts';
import { BY_PEOPLE } from './hands.ts';
import type { DemoOptions } from './options.ts';

export interface SandboxReady {
  control: string;
  instances: Record<string, string>;
  original: string;
  /** Only where a project moved. */
  move?: { copyStarted: string; copyFinished: string; frozenSince: string };
  /** Of the migration this world is about, but for who asks and why. */
  start: SandboxStart;
  /** Of all, in a batch. */
  starts: SandboxStart[];
}

export interface SandboxStart {
  original: { instance: string; synchronization: string };
  new: { instance: string; projects: Record<string, string> };
  move?: { copyStarted: string; copyFinished: string; frozenSince: string };
}

/** Key of project A where the new synchronization will be configured. */
export function projectOf({ new: { projects } }: SandboxStart): string {
  const [moved] = Object.values(projects);
  return moved?.slice(moved.lastIndexOf('/') + 1) ?? 'PA';
}

export interface RecordLine {
  n: number;
  at: string;
  kind: string;
  instance: string;
  method?: string;
  path?: string;
  status?: number;
  user?: string;
  what?: string;
  detail?: Record<string, unknown>;
}

export interface Verdict {
  settled: boolean;
  edits: number;
  comments: number;
  newIssues: number;
  pairs: number;
  duplicates: number;
  lostChanges: number;
  originalDeleted: boolean;
  wrongDeletes: number;
  bothRan: boolean;
  gapMs: number;
  queued: number;
  inError: number;
  waiting: number;
  details: unknown[];
}

export class Sandbox {
  readonly ready: SandboxReady;
  readonly #process: ChildProcess;

  private constructor(ready: SandboxReady, child: ChildProcess) {
    this.ready = ready;
    this.#process = child;
  }

  /** Starts it on free ports and leaves the migrator's configuration for it in a file. */
  static async start({ seed, scenario, world, migrations }: DemoOptions, configFile: string): Promise<Sandbox> {
    const args = [
      'sandbox/main.ts',
      '--seed',
      String(seed),
      '--world',
      world ?? (scenario === 'batch' ? 'moved' : scenario),
      '--interval',
      '200',
      '--write-config',
      configFile,
    ];
    if (scenario === 'batch') args.push('--migrations', String(migrations), '--issues', '8');
    if ((scenario === 'moved' || scenario === 'renamed') && world === undefined) args.push('--gap', '2');
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    endWithParent(child);
    for await (const line of createInterface({ input: child.stdout })) {
      return new Sandbox(JSON.parse(line) as SandboxReady, child);
    }
    throw new Error('the sandbox did not start');
  }

  async call<T>(path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.ready.control}${path}`, {
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  people(action: 'start' | 'stop', everyMs = 350, seed = 1): Promise<unknown> {
    return this.call('/sandbox/people', { action, everyMs, seed });
  }

  record(after: number): Promise<RecordLine[]> {
    return this.call<RecordLine[]>(`/sandbox/record?after=${after}`);
  }

  verdict(settleMs: number): Promise<Verdict> {
    return this.call<Verdict>(`/sandbox/verdict?settleMs=${settleMs}`);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await exited;
  }
}

/** Every step of the configuration that can be a person's becomes one. Their resync is attested, so the delete may rest on that. */
export async function giveToPeople(configFile: string): Promise<void> {
  const document = parseDocument(await readFile(configFile, 'utf8'));
  for (const name of Object.keys(document.toJS().instances)) document.setIn(['instances', name, 'backbone'], BY_PEOPLE);
  document.setIn(['policy', 'deleteOnAttested'], true);
  await writeFile(configFile, document.toString());
}
