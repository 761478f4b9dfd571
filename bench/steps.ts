/**
 * What the service adds to each documented step: the time of its activity without what it waits for on HTTP, beside the floor,
 * an empty activity on the same task queue of the same server in the same run. People rest and the sandbox's beat is short.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import pino from 'pino';
import { startSandbox } from '../sandbox/start.ts';
import { loadConfig } from '../src/config/load.ts';
import { MIGRATE_WORKFLOW, migrationsQueue, SEARCH_ATTRIBUTES } from '../src/contract/names.ts';
import type { MigrationPicture } from '../src/contract/status.ts';
import { requiredOf } from '../src/contract/tasks.ts';
import { openInstances } from '../src/jira/open.ts';
import { obtainTemporalServer } from '../src/server/binary.ts';
import { startTemporalServer } from '../src/server/start.ts';
import { connectClient } from '../src/service/connection.ts';
import { payloadConverterPath, workflowsPath } from '../src/service/paths.ts';
import { createWorkers, runWorkers } from '../src/service/workers.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';
import { type ActivityTime, activityTimes } from './history.ts';
import { HttpClock } from './httpClock.ts';
import { median } from './median.ts';

const EMPTY_ACTIVITIES = 100;
const MIGRATIONS = 5;

export async function steps(): Promise<unknown> {
  const binary = await obtainTemporalServer({ env: process.env, onProgress: (line) => console.error(line) });
  const server = await startTemporalServer({
    binary: binary.path,
    headless: true,
    searchAttributes: SEARCH_ATTRIBUTES,
  });
  const directory = await mkdtemp(join(tmpdir(), 'backbone-migrator-bench-'));
  process.env.SANDBOX_PASSWORD = 'sandbox-password';
  process.env.SANDBOX_TOKEN = 'sandbox-token';
  try {
    const runs: Run[] = [];
    for (let n = 0; n < MIGRATIONS; n++) runs.push(await oneMigration(server.address, directory, n));
    return summary(runs);
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Run {
  floorMs: number;
  activities: (ActivityTime & { httpMs: number })[];
  events: number;
  bytes: number;
}

async function oneMigration(address: string, directory: string, n: number): Promise<Run> {
  const sandbox = await startSandbox({ seed: n + 1, issues: 24, interval: 20 });
  const file = join(directory, `sandbox-${n}.yaml`);
  await writeFile(file, sandbox.configuration());
  const config = await loadConfig(file);
  config.taskQueuePrefix = `bench-${n}-`;
  config.timing = {
    ...config.timing,
    outgoingInterval: 20,
    machineWait: { from: 5, to: 20 },
    personWait: { from: 5, to: 20 },
  };
  const store = await openStore({ file: join(directory, `store-${n}.db`) });
  const opened = openInstances(config);
  const clock = new HttpClock();
  const instances = clock.over(opened);
  const connection = await NativeConnection.connect({ address });
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, payloadConverterPath });
  const log = pino({ level: 'silent' });
  const workers = await createWorkers({
    deps: { config, store, instances, log },
    connection,
    namespace: 'default',
    workflowBundle,
  });
  const floorWorker = await emptyWorker(connection, `${config.taskQueuePrefix}floor`);
  const running = Promise.all([runWorkers(workers), floorWorker.run()]);
  const client = await connectClient({ address });
  const handle = await client.workflow.start(MIGRATE_WORKFLOW, {
    taskQueue: migrationsQueue(config.taskQueuePrefix),
    workflowId: `bench-${n}`,
    args: [
      {
        original: { instance: 'jira-old', synchronization: 'INT-16' },
        new: { instance: 'jira-new', projects: { 'jira-old/PA': 'jira-new/PA' } },
        move: sandbox.ready.move,
        requestedBy: 'kim@example.com',
        reason: 'measuring',
      },
    ],
  });
  const floorMs = await measureFloor(client, `${config.taskQueuePrefix}floor`);
  await serve(handle, store, sandbox.ready.control);
  const { historyLength, historySize } = await handle.describe();
  const activities = activityTimes(await handle.fetchHistory()).map((time) => ({
    ...time,
    httpMs: clock.between(time.from, time.to),
  }));
  for (const worker of [...workers, floorWorker]) if (worker.getState() === 'RUNNING') worker.shutdown();
  await running;
  await Promise.all([client.connection.close(), connection.close(), opened.close(), store.close()]);
  await sandbox.close();
  return { floorMs, activities, events: historyLength, bytes: historySize ?? 0 };
}

/** Answers as a person would, as fast as it can. */
async function serve(handle: WorkflowHandle, store: Store, control: string): Promise<void> {
  for (;;) {
    const picture = await handle.query<MigrationPicture | null>('status');
    if (picture?.state === 'Completed') return;
    if (picture?.state === 'NeedsAttention') throw new Error(JSON.stringify(picture.blockers));
    const [task] = picture?.tasks ?? [];
    if (picture?.state === 'AwaitingApproval' && picture.decision) {
      await handle.executeUpdate('approve', { args: [{ by: 'lee@example.com', decision: picture.decision }] });
    } else if (task && requiredOf(task).length > 0) {
      const answers = Object.fromEntries(requiredOf(task).map(({ id, choices }) => [id, choices[0]?.value ?? '']));
      await handle.executeUpdate('answer', { args: [{ by: 'kim@example.com', task: task.id, answers }] });
    } else if (task?.files[0]) {
      const configuration = await store.artifacts.getJson(task.files[0].digest);
      const body = JSON.stringify({ instance: 'jira-new', integrationKey: picture?.created, configuration, by: 'kim' });
      await fetch(`${control}/sandbox/ui/import-configuration`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
    }
    await sleep(20);
  }
}

const emptyWorker = (connection: NativeConnection, taskQueue: string): Promise<Worker> =>
  Worker.create({
    connection,
    namespace: 'default',
    taskQueue,
    workflowsPath: new URL('./floorWorkflow.ts', import.meta.url).pathname,
    activities: { empty: async () => undefined },
  });

/** Milliseconds from scheduling to completion of an empty activity, median. */
async function measureFloor(client: Client, taskQueue: string): Promise<number> {
  const handle = await client.workflow.start('floor', {
    taskQueue,
    workflowId: `${taskQueue}-run`,
    args: [EMPTY_ACTIVITIES],
  });
  await handle.result();
  return median(activityTimes(await handle.fetchHistory()).map(({ from, to }) => to - from));
}

function summary(runs: Run[]): unknown {
  const names = [...new Set(runs.flatMap((run) => run.activities.map(({ name }) => name)))];
  const floorMs = median(runs.map((run) => run.floorMs));
  const of = (name: string) =>
    runs.flatMap((run) => run.activities.filter((time) => time.name === name && !time.retried));
  const perActivity = names.map((name) => {
    const times = of(name);
    const totalMs = median(times.map(({ from, to }) => to - from));
    const httpMs = median(times.map((time) => time.httpMs));
    const ownMs = median(times.map((time) => time.to - time.from - time.httpMs));
    return {
      activity: name,
      measured: times.length,
      totalMs: round(totalMs),
      httpMs: round(httpMs),
      ownMs: round(ownMs),
      ownToFloor: round(ownMs / floorMs),
    };
  });
  return {
    migrations: runs.length,
    floor: { activities: EMPTY_ACTIVITIES, medianMs: round(floorMs) },
    perActivity,
    history: { events: median(runs.map((run) => run.events)), bytes: median(runs.map((run) => run.bytes)) },
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;
