/**
 * How many migrations a minute a batch makes, beside the floor: in the same run, on the same server, as many empty workflows with as
 * many empty activities each; and beside a floor of the same shape, whose activities have a queue of their own and are shown one by one
 * in a search attribute. Server, worker and sandbox are processes of their own; people answer at once.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { BATCH_WORKFLOW, type BatchPicture, type BatchStart } from '../src/contract/batch.ts';
import { migrationsQueue, SEARCH_ATTRIBUTES } from '../src/contract/names.ts';
import { requiredOf } from '../src/contract/tasks.ts';
import { obtainTemporalServer } from '../src/server/binary.ts';
import { endWithParent } from '../src/server/childProcess.ts';
import { startTemporalServer } from '../src/server/start.ts';
import { bundleWorkflows } from '../src/service/bundle.ts';
import { connectClient } from '../src/service/connection.ts';
import { workerPath } from '../src/service/paths.ts';
import { openStore } from '../src/store/open.ts';
import type { ProjectionRow, Store } from '../src/store/store.ts';
import { activityTimes } from './history.ts';
import { median } from './median.ts';

/** `npm run bench -- batch [migrations]` */
const MIGRATIONS = Number(process.argv[3] ?? 200);
/** What an instance and a batch allow is no limit here. */
const CONCURRENCY = 100;
const BATCH = 'bench-batch';
const SECRETS = { SANDBOX_PASSWORD: 'sandbox-password', SANDBOX_TOKEN: 'sandbox-token' };

export async function batch(): Promise<unknown> {
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

  const sandbox = await startSandbox(directory);
  ending.defer(() => end(sandbox.child));
  const storeFile = join(directory, 'store.db');
  const store = await openStore({ file: storeFile });
  ending.defer(() => store.close());
  const bundle = join(directory, 'workflows.cjs');
  await bundleWorkflows(bundle);
  const worker = start([
    ...[workerPath, '--config', join(directory, 'sandbox.yaml'), '--store', storeFile],
    ...['--address', server.address, '--bundle', bundle],
  ]);
  ending.defer(() => end(worker));

  const batchTime = await runBatch(client, store, sandbox);
  const cpuSeconds = {
    worker: await cpuOf(worker.pid),
    sandbox: await cpuOf(sandbox.child.pid),
    temporal: await cpuOf(server.pid),
    people: process.cpuUsage().user / 1e6,
  };
  const { activities, events } = await perMigration(client, store);
  await end(worker);
  const floor = (shaped: boolean) =>
    runFloor({ client, address: server.address, temporal: server.pid, activities: Math.round(activities), shaped });
  const [bare, shaped] = [await floor(false), await floor(true)];
  const perMinute = (seconds: number) => Math.round((MIGRATIONS / seconds) * 600) / 10;
  return {
    migrations: MIGRATIONS,
    concurrency: CONCURRENCY,
    activitiesPerMigration: activities,
    eventsPerMigration: events,
    batch: { seconds: batchTime, perMinute: perMinute(batchTime), cpuSeconds },
    floor: { ...bare, perMinute: perMinute(bare.seconds) },
    shapedFloor: { ...shaped, perMinute: perMinute(shaped.seconds) },
    batchToFloor: hundredths(bare.seconds / batchTime),
    batchToShapedFloor: hundredths(shaped.seconds / batchTime),
  };
}

interface BenchSandbox {
  child: ChildProcess;
  control: string;
  starts: BatchStart['migrations'];
}

async function startSandbox(directory: string): Promise<BenchSandbox> {
  const config = join(directory, 'sandbox.yaml');
  const child = start([
    ...['sandbox/main.ts', '--migrations', String(MIGRATIONS), '--issues', '2', '--ambiguous', 'none'],
    ...['--interval', '20', '--write-config', config],
  ]);
  if (!child.stdout) throw new Error('the sandbox has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const { control, starts } = JSON.parse(line);
    const limits = 'limits: { requestsPerSecond: 1000, concurrency: 64 }';
    await writeFile(config, (await readFile(config, 'utf8')).replaceAll(/limits: .*/g, limits));
    return { child, control, starts };
  }
  throw new Error('the sandbox did not start');
}

