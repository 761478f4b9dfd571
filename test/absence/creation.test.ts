/** What is created once is created once, and what somebody else made is not ours. */
import { it } from 'vitest';
import type { EntryDraft } from '../../src/contract/ledger.ts';
import { onEntry } from '../support/entries.ts';
import {
  answerAll,
  openScene,
  REQUESTER,
  retry,
  runToEnd,
  type Scene,
  send,
  until,
  untilState,
} from '../support/migration.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { synchronization } from './behind.ts';

const QUICK = { issues: 6, ambiguous: false } as const;
const isCreate = ({ kind, subject }: EntryDraft): boolean => kind === 'intent' && subject.part === 'create';
const creations = (scene: Scene) =>
  scene.writes().filter(({ method, path = '' }) => method === 'POST' && /integrations$/.test(path));

/** The answer of the creation is lost, and for some answers or a time the list does not show what was made. */
async function lostCreation(scene: Scene, stale: object): Promise<void> {
  await scene.control('POST', 'instances', { instance: 'jira-new', picture: 'before' });
  await scene.control('POST', 'faults', {
    instance: 'jira-new',
    method: 'POST',
    path: '/integrations$',
    action: 'resetAfter',
  });
  void onEntry(scene, isCreate, () =>
    scene.control('POST', 'faults', {
      instance: 'jira-new',
      path: '/api/1/integrations',
      action: 'stale',
      picture: 'before',
      ...stale,
    }),
  );
}

it.concurrent('a creation whose answer was lost is looked for longer than a node is behind, before it is sent again', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using scene = await openScene({
    ...QUICK,
    configure: ({ timing }) => {
      timing.staleness = 4000;
    },
  });
  // From the creation on: the lease and many intervals are over by then.
  await lostCreation(scene, { forMs: 3000 });
  const handle = await scene.start();
  expect(await runToEnd(scene, handle)).toMatchObject({ state: 'Completed' });
  expect(creations(scene)).toHaveLength(1);
});

it.concurrent('two that carry our mark stop the run as soon as both are seen, whatever it is doing', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using scene = await openScene(QUICK);
  // Longer than anybody assumes: the second one is made. Then the node catches up.
  await lostCreation(scene, { every: 1 });
  const second = onEntry(
    scene,
    ({ kind, subject }) => kind === 'outcome' && subject.part === 'create' && subject.outcome === 'answered',
    () => scene.control('DELETE', 'faults'),
  );
  const handle = await scene.start();
  const held = await answerAll(scene, handle, 'NeedsAttention', 'AwaitingApproval');
  await second;
  expect(held).toMatchObject({
    state: 'NeedsAttention',
    blockers: [{ code: 'TwoCreated', items: ['INT-5', 'INT-6'] }],
  });
  expect(scene.record().filter(({ what }) => what === 'integration started')).toEqual([]);
});

it.concurrent('also when the other one is seen only later', { timeout: 90_000 }, async ({ expect }) => {
  await using scene = await openScene({
    ...QUICK,
    configure: ({ instances }) => {
      for (const { backbone } of Object.values(instances)) backbone.startSynchronization = 'person';
    },
  });
  const handle = await scene.start();
  const { why } = await untilTask(scene, handle, 'startSynchronization');
  expect(why).toContain('INT-5');
  const { description } = synchronization(scene, 'INT-5');
  await make(scene, description);
  await retry(handle);
  expect(await untilState(handle, 'NeedsAttention')).toMatchObject({
    step: 'startSynchronization',
    blockers: [{ code: 'TwoCreated', items: ['INT-5', 'INT-6'] }],
  });
});

const make = ({ control }: Scene, description: string) =>
  control('POST', 'ui/create', {
    instance: 'jira-new',
    firstProject: 'PA',
    secondProject: 'PB',
    secondInstance: 'jira-partner',
    summary: 'Theirs',
    description,
    by: 'admin',
  });

const byPerson = () =>
  openScene({
    ...QUICK,
    configure: ({ instances }) => {
      for (const { backbone } of Object.values(instances)) backbone.createSynchronization = 'person';
    },
  });

const touched = (scene: Scene, key: string) =>
  scene.writes().filter(({ path = '' }) => path.includes(`/${key}`) || path.includes('/connectors/'));

