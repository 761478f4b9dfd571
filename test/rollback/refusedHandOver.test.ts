/** An instance that refuses what is handed over on the way back: nothing runs by then, so there has to be a way on. */
import { expect, it } from 'vitest';
import { REQUESTER, type Scene, send, until, untilState } from '../support/migration.ts';
import { act, back, eventually, issuesOfB, open, residueOf, TIME, toGate, untilOnB, valuesOf } from './journey.ts';

const WORK = [{ kind: 'comment', key: 'PA-5' }, { kind: 'create' }];

async function worked(scene: Scene) {
  const handle = await toGate(scene);
  const before = [...issuesOfB(scene)].length;
  await act(scene, ...WORK);
  await eventually(() => [...issuesOfB(scene)].length > before);
  return handle;
}

it.concurrent(
  'what an instance refuses since it has the pair already is a task, with the file and a way on',
  TIME,
  async () => {
    await using scene = await open({ world: 'workaround' });
    const handle = await worked(scene);
    await scene.control('POST', 'switches', { syncInformationPolicy: 'conflict' });
    const { task } = await back(handle);
    expect(task).toMatchObject({ why: expect.stringContaining('exists already'), files: [expect.anything()] });
    await send(handle, 'answer', { by: REQUESTER, task: task?.id, answers: { handOver: 'leave' } });
    const picture = await untilState(handle, 'RolledBackWithResidue');
    expect(residueOf(picture)).toContainEqual(expect.stringMatching(/^PA-\d+ was not handed over/));
    expect(scene.world.original.running).toBe(true);
  },
);

it.concurrent('what was refused is sent again by retry', TIME, async () => {
  await using scene = await open({ world: 'workaround' });
  const handle = await worked(scene);
  await scene.control('POST', 'switches', { syncInformationPolicy: 'conflict' });
  const { task } = await back(handle);
  expect(task).toBeDefined();
  await scene.control('POST', 'switches', { syncInformationPolicy: 'merge' });
  await send(handle, 'retry', { by: REQUESTER });
  const picture = await untilState(handle, 'RolledBackWithResidue');
  expect(residueOf(picture)).not.toContainEqual(expect.stringContaining('not handed over'));
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0 });
});

it.concurrent('what is too much at once is handed over in smaller portions', TIME, async () => {
  await using scene = await open({ world: 'workaround' });
  const handle = await worked(scene);
  await scene.control('POST', 'switches', { syncInformationMaxEntries: 1 });
  const { picture, task } = await back(handle);
  expect(task).toBeUndefined();
  expect(picture.state).toBe('RolledBackWithResidue');
  expect(residueOf(picture)).not.toContainEqual(expect.stringContaining('not handed over'));
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0 });
});

it.concurrent('pairs that are too many at once are imported in smaller portions on the way forward', TIME, async () => {
  await using scene = await open({ switches: { syncInformationMaxEntries: 3 } });
  await toGate(scene);
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0 });
});

it.concurrent('a resync to old A that is refused becomes a task', TIME, async () => {
  await using scene = await open();
  const handle = await toGate(scene);
  await act(scene, { kind: 'edit', key: 'PA-3', field: 'summary', value: 'under the new one' });
  await untilOnB(scene, 'under the new one');
  await scene.control('POST', 'faults', {
    ...{ instance: 'jira-old', method: 'POST', path: '/resync$' },
    ...{ action: 'status', status: 400, when: 'before' },
  });
  const { task } = await back(handle);
  expect(task).toMatchObject({ title: expect.stringMatching(/^Resync INT-16/) });
  await send(handle, 'answer', { by: REQUESTER, task: task?.id, answers: { resyncOldA: 'done' } });
  const picture = await until(handle, ({ state }) => state.startsWith('RolledBack'), 'the end');
  // Nobody did it, so the person was wrong: what old A lacks is read.
  expect(valuesOf(scene, 'jira-old', 'PA-3').summary).not.toBe('under the new one');
  expect(residueOf(picture)).toContainEqual(expect.stringMatching(/^PA-3 of jira-new.*summary/i));
});
