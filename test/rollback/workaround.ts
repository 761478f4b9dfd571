/** A synchronization that was a workaround, whose projects did not move; and people who work on both of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { StartInput } from '../../src/contract/start.ts';
import { openScene, type Scene } from '../support/migration.ts';

export const workaround = (): Promise<Scene> => openScene({ world: 'workaround', interval: 40, issues: 12 });
export const start = (scene: Scene, changes: Partial<StartInput> = {}): Promise<WorkflowHandle> =>
  scene.start({ new: { instance: 'jira-new', projects: {} }, move: undefined, ...changes });

/** What the issue asks for, on both sides: 20 edits, 5 comments, 3 new issues. */
export async function work({ sandbox, control }: Scene): Promise<void> {
  const { a, b } = sandbox.world.live;
  const once = (act: object) => control('POST', 'people', { action: 'once', ...act });
  for (let n = 0; n < 28; n++) {
    const kind = n < 20 ? 'edit' : n < 25 ? 'comment' : 'create';
    const { instance } = n % 2 === 0 ? a : b;
    await once({ kind, instance: instance.name });
    await sleep(15);
  }
}
