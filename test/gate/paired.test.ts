/** Nothing is started before both connectors were read to hold every pair, right before: it would create their issues again. */
import { it } from 'vitest';
import { startSynchronization } from '../../sandbox/backbone/lifecycle.ts';
import type { HumanTask } from '../../src/contract/tasks.ts';
import { effects } from '../support/findings.ts';
import {
  answerAll,
  ledgerOf,
  openScene,
  REQUESTER,
  retry,
  runToGate,
  type Scene,
  type SceneOptions,
  send,
  until,
  untilState,
} from '../support/migration.ts';
import { untilTask } from '../tasks/untilTask.ts';

const SMALL = { issues: 6, ambiguous: false } as const;

const byPerson = (...steps: ('startSynchronization' | 'pairIssues')[]): SceneOptions => ({
  ...SMALL,
  configure: ({ instances }) => {
    for (const { backbone } of Object.values(instances)) for (const step of steps) backbone[step] = 'person';
  },
});

/** One connector of a synchronization holds a pair no more: somebody deleted its entry in Backbone. */
function forgets({ world }: Scene, key: string | null, issue: string): void {
  const one = world.synchronizations.find((each) => each.key === key);
  if (!one?.first.entries.delete(issue)) throw new Error(`${key} has no ${issue}`);
}

const started = (scene: Scene): number => effects(scene.record(), 'integration started');

it.concurrent('a pair that is gone when the start is about to be sent: nothing is sent, and it is paired again', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  const { artifacts } = scene.store;
  const putJson = artifacts.putJson.bind(artifacts);
  // The check has read all pairs, and keeps what it forecasts.
  artifacts.putJson = async (value) => {
    if (started(scene) === 0 && typeof value === 'object' && value !== null && 'paired' in value) {
      artifacts.putJson = putJson;
      forgets(scene, 'INT-5', 'PA-3');
    }
    return putJson(value);
  };
  await answerAll(scene, handle, 'NeedsAttention', 'AwaitingApproval');
  const asked = await untilState(handle, 'NeedsAttention');
  expect(asked).toMatchObject({ blockers: [{ code: 'PairsMissing', items: [expect.stringContaining('PA-3')] }] });
  expect(started(scene)).toBe(0);
  await retry(handle);
  await runToGate(scene, handle);
  expect(started(scene)).toBe(1);
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0 });
  const sent = (await ledgerOf(scene, handle)).find(
    ({ kind, subject }) => kind === 'intent' && subject.step === 'startSynchronization',
  );
  expect(sent).toMatchObject({ subject: { pairs: 6 }, digests: { pairSet: expect.any(String) } });
});

it.concurrent('a person is not asked to start it while a pair is missing, and the task is taken back when one is lost', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene(byPerson('startSynchronization', 'pairIssues'));
  const handle = await scene.start();
  await untilTask(scene, handle, 'startSynchronization');
  const { created } = await untilState(handle, 'WaitingForPerson');
  forgets(scene, created, 'PA-3');
  expect(await untilState(handle, 'NeedsAttention')).toMatchObject({
    tasks: [],
    blockers: [{ code: 'PairsMissing', items: [expect.stringContaining('PA-3')] }],
  });
  await retry(handle);
  const { tasks } = await untilState(handle, 'WaitingForPerson');
  expect(tasks).toMatchObject([{ id: 'pairIssues', seen: [expect.stringContaining('1 pair')] }]);
  await runToGate(scene, handle);
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0 });
});

it.concurrent('the start by hand of one that lost a pair is named at once, and nothing goes on', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene({
    ...byPerson('startSynchronization'),
    configure: (config) => {
      byPerson('startSynchronization').configure?.(config);
      config.timing.personWait = { from: 3_000, to: 3_000 };
      config.timing.watchEvery = 60_000;
    },
  });
  const handle = await scene.start();
  await untilTask(scene, handle, 'startSynchronization');
  const { created } = await untilState(handle, 'WaitingForPerson');
  const byHand = scene.world.synchronizations.find(({ key }) => key === created);
  if (!byHand) throw new Error(`${created} is gone`);
  // In one moment: a look between the two would name the pair before anybody started it.
  forgets(scene, created, 'PA-3');
  startSynchronization(scene.world, byHand, 'ann');
  expect(await untilState(handle, 'NeedsAttention')).toMatchObject({
    blockers: [{ code: 'PairsMissing', remedy: expect.stringContaining(`Stop ${created}`) }],
  });
});

it.concurrent('going forward again starts nothing that lost a pair, and pairing it again forgets nothing that was carried', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  const { created } = await runToGate(scene, handle);
  await scene.control('POST', 'people', { action: 'once', instance: 'jira-new', kind: 'comment' });
  await send(handle, 'rollback', { by: REQUESTER });
  const { tasks } = await until(handle, (picture) => picture.tasks.length > 0, 'the choice');
  forgets(scene, created, 'PA-3');
  // What was asked is about what it held: the choice is asked for anew.
  const goForward = { by: REQUESTER, task: tasks[0]?.id ?? '', answers: { rollbackDelta: 'goForward' } };
  await send(handle, 'answer', goForward);
  await until(handle, ({ tasks: [task] }) => isOther(task, tasks[0]), 'the choice anew');
  await send(handle, 'answer', goForward);
  expect(await untilState(handle, 'NeedsAttention')).toMatchObject({ blockers: [{ code: 'PairsMissing' }] });
  expect(started(scene)).toBe(1);
  await retry(handle);
  await runToGate(scene, handle);
  expect(started(scene)).toBe(2);
});

const isOther = (task?: HumanTask, before?: HumanTask): boolean =>
  task !== undefined && task.questions[0]?.about !== before?.questions[0]?.about;

it.concurrent('the original is not started again without a pair that was downloaded of it', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  await untilTask(scene, handle, 'importConfiguration');
  forgets(scene, 'INT-16', 'PA-3');
  await send(handle, 'rollback', { by: REQUESTER });
  const { tasks } = await until(handle, ({ tasks: [task] }) => task?.id === 'originalUnfit', 'the question');
  expect(scene.world.original.running).toBe(false);
  const digest = /artifact get ([0-9a-f]{64})/.exec(tasks[0]?.clicks.join() ?? '')?.[1] ?? '';
  const data = await scene.store.artifacts.getJson(digest);
  await scene.control('POST', 'ui/pair', { instance: 'jira-old', integrationKey: 'INT-16', data, by: 'ann' });
  expect(await handle.result()).toMatchObject({ state: 'RolledBack' });
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0, bothRan: false });
});
