/** What accepted messages do: approve, reject, pause, retry, cancel; and whose run it is. */
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import type { Verb } from '../../src/contract/names.ts';
import { onEntry } from '../support/entries.ts';
import { effects } from '../support/findings.ts';
import {
  APPROVER,
  answerAll,
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

/** How a run failed: the failure at the bottom. */
async function failureOf(handle: WorkflowHandle): Promise<unknown> {
  const failed: unknown = await handle.result().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failed).toBeInstanceOf(WorkflowFailedError);
  let cause = failed;
  while (cause instanceof Error && cause.cause) cause = cause.cause;
  return cause;
}

const original = ({ world }: Scene) => ({ deleted: world.original.deleted, running: world.original.running });

it.concurrent('an approval by update deletes the original, and the same one again is accepted and acts once', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene();
  const handle = await scene.start();
  const { decision } = await runToGate(scene, handle);
  const message = { by: APPROVER, decision };
  const answers = await Promise.all([send(handle, 'approve', message), send(handle, 'approve', message)]);
  expect(answers.map(({ accepted }) => accepted)).toEqual([true, true]);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  const entries = await ledgerOf(scene, handle);
  expect(entries.filter(({ kind }) => kind === 'grant')).toHaveLength(1);
  expect(effects(scene.record(), 'integration deleted')).toBe(1);
});

it.concurrent('a rejection that keeps both ends KeptBoth: the original is stopped and there, the new one runs', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene();
  const handle = await scene.start();
  await runToGate(scene, handle);
  const message = { by: APPROVER, reason: 'not yet', then: 'keepBoth' };
  expect(await send(handle, 'reject', message)).toMatchObject({ accepted: true });
  expect(await handle.result()).toMatchObject({ state: 'KeptBoth' });
  expect(original(scene)).toEqual({ deleted: false, running: false });
  const fresh = scene.world.synchronizations.find(({ home, key }) => home === 'jira-new' && key !== 'INT-4');
  expect(fresh?.running).toBe(true);
  expect(scene.writes().filter(({ method }) => method === 'DELETE')).toEqual([]);
});

it.concurrent('a rejection in the same moment as an approval is never answered "kept" while the original is deleted', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene();
  const handle = await scene.start();
  const { decision } = await runToGate(scene, handle);
  const [granted, rejected] = await Promise.all([
    send(handle, 'approve', { by: APPROVER, decision }),
    send(handle, 'reject', { by: REQUESTER, reason: 'wait', then: 'keepBoth' }),
  ]);
  const { state } = (await handle.result()) as { state: string };
  expect([granted.accepted, rejected.accepted]).toContain(true);
  expect(state).toBe(rejected.accepted ? 'KeptBoth' : 'Completed');
  expect(original(scene).deleted).toBe(!rejected.accepted);
});

it.concurrent('a pause in the same moment as an approval holds the delete until it is resumed', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene();
  const handle = await scene.start();
  const { decision } = await runToGate(scene, handle);
  let paused: ReturnType<typeof send> | undefined;
  // The workflow has the pause when it hears that the approval counts.
  const granted = onEntry(
    scene,
    ({ kind }) => kind === 'grant',
    async () => {
      paused = send(handle, 'pause', { by: REQUESTER });
      await expect.poll(() => handedOver(handle, 'pause'), { timeout: 10_000 }).toBeGreaterThan(0);
    },
  );
  expect(await send(handle, 'approve', { by: APPROVER, decision })).toMatchObject({ accepted: true });
  await granted;
  expect(await paused).toMatchObject({ accepted: true });
  await untilState(handle, 'Paused');
  expect(scene.writes().filter(({ method }) => method === 'DELETE')).toEqual([]);
  expect(await send(handle, 'resume', { by: REQUESTER })).toMatchObject({ accepted: true });
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  // Not even begun before.
  expect(await firstScheduled(handle, 'confirmDecision')).toBeGreaterThan(await handedOver(handle, 'resume'));
  expect((await ledgerOf(scene, handle)).filter(({ kind }) => kind === 'grant')).toHaveLength(1);
});

