/** Times of activities, from a workflow's history. */
import type { WorkflowHandle } from '@temporalio/client';

export interface ActivityTime {
  name: string;
  /** Epoch milliseconds, scheduled. */
  from: number;
  /** Epoch milliseconds, completed. */
  to: number;
  /** It waited in between, so that its time is not its own. */
  retried: boolean;
}

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

export function activityTimes(history: History): ActivityTime[] {
  const scheduled = new Map<string, { name: string; from: number }>();
  const attempts = new Map<string, number>();
  const times: ActivityTime[] = [];
  for (const event of history.events ?? []) {
    const at = millis(event.eventTime);
    const {
      activityTaskScheduledEventAttributes: one,
      activityTaskStartedEventAttributes: two,
      activityTaskCompletedEventAttributes: three,
    } = event;
    if (one) scheduled.set(String(event.eventId), { name: one.activityType?.name ?? '', from: at });
    if (two) attempts.set(String(two.scheduledEventId), two.attempt ?? 1);
    if (!three) continue;
    const key = String(three.scheduledEventId);
    const begun = scheduled.get(key);
    if (begun) times.push({ ...begun, to: at, retried: (attempts.get(key) ?? 1) > 1 });
  }
  return times;
}

type Timestamp = NonNullable<History['events']>[number]['eventTime'];

const millis = (time: Timestamp): number => Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6;
