/** Waits for what becomes of an approval. */
import type { WorkflowHandle } from '@temporalio/client';
import { vi } from 'vitest';
import { ledgerOf, type Scene } from '../support/migration.ts';

/** Deleted, or what was approved does not count any more. */
export const spent = (scene: Scene, handle: WorkflowHandle): Promise<boolean> =>
  vi.waitFor(
    async () => {
      const entries = await ledgerOf(scene, handle);
      if (scene.world.original.deleted) return false;
      if (!entries.some(({ subject }) => subject.grantsSpent === true)) throw new Error('nothing is decided yet');
      return true;
    },
    { timeout: 40_000, interval: 50 },
  );
