/** An approval can be taken back by whoever gave it, until the delete is confirmed; from then on that is refused with the reason. */
import type { WorkflowHandle } from '@temporalio/client';
import { it } from 'vitest';
import { recordOf } from '../../src/audit/record.ts';
import type { VerbAnswer } from '../../src/contract/messages.ts';
import { approvedAndHeld, BRAKE_COUNTS_MS } from '../support/braked.ts';
import { happens } from '../support/findings.ts';
import {
  APPROVER,
  approve,
  ledgerOf,
  openScene,
  REQUESTER,
  runToGate,
  type SceneOptions,
  send,
  statusOf,
  until,
  untilState,
} from '../support/migration.ts';
import { again } from '../takeover/again.ts';
import { asked } from './asked.ts';

const SAM = 'sam@example.com';
const BY_TWO: SceneOptions = {
  ...{ interval: 40, issues: 6, ambiguous: false },
  configure: ({ policy }) => void Object.assign(policy, { approvers: [APPROVER, SAM], required: 2 }),
};
const withdraw = (handle: WorkflowHandle, by = APPROVER): Promise<VerbAnswer> =>
  send(handle, 'withdraw', { by, reason: 'one more thing to check' });

it.concurrent('at the gate: it counts no more, can be given again, and only by its giver be taken back', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using scene = await openScene(BY_TWO);
  const handle = await scene.start();
  const gate = await runToGate(scene, handle);
  expect(gate.legal).not.toContain('withdraw');
  expect(await withdraw(handle)).toMatchObject({ accepted: false, reason: expect.stringContaining('no approval') });
  await approve(handle);
  expect((await statusOf(handle))?.legal).toContain('withdraw');
  const foreign = await withdraw(handle, SAM);
  expect(foreign).toMatchObject({
    accepted: false,
    reason: `${SAM} has given no approval that could be taken back. Approved by ${APPROVER}.`,
  });
  expect(await withdraw(handle, 'LEE@example.com')).toMatchObject({ accepted: true });
  expect(await withdraw(handle, 'LEE@example.com'), 'the same again').toMatchObject({ accepted: true });
  await approve(handle, SAM);
  expect(await untilState(handle, 'AwaitingApproval', 'Completed')).toMatchObject({
    state: 'AwaitingApproval',
    gate: { counting: [SAM], needs: `One more approval is needed, by ${APPROVER}.` },
  });
  expect(scene.world.original.deleted).toBe(false);
  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  const row = await scene.store.projections.byWorkflowId(handle.workflowId);
  const { deletion, entries } = (await recordOf(scene.store, row?.migration ?? '')) ?? expect.fail();
  // Lee's first approval was taken back: the second one counted.
  const grants = entries.filter(({ kind }) => kind === 'grant').map(({ n }) => n);
  expect(deletion?.approvals.map(({ n }) => n)).toEqual(grants.slice(1));
  expect(entries.filter(({ what }) => what.startsWith('Took the approval'))).toHaveLength(1);
});

it.concurrent('while it is being confirmed: back to the gate, with the same decision, and nothing is deleted', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using held = await approvedAndHeld();
  const { scene, handle, gate } = held;
  expect((await statusOf(handle))?.legal).toContain('withdraw');
  expect(await withdraw(handle)).toMatchObject({ accepted: true });
  // At once, though the brake is on: it can be approved again.
  expect(await untilState(handle, 'AwaitingApproval')).toMatchObject({ decision: gate.decision });
  await held.release();
  await expect.poll(() => scene.store.brake.list()).toEqual([]);
  expect(await untilState(handle, 'AwaitingApproval', 'Completed')).toMatchObject({ state: 'AwaitingApproval' });
  expect(held.deletes()).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, BRAKE_COUNTS_MS));
  expect(held.deletes()).toEqual([]);
  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  expect(held.deletes()).toHaveLength(1);
  expect((await ledgerOf(scene, handle)).filter(({ subject }) => subject.grantsSpent)).toEqual([]);
});

