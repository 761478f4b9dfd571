/** A Jira one of whose nodes is behind: it has what was there when the picture was taken. */
import type { WorkflowHandle } from '@temporalio/client';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { openScene, runToGate, type Scene, type SceneOptions } from '../support/migration.ts';

export const INTEGRATIONS = '/api/1/integrations';

export interface AtGate extends AsyncDisposable {
  scene: Scene;
  handle: WorkflowHandle;
  gate: MigrationPicture;
  /** Key of the new synchronization. */
  fresh: string;
}

/** At the gate; jira-new's picture `before` was taken before anything was created there. */
export async function atGate(options: SceneOptions = {}): Promise<AtGate> {
  const scene = await openScene({ issues: 6, ambiguous: false, ...options });
  await scene.control('POST', 'instances', { instance: 'jira-new', picture: 'before' });
  const handle = await scene.start();
  const gate = await runToGate(scene, handle);
  return {
    scene,
    handle,
    gate,
    fresh: gate.created ?? '',
    [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose](),
  };
}

/** Reads of jira-new below this path are answered from the picture, every one or every `every`-th. */
export const isBehind = (
  { control }: Scene,
  path = INTEGRATIONS,
  { every = 1, picture = 'before' }: { every?: number; picture?: string } = {},
): Promise<unknown> => control('POST', 'faults', { instance: 'jira-new', path, action: 'stale', every, picture });

export const synchronization = ({ world }: Scene, key: string) => {
  const found = world.known.find((one) => one.key === key && one.home === 'jira-new');
  if (!found) throw new Error(`no ${key} was ever made`);
  return found;
};

/** Writes to Backbone by which something is deleted. */
export const deletes = (scene: Scene): string[] =>
  scene.writes().flatMap(({ method, path = '' }) => (method === 'DELETE' ? [path.split('/').at(-1) ?? ''] : []));
