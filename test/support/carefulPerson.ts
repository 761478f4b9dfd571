/** What a careful person does with a task of a migration. Does not guess: a question nobody knows the answer of fails the test. */
import type { WorkflowHandle } from '@temporalio/client';
import { clickFor } from '../../demo/hands.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { type HumanTask, type Question, requiredOf } from '../../src/contract/tasks.ts';
import type { Scene } from './migration.ts';

const WHO = 'kim@example.com';
/** The field that came with the copy; jira-new's own of the same name is used by another project. */
export const COPIED_FIELD = 'customfield_10321';

export async function doTask(
  scene: Pick<Scene, 'control' | 'store' | 'sandbox'>,
  handle: WorkflowHandle,
  picture: MigrationPicture,
  task: HumanTask,
): Promise<void> {
  // What may be left open is left open: nobody here decides otherwise than was decided.
  const questions = requiredOf(task);
  if (questions.length > 0) {
    await act(scene, picture, task);
    const about = Object.fromEntries(questions.map((question) => [question.id, question.about]));
    const message = { by: WHO, task: task.id, answers: answersTo(questions), about };
    const answer = await handle.executeUpdate<{ accepted: boolean; reason: string }, [object]>('answer', {
      args: [message],
    });
    // A task may have ended by itself, or ask about something else, while it was read.
    if (!answer.accepted && !/no task|too early|has changed since you read it/.test(answer.reason))
      throw new Error(answer.reason);
  } else if (!(await act(scene, picture, task))) {
    throw new Error(`nobody knows how to do ${task.id}: ${task.title} (${task.clicks.join(' ')})`);
  }
}

export function answersTo(questions: Question[]): Record<string, string> {
  return Object.fromEntries(questions.map((question) => [question.id, answerTo(question)]));
}

function answerTo({ id, text, choices }: Question): string {
  // Nobody answered in the partner's place: its people were asked, and looked.
  if (id === 'partner') return 'confirmed';
  const values = choices.map(({ value }) => value);
  const known = values.find((value) => [COPIED_FIELD, 'resync', 'done'].includes(value));
  const [only, ...others] = values;
  const answer = known ?? (others.length === 0 ? only : undefined);
  if (answer === undefined) throw new Error(`nobody knows the answer to ${id}: ${text} (${values.join(', ')})`);
  return answer;
}

/** The clicks in Backbone's pages. False when there are none for this step. */
const act = (
  { control, store, sandbox }: Pick<Scene, 'control' | 'store' | 'sandbox'>,
  { created }: MigrationPicture,
  task: HumanTask,
): Promise<boolean> =>
  clickFor(
    {
      click: (page, body) => control('POST', `ui/${page}`, body),
      file: (digest) => store.artifacts.getJson(digest),
      original: { instance: sandbox.world.original.home, integrationKey: sandbox.ready.original },
      home: sandbox.ready.start.new.instance,
      project: sandbox.world.live.a.projectKey,
      created,
      by: WHO,
    },
    task,
  );
