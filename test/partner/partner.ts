/** A migration whose partner's Jira we cannot reach: its people look for us. */

import type { WorkflowHandle } from '@temporalio/client';
import { projectOf } from '../../sandbox/world/lookup.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { doTask } from '../support/carefulPerson.ts';
import { openScene, type Scene, type SceneOptions, until } from '../support/migration.ts';

export const KIM = 'kim@example.com';

export const openPartnerScene = ({
  deleteOnAttested = true,
  ...options
}: SceneOptions & { deleteOnAttested?: boolean } = {}): Promise<Scene> =>
  openScene({
    interval: 40,
    issues: 6,
    ambiguous: false,
    ...options,
    configure: (config) => {
      const partner = config.instances['jira-partner'];
      if (partner) Object.assign(partner, { access: 'none', credentials: null });
      config.policy.deleteOnAttested = deleteOnAttested;
      options.configure?.(config);
    },
  });

/** Every request that reached the partner's Jira from us. */
export const requestsToPartner = (scene: Scene) =>
  scene
    .record()
    .filter(({ kind, instance, user }) => kind === 'request' && instance === 'jira-partner' && user !== 'backbone');

export const issuesOfPartner = ({ world }: Scene) => projectOf(world.live.b.instance, 'PB').issues;

export const readEvidence = (scene: Scene, digest: string | null): Promise<Evidence> =>
  scene.store.artifacts.getJson<Evidence>(digest ?? '');

export async function textOf({ store }: Scene, digest = ''): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.artifacts.get(digest)) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

/** Until the partner is asked; what is asked before it is answered. */
export async function untilPacket(scene: Scene, handle: WorkflowHandle): Promise<MigrationPicture> {
  const done = new Set<string>();
  for (;;) {
    const picture = await until(
      handle,
      ({ state, tasks }) => state === 'NeedsAttention' || tasks.some(({ id, since }) => !done.has(`${id} ${since}`)),
      'a task',
    );
    if (picture.state === 'NeedsAttention') throw new Error(JSON.stringify(picture.blockers));
    for (const task of picture.tasks) {
      if (task.questions.some(({ id }) => id === 'partner')) return picture;
      done.add(`${task.id} ${task.since}`);
      await doTask(scene, handle, picture, task);
    }
  }
}
