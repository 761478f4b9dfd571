/** The brake stops writes, the delete included, never reads; released, everything goes on by itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'vitest';
import { approvedAndHeld, BRAKE_COUNTS_MS } from '../support/braked.ts';
import { ledgerOf, openScene, runToGate, statusOf, untilState } from '../support/migration.ts';

const OPERATOR = 'ops@example.com';

const SCOPES = [
  { scope: 'batch:wave-1', stopped: ['jira-old', 'jira-new'] },
  { scope: 'instance:jira-new', stopped: ['jira-new'] },
];

it.concurrent.for(SCOPES)(
  '"$scope" on: nothing is written there; off: it goes on',
  { timeout: 60_000 },
  async ({ scope, stopped }, { expect }) => {
    await using scene = await openScene({ issues: 6, ambiguous: false });
    await scene.store.brake.on(scope, OPERATOR, 'a change of plan');
    const handle = await scene.start({ batch: 'wave-1' });
    await untilState(handle, 'Running');
    await sleep(3_000);
    const written = new Set(scene.writes().map(({ instance }) => instance));
    expect(stopped.filter((instance) => written.has(instance))).toEqual([]);
    expect((await statusOf(handle))?.state).toBe('Running');
    expect(scene.record().some(({ kind, method }) => kind === 'request' && method === 'GET')).toBe(true);
    await scene.store.brake.off(scope, OPERATOR);
    await runToGate(scene, handle);
  },
);

it.concurrent('a brake on another instance or batch stops nothing', { timeout: 60_000 }, async ({ expect }) => {
  await using scene = await openScene({ issues: 6, ambiguous: false });
  await scene.store.brake.on('instance:jira-partner', OPERATOR, 'maintenance');
  await scene.store.brake.on('batch:wave-2', OPERATOR, 'maintenance');
  const handle = await scene.start({ batch: 'wave-1' });
  expect((await runToGate(scene, handle)).decision).toMatch(/^[0-9a-f]{64}$/);
});

it.concurrent('holds an approved delete for as long as it is on, and the approval counts when it is released', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using held = await approvedAndHeld();
  const { scene, handle } = held;
  await sleep(BRAKE_COUNTS_MS);
  expect(held.deletes()).toEqual([]);
  await held.release();
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  const entries = await ledgerOf(scene, handle);
  expect(entries.filter(({ kind }) => kind === 'grant')).toHaveLength(1);
  expect(entries.some(({ subject }) => subject.grantsSpent === true)).toBe(false);
  expect(held.deletes()).toHaveLength(1);
});
