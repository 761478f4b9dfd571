/** The moment between an approval and the delete, held open by the brake. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { RecordEntry } from '../../sandbox/world/record.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { approve, openScene, runToGate, type Scene, type SceneOptions } from './migration.ts';

/** A brake counts after two seconds at most (`src/activities/brake.ts`). */
export const BRAKE_COUNTS_MS = 2_100;
const OPERATOR = 'ops@example.com';

export interface Held extends AsyncDisposable {
  scene: Scene;
  handle: WorkflowHandle;
  /** What was approved. */
  gate: MigrationPicture;
  /** Key of the new synchronization. */
  fresh: string;
  release(): Promise<void>;
  deletes(): RecordEntry[];
}

/** Approved, and not yet confirmed: whatever is changed now is changed after the approval. */
export async function approvedAndHeld(options: SceneOptions = {}): Promise<Held> {
  const scene = await openScene({ issues: 6, ambiguous: false, ...options });
  const handle = await scene.start();
  const gate = await runToGate(scene, handle);
  await scene.store.brake.on('all', OPERATOR, 'a change of plan');
  await sleep(BRAKE_COUNTS_MS);
  const { accepted, reason } = await approve(handle);
  if (!accepted) throw new Error(reason);
  await sleep(300);
  return {
    scene,
    handle,
    gate,
    fresh: gate.created ?? '',
    release: () => scene.store.brake.off('all', OPERATOR),
    deletes: () => scene.writes().filter(({ method, path = '' }) => method === 'DELETE' && path.endsWith('/INT-16')),
    [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose](),
  };
}
