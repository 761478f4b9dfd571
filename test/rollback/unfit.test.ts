/** P2, P4, P5: on the way back nothing is taken away for an original that would not run, and nothing of others is taken for ours. */
import { it } from 'vitest';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { atGate, deletes, synchronization } from '../absence/behind.ts';
import {
  APPROVER,
  answerAll,
  openScene,
  REQUESTER,
  retry,
  runToGate,
  type Scene,
  send,
  until,
  untilState,
} from '../support/migration.ts';
import { untilTask } from '../tasks/untilTask.ts';

const BACK = { by: REQUESTER, reason: 'CHG-4711 withdrawn' };

const WAYS_ON = [
  { choice: 'goForward', end: 'AwaitingApproval', ends: 'goes on to the gate' },
  { choice: 'keepNew', end: 'KeptBoth', ends: 'both are kept' },
] as const;

const isUnfit = ({ tasks }: MigrationPicture) => tasks[0]?.id === 'originalUnfit';

const stops = (scene: Scene, key: string) => scene.writes().filter(({ path = '' }) => path.endsWith(`/${key}/stop`));

it.concurrent.for(WAYS_ON)(
  'the new one runs on when a field is gone that the original needs to be started, and $ends when a person chooses so',
  {
    timeout: 90_000,
  },
  async ({ choice, end }, { expect }) => {
    await using at = await atGate();
    const { scene, handle, fresh } = at;
    const field = { instance: 'jira-old', act: 'deleteField', field: 'customfield_10105', by: 'admin' };
    await scene.control('POST', 'catalogue', field);
    await send(handle, 'rollback', BACK);
    const asked = await until(handle, isUnfit, 'the question');
    expect(asked.tasks[0]?.why).toContain('conflict');
    await send(handle, 'answer', { by: REQUESTER, task: 'originalUnfit', answers: { originalUnfit: choice } });
    expect(await answerAll(scene, handle, end, 'NeedsAttention')).toMatchObject({ state: end, blockers: [] });
    expect(synchronization(scene, fresh)).toMatchObject({ running: true, deleted: false });
    expect(scene.world.original).toMatchObject({ running: false, deleted: false });
    expect(stops(scene, fresh)).toEqual([]);
  },
);

it.concurrent('the new one runs on when the original lacks a pair, and is taken back as soon as it holds it again', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using at = await atGate();
  const { scene, handle, fresh } = at;
  const { entries } = scene.world.original.first;
  const [[key, entry] = []] = entries;
  if (!key || !entry) throw new Error('no pair');
  entries.delete(key);
  await send(handle, 'rollback', BACK);
  const asked = await until(handle, isUnfit, 'the question');
  expect(asked.tasks[0]?.clicks.join()).toContain('Pair existing issues');
  expect(synchronization(scene, fresh)).toMatchObject({ running: true, deleted: false });
  entries.set(key, entry);
  expect(await handle.result()).toMatchObject({ state: 'RolledBack' });
  expect(scene.world.original.running).toBe(true);
});

it.concurrent('a new one that was never started stays and is gone on with, where the original could not run and a person chooses so', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using scene = await openScene({ issues: 6, ambiguous: false });
  const handle = await scene.start();
  await untilTask(scene, handle, 'importConfiguration');
  const field = { instance: 'jira-old', act: 'deleteField', field: 'customfield_10105', by: 'admin' };
  await scene.control('POST', 'catalogue', field);
  await send(handle, 'rollback', BACK);
  const { created } = await until(handle, isUnfit, 'the question');
  await send(handle, 'answer', { by: REQUESTER, task: 'originalUnfit', answers: { originalUnfit: 'goForward' } });
  const gate = await runToGate(scene, handle);
  expect(gate.created).toBe(created);
  expect(deletes(scene)).toEqual([]);
});

it.concurrent('a foreign synchronization under the key of ours is neither called ours nor deleted', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene({ issues: 6, ambiguous: false });
  await scene.control('POST', 'instances', { instance: 'jira-new', database: 'backup' });
  const handle = await scene.start();
  const { created } = await runToGate(scene, handle);
  await scene.control('POST', 'instances', { instance: 'jira-new', database: 'restore' });
  await scene.control('POST', 'ui/create', {
    ...{ instance: 'jira-new', firstProject: 'PA', secondProject: 'PB', secondInstance: 'jira-partner' },
    ...{ summary: 'mine', description: 'do not touch', by: 'otto' },
  });
  await send(handle, 'rollback', BACK);
  const asked = await until(handle, ({ tasks, state }) => tasks.length > 0 || state === 'RolledBack', 'a halt');
  expect(asked.tasks[0]).toMatchObject({ id: 'confirmGone' });
  expect(asked.tasks[0]?.why).toContain('Another one stands under its key');
  expect(JSON.stringify(asked.tasks)).not.toContain('not listed any more');
  const value = asked.tasks[0]?.questions[0]?.choices[0]?.value ?? '';
  await send(handle, 'answer', { by: REQUESTER, task: 'confirmGone', answers: { confirmGone: value } });
  const { tasks } = await until(
    handle,
    ({ tasks, state }) => state === 'RolledBack' || (tasks[0] !== undefined && tasks[0].id !== 'confirmGone'),
    'what becomes of it',
  );
  expect(tasks[0]?.title).toContain(`Find out about ${created} on jira-new`);
  expect(tasks[0]?.why).toContain('made by otto');
  expect(JSON.stringify(tasks)).not.toContain('which this migration made');
  expect(deletes(scene)).toEqual([]);
});

it.concurrent('both are not said to be kept while the new one is stopped, and are when it runs again', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using at = await atGate();
  const { scene, handle, fresh } = at;
  const act = (verb: string) =>
    scene.control('POST', `ui/${verb}`, { instance: 'jira-new', integrationKey: fresh, by: 'otto' });
  await act('stop');
  await send(handle, 'reject', { by: APPROVER, reason: 'not yet', then: 'keepBoth' });
  expect(await untilState(handle, 'NeedsAttention', 'KeptBoth')).toMatchObject({
    state: 'NeedsAttention',
    step: 'verify',
  });
  await act('start');
  await retry(handle);
  expect(await handle.result()).toMatchObject({ state: 'KeptBoth' });
  expect(synchronization(scene, fresh).running).toBe(true);
});
