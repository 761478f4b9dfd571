/** What people did while neither synchronization ran: the new one carries it as it is started, and going back must know of it. */
import type { WorkflowHandle } from '@temporalio/client';
import { expect, it } from 'vitest';
import { addComment, changeFields } from '../../sandbox/world/changes.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { answerAll, openScene, REQUESTER, type Scene, type SceneOptions, send, until } from '../support/migration.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { start } from './workaround.ts';

const TIME = { timeout: 120_000 };
const BACK = { by: REQUESTER, reason: 'CHG-4711 withdrawn' };

/** Nothing runs while its task `pairIssues` is open. */
const pairedByPerson = (options: SceneOptions = {}) =>
  openScene({
    ...{ interval: 40, issues: 8, ambiguous: false },
    ...options,
    configure: ({ instances }) => {
      if (instances['jira-new']) instances['jira-new'].backbone.pairIssues = 'person';
    },
  });

async function doWhileNothingRuns(scene: Scene, handle: WorkflowHandle, acts: object[]): Promise<void> {
  await untilTask(scene, handle, 'pairIssues');
  for (const act of acts) await scene.control('POST', 'people', { action: 'once', ...act });
}

async function toGate(scene: Scene, handle: WorkflowHandle): Promise<void> {
  const { blockers } = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  expect(blockers).toEqual([]);
}

/** The delta as it was asked about; absent where nothing was asked. */
async function backWith(
  handle: WorkflowHandle,
  choice: string,
): Promise<{ picture: MigrationPicture; why: string | undefined }> {
  await send(handle, 'rollback', BACK);
  const { tasks } = await until(handle, ({ state, tasks }) => /^RolledBack/.test(state) || tasks.length > 0, 'an end');
  const [task] = tasks;
  if (task) await send(handle, 'answer', { by: REQUESTER, task: task.id, answers: { rollbackDelta: choice } });
  const picture = await until(handle, ({ state }) => /^(RolledBack|Running|AwaitingApproval)/.test(state), 'the end');
  return { picture, why: task?.why };
}

const ACTS = [
  { what: 'a comment on A', acts: [{ kind: 'comment', instance: 'jira-new', key: 'PA-5' }] },
  { what: 'a comment on B', acts: [{ kind: 'comment', instance: 'jira-partner', key: 'PB-9' }] },
  {
    what: 'an issue on either side',
    acts: [
      { kind: 'create', instance: 'jira-new' },
      { kind: 'create', instance: 'jira-partner' },
    ],
  },
];

it.for(ACTS)(
  '$what, which the new one carried as it was started, is not doubled by going back',
  TIME,
  async ({ acts }) => {
    await using scene = await pairedByPerson({ world: 'workaround' });
    const handle = await start(scene);
    await doWhileNothingRuns(scene, handle, acts);
    await toGate(scene, handle);
    expect((await backWith(handle, 'handOver')).why).toBeDefined();
    const verdict = await scene.sandbox.verdict();
    expect(verdict, JSON.stringify(verdict.details)).toMatchObject({ duplicates: 0, lostChanges: 0 });
  },
);

it('is still known after a person chose to go forward, and turned back once more', TIME, async () => {
  await using scene = await pairedByPerson({ world: 'workaround' });
  const handle = await start(scene);
  await doWhileNothingRuns(scene, handle, [{ kind: 'comment', instance: 'jira-new', key: 'PA-5' }]);
  await toGate(scene, handle);
  await backWith(handle, 'goForward');
  await toGate(scene, handle);
  expect((await backWith(handle, 'handOver')).why).toContain('PA-5');
  const verdict = await scene.sandbox.verdict();
  expect(verdict, JSON.stringify(verdict.details)).toMatchObject({ duplicates: 0, lostChanges: 0 });
});

it(
  'what was done on the new A reaches old A where the original carries it, and is named where it does not',
  TIME,
  async () => {
    await using scene = await pairedByPerson();
    const handle = await scene.start();
    await doWhileNothingRuns(scene, handle, [
      { kind: 'edit', instance: 'jira-new', key: 'PA-3', field: 'summary', value: 'while nothing ran' },
      { kind: 'comment', instance: 'jira-new', key: 'PA-5' },
    ]);
    await toGate(scene, handle);
    const { picture } = await backWith(handle, 'handOver');
    expect(picture.state).toBe('RolledBackWithResidue');
    expect(picture.rollback?.residue).toContainEqual(expect.stringContaining('PA-5'));
    const old = () => scene.world.instances.get('jira-old')?.projects.get('PA')?.issues.get('PA-3');
    await expect.poll(() => old()?.values.get('summary'), { timeout: 10_000 }).toBe('while nothing ran');
  },
);

it('what was done on the new A is named, where the new one was never started', TIME, async () => {
  await using scene = await pairedByPerson({ switches: { filesInHistory: false } });
  const handle = await scene.start();
  await doWhileNothingRuns(scene, handle, [
    { kind: 'edit', instance: 'jira-new', key: 'PA-3', field: 'summary', value: 'on the new A alone' },
    { kind: 'comment', instance: 'jira-new', key: 'PA-5' },
    { kind: 'attach', instance: 'jira-new', key: 'PA-6' },
    { kind: 'create', instance: 'jira-new' },
  ]);
  const { picture, why } = await backWith(handle, 'handOver');
  expect(why).toBeUndefined();
  expect(picture).toMatchObject({ state: 'RolledBackWithResidue', rollback: { class: 'R1' } });
  for (const named of ['PA-3', 'PA-5', /PA-6 .*attachment/, /PA-\d+ .*new issue/])
    expect(picture.rollback?.residue).toContainEqual(expect.stringMatching(named));
});

it('work that nothing has carried is left to the original, without a question', TIME, async () => {
  await using scene = await pairedByPerson({ world: 'workaround' });
  const handle = await start(scene);
  await doWhileNothingRuns(scene, handle, [
    { kind: 'comment', instance: 'jira-new', key: 'PA-5' },
    { kind: 'edit', instance: 'jira-partner', key: 'PB-9' },
  ]);
  const { picture, why } = await backWith(handle, 'handOver');
  expect(why).toBeUndefined();
  expect(picture).toMatchObject({ state: 'RolledBack', rollback: { class: 'R1', residue: [] } });
  const verdict = await scene.sandbox.verdict();
  expect(verdict, JSON.stringify(verdict.details)).toMatchObject({ duplicates: 0, lostChanges: 0, settled: true });
});

it(
  'what people did on old A while its project was copied, and the copy has, is not taken for work on the new one',
  TIME,
  async () => {
    await using scene = await pairedByPerson();
    const handle = await scene.start();
    await untilTask(scene, handle, 'pairIssues');
    const at = Date.parse(scene.sandbox.ready.move.copyStarted) + 1500;
    for (const name of ['jira-old', 'jira-new']) {
      const instance = scene.world.instances.get(name) ?? expect.fail();
      const issue = instance.projects.get('PA')?.issues.get('PA-5') ?? expect.fail();
      addComment(instance, issue, { by: 'anna', at, body: 'while it was copied', origin: 'copied' });
      changeFields(instance, issue, 'anna', at, new Map([['description', 'while it was copied']]));
    }
    const { picture } = await backWith(handle, 'handOver');
    expect(picture).toMatchObject({ state: 'RolledBack', rollback: { class: 'R1', residue: [] } });
  },
);
