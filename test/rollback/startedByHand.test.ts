/** P4: the original is started by somebody before it was told of what the new one carried. */
import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'vitest';
import { REQUESTER, retry, runToGate, type Scene, send, until, untilState } from '../support/migration.ts';
import { start, workaround } from './workaround.ts';

const MINUTES = { timeout: 120_000 };
const BACK = { by: REQUESTER, reason: 'CHG-4711 withdrawn' };

const click = (scene: Scene, page: 'start' | 'stop') =>
  scene.control('POST', `ui/${page}`, { instance: 'jira-old', integrationKey: 'INT-16', by: 'otto' });

/** At the choice what becomes of a comment that was made under the new one. */
async function choosing(scene: Scene) {
  const handle = await start(scene);
  const { created } = await runToGate(scene, handle);
  await scene.control('POST', 'people', {
    ...{ action: 'once', kind: 'comment', instance: 'jira-new', key: 'PA-5', value: 'under the new one' },
  });
  await sleep(1000);
  await send(handle, 'rollback', BACK);
  const asked = await until(handle, ({ tasks }) => tasks.length > 0, 'the choice');
  const choose = () =>
    send(handle, 'answer', { by: REQUESTER, task: asked.tasks[0]?.id, answers: { rollbackDelta: 'handOver' } });
  return { handle, created: created ?? '', asked, choose };
}

const there = ({ world }: Scene) => world.synchronizations.map(({ key }) => key);

it.concurrent(
  'nothing of the new one is deleted before the original is stopped again, and then told',
  MINUTES,
  async ({ expect }) => {
    await using scene = await workaround();
    const { handle, created, choose } = await choosing(scene);
    await click(scene, 'start');
    await choose();
    const held = await untilState(handle, 'NeedsAttention');
    expect(held).toMatchObject({ step: 'createSynchronization', blockers: [{ code: 'OriginalRunsAgain' }] });
    expect(there(scene)).toContain(created);
    await click(scene, 'stop');
    await retry(handle);
    const end = await until(handle, ({ state }) => state.startsWith('RolledBack'), 'the end');
    expect(JSON.stringify(end.rollback?.residue)).not.toContain('not handed over');
    expect(scene.world.original).toMatchObject({ running: true, deleted: false });
  },
);

it.concurrent(
  'it is told of all of it when it is started right after the new one was deleted',
  MINUTES,
  async ({ expect }) => {
    await using scene = await workaround();
    const { handle, created, choose } = await choosing(scene);
    await scene.store.brake.on('instance:jira-old', REQUESTER, 'a test');
    await choose();
    await expect.poll(() => there(scene), { timeout: 30_000 }).not.toContain(created);
    await click(scene, 'start');
    await scene.store.brake.off('instance:jira-old', REQUESTER);
    const held = await untilState(handle, 'NeedsAttention', 'RolledBack', 'RolledBackWithResidue');
    expect(held).toMatchObject({ step: 'stopOriginal', blockers: [{ code: 'OriginalRunsAgain' }] });
    await click(scene, 'stop');
    await retry(handle);
    const end = await until(handle, ({ state }) => state.startsWith('RolledBack'), 'the end');
    expect(JSON.stringify(end.rollback?.residue)).not.toContain('as a person decided');
  },
);
