/**
 * What happens at the server's own limit: accepted messages bring a run there in the end, and the server ends it. It is lowered here,
 * on a server of its own.
 */
import { expect, it } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../src/contract/names.ts';
import { startTemporalServer } from '../../src/server/start.ts';
import { openScene, REQUESTER, runToGate, send, untilState } from '../support/migration.ts';
import { temporalBinary } from '../support/temporal.ts';
import { again, expectGoodEnd } from './again.ts';

const MOST_EVENTS = 500;

it('a run that the server ended for its length lost nothing, and is taken over', { timeout: 240_000 }, async () => {
  const server = await startTemporalServer({
    binary: temporalBinary(),
    headless: true,
    searchAttributes: SEARCH_ATTRIBUTES,
    settings: { 'limit.historyCount.error': String(MOST_EVENTS) },
  });
  try {
    await using scene = await openScene({ issues: 4, address: server.address });
    const handle = await scene.start();
    await runToGate(scene, handle);
    const ended = handle.result().catch(() => 'ended');
    // Refused or broken off at the last ones, which is no matter.
    for (let n = 0; (await handle.describe()).status.name === 'RUNNING'; n++) {
      await send(handle, 'pause', { by: REQUESTER, reason: `reason ${n}` }).catch(() => undefined);
      await send(handle, 'resume', { by: REQUESTER }).catch(() => undefined);
    }
    await ended;
    expect((await handle.describe()).status.name).toBe('TERMINATED');
    expect(scene.world.original.deleted).toBe(false);
    const next = await again(scene, handle);
    // Where it was paused last, it stays so.
    const { state } = await untilState(next, 'Paused', 'AwaitingApproval');
    if (state === 'Paused') await send(next, 'resume', { by: REQUESTER });
    await expectGoodEnd(scene, next, 2);
  } finally {
    await server.stop();
  }
});
