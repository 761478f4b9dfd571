/** A delete that a person is asked for: it can be looked at and taken back, and only an original that is there is gone back to. */
import { it } from 'vitest';
import type { EntryDraft } from '../../src/contract/ledger.ts';
import { undoName } from '../../src/contract/names.ts';
import { diesBefore, onEntry } from '../support/entries.ts';
import { approve, ledgerOf, REQUESTER, retry, send, until, untilState } from '../support/migration.ts';
import { again } from '../takeover/again.ts';
import { answer, asked, BACK, deletes, untilAsked, untilWithdrawn, withdrawing } from './asked.ts';

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
  await using reached = await withdrawing();
  const { scene, handle, picture } = reached;
  await answer(handle, picture, 'keepNew');
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
  await using reached = await withdrawing();
  const { scene, handle } = reached;
  await handle.terminate('a test');
  const next = await again(scene, handle);
  expect(await untilWithdrawn(next)).toMatchObject({ step: 'deleteOriginal', rollback: { class: 'R2' } });
  await next.terminate('a test');
  await deletes(scene);
  const last = await again(scene, next);
  expect(await last.result()).toMatchObject({ state: 'Completed' });
});

it.concurrent('on the way back the new one is neither stopped nor deleted when the original is gone', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using reached = await withdrawing();
  const { scene, handle, picture } = reached;
  await scene.store.brake.on('all', REQUESTER, 'a test');
  await answer(handle, picture, 'goBack');
  await until(handle, ({ step }) => step === 'startSynchronization', 'the stop of the new one');
  await deletes(scene);
  await scene.store.brake.off('all', REQUESTER);
  const held = await untilState(handle, 'WaitingForPerson');
  expect(held).toMatchObject({ step: 'startSynchronization', tasks: [{ id: 'originalGone' }] });
  expect(scene.world.synchronizations.find(({ key }) => key === picture.created)).toMatchObject({
    running: true,
    deleted: false,
  });
});

const SENT_AGAIN = [
  { what: 'stop', step: 'startSynchronization', request: { method: 'POST', path: '/stop$' } },
  { what: 'delete', step: 'createSynchronization', request: { method: 'DELETE' } },
] as const;

it.concurrent.for(SENT_AGAIN)(
  'a $what of the new one is not sent again when the original is gone by then',
  {
    timeout: 120_000,
  },
  async ({ step, request }, { expect }) => {
    await using reached = await asked();
    const { scene, handle } = reached;
    await scene.control('POST', 'faults', { instance: 'jira-new', ...request, action: 'timeout', when: 'before' });
    const isOutcome = ({ kind, subject }: EntryDraft) => kind === 'outcome' && subject.step === undoName(step);
    diesBefore(scene, isOutcome);
    // Read not to have taken effect: it is about to be sent once more.
    const gone = onEntry(
      scene,
      (entry) => isOutcome(entry) && entry.subject.outcome === 'absent',
      () => deletes(scene),
    );
    await send(handle, 'rollback', BACK);
    const picture = await untilWithdrawn(handle);
    await answer(handle, picture, 'goBack');
    await gone;
    expect(await untilState(handle, 'WaitingForPerson')).toMatchObject({ step, tasks: [{ id: 'originalGone' }] });
    expect(scene.world.synchronizations.find(({ key }) => key === picture.created)).toMatchObject({
      running: step === 'startSynchronization',
      deleted: false,
    });
  },
);

it.concurrent('a cancellation request while it is taken back closes the run as Canceled', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using reached = await withdrawing();
  const { scene, handle, picture } = reached;
  await handle.cancel();
  await expect.poll(async () => (await ledgerOf(scene, handle)).at(-1)?.subject.verb).toBe('cancel');
  await answer(handle, picture, 'goBack');
  await handle.result().catch(() => undefined);
  expect((await handle.describe()).status.name).toBe('CANCELLED');
  expect(scene.world.original).toMatchObject({ running: true, deleted: false });
});

it.concurrent('an answer counts for the time that it was asked: the next one is asked anew', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using reached = await withdrawing();
  const { scene, handle, picture: first } = reached;
  await answer(handle, first, 'keepNew');
  // On its way to the gate, where it would be rejected.
  await until(handle, ({ state, step }) => state === 'Running' && step !== 'startSynchronization', 'the way forward');
  await scene.control('POST', 'people', { action: 'once', kind: 'comment', instance: 'jira-new' });
  expect(await send(handle, 'rollback', BACK)).toMatchObject({ accepted: true });
  const { tasks } = await until(handle, ({ tasks }) => tasks.length > 0, 'the choice');
  const forward = { by: REQUESTER, task: tasks[0]?.id ?? '', answers: { rollbackDelta: 'goForward' } };
  expect(await send(handle, 'answer', forward)).toMatchObject({ accepted: true });
  await approve(handle);
  await untilAsked(handle);
  await send(handle, 'rollback', BACK);
  const second = await untilWithdrawn(handle);
  expect(await answer(handle, first, 'keepNew')).toMatchObject({ accepted: false });
  expect(await answer(handle, second, 'goBack')).toMatchObject({ accepted: true });
  await until(handle, ({ step }) => step !== 'deleteOriginal', 'the way back');
});
