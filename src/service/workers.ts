/** The workers of one process: one for workflows, and two for every instance, so that a slow Jira holds up nobody else. */

import type { Client } from '@temporalio/client';
import { type NativeConnection, Worker, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker';
import type { ActivityDeps } from '../activities/deps.ts';
import { createActivities } from '../activities/index.ts';
import { StepInterceptor } from '../activities/interceptor.ts';
import type { Config } from '../config/types.ts';
import { bulkQueue, instanceQueue, migrationsQueue } from '../contract/names.ts';
import { WATCH_WORKFLOW, type WatchInput, watchWorkflowId } from '../contract/watch.ts';
import { payloadConverterPath, workflowsPath } from './paths.ts';

export interface WorkersOptions {
  deps: ActivityDeps;
  connection: NativeConnection;
  namespace: string;
  /** A prebuilt bundle; without it the workflows are bundled now, which takes about a second. */
  workflowBundle?: WorkflowBundleOption | undefined;
}

/** Long reads at once per instance: they are few and heavy. */
const BULK_CONCURRENCY = 2;
/** What is under way gets so long to end by itself, then to be cancelled. */
const SHUTDOWN_GRACE_SECONDS = 20;
/** After this the process ends whatever goes on. Whoever stops it waits longer: docker-compose.yml does. */
export const SHUTDOWN_FORCE_SECONDS = 30;
/** A cached workflow costs about a megabyte; one that is not cached is replayed when something happens to it. */
const CACHED_WORKFLOWS = 150;

export async function createWorkers({
  deps,
  connection,
  namespace,
  workflowBundle,
}: WorkersOptions): Promise<Worker[]> {
  const { config } = deps;
  const common = {
    connection,
    namespace,
    activities: createActivities(deps),
    dataConverter: { payloadConverterPath },
    interceptors: { activity: [() => ({ inbound: new StepInterceptor(config.timing) })] },
    shutdownGraceTime: `${SHUTDOWN_GRACE_SECONDS}s`,
    shutdownForceTime: `${SHUTDOWN_FORCE_SECONDS}s`,
    maxHeartbeatThrottleInterval: '1s',
  } satisfies Partial<WorkerOptions>;
  const workflows = Worker.create({
    ...common,
    taskQueue: migrationsQueue(config.taskQueuePrefix),
    ...(workflowBundle ? { workflowBundle } : { workflowsPath }),
    maxCachedWorkflows: CACHED_WORKFLOWS,
    // A worker that died is forgotten sooner; the price is a replay when this one is busy for so long.
    stickyQueueScheduleToStartTimeout: '2s',
  });
  const reachable = Object.values(config.instances).filter((instance) => instance.access === 'full');
  const instances = reachable.flatMap(({ name, limits }) => [
    Worker.create({
      ...common,
      taskQueue: instanceQueue(name, config.taskQueuePrefix),
      maxConcurrentActivityTaskExecutions: limits.concurrency,
    }),
    Worker.create({
      ...common,
      taskQueue: bulkQueue(name, config.taskQueuePrefix),
      maxConcurrentActivityTaskExecutions: BULK_CONCURRENCY,
    }),
  ]);
  return Promise.all([workflows, ...instances]);
}

/** Runs until one ends or `stop` is called; then all shut down gracefully. */
export async function runWorkers(workers: Worker[]): Promise<void> {
  const stop = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  await Promise.all(workers.map((worker) => worker.run().finally(stop)));
}

/** Starts what does not run yet. An instance without access is nobody's to watch. */
export async function startWatchers(client: Client, { instances, taskQueuePrefix }: Config): Promise<void> {
  const reachable = Object.values(instances).filter(({ access }) => access === 'full');
  await Promise.all(
    reachable.map(({ name: instance }) =>
      client.workflow.start(WATCH_WORKFLOW, {
        workflowId: watchWorkflowId(instance, taskQueuePrefix),
        workflowIdConflictPolicy: 'USE_EXISTING',
        taskQueue: migrationsQueue(taskQueuePrefix),
        args: [{ instance } satisfies WatchInput],
      }),
    ),
  );
}
