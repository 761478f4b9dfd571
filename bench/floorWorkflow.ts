/** The floor: as many empty activities in sequence as asked for. */
import { proxyActivities, upsertSearchAttributes } from '@temporalio/workflow';
import { ATTRIBUTES } from '../src/workflows/searchAttributes.ts';

/** `shaped`: each on a task queue of its own and shown by a search attribute, as the steps of a migration are. */
export async function floor(activities: number, shaped?: { taskQueue: string }): Promise<void> {
  const { empty } = proxyActivities<{ empty(): Promise<void> }>({ startToCloseTimeout: '10s', ...shaped });
  for (let n = 0; n < activities; n++) {
    if (shaped) upsertSearchAttributes([{ key: ATTRIBUTES.step, value: `${n}` }]);
    await empty();
  }
}
