/** A worker that comes later reads what the first one decided from the history alone. */
import { Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { payloadConverterPath } from '../../src/service/paths.ts';
import { answer, asked, BACK, untilWithdrawn } from '../gate/asked.ts';
import {
  APPROVER,
  answerAll,
  openScene,
  REQUESTER,
  retry,
  runToEnd,
  runToGate,
  send,
  untilState,
} from '../support/migration.ts';
import { workflowBundle } from '../support/temporal.ts';

const replay = (history: Parameters<typeof Worker.runReplayHistory>[1]) =>
  Worker.runReplayHistory({ workflowBundle: workflowBundle(), dataConverter: { payloadConverterPath } }, history);

it('a completed migration replays', async () => {
  await using scene = await openScene({ gap: 2 });
  const handle = await scene.start();
  await runToEnd(scene, handle);
  await expect(replay(await handle.fetchHistory())).resolves.toBeUndefined();
});

it('a migration with waits, trouble, pauses, refusals and a spent approval replays, finished and half-way', async () => {
  await using scene = await openScene();
  await scene.control('POST', 'faults', [
    { instance: 'jira-old', method: 'POST', path: '/stop$', action: 'status', status: 403 },
    { instance: 'jira-old', method: 'DELETE', path: 'INT-16$', action: 'status', status: 403 },
  ]);
  const handle = await scene.start();
  await untilState(handle, 'WaitingForPerson');
  await send(handle, 'pause', { by: REQUESTER });
  await untilState(handle, 'Paused');
  await handle.signal('aprove');
  await expect(replay(await handle.fetchHistory())).resolves.toBeUndefined();
  await send(handle, 'resume', { by: REQUESTER });
  await answerAll(scene, handle, 'NeedsAttention');
  await retry(handle);
  const { decision } = await runToGate(scene, handle);
  await send(handle, 'approve', { by: APPROVER, decision });
  await expect
    .poll(async () => (await untilState(handle, 'AwaitingApproval')).decision, { timeout: 20_000 })
    .not.toBe(decision);
  const again = await untilState(handle, 'AwaitingApproval');
  await send(handle, 'approve', { by: APPROVER, decision: again.decision });
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  await expect(replay(await handle.fetchHistory())).resolves.toBeUndefined();
});

it.each(['goBack', 'keepNew'])(
  'a delete that a person is asked for and that is taken back replays: %s',
  async (choice) => {
    await using reached = await asked();
    const { handle } = reached;
    await retry(handle);
    await expect(replay(await handle.fetchHistory())).resolves.toBeUndefined();
    await send(handle, 'rollback', BACK);
    const picture = await untilWithdrawn(handle);
    await expect(replay(await handle.fetchHistory())).resolves.toBeUndefined();
    await answer(handle, picture, choice);
    await handle.result();
    await expect(replay(await handle.fetchHistory())).resolves.toBeUndefined();
  },
);
