/** The people of a migration, scripted: they answer, import the file in Backbone's pages, and approve. They see the store only. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { FINAL_STATES } from '../../src/contract/names.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { type HumanTask, requiredOf } from '../../src/contract/tasks.ts';
import { COPIED_FIELD } from './carefulPerson.ts';
import type { Stage } from './findings.ts';
import { APPROVER, REQUESTER } from './migration.ts';
import { ledgerOf, pictureOf } from './rehearsal.ts';

type Scene = Pick<Stage, 'store' | 'control'>;

export interface Acting {
  /** Ends when the migration has ended, or when `until` says so. */
  until?: (picture: MigrationPicture) => boolean;
  /** Default: yes, once for each time it is asked. */
  approve?: boolean;
  timeoutMs?: number;
  /** Trouble is mended by `retry` alone, and told here. Default: it is waited for as it is. */
  onTrouble?: (code: string) => void;
}

/** Does what the migration asks for until it ends; answers the last picture. */
export async function act(
  scene: Scene,
  handle: WorkflowHandle,
  { until = () => false, approve = true, timeoutMs = 60_000, onTrouble }: Acting = {},
): Promise<MigrationPicture> {
  const deadline = Date.now() + timeoutMs;
  const done = new Set<string>();
  for (;;) {
    const picture = await pictureOf(scene);
    if (picture && (isFinal(picture) || until(picture))) return picture;
    if (Date.now() > deadline)
      throw new Error(`not at the end after ${timeoutMs} ms: ${brief(picture)} ${await lastEntries(scene)}`);
    if (picture?.state === 'WaitingForPerson') {
      for (const task of picture.tasks) {
        const once = `${task.id} ${task.since} ${task.questions.map(({ id }) => id).join()}`;
        if (done.has(once)) continue;
        done.add(once);
        await doTask(scene, handle, picture, task);
      }
    }
    if (picture?.state === 'NeedsAttention' && onTrouble) {
      onTrouble(picture.blockers[0]?.code ?? 'unnamed');
      await handle.signal('retry', { by: REQUESTER });
      await sleep(500);
    }
    if (picture?.state === 'AwaitingApproval' && approve && (await isAsked(scene))) {
      await handle.signal('approve', { by: APPROVER, decision: picture.decision ?? '' });
      await sleep(300);
    }
    await sleep(50);
  }
}

const brief = (picture: MigrationPicture | undefined): string =>
  picture ? JSON.stringify([picture.state, picture.step, picture.blockers, picture.tasks]) : 'not open';

/** What the ledger says of the last moments. */
async function lastEntries(scene: Scene): Promise<string> {
  const entries = (await ledgerOf(scene)).slice(-12);
  return entries.map(({ at, kind, subject }) => `\n${at} ${kind} ${JSON.stringify(subject)}`).join('');
}

const isFinal = ({ state }: MigrationPicture): boolean => FINAL_STATES.includes(state);

/** The gate is open and nobody has approved since. */
export async function isAsked(scene: Pick<Stage, 'store'>): Promise<boolean> {
  const entries = await ledgerOf(scene);
  const asked = entries.findLastIndex(({ kind, subject }) => kind === 'state' && subject.state === 'AwaitingApproval');
  return asked > entries.findLastIndex(({ kind }) => kind === 'grant');
}

/** Answers its questions, or imports its file. */
export async function doTask(
  scene: Scene,
  handle: WorkflowHandle,
  picture: MigrationPicture,
  task: HumanTask,
): Promise<void> {
  if (requiredOf(task).length > 0) {
    await handle.signal('answer', { by: REQUESTER, task: task.id, answers: answersTo(task) });
    return;
  }
  const [file] = task.files;
  if (task.step !== 'importConfiguration' || !file) throw new Error(`nobody knows how to do ${task.title}`);
  await scene.control('POST', 'ui/import-configuration', {
    instance: 'jira-new',
    integrationKey: picture.created,
    configuration: await scene.store.artifacts.getJson(file.digest),
    by: 'kim',
  });
}

/** The field that came with the copy, by its id, wherever it stands among the candidates; else the first choice. */
export const answersTo = (task: HumanTask): Record<string, string> =>
  Object.fromEntries(
    requiredOf(task).map(({ id, choices }) => {
      const copied = choices.find(({ value }) => value === COPIED_FIELD);
      return [id, (copied ?? choices[0])?.value ?? 'x'];
    }),
  );
