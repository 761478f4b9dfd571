/** On the way back nothing is taken for gone, or for stopped, because one node says so. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { it } from 'vitest';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { onEntry } from '../support/entries.ts';
import { happens } from '../support/findings.ts';
import { answerAll, REQUESTER, type Scene, send, until, untilState } from '../support/migration.ts';
import { again } from '../takeover/again.ts';
import { atGate, deletes, isBehind, synchronization } from './behind.ts';

const BACK = { by: REQUESTER, reason: 'CHG-4711 withdrawn' };

/** A person is asked, or trouble is shown; nobody has to be quick. */
const held = (handle: WorkflowHandle): Promise<MigrationPicture> =>
  until(handle, ({ tasks, blockers, state }) => tasks.length + blockers.length > 0 || /^Rolled/.test(state), 'a halt');

async function expectUntouched(scene: Scene, fresh: string, expect: typeof import('vitest').expect): Promise<void> {
  expect(deletes(scene)).toEqual([]);
  expect(synchronization(scene, fresh)).toMatchObject({ running: true, deleted: false });
  expect(scene.world.original).toMatchObject({ running: false, deleted: false });
  expect(await scene.sandbox.verdict()).toMatchObject({ bothRan: false, wrongDeletes: 0 });
}

it.concurrent('the new one is not gone when every answer lacks it: that is asked about, and the original does not start', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using reached = await atGate();
  const { scene, handle, fresh } = reached;
  await isBehind(scene);
  await send(handle, 'rollback', BACK);
  const asked = await held(handle);
  expect(asked).toMatchObject({ state: 'WaitingForPerson', step: 'startSynchronization' });
  expect(asked.tasks[0]).toMatchObject({ id: 'confirmGone', title: expect.stringContaining(`jira-new/${fresh}`) });
  await expectUntouched(scene, fresh, expect);
  await scene.control('DELETE', 'faults');
  expect(await handle.result()).toMatchObject({ state: 'RolledBack' });
  expect(synchronization(scene, fresh).deleted).toBe(true);
  expect(scene.world.original.running).toBe(true);
  expect(await scene.sandbox.verdict()).toMatchObject({ bothRan: false, wrongDeletes: 0 });
});

it.concurrent('nor for a run that took over', { timeout: 120_000 }, async ({ expect }) => {
  await using reached = await atGate();
  const { scene, handle, fresh } = reached;
  await handle.terminate('a test');
  await isBehind(scene);
  const next = await again(scene, handle);
  await until(next, () => true, 'a picture');
  await send(next, 'rollback', BACK);
  const asked = await held(next);
  expect(asked.tasks.map(({ id }) => id)).toEqual(['confirmGone']);
  await expectUntouched(scene, fresh, expect);
  await scene.control('DELETE', 'faults');
  expect(await next.result()).toMatchObject({ state: 'RolledBack' });
  expect(await scene.sandbox.verdict()).toMatchObject({ bothRan: false, wrongDeletes: 0 });
});

const PARTLY = [
  { what: 'only its status is 404', path: `/integrations/[^/]+/status$`, every: 1 },
  { what: 'only it itself is 404', path: `/integrations/INT-\\d+$`, every: 1 },
  { what: 'it is missing in the list alone', path: '/integrations(\\?.*)?$', every: 1 },
] as const;

it.concurrent.for(PARTLY)(
  'the new one is neither deleted nor taken for gone when $what',
  { timeout: 90_000 },
  async ({ path, every }, { expect }) => {
    await using reached = await atGate();
    const { scene, handle, fresh } = reached;
    await scene.control('POST', 'people', { action: 'once', kind: 'comment', instance: 'jira-new', key: 'PA-3' });
    await sleep(300);
    await isBehind(scene, path, { every });
    await send(handle, 'rollback', BACK);
    const first = await held(handle);
    if (first.tasks[0]?.id === 'startSynchronization') {
      // It was read by its key, stopped, and what people did is asked about: the list alone says nothing.
      expect(first.tasks[0].title).toContain(fresh);
      expect(deletes(scene)).toEqual([]);
      expect(scene.world.original.running).toBe(false);
      return;
    }
    expect(first).toMatchObject({ state: 'NeedsAttention', blockers: [{ code: 'NotRead' }] });
    await expectUntouched(scene, fresh, expect);
    await scene.control('DELETE', 'faults');
    await send(handle, 'retry', { by: REQUESTER });
    // R2 as ever: what people did under it is found, and a person chooses.
    const { tasks } = await until(handle, (picture) => picture.tasks.length > 0, 'the choice');
    expect(tasks[0]?.files[0]?.name).toMatch(/delta/);
  },
);

it.concurrent('every other node that is behind changes nothing of a rollback', { timeout: 90_000 }, async ({
  expect,
}) => {
  await using reached = await atGate();
  const { scene, handle, fresh } = reached;
  await scene.control('POST', 'people', { action: 'once', kind: 'comment', instance: 'jira-new', key: 'PA-3' });
  await sleep(300);
  await isBehind(scene, undefined, { every: 2 });
  await send(handle, 'rollback', BACK);
  const { tasks } = await until(handle, (picture) => picture.tasks.length > 0, 'the choice');
  expect(tasks[0]).toMatchObject({ step: 'startSynchronization', files: [{ name: expect.stringMatching(/delta/) }] });
  expect(synchronization(scene, fresh)).toMatchObject({ running: false, deleted: false });
  expect(scene.world.original.running).toBe(false);
});

