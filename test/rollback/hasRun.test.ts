/** R2: the new one has run, and people worked under it. Nothing of that is lost or doubled when the original runs again. */
import type { WorkflowHandle } from '@temporalio/client';
import { expect, it } from 'vitest';
import type { Synchronization } from '../../sandbox/backbone/model.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { answerAll, approve, openScene, REQUESTER, runToGate, type Scene, send, until } from '../support/migration.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { start, work, workaround } from './workaround.ts';

const BACK = { by: REQUESTER, reason: 'the partner is not ready' };

async function chosen(handle: WorkflowHandle, choice: string): Promise<MigrationPicture> {
  const { tasks } = await until(handle, (picture) => picture.tasks.length > 0, 'the choice');
  expect(tasks[0]).toMatchObject({ step: 'startSynchronization', files: [{ name: expect.stringMatching(/delta/) }] });
  const answer = await send(handle, 'answer', {
    by: REQUESTER,
    task: tasks[0]?.id ?? '',
    answers: { rollbackDelta: choice },
  });
  expect(answer.accepted, answer.reason).toBe(true);
  return until(handle, ({ state }) => state !== 'RollingBack' && state !== 'WaitingForPerson', 'what follows');
}

it('hands what was done over to the original: 20 edits, 5 comments, 3 new issues, nothing lost or doubled', {
  timeout: 120_000,
}, async () => {
  await using scene = await workaround();
  const handle = await start(scene);
  await runToGate(scene, handle);
  await work(scene);
  const answer = await send(handle, 'rollback', BACK);
  expect(answer.reason).toContain('going back, R2');
  const picture = await chosen(handle, 'handOver');
  expect(picture).toMatchObject({ state: 'RolledBackWithResidue', rollback: { class: 'R2' } });
  expect(picture.rollback?.residue).toContainEqual(expect.stringContaining('sync info panel'));
  await work(scene);
  const verdict = await scene.sandbox.verdict();
  expect(verdict.details).toEqual([]);
  expect(verdict).toMatchObject({ duplicates: 0, lostChanges: 0, wrongDeletes: 0, bothRan: false });
  expect(verdict).toMatchObject({ originalDeleted: false, settled: true });
  expect(verdict.edits).toBeGreaterThanOrEqual(40);
});

it('is R1 when nobody did anything under the new one', { timeout: 90_000 }, async () => {
  await using scene = await workaround();
  const handle = await start(scene);
  await runToGate(scene, handle);
  await send(handle, 'reject', { by: 'lee@example.com', reason: 'not yet', then: 'rollback' });
  const picture = (await handle.result()) as MigrationPicture;
  expect(picture).toMatchObject({ state: 'RolledBack', rollback: { residue: [] } });
  expect(scene.world.original.running).toBe(true);
  expect(scene.world.synchronizations.map(({ key }) => key)).not.toContain(picture.created);
});

it('goes forward again when a person chooses so, and is approved in the end', { timeout: 120_000 }, async () => {
  await using scene = await workaround();
  const handle = await start(scene);
  await runToGate(scene, handle);
  await work(scene);
  await send(handle, 'rollback', BACK);
  await chosen(handle, 'goForward');
  await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0, originalDeleted: true });
});

it('keeps the new one when a person chooses so', { timeout: 120_000 }, async () => {
  await using scene = await workaround();
  const handle = await start(scene);
  await runToGate(scene, handle);
  await work(scene);
  await send(handle, 'rollback', BACK);
  await chosen(handle, 'keepNew');
  expect(await handle.result()).toMatchObject({ state: 'KeptBoth' });
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0, originalDeleted: false });
});

