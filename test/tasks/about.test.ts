/** An answer counts for what was asked, and for nothing that came since. */
import type { WorkflowHandle } from '@temporalio/client';
import { it } from 'vitest';
import type { PlanDocument } from '../../src/activities/planDocument.ts';
import type { HumanTask } from '../../src/contract/tasks.ts';
import {
  answerAll,
  ledgerOf,
  openScene,
  REQUESTER,
  retry,
  runToGate,
  type Scene,
  send,
  statusOf,
  until,
  untilState,
} from '../support/migration.ts';
import { again } from '../takeover/again.ts';
import { untilTask } from './untilTask.ts';

const QUICK = { issues: 6, ambiguous: false } as const;

const makes = async ({ control }: Scene, count: number): Promise<void> => {
  for (let n = 0; n < count; n++)
    await control('POST', 'people', { action: 'once', instance: 'jira-new', kind: 'create' });
};

const answers = (handle: WorkflowHandle, task: string, given: object, about?: object) =>
  send(handle, 'answer', { by: REQUESTER, task, answers: given, ...(about ? { about } : {}) });

const questionOf = (task: HumanTask | undefined, id: string) => task?.questions.find((question) => question.id === id);

async function planOf(scene: Scene, handle: WorkflowHandle): Promise<PlanDocument> {
  const entries = await ledgerOf(scene, handle);
  return scene.store.artifacts.getJson(
    entries.findLast(({ digests }) => digests.planArtifact)?.digests.planArtifact ?? '',
  );
}

it.concurrent('accepting 1 unpaired issue accepts none of the 10 that came meanwhile', { timeout: 60_000 }, async ({
  expect,
}) => {
  await using scene = await openScene(QUICK);
  await makes(scene, 1);
  const handle = await scene.start();
  const { tasks } = await untilState(handle, 'WaitingForPerson');
  expect(questionOf(tasks[0], 'forecast')?.text).toContain('1 issue is in scope');
  await makes(scene, 10);
  const { accepted, reason } = await answers(handle, 'preflight', { forecast: 'accept' });
  expect({ accepted, reason }).toEqual({
    accepted: false,
    reason: expect.stringMatching(/forecast.*has changed.*11 issues/s),
  });
  const [task] = (await untilState(handle, 'WaitingForPerson')).tasks;
  expect(questionOf(task, 'forecast')?.text).toContain('11 issues are in scope');
  expect(scene.writes()).toEqual([]);
  expect(await answers(handle, 'preflight', { forecast: 'accept' })).toMatchObject({ accepted: true });
  await runToGate(scene, handle);
  expect((await planOf(scene, handle)).forecast.a).toHaveLength(11);
});

it.concurrent('a list that people make longer while it is read is accepted at the second answer at the latest', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene(QUICK);
  await makes(scene, 1);
  const handle = await scene.start();
  await untilState(handle, 'WaitingForPerson');
  await makes(scene, 1);
  expect(await answers(handle, 'preflight', { forecast: 'accept' })).toMatchObject({ accepted: false });
  await untilState(handle, 'WaitingForPerson');
  // The next look finds these, as it finds some at each look where a project is at work and large.
  await makes(scene, 3);
  expect(await answers(handle, 'preflight', { forecast: 'accept' })).toMatchObject({ accepted: true });
  const { blockers } = await runToGate(scene, handle);
  expect(blockers).toEqual([]);
  expect((await planOf(scene, handle)).forecast.a).toHaveLength(5);
});

it.concurrent('what comes into scope later was not accepted, however often somebody answered', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene(QUICK);
  await makes(scene, 2);
  await scene.control('POST', 'switches', { hiddenIssues: ['jira-new/PA-8'] });
  const handle = await scene.start();
  await untilState(handle, 'WaitingForPerson');
  await makes(scene, 1);
  expect(await answers(handle, 'preflight', { forecast: 'accept' })).toMatchObject({ accepted: false });
  await untilState(handle, 'WaitingForPerson');
  await scene.control('POST', 'switches', { hiddenIssues: [] });
  expect(await answers(handle, 'preflight', { forecast: 'accept' })).toMatchObject({
    accepted: false,
    reason: expect.stringContaining('has changed'),
  });
});