it.concurrent('a node that still has it stopped does not make the running new one stopped', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using reached = await atGate({
    configure: ({ instances }) => {
      for (const { backbone } of Object.values(instances)) backbone.deleteSynchronization = 'rest';
    },
  });
  const { scene, handle, fresh } = reached;
  // As it was before its start.
  await scene.control('POST', 'ui/stop', { instance: 'jira-new', integrationKey: fresh, by: REQUESTER });
  await scene.control('POST', 'instances', { instance: 'jira-new', picture: 'stopped' });
  await scene.control('POST', 'ui/start', { instance: 'jira-new', integrationKey: fresh, by: REQUESTER });
  await isBehind(scene, undefined, { every: 2, picture: 'stopped' });
  await send(handle, 'rollback', BACK);
  await happens(scene, ({ what, user }) => what === 'integration stopped' && user === 'migrator', 'our stop');
  await scene.control('DELETE', 'faults');
  const halted = await held(handle);
  expect(halted.state, JSON.stringify([halted.tasks, halted.blockers])).toMatch(/^RolledBack/);
  // It was stopped by us before it was deleted: Backbone would stop a running one, and nobody would know.
  const did = scene
    .record()
    .flatMap(({ kind, what, user, detail }) =>
      kind === 'effect' && detail?.integrationKey === fresh && what !== 'integration created' ? [[what, user]] : [],
    );
  expect(did.slice(-2)).toEqual([
    ['integration stopped', 'migrator'],
    ['integration deleted', 'migrator'],
  ]);
  expect(scene.writes().some(({ path = '' }) => path.endsWith(`${fresh}/stop`))).toBe(true);
});

it.concurrent('a person who says that it was deleted is believed for what was seen, and no longer', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using reached = await atGate();
  const { scene, handle, fresh } = reached;
  await scene.control('POST', 'ui/stop', { instance: 'jira-new', integrationKey: fresh, by: REQUESTER });
  await scene.control('POST', 'ui/delete', { instance: 'jira-new', integrationKey: fresh, by: REQUESTER });
  await send(handle, 'rollback', BACK);
  const { tasks } = await held(handle);
  expect(tasks[0]).toMatchObject({ id: 'confirmGone' });
  const value = tasks[0]?.questions[0]?.choices[0]?.value ?? '';
  const wrong = await send(handle, 'answer', {
    by: REQUESTER,
    task: 'confirmGone',
    answers: { confirmGone: `${value}0` },
  });
  expect(wrong.accepted).toBe(false);
  const answer = await send(handle, 'answer', { by: REQUESTER, task: 'confirmGone', answers: { confirmGone: value } });
  expect(answer.accepted, answer.reason).toBe(true);
  await answerAll(scene, handle, 'RolledBack', 'RolledBackWithResidue');
  expect(scene.world.original.running).toBe(true);
  expect(deletes(scene)).toEqual([]);
});

it.concurrent('nor any longer, where it is there again before the original starts', { timeout: 90_000 }, async ({
  expect,
}) => {
  await using reached = await atGate();
  const { scene, handle, fresh } = reached;
  await isBehind(scene);
  await send(handle, 'rollback', BACK);
  const asked = await held(handle);
  const confirmed = onEntry(
    scene,
    ({ subject }) => subject.gone === `jira-new/${fresh}`,
    // The node that was behind has caught up: somebody was wrong.
    () => scene.control('DELETE', 'faults'),
  );
  const question = asked.tasks[0]?.questions[0];
  const answers = { confirmGone: question?.choices[0]?.value };
  const about = { confirmGone: question?.about };
  const answer = await send(handle, 'answer', { by: REQUESTER, task: 'confirmGone', answers, about });
  expect(answer.accepted, answer.reason).toBe(true);
  await confirmed;
  const shown = await until(
    handle,
    ({ state, blockers }) => /^RolledBack/.test(state) || blockers.length > 0,
    'what becomes of it',
  );
  expect(shown).toMatchObject({ state: 'NeedsAttention', blockers: [{ code: 'NewOneRunsAgain', items: [fresh] }] });
  await expectUntouched(scene, fresh, expect);
  await send(handle, 'retry', { by: REQUESTER });
  expect(await handle.result()).toMatchObject({ state: 'RolledBack', rollback: { residue: [] } });
  expect(synchronization(scene, fresh).deleted).toBe(true);
  expect(await scene.sandbox.verdict()).toMatchObject({ bothRan: false, wrongDeletes: 0 });
});

it.concurrent('a gateway without a route makes nothing gone on the way back', { timeout: 90_000 }, async ({
  expect,
}) => {
  await using reached = await atGate();
  const { scene, handle, fresh } = reached;
  const noRoute = { instance: 'jira-new', method: 'GET', path: `/integrations/${fresh}`, action: 'noRoute', every: 1 };
  await scene.control('POST', 'faults', noRoute);
  await send(handle, 'rollback', BACK);
  expect(await untilState(handle, 'NeedsAttention')).toMatchObject({ blockers: [{ code: 'ForeignAnswer' }] });
  await expectUntouched(scene, fresh, expect);
});
