/** Migrations over a sandbox, a store and workers of this process: everything can be looked at, and defects planted anywhere. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import pino from 'pino';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/start.ts';
import type { World } from '../../sandbox/world/model.ts';
import type { RecordEntry } from '../../sandbox/world/record.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/types.ts';
import type { LedgerEntry } from '../../src/contract/ledger.ts';
import type { VerbAnswer } from '../../src/contract/messages.ts';
import { MIGRATE_WORKFLOW, type MigrationState, migrationsQueue, type Verb } from '../../src/contract/names.ts';
import type { StartInput } from '../../src/contract/start.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { openInstances } from '../../src/jira/open.ts';
import { connectClient } from '../../src/service/connection.ts';
import { createWorkers, runWorkers } from '../../src/service/workers.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { doTask } from './carefulPerson.ts';
import { controlOf } from './control.ts';
import { strangeEntries } from './entrySchemas.ts';
import { connectWorkers, temporalAddress, uniquePrefix, workflowBundle } from './temporal.ts';

export const REQUESTER = 'kim@example.com';
export const APPROVER = 'lee@example.com';
/** The sandbox's fixed secrets. */
export const SECRETS = { SANDBOX_PASSWORD: 'sandbox-password', SANDBOX_TOKEN: 'sandbox-token' } as const;

export interface SceneOptions extends SandboxOptions {
  /** Changes the loaded configuration before anything is opened with it. */
  configure?: (config: Config) => void;
  /** Workers poll for these instances only. Default: all. */
  instancesWithWorkers?: readonly string[];
  /** Other workflow code than that of `src`, as a text. */
  workflowCode?: string;
  /** The test enters itself what the service never would. */
  isForged?: boolean;
  /** Another Temporal server than the one that all tests share. */
  address?: string;
}

export interface Scene extends AsyncDisposable {
  sandbox: Sandbox;
  world: World;
  store: Store;
  storeFile: string;
  config: Config;
  client: Client;
  /** Starts a migration of the sandbox's original; members given replace the usual ones, `undefined` leaves one out. */
  start(changes?: { [Member in keyof StartInput]?: StartInput[Member] | undefined }): Promise<WorkflowHandle>;
  /** Starts with whatever object somebody sent. */
  startWith(object: unknown): Promise<WorkflowHandle>;
  /** More workers, for these instances only, perhaps on another server. */
  work(instances: readonly string[], address?: string): Promise<void>;
  control<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** What happened on the instances, in order. */
  record(): RecordEntry[];
  /** Requests to Backbone other than reads. */
  writes(): RecordEntry[];
}

/** Close it, or hold it with `await using`: runs still open are terminated, workers stopped, everything closed. */
export async function openScene({
  configure,
  instancesWithWorkers,
  workflowCode,
  address = temporalAddress(),
  isForged = false,
  ...options
}: SceneOptions = {}): Promise<Scene> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'backbone-migrator-test-'));
  opened.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  const sandbox = await startSandbox({ interval: 50, issues: 8, ...options });
  opened.defer(() => sandbox.close());
  const config = await readConfig(sandbox, join(directory, 'migrator.yaml'));
  configure?.(config);
  const storeFile = join(directory, 'store.db');
  const store = await openStore({ file: storeFile });
  opened.defer(() => store.close());
  const instances = openInstances(config);
  opened.defer(() => instances.close());
  const client = await connectClient({ address });
  opened.defer(() => client.connection.close());
  const workerProcesses = opened.use(new AsyncDisposableStack());
  const work = async (names?: readonly string[], at = address) => {
    // Each like a process of its own: one connection takes one worker per queue.
    const connection = await connectWorkers(at);
    workerProcesses.defer(() => connection.close());
    const workers = await withWorkersFor(config, names, () =>
      createWorkers({
        deps: { config, store, instances, log: pino({ level: 'silent' }) },
        connection,
        namespace: 'default',
        workflowBundle: workflowCode === undefined ? workflowBundle() : { code: workflowCode },
      }),
    );
    const running = runWorkers(workers);
    workerProcesses.defer(async () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
    });
  };
  await work(instancesWithWorkers);
  const handles: WorkflowHandle[] = [];
  opened.defer(async () => {
    await Promise.all(handles.map(terminate));
    if (isForged) return;
    const strange = await strangeEntries(store);
    if (strange.length > 0) throw new Error(strange.join('\n'));
  });

  const startWith = async (object: unknown): Promise<WorkflowHandle> => {
    const workflowId = `${config.taskQueuePrefix}${handles.length + 1}`;
    const taskQueue = migrationsQueue(config.taskQueuePrefix);
    const handle = await client.workflow.start(MIGRATE_WORKFLOW, { taskQueue, workflowId, args: [object] });
    // A run that fails on purpose is asked for its result by the test, or by nobody.
    handle.result().catch(() => undefined);
    handles.push(handle);
    return handle;
  };
  const record = () => sandbox.world.record.after(0);
  const disposal = opened.move();
  return {
    sandbox,
    world: sandbox.world,
    store,
    storeFile,
    config,
    client,
    start: (changes) => startWith({ ...usualStart(sandbox), ...changes }),
    startWith,
    work,
    control: controlOf(sandbox),
    record,
    writes: () => record().filter(isWrite),
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  };
}

