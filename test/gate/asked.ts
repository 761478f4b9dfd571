/** A migration whose delete was approved and is asked of a person; and what people do then. */
import type { WorkflowHandle } from '@temporalio/client';
import type { VerbAnswer } from '../../src/contract/messages.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { APPROVER, approve, openScene, REQUESTER, runToGate, type Scene, send, until } from '../support/migration.ts';

export const BACK = { by: REQUESTER, reason: 'CHG-4711 withdrawn' };

export interface Asked extends AsyncDisposable {
  scene: Scene;
  handle: WorkflowHandle;
}

/** `watchEvery`: how often its instances are looked at, in milliseconds, once there are watchers. */
export async function asked({ watchEvery }: { watchEvery?: number } = {}): Promise<Asked> {
  const scene = await openScene({
    issues: 6,
    ambiguous: false,
    configure: ({ instances, timing }) => {
      if (watchEvery) timing.watchEvery = watchEvery;
      // The new one is deleted by us on the way back.
      if (instances['jira-old']) instances['jira-old'].backbone.deleteSynchronization = 'person';
    },
  });
  const handle = await scene.start();
  await runToGate(scene, handle);
  await approve(handle);
  await untilAsked(handle);
  return { scene, handle, [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose]() };
}

/** The same, and then a rollback was sent: `picture` has the task that asks whether it is taken back. */
export async function withdrawing(): Promise<Asked & { picture: MigrationPicture }> {
  const reached = await asked();
  await send(reached.handle, 'rollback', BACK);
  return { ...reached, picture: await untilWithdrawn(reached.handle) };
}

export const untilAsked = (handle: WorkflowHandle): Promise<MigrationPicture> =>
  until(handle, ({ state, tasks }) => state === 'Deleting' && tasks.length > 0, 'the task');

/** Whoever was asked does it. */
export const deletes = (scene: Scene): Promise<unknown> =>
  scene.control('POST', 'ui/delete', { instance: 'jira-old', integrationKey: 'INT-16', by: APPROVER });

export const untilWithdrawn = (handle: WorkflowHandle): Promise<MigrationPicture> =>
  until(handle, ({ tasks }) => tasks.some(({ id }) => id === 'withdrawDelete'), 'whether it is taken back');

/** As it was read in this picture. */
export async function answer(handle: WorkflowHandle, { tasks }: MigrationPicture, choice: string): Promise<VerbAnswer> {
  const about = { withdrawDelete: tasks[0]?.questions[0]?.about };
  return send(handle, 'answer', { by: REQUESTER, task: 'withdrawDelete', answers: { withdrawDelete: choice }, about });
}
