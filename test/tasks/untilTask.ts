import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';
import type { MigrationPicture } from '../../src/contract/status.ts';
import type { HumanTask } from '../../src/contract/tasks.ts';
import { doTask } from '../support/carefulPerson.ts';
import { type Scene, statusOf } from '../support/migration.ts';
import { until } from '../support/processes.ts';

/** Runs until this task is open, doing every other one once. */
export async function untilTask(scene: Scene, handle: WorkflowHandle, id: string): Promise<HumanTask> {
  let found: HumanTask | undefined;
  const done = new Set<string>();
  await until(
    async () => {
      const picture = await statusOf(handle);
      found = picture?.tasks.find((task) => task.id === id);
      for (const task of found ? [] : (picture?.tasks ?? [])) {
        if (done.has(task.id + task.since)) continue;
        done.add(task.id + task.since);
        await doTask(scene, handle, picture as MigrationPicture, task);
      }
      return found !== undefined;
    },
    id,
    60_000,
  );
  return found ?? expect.fail(id);
}