it('hands over to the old home of a project that moved: its edits arrive there, the rest is listed', {
  timeout: 120_000,
}, async () => {
  await using scene = await openScene({ interval: 40, issues: 8 });
  const handle = await scene.start();
  const { created } = await runToGate(scene, handle);
  await scene.control('POST', 'people', {
    action: 'once',
    kind: 'edit',
    instance: 'jira-new',
    key: 'PA-3',
    field: 'summary',
    value: 'Written on the new home',
  });
  await scene.control('POST', 'people', { action: 'once', kind: 'create', instance: 'jira-new' });
  await scene.control('POST', 'people', { action: 'once', kind: 'attach', instance: 'jira-partner', key: 'PB-4' });
  await send(handle, 'rollback', BACK);
  const { rollback } = await chosen(handle, 'handOver');
  expect(rollback?.residue).toContainEqual(expect.stringContaining('Files were attached to PB-4 of jira-partner/PB'));
  expect(rollback?.residue).toContainEqual(expect.stringMatching(/PA-\d+ <> PB-\d+ was born under the new one/));
  const old = () => scene.world.instances.get('jira-old')?.projects.get('PA')?.issues.get('PA-3');
  await expect.poll(() => old()?.values.get('summary'), { timeout: 10_000 }).toBe('Written on the new home');
  expect(scene.world.original).toMatchObject({ running: true, deleted: false });
  expect(scene.world.synchronizations.map(({ key }) => key)).not.toContain(created);
  expect(await scene.sandbox.verdict()).toMatchObject({ wrongDeletes: 0, bothRan: false });
});

it('hands over to an original that was stopped before the migration, too, and leaves it stopped', {
  timeout: 120_000,
}, async () => {
  await using scene = await openScene({ world: 'workaround', interval: 40, issues: 6, ambiguous: false });
  const { original } = scene.world;
  const its = { instance: original.home, integrationKey: original.key, by: 'otto' };
  await scene.control('POST', 'ui/stop', its);
  const handle = await start(scene);
  const { created } = await runToGate(scene, handle);
  await scene.control('POST', 'people', { action: 'once', kind: 'create', instance: 'jira-new' });
  const key = [...(scene.world.live.a.instance.projects.get('PA')?.issues.keys() ?? [])].at(-1) ?? expect.fail();
  const held = () => scene.world.known.filter((one) => one.key === created).flatMap(entriesOf);
  await expect.poll(held, { timeout: 10_000 }).toContain(key);
  await send(handle, 'rollback', BACK);
  await chosen(handle, 'handOver');
  expect(entriesOf(original)).toContain(key);
  expect(original.running).toBe(false);
});

const entriesOf = ({ first, second }: Synchronization): string[] =>
  [first, second].flatMap(({ entries }) => [...entries.keys()]);

it('finds what people did before anybody saw that the new one had been started', { timeout: 60_000 }, async () => {
  await using scene = await openScene({
    interval: 40,
    issues: 6,
    ambiguous: false,
    configure: ({ instances, timing }) => {
      timing.personWait = { from: 3000, to: 3000 };
      timing.watchEvery = 60_000;
      for (const { backbone } of Object.values(instances)) backbone.startSynchronization = 'person';
    },
  });
  const handle = await scene.start();
  const { created } = await untilTaskOf(scene, handle, 'startSynchronization');
  await scene.control('POST', 'ui/start', { instance: 'jira-new', integrationKey: created, by: 'kim' });
  const edit = { kind: 'edit', instance: 'jira-new', key: 'PA-3', field: 'description', value: 'Before it was seen' };
  await scene.control('POST', 'people', { action: 'once', ...edit });
  await answerAll(scene, handle, 'AwaitingApproval');
  await send(handle, 'rollback', BACK);
  const { tasks } = await until(handle, (picture) => picture.tasks.length > 0, 'the choice');
  expect(tasks[0]).toMatchObject({ step: 'startSynchronization', why: expect.stringContaining('PA-3') });
});

async function untilTaskOf(scene: Scene, handle: WorkflowHandle, id: string): Promise<MigrationPicture> {
  await untilTask(scene, handle, id);
  return until(handle, ({ tasks }) => tasks.some((task) => task.id === id), id);
}
