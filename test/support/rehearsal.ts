/** One migration over a sandbox of its own, worked on by a real worker process that is started again whenever it dies. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/start.ts';
import type { RecordEntry } from '../../sandbox/world/record.ts';
import type { LedgerEntry } from '../../src/contract/ledger.ts';
import { MIGRATE_WORKFLOW, migrationsQueue } from '../../src/contract/names.ts';
import type { StartInput } from '../../src/contract/start.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { type SupervisedProcess, superviseProcess } from '../../src/server/supervise.ts';
import { connectClient } from '../../src/service/connection.ts';
import { workerPath } from '../../src/service/paths.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { controlOf } from './control.ts';
import { REQUESTER, SECRETS } from './migration.ts';
import { temporalAddress, uniquePrefix, workflowBundle } from './temporal.ts';

export interface Fault {
  action: string;
  instance?: string;
  method?: string;
  path?: string;
  nth?: number;
  every?: number;
  count?: number;
  forMs?: number;
  /** Of `stale`: the name of one that was kept. */
  picture?: string;
  status?: number;
  when?: 'before' | 'after';
  pid?: number;
  headers?: Record<string, string>;
}

export interface RehearsalOptions extends SandboxOptions {
  /** Changes the configuration's text before the worker reads it. */
  configure?: (yaml: string) => string;
}

export interface Rehearsal extends AsyncDisposable {
  sandbox: Sandbox;
  store: Store;
  client: Client;
  prefix: string;
  worker: SupervisedProcess;
  /** Starts another one beside it. */
  anotherWorker(): void;
  storeFile: string;
  /** What the worker has written so far. */
  log: string[];
  /** The configuration file, which a restarted worker reads again. */
  configFile: string;
  start(changes?: Partial<StartInput>): Promise<WorkflowHandle>;
  control<T>(method: string, path: string, body?: unknown): Promise<T>;
  plant(faults: Fault | Fault[]): Promise<void>;
  /** What happened on the instances, in order. */
  record(): Promise<RecordEntry[]>;
}

/** Sandbox, store and worker, all ended by `await using`: tests of one file run side by side. */
export async function rehearse({ configure = (yaml) => yaml, ...options }: RehearsalOptions = {}): Promise<Rehearsal> {
  await using ending = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'backbone-migrator-test-'));
  ending.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  const sandbox = await startSandbox({ interval: 50, issues: 8, ...options });
  ending.defer(() => sandbox.close());
  const prefix = uniquePrefix('rehearsal');
  const configFile = join(directory, 'migrator.yaml');
  await writeFile(configFile, configure(quickConfiguration(sandbox, prefix)));
  const storeFile = join(directory, 'store.db');
  const store = await openStore({ file: storeFile });
  ending.defer(() => store.close());
  const client = await connectClient({ address: temporalAddress() });
  ending.defer(() => client.connection.close());
  const log: string[] = [];
  const work = (name: string): SupervisedProcess =>
    superviseProcess({
      name,
      command: process.execPath,
      args: [
        ...['--disable-warning=ExperimentalWarning', workerPath, '--config', configFile, '--store', storeFile],
        ...['--address', temporalAddress(), '--bundle', workflowBundle().codePath],
      ],
      env: { ...process.env, ...SECRETS },
      restartDelayMs: 50,
      maxRestartDelayMs: 50,
      onLine: ({ text }) => log.push(text),
    });
  const worker = work('worker');
  ending.defer(() => worker.stop());

  const control = controlOf(sandbox);
  const others = ending.use(new AsyncDisposableStack());
  const ended = ending.move();
  return {
    sandbox,
    store,
    client,
    prefix,
    worker,
    anotherWorker: () => {
      const other = work('another worker');
      others.defer(() => other.stop());
    },
    storeFile,
    log,
    configFile,
    control,
    start: (changes) => startMigration(client, sandbox, prefix, changes),
    plant: async (faults) => void (await control('POST', 'faults', faults)),
    record: () => control<RecordEntry[]>('GET', 'record'),
    [Symbol.asyncDispose]: () => ended.disposeAsync(),
  };
}

/** The configuration the sandbox writes, with a queue prefix and waits that suit a beat of 50 ms. */
export function quickConfiguration(sandbox: Sandbox, prefix: string): string {
  const yaml = sandbox
    .configuration()
    .replace(/httpTimeout: .*/, 'httpTimeout: 1s')
    .replace(/machineWait: .*/, 'machineWait: { from: 100ms, to: 500ms }')
    .replace(/personWait: .*/, 'personWait: { from: 200ms, to: 500ms }');
  return `${yaml}taskQueuePrefix: ${prefix}\n`;
}

/** The migration that the sandbox is seeded for. */
export function startMigration(client: Client, { ready }: Sandbox, prefix: string, changes: Partial<StartInput> = {}) {
  const start: StartInput = {
    original: { instance: 'jira-old', synchronization: ready.original },
    new: { instance: 'jira-new', projects: { 'jira-old/PA': 'jira-new/PA' } },
    move: ready.move,
    requestedBy: REQUESTER,
    reason: 'CHG-4711',
    ...changes,
  };
  return client.workflow.start(MIGRATE_WORKFLOW, {
    taskQueue: migrationsQueue(prefix),
    workflowId: `${prefix}migration`,
    args: [start],
  });
}

/** The newest picture in the store: there with no worker up. */
export async function pictureOf({ store }: Pick<Rehearsal, 'store'>): Promise<MigrationPicture | undefined> {
  return (await store.projections.list({ limit: 1 }))[0]?.picture;
}

/** The ledger of the one migration in this store; empty before it is opened. */
export async function ledgerOf({ store }: Pick<Rehearsal, 'store'>): Promise<LedgerEntry[]> {
  const row = (await store.projections.list({ limit: 1 }))[0];
  return row ? store.ledger.read(row.migration) : [];
}
