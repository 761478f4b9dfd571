/** A pause that comes while the decision is being confirmed holds the delete: what was confirmed is confirmed anew after it. */
import type { WorkflowHandle } from '@temporalio/client';
import { expect, it } from 'vitest';
import { approvedAndHeld } from '../support/braked.ts';
import { REQUESTER, send } from '../support/migration.ts';

async function scheduled(handle: WorkflowHandle, activity: string): Promise<number> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity)
    .length;
}

/** Whether an activity of this name has completed, and the workflow has decided what follows. */
async function isDecidedAfter(handle: WorkflowHandle, activity: string): Promise<boolean> {
  const { events = [] } = await handle.fetchHistory();
  const ids = (events ?? [])
    .filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity)
    .map(({ eventId }) => String(eventId));
  const completed = (events ?? []).findIndex((event) =>
    ids.includes(String(event.activityTaskCompletedEventAttributes?.scheduledEventId)),
  );
  return completed >= 0 && (events ?? []).slice(completed).some((event) => event.workflowTaskCompletedEventAttributes);
}

it('a pause while the decision is confirmed holds the delete until resume', { timeout: 90_000 }, async () => {
  await using held = await approvedAndHeld();
  const { handle } = held;
  expect(await send(handle, 'pause', { by: REQUESTER })).toMatchObject({ accepted: true });
  await held.release();
  await expect.poll(() => isDecidedAfter(handle, 'confirmDecision'), { timeout: 30_000 }).toBe(true);
  expect(await scheduled(handle, 'deleteOriginal')).toBe(0);
  await send(handle, 'resume', { by: REQUESTER });
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  expect(await scheduled(handle, 'confirmDecision')).toBe(2);
  expect(held.deletes()).toHaveLength(1);
});
