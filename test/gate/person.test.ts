/** A delete that a person is asked for: it can be looked at and taken back, and only an original that is there is gone back to. */
import type { WorkflowHandle } from '@temporalio/client';
import { it } from 'vitest';
import type { MigrationPicture } from '../../src/contract/status.ts';
import {
  APPROVER,
  approve,
  ledgerOf,
  openScene,
  REQUESTER,
  retry,
  runToGate,
  type Scene,
  send,
  until,
  untilState,
} from '../support/migration.ts';
import { again } from '../takeover/again.ts';

const BACK = { by: REQUESTER, reason: 'CHG-4711 withdrawn' };

/** Approved, and asked of a person. */
async function asked(): Promise<{ scene: Scene; handle: WorkflowHandle } & AsyncDisposable> {
  const scene = await openScene({
    issues: 6,
    ambiguous: false,
    configure: ({ instances }) => {
      // The new one is deleted by us on the way back.
      if (instances['jira-old']) instances['jira-old'].backbone.deleteSynchronization = 'person';
    },
  });
  const handle = await scene.start();
  await runToGate(scene, handle);
  await approve(handle);
  await until(handle, ({ state, tasks }) => state === 'Deleting' && tasks.length > 0, 'the task');
  return { scene, handle, [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose]() };
}

const deletes = (scene: Scene) =>
  scene.control('POST', 'ui/delete', { instance: 'jira-old', integrationKey: 'INT-16', by: APPROVER });

const untilWithdrawn = (handle: WorkflowHandle): Promise<MigrationPicture> =>
  until(handle, ({ tasks }) => tasks.some(({ id }) => id === 'withdrawDelete'), 'whether it is taken back');

async function answer(handle: WorkflowHandle, { tasks }: MigrationPicture, choice: string) {
  const value = tasks[0]?.questions[0]?.choices.find((each) => each.value.startsWith(choice))?.value;
  return send(handle, 'answer', { by: REQUESTER, task: 'withdrawDelete', answers: { withdrawDelete: value } });
}

it.concurrent('retry looks at once, and rollback goes back once somebody says that nobody deletes it', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using reached = await asked();
  const { scene, handle } = reached;
  expect(await retry(handle)).toMatchObject({ accepted: true, reason: 'it is looked whether the original is gone.' });
  const back = await send(handle, 'rollback', BACK);
  expect(back).toMatchObject({ accepted: true, reason: expect.stringContaining('is to be told that it stays') });
  const picture = await untilWithdrawn(handle);
  expect(picture).toMatchObject({ state: 'WaitingForPerson', step: 'deleteOriginal', rollback: { class: 'R2' } });
  expect(scene.writes().filter(({ method }) => method === 'DELETE')).toEqual([]);
  expect(await send(handle, 'retry', { by: REQUESTER })).toMatchObject({ accepted: true });
  expect(await answer(handle, await untilWithdrawn(handle), 'goBack')).toMatchObject({ accepted: true });
  await untilState(handle, 'RolledBack');
  expect(scene.world.original).toMatchObject({ running: true, deleted: false });
  expect(await scene.sandbox.verdict()).toMatchObject({ lostChanges: 0, duplicates: 0, bothRan: false });
  expect((await ledgerOf(scene, handle)).filter(({ subject }) => subject.grantsSpent)).toHaveLength(1);
});

it.concurrent('rollback keeps the new one where a person says so', { timeout: 120_000 }, async ({ expect }) => {
  await using reached = await asked();
  const { scene, handle } = reached;
  await send(handle, 'rollback', BACK);
  await answer(handle, await untilWithdrawn(handle), 'keepNew');
  await untilState(handle, 'KeptBoth');
  expect(scene.world.original).toMatchObject({ running: false, deleted: false });
  expect(scene.writes().filter(({ method }) => method === 'DELETE')).toEqual([]);
});

it.concurrent.for(['rollback', 'a cancellation request'])(
  '%s ends Completed when the original is deleted before it is taken back',
  { timeout: 120_000 },
  async (how, { expect }) => {
    await using reached = await asked();
    const { scene, handle } = reached;
    if (how === 'rollback') await send(handle, 'rollback', BACK);
    else await handle.cancel();
    await untilWithdrawn(handle);
    await deletes(scene);
    expect(await handle.result()).toMatchObject({ state: 'Completed' });
    expect((await handle.describe()).status.name).toBe('COMPLETED');
    expect(scene.writes().filter(({ method }) => method === 'DELETE')).toEqual([]);
  },
);

it.concurrent('a run that takes over asks the same, and ends Completed when it was deleted meanwhile', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using reached = await asked();
  const { scene, handle } = reached;
  await send(handle, 'rollback', BACK);
  await untilWithdrawn(handle);
  await handle.terminate('a test');
  const next = await again(scene, handle);
  expect(await untilWithdrawn(next)).toMatchObject({ step: 'deleteOriginal', rollback: { class: 'R2' } });
  await next.terminate('a test');
  await deletes(scene);
  const last = await again(scene, next);
  expect(await last.result()).toMatchObject({ state: 'Completed' });
});

it.concurrent('on the way back the new one is not deleted when the original is gone', { timeout: 120_000 }, async ({
  expect,
}) => {
  await using reached = await asked();
  const { scene, handle } = reached;
  await send(handle, 'rollback', BACK);
  const picture = await untilWithdrawn(handle);
  await scene.store.brake.on('all', REQUESTER, 'a test');
  await answer(handle, picture, 'goBack');
  await until(handle, ({ step }) => step === 'startSynchronization', 'the stop of the new one');
  await deletes(scene);
  await scene.store.brake.off('all', REQUESTER);
  const held = await untilState(handle, 'NeedsAttention');
  expect(held).toMatchObject({ step: 'createSynchronization', blockers: [{ code: 'OriginalGone' }] });
  expect(scene.writes().filter(({ method }) => method === 'DELETE')).toEqual([]);
});
