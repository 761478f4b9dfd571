/** What a measurement of migrations stands on: Temporal server, worker and sandbox as processes of their own, and people who answer at once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Client } from '@temporalio/client';
import type { BatchMember } from '../src/contract/batch.ts';
import { SEARCH_ATTRIBUTES } from '../src/contract/names.ts';
import { requiredOf } from '../src/contract/tasks.ts';
import { obtainTemporalServer } from '../src/server/binary.ts';
import { endWithParent } from '../src/server/childProcess.ts';
import { startTemporalServer } from '../src/server/start.ts';
import { bundleWorkflows } from '../src/service/bundle.ts';
import { connectClient } from '../src/service/connection.ts';
import { workerPath } from '../src/service/paths.ts';
import { openStore } from '../src/store/open.ts';
import type { ProjectionRow, Store } from '../src/store/store.ts';

const SECRETS = { SANDBOX_PASSWORD: 'sandbox-password', SANDBOX_TOKEN: 'sandbox-token' };

export interface Stage extends AsyncDisposable {
  address: string;
  client: Client;
  store: Store;
  /** On SQLite. */
  storeFile: string;
  sandbox: BenchSandbox;
  worker: ChildProcess;
  /** Process of the Temporal server. */
  temporal: number;
}

/**
 * With the sandbox's own arguments. What an instance allows is no limit on it. `probed`: the worker can be asked for its memory
 * (memoryProbe.ts).
 */
export async function openStage(sandboxArgs: string[], { probed = false } = {}): Promise<Stage> {
  await using ending = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'backbone-migrator-bench-'));
  ending.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  const binary = await obtainTemporalServer({ env: process.env, onProgress: (line) => console.error(line) });
  const server = await startTemporalServer({
    binary: binary.path,
    headless: true,
    searchAttributes: SEARCH_ATTRIBUTES,
  });
  ending.defer(() => server.stop());
  const client = await connectClient({ address: server.address });
  ending.defer(() => client.connection.close());

  const sandbox = await startSandbox(directory, sandboxArgs);
  ending.defer(() => end(sandbox.child));
  const storeFile = join(directory, 'store.db');
  const store = await openStore({ file: storeFile });
  ending.defer(() => store.close());
  const bundle = join(directory, 'workflows.cjs');
  await bundleWorkflows(bundle);
  const worker = start(
    [
      ...(probed ? ['--expose-gc', '--import', new URL('./memoryProbe.ts', import.meta.url).href] : []),
      ...[workerPath, '--config', join(directory, 'sandbox.yaml'), '--store', storeFile],
      ...['--address', server.address, '--bundle', bundle],
    ],
    probed,
  );
  ending.defer(() => end(worker));
  const all = ending.move();
  return {
    ...{ address: server.address, client, store, storeFile, sandbox, worker, temporal: server.pid },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

export interface BenchSandbox {
  child: ChildProcess;
  control: string;
  starts: BatchMember[];
}

async function startSandbox(directory: string, sandboxArgs: string[]): Promise<BenchSandbox> {
  const config = join(directory, 'sandbox.yaml');
  const child = start(['sandbox/main.ts', '--ambiguous', 'none', '--write-config', config, ...sandboxArgs]);
  if (!child.stdout) throw new Error('the sandbox has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const { control, starts } = JSON.parse(line);
    const limits = 'limits: { requestsPerSecond: 1000, concurrency: 64 }';
    await writeFile(config, (await readFile(config, 'utf8')).replaceAll(/limits: .*/g, limits));
    return { child, control, starts };
  }
  throw new Error('the sandbox did not start');
}

function start(args: string[], probed = false): ChildProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    env: { ...process.env, ...SECRETS, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit', ...(probed ? (['ipc'] as const) : [])],
  });
  endWithParent(child);
  return child;
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

/** As a person would, at once. */
export async function serve(
  { client, store, sandbox }: Pick<Stage, 'client' | 'store' | 'sandbox'>,
  { workflowId, picture }: ProjectionRow,
  done: Set<string>,
): Promise<void> {
  if (picture.state === 'NeedsAttention') throw new Error(JSON.stringify(picture.blockers));
  if (picture.state === 'AwaitingApproval' && picture.decision && !done.has(picture.decision)) {
    done.add(picture.decision);
    const approval = { by: 'lee@example.com', decision: picture.decision };
    await client.workflow.getHandle(workflowId).signal('approve', approval);
    return;
  }
  const [task] = picture.state === 'WaitingForPerson' ? picture.tasks : [];
  if (!task || done.has(`${workflowId} ${task.id} ${task.since}`)) return;
  done.add(`${workflowId} ${task.id} ${task.since}`);
  if (requiredOf(task).length > 0) {
    const answers = Object.fromEntries(requiredOf(task).map(({ id, choices }) => [id, choices[0]?.value ?? '']));
    await client.workflow.getHandle(workflowId).signal('answer', { by: 'kim@example.com', task: task.id, answers });
    return;
  }
  const configuration = await store.artifacts.getJson(task.files[0]?.digest ?? '');
  await fetch(`${sandbox.control}/sandbox/ui/import-configuration`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instance: 'jira-new', integrationKey: picture.created, configuration, by: 'kim' }),
  });
}

/** Seconds that a process has computed; Linux alone says it. */
export async function cpuOf(pid: number | undefined): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}
