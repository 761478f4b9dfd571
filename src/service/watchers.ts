/** The watchers of the instances: one each, however many workers there are, and the one that runs is kept. */
import type { Client } from '@temporalio/client';
import type { Config } from '../config/types.ts';
import { migrationsQueue } from '../contract/names.ts';
import { WATCH_WORKFLOW, type WatchInput, watchWorkflowId } from '../contract/watch.ts';

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
