/** The new one is started again on the way back: what was found of people's work, and what a person chose by it, holds no more. */
import { expect, it } from 'vitest';
import type { EntryDraft } from '../../src/contract/ledger.ts';
import { undoName } from '../../src/contract/names.ts';
import { DELTA_QUESTION } from '../../src/contract/rollback.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { diesBefore, onEntry } from '../support/entries.ts';
import { openScene, REQUESTER, retry, runToGate, type Scene, send, until } from '../support/migration.ts';
import { start } from './workaround.ts';

const TIME = { timeout: 120_000 };
const QUICK = { world: 'workaround', interval: 40, issues: 8, ambiguous: false } as const;
const KIM = { by: REQUESTER };
const BACK = { ...KIM, reason: 'CHG-4711 withdrawn' };
const isAsked = ({ tasks }: MigrationPicture) =>
  tasks.some(({ questions }) => questions.some(({ id }) => id === DELTA_QUESTION));

const click = (scene: Scene, page: string, integrationKey: string | null) =>
  scene.control('POST', `ui/${page}`, { instance: 'jira-new', integrationKey, by: 'otto' });

/** Somebody starts it, people create and comment on both sides, all of that is carried, and it is stopped. */
async function runOnce(scene: Scene, created: string | null): Promise<void> {
  const projects = () =>
    ['jira-new/PA', 'jira-partner/PB'].map((name) => {
      const [instance = '', project = ''] = name.split('/');
      return scene.world.instances.get(instance)?.projects.get(project)?.issues.size ?? 0;
    });
  const before = projects();
  await click(scene, 'start', created);
  for (const instance of ['jira-new', 'jira-partner'])
    for (const kind of ['create', 'comment']) await scene.control('POST', 'people', { action: 'once', kind, instance });
  await expect.poll(projects, { timeout: 10_000 }).toEqual(before.map((count) => count + 2));
  const status = () => scene.sandbox.verdict();
  await expect.poll(async () => (await status()).lostChanges, { timeout: 10_000 }).toBe(0);
  await click(scene, 'stop', created);
}

it('while a person chooses: it is asked anew, and all of it is handed over', TIME, async () => {
  await using scene = await openScene(QUICK);
  const handle = await start(scene);
  const { created } = await runToGate(scene, handle);
  await scene.control('POST', 'people', { action: 'once', kind: 'comment', instance: 'jira-new' });
  await send(handle, 'rollback', BACK);
  const asked = await until(handle, isAsked, 'the choice');
  // Nobody looks while it runs.
  await send(handle, 'pause', KIM);
  await runOnce(scene, created);
  await send(handle, 'resume', KIM);
  const again = await until(
    handle,
    (now) => isAsked(now) && now.tasks[0]?.why !== asked.tasks[0]?.why,
    'the choice anew',
  );
  expect(again.tasks[0]?.why).toContain('new pairs');
  const message = { ...KIM, task: again.tasks[0]?.id, answers: { [DELTA_QUESTION]: 'handOver' } };
  expect(await send(handle, 'answer', message)).toMatchObject({ accepted: true });
  await until(handle, ({ state }) => /^RolledBack/.test(state), 'the end');
  const verdict = await scene.sandbox.verdict();
  expect(verdict, JSON.stringify(verdict.details)).toMatchObject({ duplicates: 0, lostChanges: 0, bothRan: false });
});

it('a choice by what was found before it ran again is not heeded', TIME, async () => {
  await using scene = await openScene(QUICK);
  const handle = await start(scene);
  const { created } = await runToGate(scene, handle);
  // Nobody looks before the answer is given.
  scene.config.timing.personWait = { from: 60_000, to: 60_000 };
  await scene.control('POST', 'people', { action: 'once', kind: 'comment', instance: 'jira-new' });
  await send(handle, 'rollback', BACK);
  const { tasks } = await until(handle, isAsked, 'the choice');
  await runOnce(scene, created);
  await send(handle, 'answer', { ...KIM, task: tasks[0]?.id, answers: { [DELTA_QUESTION]: 'handOver' } });
  const again = await until(handle, (now) => isAsked(now) && now.tasks[0]?.why !== tasks[0]?.why, 'the choice anew');
  expect(again.tasks[0]?.why).toContain('new pairs');
  expect(scene.world.synchronizations.map(({ key }) => key)).toContain(created);
});