it.concurrent.for(['paused', 'in trouble'] as const)(
  'while the confirmation is %s: back to the gate',
  { timeout: 90_000 },
  async (how, { expect }) => {
    await using held = await approvedAndHeld();
    const { scene, handle } = held;
    if (how === 'paused') await send(handle, 'pause', { by: REQUESTER });
    const fault = { instance: 'jira-new', method: 'GET', path: '/conflicts$', action: 'html', count: 10_000 };
    if (how === 'in trouble') await scene.control('POST', 'faults', fault);
    await held.release();
    const state = how === 'paused' ? 'Paused' : 'NeedsAttention';
    expect((await untilState(handle, state)).legal).toContain('withdraw');
    expect(await withdraw(handle)).toMatchObject({ accepted: true });
    if (how === 'paused') await send(handle, 'resume', { by: REQUESTER });
    expect(await untilState(handle, 'AwaitingApproval', 'Completed')).toMatchObject({ state: 'AwaitingApproval' });
    expect(held.deletes()).toEqual([]);
  },
);

it.concurrent.for([0, 1, 2, 3])(
  'in whatever moment it comes (%i): accepted, and nothing is deleted, or refused with the reason',
  { timeout: 90_000 },
  async (moment, { expect }) => {
    await using scene = await openScene({ interval: 40, issues: 6, ambiguous: false });
    const handle = await scene.start();
    const { decision } = await runToGate(scene, handle);
    const approved = send(handle, 'approve', { by: APPROVER, decision });
    const moments = [
      async () => undefined,
      () => approved,
      () => until(handle, ({ step }) => step === 'deleteOriginal', 'the confirmation'),
      () => happens(scene, ({ method, path = '' }) => method === 'GET' && path.endsWith('/conflicts'), 'its reading'),
    ];
    await moments[moment]?.();
    const answer = await withdraw(handle).catch(() => ({ accepted: false, reason: 'the migration has ended.' }));
    await approved;
    if (!answer.accepted)
      expect(answer.reason).toMatch(/has given no approval|no approval that|is confirmed|has ended/);
    const end = await until(
      handle,
      ({ state, gate }) => state === 'Completed' || (state === 'AwaitingApproval' && gate?.counting.length === 0),
      'what comes of it',
    ).catch(() => statusOf(handle));
    if (answer.accepted) expect(end?.state).toBe('AwaitingApproval');
    expect(scene.world.original.deleted).toBe(end?.state === 'Completed');
  },
);

it.concurrent('after the delete is asked of a person it is refused, and says what takes that back', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using reached = await asked();
  expect(await withdraw(reached.handle)).toMatchObject({
    accepted: false,
    reason: 'the delete is confirmed, and a person is asked to do it: send rollback to take that back.',
    legal: ['retry', 'rollback'],
  });
});

it.concurrent('what was taken back is so for a run that takes over, too', { timeout: 90_000 }, async ({ expect }) => {
  await using held = await approvedAndHeld();
  const { scene, handle } = held;
  await withdraw(handle);
  await untilState(handle, 'AwaitingApproval');
  await handle.terminate('a test');
  await held.release();
  const next = await again(scene, handle);
  const gate = await runToGate(scene, next);
  expect((await until(next, (picture) => picture.gate !== undefined, 'the gate')).gate?.counting).toEqual([]);
  expect(gate.state).toBe('AwaitingApproval');
  expect(held.deletes()).toEqual([]);
  await approve(next);
  expect(await next.result()).toMatchObject({ state: 'Completed' });
});

it.concurrent('by signal it acts as by update', { timeout: 90_000 }, async ({ expect }) => {
  await using scene = await openScene(BY_TWO);
  const handle = await scene.start();
  await runToGate(scene, handle);
  await approve(handle);
  await handle.signal('withdraw', { by: APPROVER });
  await until(handle, ({ gate }) => gate?.counting.length === 0, 'that it is taken back');
  const entry = (await ledgerOf(scene, handle)).at(-1);
  expect(entry).toMatchObject({ kind: 'verb', grade: 'claimed', subject: { verb: 'withdraw', counting: [] } });
});
