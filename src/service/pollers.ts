/** Who polls a task queue, as Temporal saw it. */

import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { largest } from '../contract/lists.ts';

const { TASK_QUEUE_TYPE_WORKFLOW } = proto.temporal.api.enums.v1.TaskQueueType;

/**
 * How long ago, in whole seconds, a worker on this host last asked for workflow tasks; `undefined` when none did in the five minutes
 * that Temporal remembers. A worker's identity is `<process>@<host>` unless it was given another one.
 */
export async function secondsSincePoll(client: Client, taskQueue: string, host: string): Promise<number | undefined> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
  });
  const ours = (pollers ?? []).filter(({ identity }) => identity?.endsWith(`@${host}`));
  const polled = ours.map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0));
  return polled.length === 0 ? undefined : Math.max(0, Math.round(Date.now() / 1000 - largest(polled)));
}