const isWrite = ({ kind, method, path = '' }: RecordEntry): boolean =>
  kind === 'request' && method !== 'GET' && path.includes('backbone');

/** The configuration the sandbox writes, with a queue prefix of its own and waits that suit its beat. */
async function readConfig(sandbox: Sandbox, file: string): Promise<Config> {
  await writeFile(file, sandbox.configuration());
  const config = await loadConfig(file, { ...process.env, ...SECRETS });
  config.taskQueuePrefix = uniquePrefix('migration');
  config.timing.machineWait = { from: 50, to: 200 };
  config.timing.personWait = { from: 100, to: 300 };
  config.timing.httpTimeout = 1000;
  return config;
}

/** An instance without access gets no worker; it is given back before anything is read. */
async function withWorkersFor<T>(
  { instances }: Config,
  names: readonly string[] | undefined,
  create: () => Promise<T>,
): Promise<T> {
  const left = Object.values(instances).filter(({ name }) => names && !names.includes(name));
  for (const instance of left) instance.access = 'none';
  const created = await create();
  for (const instance of left) instance.access = 'full';
  return created;
}

const usualStart = ({ ready }: Sandbox): StartInput => ({
  original: { instance: 'jira-old', synchronization: ready.original },
  new: { instance: 'jira-new', projects: { 'jira-old/PA': 'jira-new/PA' } },
  move: ready.move,
  requestedBy: REQUESTER,
  reason: 'CHG-4711',
});

async function terminate(handle: WorkflowHandle): Promise<void> {
  try {
    await handle.terminate('the test is over');
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** The `status` query; before the migration is open there is none. */
export const statusOf = (handle: WorkflowHandle): Promise<MigrationPicture | null> =>
  handle.query<MigrationPicture | null>('status');

/** Sends a verb as an update, as clients do. */
export const send = (handle: WorkflowHandle, verb: Verb, message: object): Promise<VerbAnswer> =>
  handle.executeUpdate<VerbAnswer, [object]>(verb, { args: [message] });

export const retry = (handle: WorkflowHandle): Promise<VerbAnswer> => send(handle, 'retry', { by: REQUESTER });

/** Waits until the migration is in one of these states. */
export async function untilState(handle: WorkflowHandle, ...states: MigrationState[]): Promise<MigrationPicture> {
  return until(handle, ({ state }) => states.includes(state), states.join(' or '));
}

export async function until(
  handle: WorkflowHandle,
  condition: (picture: MigrationPicture) => boolean,
  what: string,
): Promise<MigrationPicture> {
  const deadline = Date.now() + 25_000;
  for (;;) {
    const picture = await statusOf(handle);
    if (picture && condition(picture)) return picture;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}: ${JSON.stringify(picture)}`);
    await sleep(60);
  }
}

/** Does every open task as a careful person would, until the migration is in one of these states. */
export async function answerAll(
  scene: Scene,
  handle: WorkflowHandle,
  ...states: MigrationState[]
): Promise<MigrationPicture> {
  const done = new Set<string>();
  for (;;) {
    const picture = await until(
      handle,
      ({ state, tasks }) => states.includes(state) || tasks.some((task) => !done.has(nameOf(task))),
      `${states.join(' or ')} or a task`,
    );
    if (states.includes(picture.state)) return picture;
    for (const task of picture.tasks) {
      if (done.has(nameOf(task))) continue;
      done.add(nameOf(task));
      await doTask(scene, handle, picture, task);
    }
  }
}

const nameOf = ({ id, since }: { id: string; since: string }): string => `${id} ${since}`;

/** Where every step but the last two is done. Trouble on the way fails the test with its text. */
export async function runToGate(scene: Scene, handle: WorkflowHandle): Promise<MigrationPicture> {
  const picture = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  if (picture.state === 'NeedsAttention') throw new Error(JSON.stringify(picture.blockers));
  return picture;
}

/** Approves what is shown at the gate. */
export async function approve(handle: WorkflowHandle, by = APPROVER): Promise<VerbAnswer> {
  const { decision } = await untilState(handle, 'AwaitingApproval');
  return send(handle, 'approve', { by, decision: decision ?? '' });
}

/** The last picture of a migration that people answered and approved. */
export async function runToEnd(scene: Scene, handle: WorkflowHandle): Promise<MigrationPicture> {
  await runToGate(scene, handle);
  const answer = await approve(handle);
  if (!answer.accepted) throw new Error(answer.reason);
  return (await handle.result()) as MigrationPicture;
}

/** The ledger of the migration with this workflow. */
export async function ledgerOf({ store }: Scene, { workflowId }: WorkflowHandle): Promise<LedgerEntry[]> {
  const row = await store.projections.byWorkflowId(workflowId);
  return row ? store.ledger.read(row.migration) : [];
}
