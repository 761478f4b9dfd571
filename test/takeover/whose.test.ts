/** When a claim may be taken over, by whom, and when it is not: the run lives, a sender may be at work, or it was a reset. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../src/contract/names.ts';
import { startTemporalServer } from '../../src/server/start.ts';
import { connectClient } from '../../src/service/connection.ts';
import { migrator } from '../cli/command.ts';
import { effects, happens } from '../support/findings.ts';
import {
  approve,
  openScene,
  runToEnd,
  runToGate,
  type Scene,
  type SceneOptions,
  untilState,
} from '../support/migration.ts';
import { until } from '../support/processes.ts';
import { temporalAddress, temporalBinary } from '../support/temporal.ts';
import { again, expectGoodEnd, holderOf, ledgerOfOriginal, working } from './again.ts';

const SMALL = { issues: 6 } as const;

const slowly: SceneOptions['configure'] = ({ timing }) => {
  timing.httpTimeout = 10_000;
};

/** The command itself, as a process of its own. */
const command = (scene: Scene, name: string, ...more: string[]) =>
  migrator([
    ...['takeover', name, '--by', 'kim@example.com', '--store', scene.storeFile, '--address', temporalAddress()],
    ...['--task-queue', `${scene.config.taskQueuePrefix}migrations`, ...more],
  ]);

it.concurrent('by the command: refused while the run lives; shown and asked; then done', { timeout: 180_000 }, async ({
  expect,
}) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  await untilState(handle, 'WaitingForPerson');
  // The status is told before it is entered.
  await until(async () => (await ledgerOfOriginal(scene)).at(-1)?.kind === 'state', 'the entry');
  const entries = await ledgerOfOriginal(scene);
  const alive = await command(scene, handle.workflowId, '--yes');
  expect(alive.code).toBe(3);
  expect(alive.stderr).toContain('That run still lives');
  expect(alive.stderr).toContain('Use its verbs, or terminate it first.');
  expect(await ledgerOfOriginal(scene)).toEqual(entries);

  await handle.terminate('a test');
  const unasked = await command(scene, handle.workflowId);
  expect(unasked.code).toBe(2);
  expect(unasked.stderr).toContain('it is closed: terminated');
  expect(unasked.stderr).toContain('--yes');
  expect(await ledgerOfOriginal(scene)).toEqual(entries);

  const taken = await command(scene, 'jira-old/INT-16', '--yes', '--reason', 'CHG-4711', '--json');
  expect(taken.code).toBe(0);
  expect(taken.json()).toMatchObject({ epoch: 2, workflowId: handle.workflowId, holder: 'TERMINATED' });
  await expectGoodEnd(scene, scene.client.workflow.getHandle(handle.workflowId), 2);

  const ended = await command(scene, handle.workflowId, '--yes');
  expect(ended.code).toBe(3);
  expect(ended.stderr).toContain('has ended (Completed)');
});

it.concurrent('is refused while a sender may be at work, with the time, and done after it', {
  timeout: 180_000,
}, async ({ expect }) => {
  await using scene = await openScene({ ...SMALL, configure: slowly });
  const handle = await scene.start();
  const people = working(scene, handle);
  await scene.control('POST', 'faults', {
    instance: 'jira-old',
    method: 'POST',
    path: '/stop$',
    action: 'timeout',
    when: 'after',
  });
  await happens(scene, ({ method, path = '' }) => method === 'POST' && path.endsWith('/stop'), 'the stop');
  await handle.terminate('a test');
  await people.stop();
  const { leaseUntil, open } = await holderOf(scene, handle);
  expect(open).toMatchObject([{ step: 'stopOriginal', part: 'stop' }]);
  const refused = await command(scene, handle.workflowId, '--yes');
  expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining(leaseUntil ?? 'a time') });
  await expectGoodEnd(scene, await again(scene, handle), 2);
  expect(effects(scene.record(), 'integration stopped')).toBe(1);
});

