/** The floor: as many empty activities in sequence as asked for. */
import { proxyActivities } from '@temporalio/workflow';

const { empty } = proxyActivities<{ empty(): Promise<void> }>({ startToCloseTimeout: '10s' });

export async function floor(activities: number): Promise<void> {
  for (let n = 0; n < activities; n++) await empty();
}