type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

async function eventWhere(handle: WorkflowHandle, fits: (event: HistoryEvent) => boolean) {
  const { events } = await handle.fetchHistory();
  return Number(events?.find(fits)?.eventId ?? 0);
}

/** The event by which the workflow took up the first update of this name; 0 where it has not. */
const handedOver = (handle: WorkflowHandle, verb: Verb) =>
  eventWhere(
    handle,
    (event) => event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name === verb,
  );

const firstScheduled = (handle: WorkflowHandle, activity: string) =>
  eventWhere(handle, (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity);

it.concurrent('a pause while a step runs lets it end, writes nothing more, and resume goes on', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene();
  const handle = await scene.start();
  await scene.control('POST', 'switches', { latencyMs: 60 });
  await answerAll(scene, handle, 'Running');
  await until(handle, ({ step }) => step !== 'preflight', 'a step');
  expect(await send(handle, 'retry', { by: REQUESTER })).toMatchObject({
    accepted: false,
    legal: ['answer', 'rollback', 'pause'],
  });
  expect(await send(handle, 'pause', { by: REQUESTER, reason: 'lunch' })).toMatchObject({ accepted: true });
  await until(
    handle,
    ({ state, steps }) => state === 'Paused' && !steps.some((step) => step.state === 'waiting'),
    'pause',
  );
  await expect
    .poll(() => handle.describe().then(({ raw }) => raw.pendingActivities?.length), { timeout: 10_000 })
    .toBe(0);
  const writes = scene.writes().length;
  await scene.control('POST', 'switches', { latencyMs: 0 });
  expect(await send(handle, 'resume', { by: REQUESTER })).toMatchObject({ accepted: true });
  await runToGate(scene, handle);
  expect(scene.writes().length).toBeGreaterThan(writes);
});

it.concurrent('a cancellation before any write closes the run as Cancelled, and the original goes on', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene();
  const handle = await scene.start();
  await untilState(handle, 'WaitingForPerson');
  await handle.cancel();
  expect(await failureOf(handle)).toBeInstanceOf(CancelledFailure);
  expect((await handle.describe()).status.name).toBe('CANCELLED');
  expect((await ledgerOf(scene, handle)).at(-1)).toMatchObject({ kind: 'closed', subject: { state: 'RolledBack' } });
  expect(scene.writes()).toEqual([]);
  expect(original(scene)).toEqual({ deleted: false, running: true });
});

it.concurrent.for(['guide', 'prepareFirst'] as const)(
  'a cancellation after a write goes back, and closes the run as Cancelled (%s)',
  { timeout: 60_000 },
  async (order, { expect }) => {
    await using scene = await openScene();
    const handle = await scene.start({ order });
    // The original still runs in the order prepareFirst, but there is a new synchronization by then.
    await answerAll(scene, handle, 'Running');
    await until(
      handle,
      ({ steps }) => steps.some(({ step, state }) => step === 'createSynchronization' && state === 'done'),
      'a write',
    );
    await handle.cancel();
    expect(await failureOf(handle)).toBeInstanceOf(CancelledFailure);
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    const entries = await ledgerOf(scene, handle);
    expect(entries.filter(({ subject }) => subject.verb === 'cancel')).toMatchObject([
      { kind: 'verb', subject: { class: 'R2' } },
    ]);
    expect(entries.at(-1)).toMatchObject({ kind: 'closed', subject: { state: 'RolledBack' } });
    expect(original(scene)).toEqual({ deleted: false, running: true });
    expect(scene.world.synchronizations.filter(({ home, key }) => home === 'jira-new' && key !== 'INT-4')).toEqual([]);
  },
);

it.concurrent('a second run on the same original is refused with the one that holds it, and writes nothing', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene();
  const first = await scene.start();
  await untilState(first, 'WaitingForPerson');
  const failure = await failureOf(await scene.start());
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({ type: 'ClaimHeld', message: expect.stringContaining(first.workflowId) });
  expect(scene.writes()).toEqual([]);
  await untilState(first, 'WaitingForPerson');
});