it(
  'while a person is asked to delete it, where nothing had happened before: that is found and asked about',
  TIME,
  async () => {
    await using scene = await openScene({
      ...QUICK,
      configure: ({ instances }) => {
        if (instances['jira-new']) instances['jira-new'].backbone.deleteSynchronization = 'person';
      },
    });
    const handle = await start(scene);
    const { created } = await runToGate(scene, handle);
    await send(handle, 'rollback', BACK);
    await until(handle, ({ tasks }) => tasks.some(({ step }) => step === 'createSynchronization'), 'the delete');
    // Nobody looks while it runs: what it holds tells.
    await send(handle, 'pause', KIM);
    await runOnce(scene, created);
    await send(handle, 'resume', KIM);
    const { blockers } = await until(handle, ({ state }) => state === 'NeedsAttention', 'the trouble');
    expect(blockers).toMatchObject([{ code: 'NewOneRunsAgain', items: [created] }]);
    expect(blockers[0]?.reason).toContain('was started again meanwhile');
    await retry(handle);
    const { tasks, rollback } = await until(handle, isAsked, 'the choice');
    expect(rollback).toMatchObject({ class: 'R2' });
    await send(handle, 'answer', { ...KIM, task: tasks[0]?.id, answers: { [DELTA_QUESTION]: 'handOver' } });
    await until(handle, ({ tasks }) => tasks.some(({ step }) => step === 'createSynchronization'), 'the delete, again');
    await click(scene, 'delete', created);
    await until(handle, ({ state }) => /^RolledBack/.test(state), 'the end');
    const verdict = await scene.sandbox.verdict();
    expect(verdict, JSON.stringify(verdict.details)).toMatchObject({ duplicates: 0, lostChanges: 0, bothRan: false });
  },
);

it('between the look at it and a delete of ours: it stays, and that is found', TIME, async () => {
  await using scene = await openScene(QUICK);
  const handle = await start(scene);
  const { created } = await runToGate(scene, handle);
  await scene.control('POST', 'faults', { instance: 'jira-new', method: 'DELETE', action: 'timeout', when: 'before' });
  const isOutcome = ({ kind, subject }: EntryDraft) =>
    kind === 'outcome' && subject.step === undoName('createSynchronization');
  diesBefore(scene, isOutcome);
  // Read not to have taken effect: it is about to be sent once more.
  const ran = onEntry(
    scene,
    (entry) => isOutcome(entry) && entry.subject.outcome === 'absent',
    () => runOnce(scene, created),
  );
  await send(handle, 'rollback', BACK);
  await ran;
  const { blockers } = await until(handle, ({ state }) => state !== 'RollingBack', 'the trouble');
  expect(blockers).toMatchObject([{ code: 'NewOneRunsAgain', items: [created] }]);
  expect(scene.world.synchronizations.map(({ key }) => key)).toContain(created);
});

it('the choice says that the original runs, where somebody started it by hand', TIME, async () => {
  await using scene = await openScene(QUICK);
  const handle = await start(scene);
  await runToGate(scene, handle);
  await scene.control('POST', 'people', { action: 'once', kind: 'comment', instance: 'jira-new' });
  const { home: instance, key: integrationKey } = scene.world.original;
  await scene.control('POST', 'ui/start', { instance, integrationKey, by: 'otto' });
  await send(handle, 'rollback', BACK);
  const { tasks } = await until(handle, isAsked, 'the choice');
  expect(tasks[0]?.why).toContain(`${instance}/${integrationKey} is RUNNING`);
  expect(tasks[0]?.why).not.toContain('stopped too');
});
