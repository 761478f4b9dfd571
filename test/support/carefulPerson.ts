/** What a careful person does with a task of a migration. Does not guess: a question nobody knows the answer of fails the test. */
import type { WorkflowHandle } from '@temporalio/client';
import type { AskedResync } from '../../src/activities/resyncTask.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import type { HumanTask, Question } from '../../src/contract/tasks.ts';
import type { Scene } from './migration.ts';

const WHO = 'kim@example.com';
/** The field that came with the copy; jira-new's own of the same name is used by another project. */
const COPIED_FIELD = 'customfield_10321';

export async function doTask(
  scene: Pick<Scene, 'control' | 'store' | 'sandbox'>,
  handle: WorkflowHandle,
  picture: MigrationPicture,
  task: HumanTask,
): Promise<void> {
  if (task.questions.length > 0) {
    await act(scene, picture, task);
    const message = { by: WHO, task: task.id, answers: answersTo(task.questions) };
    const answer = await handle.executeUpdate<{ accepted: boolean; reason: string }, [object]>('answer', {
      args: [message],
    });
    // A task may have ended by itself while it was read.
    if (!answer.accepted && !/no task|too early/.test(answer.reason)) throw new Error(answer.reason);
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
async function act(
  { control, store, sandbox }: Pick<Scene, 'control' | 'store' | 'sandbox'>,
  { created }: MigrationPicture,
  task: HumanTask,
): Promise<boolean> {
  const fresh = { instance: 'jira-new', integrationKey: created, by: WHO };
  const old = { instance: sandbox.world.original.home, integrationKey: sandbox.ready.original, by: WHO };
  const file = async <T>() => store.artifacts.getJson<T>(task.files[0]?.digest ?? '');
  switch (task.step) {
    case 'stopOriginal':
      await control('POST', 'ui/stop', old);
      return true;
    case 'createSynchronization':
      await control('POST', 'ui/create', {
        instance: 'jira-new',
        firstProject: 'PA',
        secondProject: 'PB',
        secondInstance: 'jira-partner',
        summary: 'PA <> PB',
        description: task.clicks.join(' '),
        by: WHO,
      });
      return true;
    case 'importConfiguration':
      await control('POST', 'ui/import-configuration', { ...fresh, configuration: await file() });
      return true;
    case 'pairIssues':
      await control('POST', 'ui/pair', { ...fresh, data: await file() });
      return true;
    case 'startSynchronization':
      if (task.questions.length === 0) await control('POST', 'ui/start', fresh);
      return true;
    case 'resyncAToB':
    case 'resyncBToA':
      await resync(control, fresh, await file<AskedResync>());
      return true;
    case 'deleteOriginal':
      await control('POST', 'ui/delete', old);
      return true;
    default:
      return false;
  }
}

/** Exactly the requests of the task's file. */
async function resync(control: Scene['control'], fresh: object, { connector, requests }: AskedResync): Promise<void> {
  for (const { jql, fieldMappings } of requests)
    await control('POST', 'ui/resync', { ...fresh, connector, jql, fieldMappings });
}
