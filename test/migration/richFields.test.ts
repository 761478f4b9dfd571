/** A cascading field, labels, components and versions: whole migrations in which people edit them, forward and back. */
import type { WorkflowHandle } from '@temporalio/client';
import { expect, it } from 'vitest';
import { start } from '../rollback/workaround.ts';
import { approve, openScene, REQUESTER, runToGate, type Scene, send, until } from '../support/migration.ts';
import { people } from './defects.ts';

const RICH = { interval: 40, issues: 8, ambiguous: false, richFields: true } as const;

/** Each kind of field is edited on either side, in issues of its own. */
async function work(scene: Scene, round: number): Promise<void> {
  const { a, b } = scene.world.live;
  const edits = [
    ['region', ['Asia - Tokyo', 'Europe', 'Asia - Delhi']],
    ['labels', ['first urgent', 'second', '']],
    ['components', ['API, Docs', 'Web', '']],
    ['fixVersions', ['2.0', '1.0, 2.0', '']],
  ] as const;
  for (const [n, [field, values]] of edits.entries()) {
    const here = n + 1;
    const partner =
      scene.world.original.first.entries.get(`PA-${here + 4}`)?.remoteIssueKey ?? expect.fail('no partner');
    const value = values[round] ?? '';
    await people(scene, { kind: 'edit', instance: a.instance.name, key: `PA-${here}`, field, value });
    await people(scene, { kind: 'edit', instance: b.instance.name, key: partner, field, value });
  }
}

const kept = { duplicates: 0, lostChanges: 0, wrongDeletes: 0, bothRan: false, details: [], settled: true };

it('forward: what people wrote before, at the approval and after the delete is on both sides', {
  timeout: 120_000,
}, async () => {
  await using scene = await openScene(RICH);
  await work(scene, 0);
  const handle = await scene.start();
  await runToGate(scene, handle);
  await work(scene, 1);
  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  await work(scene, 2);
  const verdict = await scene.sandbox.verdict();
  expect(verdict).toMatchObject({ ...kept, originalDeleted: true });
  expect(verdict.edits).toBeGreaterThanOrEqual(24);
});

it('back: the original takes over what people wrote under the new one', { timeout: 120_000 }, async () => {
  await using scene = await openScene({ ...RICH, world: 'workaround' });
  await work(scene, 0);
  const handle = await start(scene);
  await runToGate(scene, handle);
  await work(scene, 1);
  await send(handle, 'rollback', { by: REQUESTER, reason: 'the partner is not ready' });
  await handsOver(handle);
  expect((await handle.result()) as object).toMatchObject({ state: expect.stringMatching(/^RolledBack/) });
  await work(scene, 2);
  const verdict = await scene.sandbox.verdict();
  expect(verdict).toMatchObject({ ...kept, originalDeleted: false });
  expect(scene.world.original.running).toBe(true);
  expect(verdict.edits).toBeGreaterThanOrEqual(24);
});

async function handsOver(handle: WorkflowHandle): Promise<void> {
  const { tasks } = await until(handle, (picture) => picture.tasks.length > 0, 'the choice');
  const answers = { rollbackDelta: 'handOver' };
  expect(await send(handle, 'answer', { by: REQUESTER, task: tasks[0]?.id, answers })).toMatchObject({
    accepted: true,
  });
}
