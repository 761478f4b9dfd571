/**
 * How many migrations a minute a batch makes, beside the floor: in the same run, on the same server, as many empty workflows with as
 * many empty activities each; and beside a floor of the same shape, whose activities have a queue of their own and are shown one by one
 * in a search attribute. Server, worker and sandbox are processes of their own; people answer at once.
 */
import type { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Store } from '../src/store/store.ts';
import { activityTimes } from './history.ts';
import { median } from './median.ts';
import { runBatch } from './runBatch.ts';
import { cpuOf, end, openStage } from './stage.ts';

/** `npm run bench -- batch [migrations]` */
const MIGRATIONS = Number(process.argv[3] ?? 200);
/** What an instance and a batch allow is no limit here. */
const CONCURRENCY = 100;

export async function batch(): Promise<unknown> {
  await using stage = await openStage([...['--migrations', String(MIGRATIONS), '--issues', '2', '--interval', '20']]);
  const { client, store, sandbox, worker, temporal, address } = stage;
  const batchTime = await runBatch(stage, 'bench', sandbox.starts, CONCURRENCY);
  const cpuSeconds = {
    worker: await cpuOf(worker.pid),
    sandbox: await cpuOf(sandbox.child.pid),
    temporal: await cpuOf(temporal),
    people: process.cpuUsage().user / 1e6,
  };
  const { activities, events } = await perMigration(client, store);
  await end(worker);
  const floor = (shaped: boolean) =>
    runFloor({ client, address, temporal, activities: Math.round(activities), shaped });
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
