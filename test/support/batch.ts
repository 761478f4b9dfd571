/** Batches over a rehearsal's sandbox. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { BATCH_WORKFLOW, type BatchAnswer, type BatchPicture, type BatchStart } from '../../src/contract/batch.ts';
import { migrationsQueue } from '../../src/contract/names.ts';
import { REQUESTER } from './migration.ts';
import { doTask } from './persons.ts';
import type { Rehearsal } from './rehearsal.ts';

/** A batch of all that the sandbox is about. */
export function batchOf({ sandbox }: Rehearsal, changes: Partial<BatchStart> = {}): BatchStart {
  return { name: 'wave-1', migrations: sandbox.ready.starts, requestedBy: REQUESTER, reason: 'CHG-4711', ...changes };
}

export function startBatch(
  { client, prefix }: Rehearsal,
  start: unknown,
  workflowId = `${prefix}batch`,
): Promise<WorkflowHandle> {
  return client.workflow.start(BATCH_WORKFLOW, { taskQueue: migrationsQueue(prefix), workflowId, args: [start] });
}

/** People who do the tasks of all migrations, once each, until the answered function is called. */
export function peopleAtWork(rehearsal: Rehearsal): () => Promise<void> {
  const done = new Set<string>();
  let stopped = false;
  const work = (async () => {
    while (!stopped) {
      for (const { migration, workflowId, picture } of await rehearsal.store.projections.list({ open: true })) {
        if (picture.state !== 'WaitingForPerson') continue;
        for (const task of picture.tasks) {
          const once = `${migration} ${task.id} ${task.since} ${task.questions.map(({ id }) => id).join()}`;
          if (done.has(once)) continue;
          done.add(once);
          await doTask(rehearsal, rehearsal.client.workflow.getHandle(workflowId), picture, task);
        }
      }
      await sleep(100);
    }
  })();
  return async () => {
    stopped = true;
    await work;
  };
}

/** The newest picture for which `holds`. */
export async function batchUntil(
  { store }: Rehearsal,
  holds: (picture: BatchPicture) => boolean,
  what: string,
  timeoutMs = 90_000,
): Promise<BatchPicture> {
  let last: BatchPicture | null | undefined;
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(100)) {
    last = (await store.batches.list())[0]?.picture;
    if (last && holds(last)) return last;
  }
  throw new Error(`no ${what} within ${timeoutMs / 1000} s: ${JSON.stringify(last)}`);
}

export const tellBatch = (handle: WorkflowHandle, verb: string, message: unknown): Promise<BatchAnswer> =>
  handle.executeUpdate<BatchAnswer, [unknown]>(verb, { args: [message] });
