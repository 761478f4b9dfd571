/** The delete is sent at most once for each approval, and what became of it is settled by reading, on every path. */
import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'vitest';
import { approvedAndHeld, type Held } from '../support/braked.ts';
import { effects, happens } from '../support/findings.ts';
import {
  APPROVER,
  approve,
  ledgerOf,
  openScene,
  REQUESTER,
  retry,
  runToGate,
  send,
  until,
  untilState,
} from '../support/migration.ts';

const DELETE = { instance: 'jira-old', method: 'DELETE', path: '/INT-16$' };

const STILL_THERE = [
  { what: '500 without effect', fault: { action: 'status', status: 500 } },
  { what: '403', fault: { action: 'status', status: 403 } },
  { what: '429', fault: { action: 'status', status: 429, headers: { 'Retry-After': '1' } } },
];

it.concurrent.for(STILL_THERE)(
  'a delete answered with $what spends its approval: the next one is asked for, and sent',
  { timeout: 60_000 },
  async ({ fault }, { expect }) => {
    await using scene = await openScene({ issues: 6, ambiguous: false });
    const deletes = () => scene.writes().filter(({ method }) => method === 'DELETE');
    const handle = await scene.start();
    await scene.control('POST', 'faults', { ...DELETE, ...fault });
    const gate = await runToGate(scene, handle);
    await approve(handle);
    await expect
      .poll(async () => (await untilState(handle, 'AwaitingApproval')).decision, { timeout: 30_000 })
      .not.toBe(gate.decision);
    expect(deletes()).toHaveLength(1);
    expect(scene.world.original.deleted).toBe(false);
    const old = await send(handle, 'approve', { by: APPROVER, decision: gate.decision });
    expect(old.accepted).toBe(false);
    expect(deletes()).toHaveLength(1);

    expect(await approve(handle)).toMatchObject({ accepted: true });
    expect(await handle.result()).toMatchObject({ state: 'Completed' });
    expect(deletes()).toHaveLength(2);
    expect(effects(scene.record(), 'integration deleted')).toBe(1);
    const grants = (await ledgerOf(scene, handle)).filter(({ kind }) => kind === 'grant');
    expect(grants).toHaveLength(2);
  },
);

it.concurrent('when its outcome cannot be read, that is shown, no verb acts, and it is read again, never sent again', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using held = await approvedAndHeld();
  const { scene, handle } = held;
  await deletedUnheard(held);
  await scene.control('POST', 'faults', {
    instance: 'jira-old',
    method: 'GET',
    path: '/INT-16',
    action: 'html',
    count: 10_000,
  });
  const shown = await until(handle, ({ blockers }) => blockers.length > 0, 'why it cannot be read');
  expect(shown).toMatchObject({
    state: 'Deleting',
    step: 'deleteOriginal',
    blockers: [{ code: 'LoginPage' }],
    legal: [],
  });
  const again = await send(handle, 'approve', { by: APPROVER, decision: held.gate.decision, reason: 'once more' });
  expect(again.accepted).toBe(false);
  const back = await send(handle, 'rollback', { by: REQUESTER });
  expect(back).toMatchObject({ accepted: false, reason: expect.stringContaining('until the delete is settled') });
  await handle.cancel();
  await expect.poll(() => cancellations(held), { timeout: 10_000 }).toMatchObject([{ kind: 'refused' }]);
  expect(await until(handle, () => true, 'a picture')).toMatchObject({ state: 'Deleting', blockers: shown.blockers });
  const looks = () =>
    scene.record().filter(({ detail, path = '' }) => detail?.fault === 'html' && path.endsWith('/INT-16')).length;
  await expect.poll(looks, { timeout: 30_000 }).toBeGreaterThan(1);
  await sleep(500);
  await scene.control('DELETE', 'faults');
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  expect(held.deletes()).toHaveLength(1);
  // The same trouble is entered once, however often it is met.
  expect((await ledgerOf(scene, handle)).filter(({ subject }) => subject.code === 'LoginPage')).toHaveLength(1);
});

it.concurrent('a cancellation request while the delete is under way is refused, and it ends Completed', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using held = await approvedAndHeld();
  const { handle } = held;
  await deletedUnheard(held);
  await handle.cancel();
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  expect((await handle.describe()).status.name).toBe('COMPLETED');
  expect(await cancellations(held)).toMatchObject([{ kind: 'refused' }]);
  expect(held.deletes()).toHaveLength(1);
});

/** The delete takes effect, and its answer is lost. */
async function deletedUnheard(held: Held): Promise<void> {
  await held.scene.control('POST', 'faults', { ...DELETE, action: 'timeout', when: 'after' });
  await held.release();
  await happens(held.scene, ({ what }) => what === 'integration deleted', 'the delete');
}

const cancellations = async ({ scene, handle }: Held) =>
  (await ledgerOf(scene, handle)).filter(({ subject }) => subject.verb === 'cancel');

it.concurrent('when the decision cannot be confirmed, a person is asked, and after retry the approval still counts', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using held = await approvedAndHeld();
  const { scene, handle } = held;
  await scene.control('POST', 'faults', {
    instance: 'jira-new',
    method: 'GET',
    path: '/conflicts$',
    action: 'html',
    count: 10_000,
  });
  await held.release();
  const asked = await untilState(handle, 'NeedsAttention');
  expect(asked).toMatchObject({ step: 'deleteOriginal', blockers: [{ code: 'LoginPage' }] });
  expect(held.deletes()).toEqual([]);
  await scene.control('DELETE', 'faults');
  await retry(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  expect((await ledgerOf(scene, handle)).filter(({ kind }) => kind === 'grant')).toHaveLength(1);
  expect(held.deletes()).toHaveLength(1);
});
