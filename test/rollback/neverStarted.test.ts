/** R1: the new one never started. From wherever it is given up, the world is as it was, and the original runs. */
import { expect, it } from 'vitest';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { doTask } from '../support/carefulPerson.ts';
import { ledgerOf, openScene, REQUESTER, type Scene, send, until } from '../support/migration.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { worldOf } from './world.ts';

const QUICK = { interval: 40, issues: 6, ambiguous: false } as const;
const BACK = { by: REQUESTER, reason: 'CHG-4711 withdrawn' };

const byPersons = () =>
  openScene({
    ...QUICK,
    configure: ({ instances }) => {
      for (const { backbone } of Object.values(instances)) {
        Object.assign(backbone, {
          stopSynchronization: 'person',
          createSynchronization: 'person',
          importConfiguration: 'person',
          pairIssues: 'person',
          startSynchronization: 'person',
          deleteSynchronization: 'rest',
        });
      }
    },
  });

const STEPS = [
  'preflight',
  'stopOriginal',
  'createSynchronization',
  'importConfiguration',
  'pairIssues',
  'startSynchronization',
] as const;

async function rolledBack(scene: Scene, handle: Awaited<ReturnType<Scene['start']>>): Promise<MigrationPicture> {
  const answer = await send(handle, 'rollback', BACK);
  expect(answer).toMatchObject({ accepted: true, reason: expect.stringMatching(/going back, R[12]/) });
  const done = new Set<string>();
  let picture = await until(
    handle,
    ({ state, tasks }) => state.startsWith('RolledBack') || tasks.length > 0,
    'the end',
  );
  while (!picture.state.startsWith('RolledBack')) {
    for (const { id, step, since } of picture.tasks) {
      if (done.has(id + since)) continue;
      done.add(id + since);
      expect(step).toBe('stopOriginal');
      await scene.control('POST', 'ui/start', { instance: 'jira-old', integrationKey: 'INT-16', by: REQUESTER });
    }
    picture = await until(handle, ({ state }) => state.startsWith('RolledBack'), 'the end');
  }
  return picture;
}

it.each(STEPS)('from the task of %s, by the hands of people', { timeout: 90_000 }, async (step) => {
  await using scene = await byPersons();
  const before = await worldOf(scene);
  const handle = await scene.start();
  if (step === 'preflight') await until(handle, () => true, 'a picture');
  else await untilTask(scene, handle, step);
  const picture = await rolledBack(scene, handle);
  expect(picture).toMatchObject({ state: 'RolledBack', rollback: { class: 'R1', residue: [] } });
  expect(await worldOf(scene)).toEqual(before);
  expect((await scene.sandbox.verdict()).wrongDeletes).toBe(0);
  expect((await ledgerOf(scene, handle)).at(-1)).toMatchObject({ kind: 'closed', subject: { state: 'RolledBack' } });
});

/** A request of ours that is on its way when somebody turns back, by what its path ends with. */
const WRITES = [
  ['stopOriginal', /INT-16\/stop$/],
  ['createSynchronization', /integrations$/],
  ['importConfiguration', /draft$/],
  ['importConfiguration', /publish$/],
  ['pairIssues', /syncInformation$/],
] as const;

it.each(WRITES)(
  'by a cancellation request while the write of %s (%s) is under way',
  {
    timeout: 90_000,
  },
  async (_step, path) => {
    await using scene = await openScene({ ...QUICK, switches: { latencyMs: 150 } });
    const before = await worldOf(scene);
    const handle = await scene.start();
    const onItsWay = () => scene.writes().some((entry) => path.test(entry.path ?? ''));
    await untilTaskOr(scene, handle, onItsWay);
    await handle.cancel();
    await handle.result().catch(() => undefined);
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect((await ledgerOf(scene, handle)).at(-1)).toMatchObject({ kind: 'closed', subject: { state: 'RolledBack' } });
    expect(await worldOf(scene)).toEqual(before);
  },
);

async function untilTaskOr(scene: Scene, handle: Awaited<ReturnType<Scene['start']>>, reached: () => boolean) {
  const done = new Set<string>();
  while (!reached()) {
    const picture = await until(handle, () => true, 'a picture');
    for (const task of picture.tasks) {
      if (done.has(task.id + task.since)) continue;
      done.add(task.id + task.since);
      await doTask(scene, handle, picture, task);
    }
  }
}