it.concurrent('by itself: the same start once more, when the cluster says that the holder is closed', {
  timeout: 180_000,
}, async ({ expect }) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  const people = working(scene, handle);
  await happens(scene, ({ what }) => what === 'integration created', 'the creation');
  await handle.terminate('a test');
  await people.stop();
  const other = await scene.start({ order: 'prepareFirst' });
  await expect(other.result()).rejects.toMatchObject({ cause: { type: 'ClaimHeld' } });
  const next = await scene.start({ requestedBy: 'ann@example.com', reason: 'once more' });
  await expectGoodEnd(scene, next, 2);
  const entries = await ledgerOfOriginal(scene);
  expect(entries.filter(({ subject }) => subject.verb === 'takeover')).toHaveLength(1);
  // The recorded start goes on: the requester is the first one.
  expect((await scene.store.projections.byWorkflowId(next.workflowId))?.picture.requestedBy).toBe('kim@example.com');
});

it.concurrent('a run that was reset meets ClaimLost, and the takeover of what it was goes on', {
  timeout: 180_000,
}, async ({ expect }) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  const { decision } = await runToGate(scene, handle);
  const { events } = await handle.fetchHistory();
  const { runId } = await handle.describe();
  const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  await handle.signal('approve', { by: 'kim@example.com', decision });
  const reset = await scene.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: handle.workflowId, runId },
    workflowTaskFinishEventId: first?.eventId ?? null,
    requestId: `reset-${runId}`,
    reason: 'a test',
  });
  const failed = scene.client.workflow.getHandle(handle.workflowId, reset.runId).result();
  await expect(failed).rejects.toMatchObject({ cause: { type: 'ClaimLost' } });
  await expectGoodEnd(scene, await again(scene, handle), 2);
});

it.concurrent('a run that still lives elsewhere writes nothing after the claim has moved', {
  timeout: 180_000,
}, async ({ expect }) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  await runToGate(scene, handle);
  const { claim } = await holderOf(scene, handle);
  const { cluster, namespace, workflowId } = claim;
  await scene.store.claims.takeOver(claim, {
    cluster,
    namespace,
    workflowId,
    actor: 'kim@example.com',
    holder: 'unknown',
  });
  const entries = await ledgerOfOriginal(scene);
  await approve(handle).catch(() => undefined);
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'ClaimLost' } });
  expect(await ledgerOfOriginal(scene)).toEqual(entries);
  expect(scene.world.original.deleted).toBe(false);
  // Broken off before its run began: the next takeover does the rest.
  expect(await holderOf(scene, handle)).toMatchObject({ status: 'neverBegan' });
  const next = await again(scene, handle);
  await runToEnd(scene, next);
  expect(effects(scene.record(), 'integration deleted')).toBe(1);
});

it('a migration whose Temporal is lost goes on with another one; the old run, if it lives, ends with ClaimLost', {
  timeout: 180_000,
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'backbone-migrator-test-'));
  const lost = await startTemporalServer({
    binary: temporalBinary(),
    headless: true,
    searchAttributes: SEARCH_ATTRIBUTES,
    logFile: join(directory, 'temporal.log'),
  });
  try {
    await using scene = await openScene({ ...SMALL, address: lost.address });
    const handle = await scene.start();
    const { decision } = await runToGate(scene, handle);
    const client = await connectClient({ address: temporalAddress() });
    try {
      const there: Scene = { ...scene, client };
      expect(await holderOf(there, handle)).toMatchObject({ status: 'unknown' });
      await scene.work(Object.keys(scene.config.instances), temporalAddress());
      const next = await again(there, handle);
      await handle.signal('approve', { by: 'lee@example.com', decision });
      await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'ClaimLost' } });
      expect(scene.world.original.deleted).toBe(false);
      await expectGoodEnd(there, next, 2);
    } finally {
      await client.connection.close();
    }
  } finally {
    await lost.stop();
    await rm(directory, { recursive: true, force: true });
  }
});
