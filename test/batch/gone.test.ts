/** A batch whose workflow was terminated: the store says nothing of it, and the command line asks Temporal. */
import { it } from 'vitest';
import { migrator } from '../cli/command.ts';
import { batchOf, batchUntil, startBatch } from '../support/batch.ts';
import { openScene } from '../support/migration.ts';
import { temporalAddress } from '../support/temporal.ts';

const NOBODY = '127.0.0.1:1';

it('is said to be gone with what to do; whoever cannot ask says so; and the same list again follows its migrations', {
  timeout: 120_000,
}, async ({ expect }) => {
  await using scene = await openScene({ issues: 4 });
  const rehearsal = { ...scene, prefix: scene.config.taskQueuePrefix };
  const status = (address: string, ...more: string[]) =>
    migrator(['batch', 'status', ...more, '--store', scene.storeFile, '--address', address]);
  const waiting = () => batchUntil(rehearsal, ({ counts }) => counts.waiting === 1, 'one that waits');

  const batch = await startBatch(rehearsal, batchOf(rehearsal));
  await waiting();
  const running = await status(temporalAddress(), 'wave-1');
  expect(running.stdout).toContain('Batch wave-1  Running');
  expect(running.stdout).not.toMatch(/gone|asked:/);

  await batch.terminate('a test');
  const gone = await status(temporalAddress(), 'wave-1');
  expect(gone).toMatchObject({ code: 0, stdout: expect.stringContaining('Batch wave-1  Gone') });
  expect(gone.stdout).toContain('Its workflow is gone (terminated)');
  expect(gone.stdout).toContain('Start the same list again with `migrator batch start`');
  expect(gone.stdout).not.toContain('Can be sent now');
  expect((await status(temporalAddress(), 'wave-1', '--json')).json()).toMatchObject({
    workflow: { asked: true, status: 'TERMINATED', gone: true },
    legal: [],
  });
  expect((await status(temporalAddress())).stdout).toMatch(/wave-1 +Gone/);

  const watched = await migrator([
    ...['batch', 'watch', 'wave-1'],
    ...['--store', scene.storeFile, '--address', temporalAddress()],
  ]);
  expect(watched).toMatchObject({ code: 1, stderr: expect.stringContaining('Its workflow is gone (terminated)') });

  const alone = await status(NOBODY, 'wave-1');
  expect(alone).toMatchObject({ code: 0, stdout: expect.stringContaining('Batch wave-1  Running') });
  expect(alone.stdout).toContain('Whether its workflow still runs was not asked');
  expect((await status(NOBODY)).stderr).toContain('Whether their workflows still run was not asked');

  const again = await startBatch(rehearsal, batchOf(rehearsal));
  const { waiting: followed } = await waiting();
  expect((await status(temporalAddress(), 'wave-1')).stdout).toContain('Batch wave-1  Running');
  expect(await scene.store.projections.list({ original: 'jira-old/INT-16' })).toHaveLength(1);
  expect(followed.map(({ original }) => original)).toEqual(['jira-old/INT-16']);
  await again.terminate('the test is over');
  for (const { workflowId } of followed) await scene.client.workflow.getHandle(workflowId).terminate('it is over');
});