it.concurrent('a run that was reset meets ClaimLost and writes nothing, whatever was approved before', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene();
  const handle = await scene.start();
  const { decision } = await runToGate(scene, handle);
  const writes = scene.writes().length;
  const { events } = await handle.fetchHistory();
  const early = events?.filter((event) => event.workflowTaskCompletedEventAttributes)[2];
  const { runId } = await handle.describe();
  await handle.signal('approve', { by: REQUESTER, decision: decision ?? '' });
  const reset = await scene.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: handle.workflowId, runId },
    workflowTaskFinishEventId: early?.eventId ?? null,
    requestId: `reset-${runId}`,
    reason: 'a test',
  });
  const again = scene.client.workflow.getHandle(handle.workflowId, reset.runId);
  expect(await failureOf(again)).toMatchObject({ type: 'ClaimLost' });
  expect(scene.writes()).toHaveLength(writes);
  expect(original(scene).deleted).toBe(false);
});

it.concurrent('after trouble, retry tries the step again', { timeout: 60_000 }, async ({ expect }) => {
  await using scene = await openScene();
  const handle = await scene.start();
  await scene.control('POST', 'faults', {
    instance: 'jira-old',
    method: 'POST',
    path: '/stop$',
    action: 'status',
    status: 403,
  });
  const asked = await answerAll(scene, handle, 'NeedsAttention');
  expect(asked.legal).toEqual(['retry', 'rollback', 'pause', 'resume']);
  expect(asked.blockers[0]?.reason).toContain('403');
  expect(await retry(handle)).toMatchObject({ accepted: true });
  await runToGate(scene, handle);
  expect(effects(scene.record(), 'integration stopped')).toBe(1);
});

it.concurrent('the same rejection at the next gate acts again', { timeout: 120_000 }, async ({ expect }) => {
  await using scene = await openScene({ issues: 6, ambiguous: false });
  const handle = await scene.start();
  await runToGate(scene, handle);
  await scene.control('POST', 'people', { action: 'once', kind: 'comment', instance: 'jira-new' });
  const message = { by: APPROVER, reason: 'not yet', then: 'rollback' };
  const rejected = async () => {
    const answer = await send(handle, 'reject', message);
    expect(answer).toMatchObject({ accepted: true, reason: expect.stringContaining('going back') });
    return until(handle, ({ tasks, rollback }) => rollback !== undefined && tasks.length > 0, 'the choice');
  };
  const { tasks } = await rejected();
  const forward = { by: REQUESTER, task: tasks[0]?.id ?? '', answers: { rollbackDelta: 'goForward' } };
  await send(handle, 'answer', forward);
  await untilState(handle, 'AwaitingApproval');
  expect((await rejected()).rollback).toMatchObject({ class: 'R2' });
});

it.concurrent('an answer given ahead is for the way forward: on the way back it is asked', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using scene = await openScene({ issues: 6 });
  const handle = await scene.start();
  await untilState(handle, 'WaitingForPerson');
  const ahead = { by: REQUESTER, task: 'startSynchronization', answers: { rollbackDelta: 'keepNew' } };
  expect(await send(handle, 'answer', ahead)).toMatchObject({ accepted: true });
  // None is kept for what no answer ends.
  for (const task of ['approval', 'deleteOriginal']) {
    const refused = await send(handle, 'answer', { by: REQUESTER, task, answers: { done: true } });
    expect(refused).toMatchObject({ accepted: false, reason: expect.stringContaining(`no task ${task} is open`) });
  }
  await runToGate(scene, handle);
  await scene.control('POST', 'people', { action: 'once', kind: 'comment', instance: 'jira-new' });
  await send(handle, 'rollback', { by: REQUESTER });
  expect(await untilState(handle, 'WaitingForPerson', 'KeptBoth')).toMatchObject({ state: 'WaitingForPerson' });
});
