/** A migration whose new instance changes between the translation and the import, and what its people do about it. */
import type { WorkflowHandle } from '@temporalio/client';
import type { FieldMapping, Synchronization } from '../../sandbox/backbone/model.ts';
import type { HumanTask } from '../../src/contract/tasks.ts';
import type { Decision } from '../../src/evidence/types.ts';
import { doTask } from '../support/carefulPerson.ts';
import { ledgerOf, openScene, type Scene, type SceneOptions, until } from '../support/migration.ts';

/** Severity "Trivial" and "Minor", and the field, on the old and on the new instance. */
export const TRIVIAL = { old: '10304', now: '10713', field: 'customfield_10320', partner: '10404' };
export const MINOR = '10712';
export const QUESTION = 'option:customfield_10105/10304@jira-old->jira-new';

export interface Correcting extends AsyncDisposable {
  scene: Scene;
  handle: WorkflowHandle;
  newOne(): Synchronization;
  severity(): FieldMapping;
}

/** Stands where the file is to be imported; nobody has done it yet. */
export async function beforeImport(options: SceneOptions = {}): Promise<Correcting> {
  await using opened = new AsyncDisposableStack();
  const scene = opened.use(await openScene({ ambiguous: false, ...options }));
  const handle = await scene.start();
  await taskOf(scene, handle, 'importConfiguration');
  const newOne = () => {
    const found = scene.world.synchronizations.findLast(({ home }) => home === 'jira-new');
    if (!found) throw new Error('there is no new synchronization');
    return found;
  };
  const severity = () => {
    const found = newOne().configuration.fieldMappings.find(({ firstFieldId }) => firstFieldId === TRIVIAL.field);
    if (!found) throw new Error('Severity is not mapped');
    return found;
  };
  const ended = opened.move();
  return { scene, handle, newOne, severity, [Symbol.asyncDispose]: () => ended.disposeAsync() };
}

/** The operator lets nobody but people change the configuration. */
export const BY_PERSON: SceneOptions = {
  configure: ({ instances }) => {
    const { 'jira-new': home } = instances;
    if (home) home.backbone.importConfiguration = 'person';
  },
};

/** Does what else is asked for, and answers with this task as soon as it is open. */
export async function taskOf(scene: Scene, handle: WorkflowHandle, step: string): Promise<HumanTask> {
  // Whoever calls has imported the file: once more would undo what was changed since.
  const done = new Set(['importConfiguration']);
  for (;;) {
    const picture = await until(
      handle,
      ({ tasks: [task], state }) =>
        state === 'NeedsAttention' || (task !== undefined && (task.step === step || !done.has(task.id))),
      step,
    );
    const [task] = picture.tasks;
    if (!task) throw new Error(JSON.stringify(picture.blockers));
    if (task.step === step) return task;
    done.add(task.id);
    await doTask(scene, handle, picture, task);
  }
}

export const catalogue = ({ scene }: Correcting, act: string, more: object): Promise<{ id: string }> =>
  scene.control('POST', 'catalogue', { instance: 'jira-new', field: TRIVIAL.field, act, by: 'otto', ...more });

/** Imports the file as it is. */
export async function importFile({ scene, handle }: Correcting): Promise<void> {
  const picture = await until(handle, ({ tasks: [task] }) => task?.step === 'importConfiguration', 'the import');
  const [task] = picture.tasks;
  if (task) await doTask(scene, handle, picture, task);
}

/** What a person changes on the tab of field mappings. */
export const editFields = (
  { scene, newOne }: Correcting,
  change: (mapping: FieldMapping) => FieldMapping,
): Promise<unknown> =>
  scene.control('POST', 'ui/edit-configuration', {
    instance: 'jira-new',
    integrationKey: newOne().key,
    by: 'kim',
    members: { fieldMappings: newOne().configuration.fieldMappings.map(change) },
  });

export const editSeverity = (correcting: Correcting, change: Partial<FieldMapping>): Promise<unknown> =>
  editFields(correcting, (one) => (one.firstFieldId === TRIVIAL.field ? { ...one, ...change } : one));

export const artifactOf = async <T>({ scene, handle }: Correcting, name: string): Promise<T> => {
  const digest = (await ledgerOf(scene, handle)).findLast(({ digests }) => digests[name])?.digests[name] ?? '';
  return scene.store.artifacts.getJson<T>(digest);
};

export const decisionOf = async (correcting: Correcting): Promise<Decision> =>
  (await artifactOf<{ decision: Decision }>(correcting, 'evidence')).decision;
