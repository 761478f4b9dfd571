/** What people answer for texts, and what can only be read from the bytes, is settled before anything is stopped. */
import type { WorkflowHandle } from '@temporalio/client';
import { expect, it } from 'vitest';
import type { HumanTask, Question } from '../../src/contract/tasks.ts';
import { answersTo } from '../support/carefulPerson.ts';
import {
  answerAll,
  ledgerOf,
  openScene,
  REQUESTER,
  runToGate,
  type Scene,
  send,
  until,
  untilState,
} from '../support/migration.ts';
import { rewritingBefore } from '../support/rewriting.ts';

/** On the new instance "Customer reference" is another field; the one that came with the copy is called otherwise. */
const FIELD = { question: 'field:customfield_10106@jira-old->jira-new', copied: 'customfield_10321' };

async function sceneWithJql(firstJql: string): Promise<Scene> {
  const scene = await openScene();
  const field = scene.world.instances.get('jira-new')?.fields.find(({ id }) => id === FIELD.copied);
  if (!field) throw new Error('the field is gone');
  field.name = 'Customer reference (migrated)';
  scene.world.original.configuration.filter.firstJql = firstJql;
  return scene;
}

const asks = ({ id }: Question): string => id.replace(/#.*/, '');

/** Answers the open task with these values for some of its questions, and as a careful person does for the others it must have. */
async function answer(handle: WorkflowHandle, task: HumanTask, values: Record<string, string>) {
  const others = task.questions.filter((one) => !one.optional && !Object.hasOwn(values, asks(one)));
  const given = task.questions.filter((one) => Object.hasOwn(values, asks(one)));
  const answers = {
    ...answersTo(others),
    ...Object.fromEntries(given.map((one) => [one.id, values[asks(one)] ?? ''])),
  };
  return send(handle, 'answer', { by: REQUESTER, task: task.id, answers });
}

async function asked(handle: WorkflowHandle): Promise<HumanTask> {
  const { tasks } = await untilState(handle, 'WaitingForPerson');
  const [task] = tasks;
  if (!task) throw new Error('nothing is asked');
  return task;
}

const JQL = 'text:filter.firstJql';

it('uses the answer to a JQL that came in one message with that to its field', { timeout: 120_000 }, async () => {
  await using scene = await sceneWithJql('project = PA AND ("Customer reference" is EMPTY OR created > "2001-01-01")');
  const handle = await scene.start();
  const task = await asked(handle);
  expect(task.questions.filter(({ id }) => id.includes('@')).map((one) => [asks(one), one.optional])).toEqual([
    [FIELD.question, undefined],
    [JQL, true],
  ]);
  const jql = 'project = PA AND ("Customer reference (migrated)" is EMPTY OR created > "2001-01-01")';
  expect(await answer(handle, task, { [FIELD.question]: FIELD.copied, [JQL]: jql })).toMatchObject({ accepted: true });
  await runToGate(scene, handle);
  const made = scene.world.synchronizations.findLast(({ home }) => home === 'jira-new');
  expect(made?.configuration.filter.firstJql).toBe(jql);
});

it('proposes the JQL from the answer to the field, and refuses one that means another field', {
  timeout: 60_000,
}, async () => {
  await using scene = await sceneWithJql('"Customer reference" is EMPTY');
  const handle = await scene.start({ dryRun: true });
  await answer(handle, await asked(handle), { [FIELD.question]: FIELD.copied });
  const left = await until(handle, ({ tasks: [task] }) => task?.questions.length === 1, 'the JQL alone');
  const [second] = left.tasks;
  if (!second) throw new Error('nothing is asked');
  expect(second.questions.map(asks)).toEqual([JQL]);
  expect(second.questions[0]?.text).toContain('it reads "cf[10321] is EMPTY"');
  const wrong = await answer(handle, second, { [JQL]: '"Customer reference" is EMPTY' });
  expect(wrong.accepted).toBe(false);
  expect(wrong.reason).toContain('line 1: "Customer reference" is another one on jira-new');
  const broken = await answer(handle, await asked(handle), { [JQL]: '(cf[10321] is EMPTY' });
  expect(broken.reason).toContain('line 1, column 1: this bracket is not closed.');
  await answer(handle, await asked(handle), { [JQL]: 'cf[10321] is EMPTY' });
  expect(await handle.result()).toMatchObject({ state: 'Planned' });
});

it('says so when an answer is no text, instead of dropping it', { timeout: 60_000 }, async () => {
  await using scene = await sceneWithJql('"Customer reference" is EMPTY');
  const handle = await scene.start({ dryRun: true, mapping: { [FIELD.question]: FIELD.copied } });
  const task = await asked(handle);
  const id = task.questions.find((one) => asks(one) === JQL)?.id ?? '';
  const others = answersTo(task.questions.filter((one) => one.id !== id));
  await send(handle, 'answer', {
    by: REQUESTER,
    task: task.id,
    answers: { ...others, [id]: { jql: 'cf[10321] is EMPTY' } },
  });
  const again = await until(
    handle,
    ({ state, tasks: [one] }) => state === 'WaitingForPerson' && one?.questions.length === 1,
    'the JQL alone',
  );
  expect(again.tasks[0]?.questions[0]?.text).toContain('is no text; send it again in double quotes');
});

it('asks before the stop for what only the bytes say, and for nothing after it', { timeout: 120_000 }, async () => {
  let target = '';
  await using proxy = await rewritingBefore(
    () => target,
    (path, body) =>
      /\/integrations\/INT-\d+$/.test(path)
        ? body
            .replace('"firstOptionId":"10304"', '"firstOptionId":9007199254740993')
            .replace('"comments":', '"comments":{"direction":"NONE"},"comments":')
        : body,
  );
  await using scene = await openScene({
    ambiguous: false,
    configure: ({ instances }) => {
      const old = instances['jira-old'];
      if (!old) throw new Error('jira-old is not configured');
      target = old.baseUrl;
      old.baseUrl = proxy.url;
    },
  });
  const handle = await scene.start();
  const task = await asked(handle);
  const found = task.questions.filter(({ id }) => id.includes('@'));
  expect(found.map(asks)).toEqual(['option:customfield_10105/9007199254740993@jira-old->jira-new', 'twice:comments']);
  expect(scene.writes()).toEqual([]);
  await answer(handle, task, { [found[0]?.id ?? '']: '10713', 'twice:comments': 'last' });
  await until(
    handle,
    ({ steps }) => steps.some(({ step, state }) => step === 'createSynchronization' && state === 'done'),
    'it',
  );
  const exported = (await ledgerOf(scene, handle)).filter(
    ({ kind, subject }) => kind === 'step' && subject.step === 'exportConfiguration',
  );
  expect(exported.map(({ subject }) => subject.result)).toEqual(['done']);
});

it('fills in the keys of its connectors once they exist, and asks nobody for them', { timeout: 120_000 }, async () => {
  await using scene = await openScene({ ambiguous: false });
  const { original } = scene.world;
  const old = original.first.connectorKey;
  original.configuration.extra.whatever = { from: old, note: `since ${old}` };
  const handle = await scene.start();
  const picture = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  expect(picture).toMatchObject({ state: 'AwaitingApproval', blockers: [] });
  const made = scene.world.synchronizations.findLast(({ home }) => home === 'jira-new');
  const now = made?.first.connectorKey;
  expect(now).not.toBe(old);
  expect(made?.configuration.extra.whatever).toEqual({ from: now, note: `since ${now}` });
  const tasks = (await ledgerOf(scene, handle)).filter(({ subject }) => subject.result === 'task');
  expect(tasks.map(({ subject }) => subject.step)).toEqual(['importConfiguration']);
});
