/** The watchers of a scene's instances, looking often; ended with the test. */

import { watchWorkflowId } from '../../src/contract/watch.ts';
import { startWatchers } from '../../src/service/workers.ts';
import type { Scene } from '../support/migration.ts';

export interface Watching extends AsyncDisposable {
  /** How often this instance has been looked at, or is being looked at. */
  looks(instance: string): Promise<number>;
}

export async function watching({ client, config }: Scene): Promise<Watching> {
  await startWatchers(client, config);
  const handle = (name: string) => client.workflow.getHandle(watchWorkflowId(name, config.taskQueuePrefix));
  return {
    async looks(instance) {
      const { raw } = await handle(instance).describe();
      return raw.pendingActivities?.[0]?.attempt ?? 0;
    },
    async [Symbol.asyncDispose]() {
      const watched = Object.values(config.instances).filter(({ access }) => access === 'full');
      await Promise.all(watched.map(({ name }) => handle(name).terminate('the test is over')));
    },
  };
}
