/**
 * Watches one instance for all migrations. Its one activity looks, tells the migrations concerned, and then fails with the benign
 * `NotYet` that names the next look: so it costs no history however long it watches, and there is one look at a time however many
 * workers there are.
 */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/types.ts';
import { instanceQueue, prefixOf } from '../contract/names.ts';
import type { WatchInput } from '../contract/watch.ts';

export async function watchInstance({ instance }: WatchInput): Promise<void> {
  const prefix = prefixOf(workflowInfo().taskQueue);
  const { watch } = proxyActivities<Pick<Activities, 'watch'>>({
    taskQueue: instanceQueue(instance, prefix),
    startToCloseTimeout: '5m',
    heartbeatTimeout: '4s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
    summary: `look at the synchronizations of ${instance}`,
  });
  for (;;) await watch({ instance });
}