it.concurrent('one that somebody else makes while ours is asked for is not ours: it is shown, and asked about', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using scene = await byPerson();
  const handle = await scene.start();
  await until(
    handle,
    ({ tasks }) => tasks[0]?.id === 'preflight' || tasks[0]?.id === 'createSynchronization',
    'a task',
  );
  await answerPreflight(scene, handle);
  await make(scene, 'do not touch');
  const { tasks } = await until(handle, ({ tasks }) => (tasks[0]?.questions.length ?? 0) > 0, 'the question');
  expect(tasks[0]).toMatchObject({ id: 'createSynchronization' });
  const [question] = tasks[0]?.questions ?? [];
  expect(question?.choices[0]?.label).toContain('INT-5');
  expect(question?.choices[0]?.evidence).toMatch(/admin.*\b0 pairs.*do not touch/);
  expect(touched(scene, 'INT-5')).toEqual([]);
  expect(JSON.stringify(tasks)).not.toContain('INT-5 is ours');
});

it.concurrent('a person can take it for the migration by name; then it is, but a rollback leaves it', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using scene = await byPerson();
  const handle = await scene.start();
  await answerPreflight(scene, handle);
  await make(scene, 'made by hand, the mark was forgotten');
  const { tasks } = await until(handle, ({ tasks }) => (tasks[0]?.questions.length ?? 0) > 0, 'the question');
  const [question] = tasks[0]?.questions ?? [];
  const answers = { [question?.id ?? '']: question?.choices[0]?.value };
  expect(await send(handle, 'answer', { by: REQUESTER, task: 'createSynchronization', answers })).toMatchObject({
    accepted: true,
  });
  const gate = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  expect(gate).toMatchObject({ state: 'AwaitingApproval', created: 'INT-5' });
  await send(handle, 'rollback', { by: REQUESTER });
  const back = await until(handle, ({ tasks }) => tasks.length > 0, 'what becomes of it');
  expect(back.tasks[0]?.why).toContain('does not carry our mark');
  expect(synchronization(scene, 'INT-5').deleted).toBe(false);
});

it.concurrent('where we create it ourselves, one of somebody else is not taken for it either', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using scene = await openScene(QUICK);
  void onEntry(
    scene,
    ({ kind, subject }) => kind === 'step' && subject.step === 'stopOriginal',
    () => make(scene, '[backbone-migrator m-0123456789ab]'),
  );
  const handle = await scene.start();
  const asked = await answerAll(scene, handle, 'NeedsAttention', 'AwaitingApproval');
  // It carries another migration's mark: nobody can say that it is ours.
  expect(asked).toMatchObject({ step: 'createSynchronization', state: 'NeedsAttention' });
  expect(asked.blockers[0]).toMatchObject({ code: 'NotOurs', items: ['INT-5'] });
  expect(touched(scene, 'INT-5')).toEqual([]);
});

async function answerPreflight(scene: Scene, handle: Parameters<typeof untilTask>[1]): Promise<void> {
  await until(handle, ({ tasks }) => tasks.length > 0, 'a task');
  await untilTask(scene, handle, 'createSynchronization');
}

it.concurrent('a person keeps one of somebody else beside ours on the way back: that stays, and ours is deleted', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using scene = await openScene(QUICK);
  const handle = await scene.start();
  const gate = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  await make(scene, 'do not touch');
  await send(handle, 'rollback', { by: REQUESTER });
  const { tasks } = await until(handle, ({ tasks }) => tasks[0]?.id === 'createSynchronization', 'the question');
  const [question] = tasks[0]?.questions ?? [];
  const answers = { [question?.id ?? '']: question?.choices[0]?.value };
  await send(handle, 'answer', { by: REQUESTER, task: 'createSynchronization', answers });
  expect(await handle.result()).toMatchObject({ state: 'RolledBackWithResidue' });
  const left = scene.world.synchronizations.filter(({ home, deleted }) => home === 'jira-new' && !deleted);
  expect(left.map(({ key }) => key)).not.toContain(gate.created);
  expect(left.some(({ description }) => description === 'do not touch')).toBe(true);
  expect(scene.world.original).toMatchObject({ running: true, deleted: false });
});
