/** A run that was terminated on its way back is taken over and ends as it would have ended, in Temporal too. */
import { it } from 'vitest';
import type { RecordEntry } from '../../sandbox/world/record.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { start, work, workaround } from '../rollback/workaround.ts';
import { effects, happens } from '../support/findings.ts';
import { approve, ledgerOf, openScene, REQUESTER, runToGate, send, until, untilState } from '../support/migration.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { again } from './again.ts';

const KIM = { by: REQUESTER };

it.concurrent('after a cancellation request: it closes as Canceled', { timeout: 120_000 }, async ({ expect }) => {
  await using scene = await openScene({ issues: 6 });
  const handle = await scene.start();
  await untilTask(scene, handle, 'importConfiguration');
  // Nothing is written on the way back, so it is met there.
  await scene.store.brake.on('all', REQUESTER, 'a test');
  await send(handle, 'pause', KIM);
  await handle.cancel();
  await untilState(handle, 'RollingBack');
  await handle.terminate('a test');
  const next = await again(scene, handle);
  // Read anew: it never ran.
  await until(next, ({ rollback }) => rollback?.class === 'R1', 'the class');
  await scene.store.brake.off('all', REQUESTER);
  await next.result().catch(() => undefined);
  expect((await next.describe()).status.name).toBe('CANCELLED');
  expect((await ledgerOf(scene, next)).at(-1)).toMatchObject({ kind: 'closed', subject: { state: 'RolledBack' } });
  expect(effects(scene.record(), 'integration deleted')).toBe(1);
});

it.concurrent('after a rollback from the gate that was paused: it stays so, and stops the new one first', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using scene = await openScene({ issues: 6 });
  const handle = await scene.start();
  await runToGate(scene, handle);
  await scene.store.brake.on('all', REQUESTER, 'a test');
  await send(handle, 'rollback', KIM);
  await untilState(handle, 'RollingBack');
  await send(handle, 'pause', KIM);
  await handle.terminate('a test');
  const next = await again(scene, handle);
  expect(await untilState(next, 'Paused')).toMatchObject({ rollback: { class: 'R2' } });
  await scene.store.brake.off('all', REQUESTER);
  expect(await send(next, 'resume', KIM)).toMatchObject({ accepted: true });
  // Not failed, nor closed as cancelled: nobody asked for that.
  expect(await next.result()).toMatchObject({ state: 'RolledBack' });
});

it.concurrent('with the new one deleted, and what was done under it not yet handed over: nothing of it is lost', {
  timeout: 180_000,
}, async ({ expect }) => {
  await using scene = await workaround();
  const handle = await start(scene);
  await runToGate(scene, handle);
  await work(scene);
  const fault = { instance: 'jira-old', method: 'POST', path: '/syncInformation$', action: 'timeout', when: 'before' };
  await scene.control('POST', 'faults', fault);
  await send(handle, 'rollback', KIM);
  const { tasks } = await until(handle, (picture) => picture.tasks.length > 0, 'the choice');
  await send(handle, 'answer', { ...KIM, task: tasks[0]?.id ?? '', answers: { rollbackDelta: 'handOver' } });
  const handedOver = ({ instance, method, path = '' }: RecordEntry) =>
    instance === 'jira-old' && method === 'POST' && path.endsWith('/syncInformation');
  await happens(scene, handedOver, 'what is handed over');
  await handle.terminate('a test');
  const next = await again(scene, handle);
  const ended = ({ state }: MigrationPicture) => state.startsWith('RolledBack');
  const picture = await until(next, ended, 'the end');
  expect(picture).toMatchObject({ state: 'RolledBackWithResidue', rollback: { class: 'R2' } });
  const verdict = await scene.sandbox.verdict();
  expect(verdict.details).toEqual([]);
  expect(verdict).toMatchObject({ duplicates: 0, lostChanges: 0, bothRan: false, settled: true });
});

it.concurrent('and goes forward again where a person chooses so, terminated once more or not', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using scene = await openScene({ issues: 6, ambiguous: false });
  const handle = await scene.start();
  await runToGate(scene, handle);
  const once = (act: object) => scene.control('POST', 'people', { action: 'once', instance: 'jira-new', ...act });
  for (const kind of ['comment', 'create']) await once({ kind });
  await send(handle, 'rollback', KIM);
  await until(handle, (picture) => picture.tasks.length > 0, 'the choice');
  await handle.terminate('a test');
  const next = await again(scene, handle);
  const { tasks } = await until(next, (picture) => picture.tasks.length > 0, 'the choice');
  await send(next, 'answer', { ...KIM, task: tasks[0]?.id ?? '', answers: { rollbackDelta: 'goForward' } });
  await until(next, ({ rollback, step }) => rollback === undefined && step !== 'preflight', 'the way forward');
  await next.terminate('a test');
  const last = await again(scene, next);
  await runToGate(scene, last);
  await approve(last);
  expect(await last.result()).toMatchObject({ state: 'Completed' });
  expect(await scene.sandbox.verdict()).toMatchObject({ lostChanges: 0, duplicates: 0, bothRan: false });
});
