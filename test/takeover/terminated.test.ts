/** A run that was terminated, wherever it stood, is taken over and ends as the undisturbed run. */
import { it } from 'vitest';
import { effects, happens } from '../support/findings.ts';
import { approve, openScene, runToGate, type Scene, send, untilState } from '../support/migration.ts';
import { again, expectGoodEnd, expectOneChain, ledgerOfOriginal, working } from './again.ts';

const SMALL = { issues: 6 } as const;

const effect = (scene: Scene, what: string) => happens(scene, (entry) => entry.what === what, what);

it.concurrent('at the questions of preflight', { timeout: 180_000 }, async ({ expect }) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  await untilState(handle, 'WaitingForPerson');
  await handle.terminate('a test');
  const next = await again(scene, handle);
  await untilState(next, 'WaitingForPerson');
  await expectGoodEnd(scene, next, 2);
  expect((await ledgerOfOriginal(scene)).filter(({ subject }) => subject.verb === 'takeover')).toMatchObject([
    { kind: 'verb', grade: 'claimed', subject: { epoch: 2, holder: 'TERMINATED' } },
  ]);
});

it.concurrent.each(['integration stopped', 'integration created', 'integration started', 'resync requested'])(
  'right after "%s"',
  { timeout: 180_000 },
  async (what) => {
    await using scene = await openScene(SMALL);
    await scene.control('POST', 'people', { action: 'start', everyMs: 200, seed: 3 });
    const handle = await scene.start();
    const people = working(scene, handle);
    await effect(scene, what);
    await handle.terminate('a test');
    await people.stop();
    await expectGoodEnd(scene, await again(scene, handle), 2);
  },
);

it.concurrent('at the gate: an approval given before does not count again', { timeout: 180_000 }, async ({
  expect,
}) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  await runToGate(scene, handle);
  await scene.store.brake.on('all', 'ops@example.com', 'a change of plan');
  expect(await approve(handle)).toMatchObject({ accepted: true });
  await handle.terminate('a test');
  await scene.store.brake.off('all', 'ops@example.com');
  const next = await again(scene, handle);
  const gate = await runToGate(scene, next);
  const [granted] = (await ledgerOfOriginal(scene)).filter(({ kind }) => kind === 'grant');
  expect(gate.decision).not.toBe(granted?.digests.decision);
  expect(scene.world.original.deleted).toBe(false);
  await expectGoodEnd(scene, next, 2);
});

it.concurrent.each(['before', 'after'] as const)(
  'while the delete is sent, %s its effect',
  { timeout: 180_000 },
  async (when) => {
    await using scene = await openScene(SMALL);
    const handle = await scene.start();
    await runToGate(scene, handle);
    const fault = { instance: 'jira-old', method: 'DELETE', path: '/INT-16$', action: 'timeout', when };
    await scene.control('POST', 'faults', fault);
    await approve(handle);
    await happens(scene, ({ method }) => method === 'DELETE', 'the delete');
    await handle.terminate('a test');
    const next = await again(scene, handle);
    // Not gone: it is proved and approved anew, and sent once more.
    if (when === 'before') await expectGoodEnd(scene, next, 2);
    await next.result();
    await expectOneChain(scene, 2);
  },
);

it.concurrent('while it is paused: it stays so', { timeout: 180_000 }, async ({ expect }) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  await untilState(handle, 'WaitingForPerson');
  await send(handle, 'pause', { by: 'kim@example.com' });
  await handle.terminate('a test');
  const next = await again(scene, handle);
  await untilState(next, 'Paused');
  expect(scene.writes()).toEqual([]);
  expect(await send(next, 'resume', { by: 'kim@example.com' })).toMatchObject({ accepted: true });
  await expectGoodEnd(scene, next, 2);
});

it.concurrent('twice', { timeout: 180_000 }, async ({ expect }) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  const people = working(scene, handle);
  await effect(scene, 'integration created');
  await handle.terminate('a test');
  await people.stop();
  const second = await again(scene, handle);
  await runToGate(scene, second);
  await second.terminate('a test');
  await expectGoodEnd(scene, await again(scene, second), 3);
  expect(effects(scene.record(), 'integration started')).toBe(1);
});
