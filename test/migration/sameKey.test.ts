/** Both projects have the same key, each on its own Jira: an issue of one says nothing of the other's of that name. */
import { expect, it } from 'vitest';
import { makeWorld } from '../../sandbox/start.ts';
import type { WorldKind } from '../../sandbox/world/model.ts';
import type { WorldFile } from '../../sandbox/world-file/types.ts';
import { worldFileOf } from '../../sandbox/world-file/write.ts';
import { start, work } from '../rollback/workaround.ts';
import { answerAll, approve, openScene, REQUESTER, runToGate, send, until } from '../support/migration.ts';

const NAMES = ['jira-old', 'jira-new', 'jira-partner'];

/** Project B's key, and so those of its issues, become A's. The numbers of a pair differ. */
function worldOfOneKey(kind: WorldKind): WorldFile {
  const addresses = Object.fromEntries(NAMES.map((name) => [name, `https://${name}.example`]));
  const world = makeWorld({ world: kind, issues: 8, ambiguous: false, gap: 2 }, addresses);
  return JSON.parse(JSON.stringify(worldFileOf(world)).replaceAll('PB', 'PA')) as WorldFile;
}

it.each(['moved', 'workaround'] as const)(
  'nothing is lost, doubled or taken for a second copy while people work: %s',
  { timeout: 120_000 },
  async (kind) => {
    await using scene = await openScene({ file: worldOfOneKey(kind) });
    await scene.control('POST', 'people', { action: 'start', everyMs: 60, seed: 1 });
    const handle = await (kind === 'moved' ? scene.start() : start(scene));
    const gate = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
    expect(gate).toMatchObject({ state: 'AwaitingApproval', blockers: [] });
    await scene.control('POST', 'people', { action: 'stop' });
    expect((await approve(handle)).accepted).toBe(true);
    expect(await handle.result()).toMatchObject({ state: 'Completed' });
    const verdict = await scene.sandbox.verdict();
    expect(verdict.details).toEqual([]);
    expect(verdict).toMatchObject({ duplicates: 0, lostChanges: 0, wrongDeletes: 0, settled: true, bothRan: false });
    expect(verdict.newIssues).toBeGreaterThan(0);
  },
);

it('what was done under the new one is handed over when it goes back', { timeout: 120_000 }, async () => {
  await using scene = await openScene({ file: worldOfOneKey('workaround'), interval: 40 });
  const handle = await start(scene);
  await runToGate(scene, handle);
  await work(scene);
  await send(handle, 'rollback', { by: REQUESTER, reason: 'a test' });
  const { tasks } = await until(handle, (picture) => picture.tasks.length > 0, 'the choice');
  const answers = { rollbackDelta: 'handOver' };
  await send(handle, 'answer', { by: REQUESTER, task: tasks[0]?.id ?? '', answers });
  expect(await handle.result()).toMatchObject({ state: 'RolledBackWithResidue' });
  await work(scene);
  const verdict = await scene.sandbox.verdict();
  expect(verdict.details).toEqual([]);
  expect(verdict).toMatchObject({ duplicates: 0, lostChanges: 0, bothRan: false, settled: true });
});
