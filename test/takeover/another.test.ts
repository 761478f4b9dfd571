/** What was done to a synchronization was done to that one: another one in its place begins with nothing done to it. */
import type { WorkflowHandle } from '@temporalio/client';
import { it } from 'vitest';
import type { RecordEntry } from '../../sandbox/world/record.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { answerAll, approve, openScene, retry, runToGate, type Scene, until } from '../support/migration.ts';
import { again } from './again.ts';

const SMALL = { issues: 6, ambiguous: false } as const;

/** Somebody stops the new one and deletes it in Backbone's pages. */
async function deletes({ control }: Scene, integrationKey: string | null): Promise<void> {
  const one = { instance: 'jira-new', integrationKey, by: 'ann' };
  await control('POST', 'ui/stop', one);
  await control('POST', 'ui/delete', one);
}

const stateOf = ({ steps }: MigrationPicture, step: string) => steps.find((status) => status.step === step)?.state;

/** Until it stands at the step, or at the trouble, that follows; trouble is answered by `retry`. */
async function untilCreatedAgain(handle: WorkflowHandle, before: string | null): Promise<MigrationPicture> {
  for (;;) {
    const picture = await until(
      handle,
      ({ state, created, step }) =>
        state === 'NeedsAttention' || (created !== null && created !== before && step !== 'createSynchronization'),
      'another one',
    );
    if (picture.state !== 'NeedsAttention') return picture;
    await retry(handle);
    await until(handle, ({ state }) => state !== 'NeedsAttention', 'the next look');
  }
}

/** The connectors' lists of pairs that had come in, when the new one was started. */
function pairedBeforeStart(record: readonly RecordEntry[], key: string): number {
  const started = record.findIndex(({ method, path = '' }) => method === 'POST' && path.endsWith(`/${key}/start`));
  const created = record.findLastIndex(({ method, path = '' }) => method === 'POST' && path.endsWith('/integrations'));
  return record
    .slice(created, started)
    .filter(({ method, path = '' }) => method === 'POST' && path.endsWith('/syncInformation')).length;
}

it.concurrent('the new one is deleted at the gate and the run is taken over: the next one is paired before it starts', {
  timeout: 180_000,
}, async ({ expect }) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  const { created } = await runToGate(scene, handle);
  await handle.terminate('a test');
  await deletes(scene, created);
  const next = await again(scene, handle);
  const begun = await untilCreatedAgain(next, created);
  expect(begun.created).not.toBe(created);
  for (const step of ['pairIssues', 'startSynchronization', 'verify'])
    expect(stateOf(begun, step), step).not.toBe('done');
  const gate = await answerAll(scene, next, 'AwaitingApproval');
  expect(pairedBeforeStart(scene.record(), gate.created ?? '')).toBeGreaterThanOrEqual(2);
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0, bothRan: false });
  await approve(next);
  expect(await next.result()).toMatchObject({ state: 'Completed' });
});
