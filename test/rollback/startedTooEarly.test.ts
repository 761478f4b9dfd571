/** A person starts the new one before this migration does, unpaired: it makes a second copy of every issue, and people work on those. */
import type { WorkflowHandle } from '@temporalio/client';
import { expect, it } from 'vitest';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { openScene, REQUESTER, type Scene, send, until } from '../support/migration.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { start } from './workaround.ts';

const TIME = { timeout: 120_000 };
const KIM = { by: REQUESTER };
const BACK = { ...KIM, reason: 'CHG-4711 withdrawn' };
const workaround = () => openScene({ world: 'workaround', interval: 40, issues: 8, ambiguous: false });

/** As told, but for the last click. */
async function importAndStart(scene: Scene, handle: WorkflowHandle): Promise<string | null> {
  const task = await untilTask(scene, handle, 'importConfiguration');
  const { created } = await until(handle, ({ tasks }) => tasks.length > 0, 'the task');
  const configuration = await scene.store.artifacts.getJson(task.files[0]?.digest ?? '');
  const click = (page: string, body = {}) =>
    scene.control('POST', `ui/${page}`, { instance: 'jira-new', integrationKey: created, by: 'otto', ...body });
  await click('import-configuration', { configuration });
  const copies = () => scene.world.live.a.instance.projects.get('PA')?.issues.size ?? 0;
  const before = copies();
  await click('start');
  await expect.poll(copies, { timeout: 10_000 }).toBeGreaterThan(before);
  return created;
}

const newest = (scene: Scene): string =>
  [...(scene.world.live.a.instance.projects.get('PA')?.issues.keys() ?? [])].at(-1) ?? expect.fail();

const asksOrEnds = ({ state, tasks }: MigrationPicture) => state.startsWith('RolledBack') || tasks.length > 0;

it('is said as soon as it is seen, with the key of the one that runs', TIME, async () => {
  await using scene = await workaround();
  const handle = await start(scene);
  const created = await importAndStart(scene, handle);
  const { blockers } = await until(handle, ({ state }) => state === 'NeedsAttention', 'the trouble');
  expect(blockers).toMatchObject([{ code: 'StartedTooEarly', items: [created] }]);
});

it('is said before the original is stopped, where everything is prepared first', TIME, async () => {
  await using scene = await workaround();
  const handle = await start(scene, { order: 'prepareFirst' });
  const created = await importAndStart(scene, handle);
  const { blockers, step } = await until(handle, ({ state }) => state === 'NeedsAttention', 'the trouble');
  expect(blockers).toMatchObject([{ code: 'StartedTooEarly', items: [created] }]);
  expect(step).toBe('importConfiguration');
  expect(scene.world.original.running).toBe(true);
});

it.each(['runs when the rollback is asked for', 'was stopped again'])(
  'one that %s is not taken for one that never ran: copies and the work on them are named, and it is not deleted unasked',
  TIME,
  async (how) => {
    await using scene = await workaround();
    const handle = await start(scene);
    const created = await importAndStart(scene, handle);
    const copy = newest(scene);
    const work = { kind: 'edit', instance: 'jira-new', key: copy, field: 'summary', value: 'work on a second copy' };
    await scene.control('POST', 'people', { action: 'once', ...work });
    if (how.startsWith('was'))
      await scene.control('POST', 'ui/stop', { instance: 'jira-new', integrationKey: created, by: 'otto' });
    const { blockers } = await until(handle, ({ state }) => state === 'NeedsAttention', 'the trouble');
    expect(blockers).toMatchObject([{ code: 'StartedTooEarly' }]);
    expect((await send(handle, 'rollback', BACK)).reason).toContain('R2');
    const { tasks, rollback } = await until(handle, asksOrEnds, 'an end');
    expect(tasks[0]).toMatchObject({ step: 'startSynchronization', why: expect.stringContaining('a second time') });
    const delta = await scene.store.artifacts.getJson(tasks[0]?.files[0]?.digest ?? '');
    expect(JSON.stringify(delta)).toContain(copy);
    expect(rollback).toMatchObject({ class: 'R2' });
    expect(scene.world.synchronizations.map(({ key }) => key)).toContain(created);
    expect(scene.world.original.running).toBe(false);
  },
);

it(
  'the original is not started beside second copies, unless a person says so; it is given none of them as a pair',
  TIME,
  async () => {
    await using scene = await workaround();
    const handle = await start(scene);
    await importAndStart(scene, handle);
    const copy = newest(scene);
    await until(handle, ({ state }) => state === 'NeedsAttention', 'the trouble');
    await send(handle, 'rollback', BACK);
    const { tasks } = await until(handle, asksOrEnds, 'the choice');
    await send(handle, 'answer', { ...KIM, task: tasks[0]?.id, answers: { rollbackDelta: 'handOver' } });
    const left = await until(handle, ({ tasks }) => tasks.some(({ step }) => step === 'stopOriginal'), 'the copies');
    expect(left.tasks[0]?.clicks.join(' ')).toContain(`${copy} (second copy of`);
    expect(scene.world.original.running).toBe(false);
    const answers = { handOver: 'leave' };
    expect(await send(handle, 'answer', { ...KIM, task: left.tasks[0]?.id, answers })).toMatchObject({
      accepted: true,
    });
    const { state, rollback } = await until(handle, ({ state }) => state.startsWith('RolledBack'), 'the end');
    expect(state).toBe('RolledBackWithResidue');
    expect(rollback?.residue).toContainEqual(expect.stringContaining(`${copy} (second copy of`));
    const { original } = scene.world;
    expect([...original.first.entries.keys(), ...original.second.entries.keys()]).not.toContain(copy);
  },
);

it(
  'where the project moved, nobody has to look at the old A for the copies: they are found on the new one',
  TIME,
  async () => {
    await using scene = await openScene({ interval: 40, issues: 6, ambiguous: false });
    const handle = await scene.start();
    await importAndStart(scene, handle);
    const copy = newest(scene);
    await until(handle, ({ state }) => state === 'NeedsAttention', 'the trouble');
    await send(handle, 'rollback', BACK);
    const { tasks } = await until(handle, asksOrEnds, 'the choice');
    expect(tasks[0]?.why).toContain('a second time');
    const delta = await scene.store.artifacts.getJson<{ copies: { first: string }[] }>(
      tasks[0]?.files[0]?.digest ?? '',
    );
    expect(delta.copies.map(({ first }) => first)).toContain(copy);
  },
);
