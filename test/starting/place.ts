/**
 * A place as our users have it: instances with Backbone (the sandbox), `migrator up` as a process with its Temporal server, UI and
 * worker, and a folder with a shell in which `migrator`, `temporal` and `tctl` are commands.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { storePlaceAt } from '../../src/config/storePlace.ts';
import { FINAL_STATES, type MigrationState } from '../../src/contract/names.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { freePort } from '../../src/server/ports.ts';
import { connectClient } from '../../src/service/connection.ts';
import { openHome, readServiceFile, type ServiceFile } from '../../src/service/home.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { doTask } from '../support/carefulPerson.ts';
import { controlOf } from '../support/control.ts';
import { SECRETS } from '../support/migration.ts';
import { temporalBinary } from '../support/temporal.ts';

/** Of the migration that docs/starting.md starts. */
export const WORKFLOW_ID = 'migrate-jira-old-INT-16';
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Place extends AsyncDisposable {
  /** Where the commands run; `migrator up` runs from here. */
  folder: string;
  sandbox: Sandbox;
  service: ServiceFile;
  client: Client;
  store: Store;
  /** Runs a command line in bash. Fails the test when it ends with something else than 0. */
  bash(command: string): Promise<string>;
  /** Waits, and clicks in Backbone's pages as asked; questions are left to the test. Fails when it ends otherwise. */
  until(state: MigrationState): Promise<MigrationPicture>;
}

/** `tools` are put on the PATH beside `migrator` and `temporal`, by name. */
export async function openPlace(tools: Record<string, string> = {}): Promise<Place> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'backbone-migrator-test-'));
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const sandbox = await startSandbox({ interval: 50, issues: 8 });
  opened.defer(() => sandbox.close());
  await writeFile(join(folder, 'migrator.yaml'), hurried(sandbox.configuration()));
  const env = await environment(folder, { temporal: temporalBinary(), ...tools });
  const up = await serviceUp(folder, env);
  opened.defer(() => ended(up));
  const service = await readServiceFile(await openHome(join(folder, '.backbone-migrator')));
  if (!service) throw new Error('the service left no service.json');
  const client = await connectClient(service);
  opened.defer(() => client.connection.close());
  const store = await openStore(await storePlaceAt(service.store));
  opened.defer(() => store.close());
  const disposal = opened.move();
  const control = controlOf(sandbox);
  return {
    folder,
    sandbox,
    service,
    client,
    store,
    bash: (command) => bash(command, folder, env),
    until: (state) => untilState({ sandbox, store, control }, client, state),
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  };
}

/** The sandbox's own configuration waits as for people. */
export const hurried = (yaml: string): string =>
  yaml
    .replace(/machineWait: .*/, 'machineWait: { from: 50ms, to: 200ms }')
    .replace(/personWait: .*/, 'personWait: { from: 100ms, to: 300ms }');

async function environment(folder: string, tools: Record<string, string>): Promise<NodeJS.ProcessEnv> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'migrator'), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  await chmod(join(bin, 'migrator'), 0o755);
  for (const [name, path] of Object.entries(tools)) await symlink(path, join(bin, name));
  const { TEMPORAL_ADDRESS: _, TEMPORAL_NAMESPACE: __, MIGRATOR_BY: ___, ...inherited } = process.env;
  return { ...inherited, ...SECRETS, PATH: `${bin}${delimiter}${process.env.PATH}` };
}

async function serviceUp(folder: string, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const args = ['up', '--config', 'migrator.yaml', ...(await freePorts())];
  return ready(spawn(process.execPath, [MAIN, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] }));
}

/** Of a server of the test's own: others run on this machine. */
export const freePorts = async (): Promise<string[]> => [
  ...['--port', String(await freePort('127.0.0.1'))],
  ...['--ui-port', String(await freePort('127.0.0.1'))],
];

/** The service's process, once it says that it is ready. */
export async function ready(child: ChildProcess): Promise<ChildProcess> {
  const lines: string[] = [];
  if (!child.stdout) throw new Error('nobody reads what the service says');
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.startsWith('Ready.')) return child;
  }
  throw new Error(`the service was not ready: ${lines.join('\n')}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}

export async function bash(
  command: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  fine: readonly (number | null)[] = [0],
): Promise<string> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', command], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (!fine.includes(code)) throw new Error(`ended with ${code}: ${command}\n${stdout}${stderr}`);
  return stdout;
}

export async function untilState(
  scene: Parameters<typeof doTask>[0],
  client: Client,
  state: MigrationState,
  /** Questions too, as a careful person would answer them. */
  answering = false,
): Promise<MigrationPicture> {
  const done = new Set<string>();
  const deadline = Date.now() + 60_000;
  for (;;) {
    const picture = (await scene.store.projections.byWorkflowId(WORKFLOW_ID))?.picture;
    if (picture?.state === state) return picture;
    if (Date.now() > deadline || (picture && [...FINAL_STATES, 'NeedsAttention'].includes(picture.state)))
      throw new Error(`${WORKFLOW_ID} is not ${state}: ${JSON.stringify(picture)}`);
    for (const task of picture?.state === 'WaitingForPerson' ? picture.tasks : []) {
      const once = `${task.id} ${task.since}`;
      if (picture && (answering || task.questions.length === 0) && !done.has(once))
        await doTask(scene, client.workflow.getHandle(WORKFLOW_ID), picture, task);
      done.add(once);
    }
    await sleep(60);
  }
}
