/** A run that is terminated while a delete is taken back, or after it was rejected, is taken over and ends as it would have ended. */
import type { WorkflowHandle } from '@temporalio/client';
import { it } from 'vitest';
import type { EntryDraft } from '../../src/contract/ledger.ts';
import { answer, asked, BACK, deletes, untilWithdrawn, withdrawing } from '../gate/asked.ts';
import { onEntry } from '../support/entries.ts';
import {
  APPROVER,
  openScene,
  REQUESTER,
  runToGate,
  type Scene,
  send,
  until,
  untilState,
} from '../support/migration.ts';
import { again } from './again.ts';

const terminatedOn = (scene: Scene, handle: WorkflowHandle, fits: (entry: EntryDraft) => boolean): Promise<void> =>
  onEntry(scene, fits, () => handle.terminate('a test'));

const isUndone =
  (step: string) =>
  ({ kind, subject }: EntryDraft): boolean =>
    kind === 'step' && subject.undo === true && subject.step === step && subject.result === 'done';
const isAnswer = ({ subject }: EntryDraft): boolean => subject.verb === 'answer' && subject.task === 'withdrawDelete';

const MOMENTS = {
  'it was answered': isAnswer,
  'the answer was heeded': isUndone('deleteOriginal'),
  'the approval was spent': ({ subject }: EntryDraft) => subject.grantsSpent === true,
  'the new one is resynced again': ({ kind, subject }: EntryDraft) =>
    kind === 'step' && subject.step === 'resyncAToB' && subject.result === 'done',
} as const;

/** Answered so, terminated at that moment of it, and taken over. */
async function terminatedWhile(
  { scene, handle, picture }: Awaited<ReturnType<typeof withdrawing>>,
  moment: (entry: EntryDraft) => boolean,
  choice: string,
): Promise<WorkflowHandle> {
  const terminated = terminatedOn(scene, handle, moment);
  await Promise.all([terminated, answer(handle, picture, choice).catch(() => undefined)]);
  return again(scene, handle);
}

const isRunning = ({ world }: Scene): boolean | undefined =>
  world.synchronizations.find(({ home, key }) => home === 'jira-new' && key !== 'INT-4')?.running;

it.concurrent.for(Object.entries(MOMENTS))(
  'keepNew is kept when the run is terminated as %s',
  {
    timeout: 120_000,
  },
  async ([, moment], { expect }) => {
    await using reached = await withdrawing();
    const { scene } = reached;
    const next = await terminatedWhile(reached, moment, 'keepNew');
    expect(await next.result()).toMatchObject({ state: 'KeptBoth' });
    expect(scene.world.original).toMatchObject({ running: false, deleted: false });
    expect(isRunning(scene)).toBe(true);
  },
);

it.concurrent.for(Object.entries(MOMENTS).slice(0, 3))(
  'goBack is kept when the run is terminated as %s',
  {
    timeout: 120_000,
  },
  async ([, moment], { expect }) => {
    await using reached = await withdrawing();
    const { scene } = reached;
    const next = await terminatedWhile(reached, moment, 'goBack');
    expect(await next.result()).toMatchObject({ state: 'RolledBack' });
    expect(scene.world.original).toMatchObject({ running: true, deleted: false });
  },
);

it.concurrent('a rejection that keeps both is kept', { timeout: 120_000 }, async ({ expect }) => {
  await using scene = await openScene({ issues: 6, ambiguous: false });
  const handle = await scene.start();
  await runToGate(scene, handle);
  const terminated = terminatedOn(scene, handle, ({ subject }) => subject.verb === 'reject');
  const message = { by: APPROVER, reason: 'not yet', then: 'keepBoth' };
  await Promise.all([terminated, send(handle, 'reject', message).catch(() => undefined)]);
  const next = await again(scene, handle);
  expect(await next.result()).toMatchObject({ state: 'KeptBoth' });
});

it.concurrent('it does not end Completed with the new one stopped, whoever deleted the original', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using reached = await withdrawing();
  const { scene, handle, picture } = reached;
  const stopped = onEntry(scene, isUndone('startSynchronization'), () => deletes(scene));
  await Promise.all([stopped, answer(handle, picture, 'goBack')]);
  expect(await untilState(handle, 'WaitingForPerson')).toMatchObject({ tasks: [{ id: 'originalGone' }] });
  await handle.terminate('a test');
  const next = await again(scene, handle);
  expect(await untilState(next, 'WaitingForPerson', 'NeedsAttention', 'Completed')).toMatchObject({
    tasks: [{ id: 'originalGone' }],
  });
  // As it was asked for; a run that takes over then does not stop it once more.
  await scene.control('POST', 'ui/start', { instance: 'jira-new', integrationKey: picture.created, by: APPROVER });
  await next.terminate('a test');
  const last = await again(scene, next);
  await until(last, ({ tasks }) => tasks.some(({ id }) => id === 'originalGone'), 'whether the original was deleted');
  expect(isRunning(scene)).toBe(true);
  await send(last, 'answer', { by: APPROVER, task: 'originalGone', answers: { originalGone: 'gone' } });
  expect(await last.result()).toMatchObject({ state: 'Completed' });
  expect(isRunning(scene)).toBe(true);
});

it.concurrent('while a person may still delete it, keepBoth is only reached by taking that back', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using reached = await asked();
  const { scene, handle } = reached;
  await handle.terminate('a test');
  const next = await again(scene, handle);
  await runToGate(scene, next);
  const message = { by: APPROVER, reason: 'not yet', then: 'keepBoth' };
  expect(await send(next, 'reject', message)).toMatchObject({
    accepted: false,
    reason: expect.stringContaining('send rollback'),
  });
  expect(await send(next, 'reject', { ...message, then: 'rollback' })).toMatchObject({
    accepted: true,
    reason: expect.stringMatching(/R2.*is to be told that it stays/),
  });
  await answer(next, await untilWithdrawn(next), 'keepNew');
  expect(await next.result()).toMatchObject({ state: 'KeptBoth' });
});

it.concurrent('a rollback before the start was looked at again says that the new one may have run', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using scene = await openScene({ issues: 6, ambiguous: false });
  const handle = await scene.start();
  await runToGate(scene, handle);
  await send(handle, 'pause', { by: REQUESTER });
  await handle.terminate('a test');
  const next = await again(scene, handle);
  await untilState(next, 'Paused');
  expect(await send(next, 'rollback', { by: REQUESTER })).toMatchObject({ reason: expect.stringContaining('R2') });
  expect(await next.result()).toMatchObject({ state: 'RolledBack' });
});

it.concurrent('a delete that is done while the next run asks for a new approval is found by a rollback', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using reached = await asked();
  const { scene, handle } = reached;
  await handle.terminate('a test');
  const next = await again(scene, handle);
  await runToGate(scene, next);
  await deletes(scene);
  await send(next, 'rollback', BACK);
  expect(await next.result()).toMatchObject({ state: 'Completed' });
  expect(isRunning(scene)).toBe(true);
});