function start(args: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    env: { ...process.env, ...SECRETS, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  endWithParent(child);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

/** Seconds from the start of the batch to its end. */
async function runBatch(client: Client, store: Store, sandbox: BenchSandbox): Promise<number> {
  const began = Date.now();
  const handle = await client.workflow.start(BATCH_WORKFLOW, {
    taskQueue: migrationsQueue(),
    workflowId: BATCH,
    args: [
      {
        name: 'bench',
        migrations: sandbox.starts,
        concurrency: CONCURRENCY,
        requestedBy: 'kim@example.com',
        reason: 'measuring',
      } satisfies BatchStart,
    ],
  });
  const done = new Set<string>();
  let ended = false;
  const result = handle.result().finally(() => {
    ended = true;
  });
  while (!ended) {
    for (const row of await store.projections.list({ open: true })) await serve(client, store, sandbox, row, done);
    await sleep(100);
  }
  const { counts } = (await result) as BatchPicture;
  if (counts.done !== MIGRATIONS) throw new Error(`not all were done: ${JSON.stringify(counts)}`);
  return (Date.now() - began) / 1000;
}

/** As a person would, at once. */
async function serve(
  client: Client,
  store: Store,
  { control }: BenchSandbox,
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
  await fetch(`${control}/sandbox/ui/import-configuration`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instance: 'jira-new', integrationKey: picture.created, configuration, by: 'kim' }),
  });
}

/** Seconds that a process has computed; Linux alone says it. */
async function cpuOf(pid: number | undefined): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}

/** Medians over some of them. */
async function perMigration(client: Client, store: Store): Promise<{ activities: number; events: number }> {
  const rows = (await store.projections.list({ limit: 20 })).map(({ workflowId }) =>
    client.workflow.getHandle(workflowId),
  );
  const histories = await Promise.all(rows.map((handle) => handle.fetchHistory()));
  return {
    activities: median(histories.map((history) => activityTimes(history).length)),
    events: median(histories.map(({ events }) => events?.length ?? 0)),
  };
}

interface Floor {
  client: Client;
  address: string;
  /** Process of the server. */
  temporal: number;
  activities: number;
  shaped: boolean;
}

/** As many empty workflows with so many activities, as many of them at once. */
async function runFloor({ client, address, temporal, activities, shaped }: Floor) {
  const connection = await NativeConnection.connect({ address });
  const taskQueue = shaped ? 'shaped-floor' : 'floor';
  const common = { connection, activities: { empty: async () => undefined } };
  const workflowsPath = new URL('./floorWorkflow.ts', import.meta.url).pathname;
  const worker = await Worker.create({ ...common, taskQueue, workflowsPath });
  const other = await Worker.create({ ...common, taskQueue: `${taskQueue}-activities` });
  const args = shaped ? [activities, { taskQueue: `${taskQueue}-activities` }] : [activities];
  const measured = await other.runUntil(
    worker.runUntil(async () => {
      const [began, server, own] = [Date.now(), await cpuOf(temporal), process.cpuUsage()];
      let next = 0;
      const lane = async () => {
        while (next < MIGRATIONS) {
          const workflowId = `${taskQueue}-${next++}`;
          await client.workflow.execute('floor', { taskQueue, workflowId, args });
        }
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, lane));
      const { user, system } = process.cpuUsage(own);
      const cpuSeconds = {
        worker: hundredths((user + system) / 1e6),
        temporal: hundredths((await cpuOf(temporal)) - server),
      };
      return { seconds: (Date.now() - began) / 1000, cpuSeconds };
    }),
  );
  await connection.close();
  return measured;
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;
