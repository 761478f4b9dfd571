/** P1: an original that is seen running while the decision is confirmed voids the approval, whoever stops it again, and whatever it left. */
import { expect, it } from 'vitest';
import { startSynchronization, stopSynchronization } from '../../sandbox/backbone/lifecycle.ts';
import { approve, openScene, runToGate } from '../support/migration.ts';
import { spent } from './spent.ts';

it.concurrent.for([1, 2])(
  'an original that ran for %i readings of its status is not deleted on the approval given before',
  { timeout: 90_000 },
  async (readings) => {
    await using scene = await openScene({ issues: 4, ambiguous: false });
    const handle = await scene.start();
    await runToGate(scene, handle);
    const { record, original } = scene.world;
    const { add } = record;
    let seen = 0;
    // The new one's conflicts are read in each look at what was proved, before the original's status.
    record.add = (entry) => {
      if (entry.kind === 'request' && entry.path?.endsWith('/conflicts') && seen === 0 && !original.running)
        startSynchronization(scene.world, original, 'otto');
      if (entry.kind === 'request' && entry.path?.endsWith('/INT-16/status') && original.running) {
        seen += 1;
        if (seen === readings) stopSynchronization(scene.world, original, 'otto');
      }
      return add(entry);
    };
    await approve(handle);
    expect(await spent(scene, handle)).toBe(true);
    expect(seen).toBe(readings);
  },
);
