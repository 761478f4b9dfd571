/** The two connectors of a synchronization that runs are read one after the other, and people do not wait for that. */

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openScene, runToGate, type Scene } from '../support/migration.ts';

const FIRST = '/connectors/CON-48-PA/syncInformation$';

/** Makes an issue that the original pairs, and has the first connector answer as it was before, so many times. */
async function pairedBetween({ control, world }: Scene, times: number): Promise<void> {
  await control('POST', 'instances', { instance: 'jira-old', picture: 'before' });
  const pairs = () => world.original.first.entries.size;
  const before = pairs();
  await control('POST', 'people', { action: 'once', instance: 'jira-partner', kind: 'create' });
  while (pairs() === before) await sleep(20);
  await control('POST', 'faults', {
    ...{ instance: 'jira-old', path: FIRST, action: 'stale', picture: 'before', nth: 1, every: 1, count: times },
  });
}

it('a pair that the original makes between both readings is no reason to refuse', { timeout: 60_000 }, async () => {
  await using scene = await openScene({ issues: 4, ambiguous: false });
  await pairedBetween(scene, 1);
  const handle = await scene.start();
  expect((await runToGate(scene, handle)).blockers).toEqual([]);
});

it('a pair that one connector alone holds at every look is refused', { timeout: 60_000 }, async () => {
  await using scene = await openScene({ issues: 4, ambiguous: false });
  await pairedBetween(scene, 100);
  const handle = await scene.start();
  await expect(handle.result()).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/^PairsNotMirrored: 1 pairs? .* held by the second connector only/s) },
  });
});