it.concurrent('an answer to a task as somebody read it is refused once it asks about something else', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene(QUICK);
  await makes(scene, 1);
  const handle = await scene.start();
  const { tasks } = await untilState(handle, 'WaitingForPerson');
  const about = { forecast: questionOf(tasks[0], 'forecast')?.about ?? '' };
  await makes(scene, 1);
  await retry(handle);
  await until(handle, (picture) => (questionOf(picture.tasks[0], 'forecast')?.text ?? '').includes('2 issues'), 'both');
  const { accepted, reason } = await answers(handle, 'preflight', { forecast: 'accept' }, about);
  expect({ accepted, reason }).toEqual({
    accepted: false,
    reason: expect.stringContaining('has changed since you read it'),
  });
  // Nothing was looked at: the task is as it was.
  expect((await statusOf(handle))?.tasks).toHaveLength(1);
});

it.concurrent('keeping one pair whose issue cannot be seen keeps no other one', { timeout: 60_000 }, async ({
  expect,
}) => {
  await using scene = await openScene(QUICK);
  await scene.control('POST', 'switches', { hiddenIssues: ['jira-partner/PB-4'] });
  const handle = await scene.start();
  await untilTask(scene, handle, 'pairIssues');
  await scene.control('POST', 'switches', { hiddenIssues: ['jira-partner/PB-5'] });
  expect(await answers(handle, 'pairIssues', { unseenPairs: 'keep' })).toMatchObject({
    accepted: false,
    reason: expect.stringContaining('PB-5 not visible'),
  });
  expect(await answers(handle, 'pairIssues', { unseenPairs: 'keep' })).toMatchObject({ accepted: true });
  const { steps } = await until(handle, ({ step }) => step !== 'pairIssues', 'the pairing');
  expect(steps.find(({ step }) => step === 'pairIssues')?.note).toContain('6 pairs');
});

it.concurrent('a resync that was done for one list is not taken for another', { timeout: 90_000 }, async ({
  expect,
}) => {
  await using scene = await openScene({
    ...QUICK,
    switches: { sequenceIdsInRest: false },
    configure: ({ instances, policy }) => {
      policy.deleteOnAttested = true;
      for (const { backbone } of Object.values(instances)) backbone.resync = 'person';
    },
  });
  const handle = await scene.start();
  const first = await untilTask(scene, handle, 'resyncAToB');
  await runToGate(scene, handle);
  await scene.control('POST', 'people', { action: 'once', instance: 'jira-new', kind: 'comment' });
  await send(handle, 'rollback', { by: REQUESTER });
  const { tasks } = await until(handle, (picture) => picture.tasks.length > 0, 'the choice');
  await answers(handle, tasks[0]?.id ?? '', { rollbackDelta: 'goForward' });
  const { tasks: now } = await until(
    handle,
    (picture) => picture.tasks.some(({ id }) => id === 'resyncAToB'),
    'the resync',
  );
  expect(questionOf(now[0], 'resyncAToB')?.about).not.toBe(questionOf(first, 'resyncAToB')?.about);
});

it.concurrent('an answer that is given before anything was found accepts nothing, also in the next run', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using scene = await openScene(QUICK);
  await scene.control('POST', 'switches', { hiddenIssues: ['jira-partner/PB-4'] });
  await makes(scene, 1);
  const handle = await scene.start();
  await untilState(handle, 'WaitingForPerson');
  expect(await answers(handle, 'pairIssues', { unseenPairs: 'keep' })).toMatchObject({ accepted: true });
  await handle.terminate('a test');
  const next = await again(scene, handle);
  await untilTask(scene, next, 'pairIssues');
  const entered = async () =>
    (await ledgerOf(scene, next)).filter(({ subject }) => subject.task === 'pairIssues' && subject.verb === 'answer');
  expect((await entered()).map(({ kind, subject }) => [kind, subject.early])).toEqual([
    ['verb', true],
    ['refused', true],
  ]);
  await answerAll(scene, next, 'AwaitingApproval', 'NeedsAttention');
  const given = (await entered()).at(-1);
  expect(await scene.store.artifacts.getJson(given?.digests.answers ?? '')).toEqual({
    unseenPairs: {
      value: 'keep',
      about: expect.stringMatching(/^[0-9a-f]{64}$/),
      asked: expect.stringContaining('1 pair'),
    },
  });
});
