/** A task ends when what is read says so; an answer is heard, but never believed against what is read. */
import { expect, it } from 'vitest';
import { answerAll, ledgerOf, openScene, send, statusOf, untilState } from '../support/migration.ts';
import { until } from '../support/processes.ts';
import { untilTask } from './untilTask.ts';

const KIM = 'kim@example.com';
const QUICK = { interval: 40, issues: 6, ambiguous: false } as const;

const stoppedByPerson = () =>
  openScene({
    ...QUICK,
    configure: ({ instances }) => {
      for (const { backbone } of Object.values(instances)) backbone.stopSynchronization = 'person';
    },
  });

it('refuses "done" while the check sees that it is not, says what it saw, and keeps the task and its age', async () => {
  await using scene = await stoppedByPerson();
  const handle = await scene.start();
  const task = await untilTask(scene, handle, 'stopOriginal');
  const answer = await send(handle, 'answer', { by: KIM, task: 'stopOriginal', answers: { done: true } });
  expect(answer).toMatchObject({ accepted: false, reason: expect.stringContaining('INT-16 is RUNNING') });
  expect(answer.legal).toContain('answer');
  const after = await untilState(handle, 'WaitingForPerson');
  expect(after.tasks).toEqual([task]);
  expect(after.personSince).toBe(task.since);
  const entries = (await ledgerOf(scene, handle)).filter(({ subject }) => subject.verb === 'answer');
  expect(entries.slice(-2).map(({ kind, subject }) => [kind, subject.contradicted])).toEqual([
    ['verb', undefined],
    ['refused', true],
  ]);

  await scene.control('POST', 'ui/stop', { instance: 'jira-old', integrationKey: 'INT-16', by: KIM });
  const [done] = (await answerAll(scene, handle, 'AwaitingApproval')).steps.filter(
    ({ step }) => step === 'stopOriginal',
  );
  expect(done).toMatchObject({ state: 'done', by: 'person', basis: 'read' });
});

it('accepts "done" when the check agrees', async () => {
  await using scene = await stoppedByPerson();
  const handle = await scene.start();
  await untilTask(scene, handle, 'stopOriginal');
  // Nobody looks by itself for a while: what ends the task is the answer.
  scene.config.timing.personWait = { from: 60_000, to: 60_000 };
  await scene.control('POST', 'ui/stop', { instance: 'jira-old', integrationKey: 'INT-16', by: KIM });
  const answer = await send(handle, 'answer', { by: KIM, task: 'stopOriginal', answers: { done: true } });
  expect(answer.accepted || /no task|too early/.test(answer.reason), answer.reason).toBe(true);
  await until(async () => (await statusOf(handle))?.steps[1]?.state === 'done', 'the step to end');
});

it('tells the second of two who answer at once that the task is being looked at', async () => {
  await using scene = await openScene({ ...QUICK, gap: 2 });
  const handle = await scene.start();
  const [task] = (await untilState(handle, 'WaitingForPerson')).tasks;
  const answers = Object.fromEntries((task?.questions ?? []).map(({ id, choices }) => [id, choices[0]?.value]));
  const sent = await Promise.all([
    send(handle, 'answer', { by: KIM, task: 'preflight', answers }),
    send(handle, 'answer', { by: 'ann@example.com', task: 'preflight', answers }),
  ]);
  expect(sent.filter(({ accepted }) => accepted)).toHaveLength(1);
  expect(sent.find(({ accepted }) => !accepted)?.reason).toMatch(/no task preflight is open|too early/);
  const kinds = (await ledgerOf(scene, handle))
    .filter(({ subject }) => subject.verb === 'answer')
    .map(({ kind }) => kind);
  expect(kinds.sort()).toEqual(['refused', 'verb']);
});

it('answers a pause while an answer is still being looked at', async () => {
  await using scene = await stoppedByPerson();
  const handle = await scene.start();
  await untilTask(scene, handle, 'stopOriginal');
  await scene.control('POST', 'switches', { latencyMs: 900 });
  const answered = send(handle, 'answer', { by: KIM, task: 'stopOriginal', answers: { done: true } });
  const heard = async () => (await ledgerOf(scene, handle)).some(({ subject }) => subject.verb === 'answer');
  await until(heard, 'the answer to be entered');
  const pause = await send(handle, 'pause', { by: KIM });
  const answer = await answered;
  expect(pause.accepted).toBe(true);
  // The look that would contradict it has not come.
  expect(answer).toMatchObject({ accepted: true, reason: 'answered stopOriginal.' });
  expect(await statusOf(handle)).toMatchObject({ state: 'Paused' });
  await scene.control('POST', 'switches', { latencyMs: 0 });
});

it('does not believe a resync that nothing was sent by, and names the issues', async () => {
  await using scene = await openScene({
    ...QUICK,
    configure: ({ instances, policy }) => {
      policy.deleteOnAttested = true;
      for (const { backbone } of Object.values(instances)) backbone.resync = 'person';
    },
  });
  const handle = await scene.start();
  const task = await untilTask(scene, handle, 'resyncAToB');
  expect(task.clicks.join('\n')).toMatch(/Select only the fields Summary, for the issues key in \("PA-\d+", /);
  const answers = { resyncAToB: 'done' };
  const answer = await send(handle, 'answer', { by: KIM, task: 'resyncAToB', answers });
  expect(answer).toMatchObject({ accepted: false, reason: expect.stringMatching(/PA-\d+ has sent nothing since/) });
  const picture = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  expect(picture.blockers).toEqual([]);
  expect(picture.steps.find(({ step }) => step === 'resyncAToB')).toMatchObject({ by: 'person', basis: 'attested' });
});
