/** The activities as the workflow calls them: which queue, which timeouts, which way of being cancelled. */
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities, StepActivities } from '../activities/types.ts';
import {
  awaitName,
  awaitUndoName,
  instanceQueue,
  migrationsQueue,
  type StepName,
  undoName,
} from '../contract/names.ts';
import type { Plan, StepInput, StepResult } from '../contract/steps.ts';

/**
 * No `maximumAttempts` but on the delete: consecutive real errors are counted by the activity interceptor, which also names the
 * delay of every wait. What is left for the policy is a worker that died; ten seconds are the most to wait after it.
 */
const RETRY = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' } as const;
/** A worker that died is noticed after so long. */
const HEARTBEAT = '4s';

/** Whatever touches no instance. */
export const housekeeping = (prefix: string) =>
  proxyActivities<Pick<Activities, 'openMigration' | 'record' | 'judgeApproval' | 'remind' | 'reportOriginal'>>({
    taskQueue: migrationsQueue(prefix),
    startToCloseTimeout: '1m',
    heartbeatTimeout: HEARTBEAT,
    retry: RETRY,
  });

/** What the workflow of a batch lets others do; `summary` is what the UI shows of it. */
export const batchWork = (summary: string) =>
  proxyActivities<Pick<Activities, 'openBatch' | 'advanceBatch' | 'tellBatch'>>({
    summary,
    startToCloseTimeout: '10m',
    heartbeatTimeout: HEARTBEAT,
    retry: RETRY,
  });

export interface StepCall {
  prefix: string;
  step: StepName;
  queue: string;
  summary: string;
  /** The parts of the step that take it back. */
  undoing: boolean;
}

/**
 * `<step>` and `undo<Step>`: write. A cancellation waits for its real end, since whatever was sent may have taken effect.
 */
export function performStep(
  { prefix, step, queue, summary, undoing }: StepCall,
  input: StepInput,
): Promise<StepResult> {
  const activities = proxyActivities<StepActivities>({
    taskQueue: `${prefix}${queue}`,
    startToCloseTimeout: '30m',
    heartbeatTimeout: HEARTBEAT,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: RETRY,
    summary,
  });
  return call(activities, undoing ? undoName(step) : step, input);
}

/** `await<Step>` and `awaitUndo<Step>`: read only, so they are given up at once. */
export function awaitStep({ prefix, step, queue, summary, undoing }: StepCall, input: StepInput): Promise<StepResult> {
  const activities = proxyActivities<StepActivities>({
    taskQueue: `${prefix}${queue}`,
    startToCloseTimeout: '5m',
    heartbeatTimeout: HEARTBEAT,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: RETRY,
    summary,
  });
  return call(activities, undoing ? awaitUndoName(step) : awaitName(step), input);
}

function call(activities: StepActivities, name: string, input: StepInput): Promise<StepResult> {
  const activity = activities[name];
  if (!activity) throw new Error(`no activity ${name}`);
  return activity(input);
}

/** Confirm and settle are retryable reads; the delete itself is sent by one attempt, ever. */
export function deletion(prefix: string, plan: Plan) {
  const taskQueue = instanceQueue(plan.original.instance, prefix);
  const { confirmDecision, keptRuns } = proxyActivities<Pick<Activities, 'confirmDecision' | 'keptRuns'>>({
    taskQueue: instanceQueue(plan.a.instance, prefix),
    startToCloseTimeout: '30m',
    heartbeatTimeout: HEARTBEAT,
    retry: RETRY,
    summary: 'compute the decision again, or read whether what is kept runs',
  });
  const { deleteOriginal } = proxyActivities<Pick<Activities, 'deleteOriginal'>>({
    taskQueue,
    // Not started within this time proves that nothing was sent.
    scheduleToStartTimeout: '2m',
    startToCloseTimeout: '5m',
    heartbeatTimeout: HEARTBEAT,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { maximumAttempts: 1 },
    summary: `delete ${plan.original.instance}/${plan.original.key}`,
  });
  const { settleDelete } = proxyActivities<Pick<Activities, 'settleDelete'>>({
    taskQueue,
    startToCloseTimeout: '30m',
    heartbeatTimeout: HEARTBEAT,
    retry: RETRY,
    summary: 'read whether the original is gone',
  });
  return { confirmDecision, keptRuns, deleteOriginal, settleDelete };
}

/** Without prefix, as the plan records it. Long reads have a queue of their own. */
export function queueOf(step: StepName, plan: Plan | undefined, originalInstance: string): string {
  const planned = plan?.steps.find((entry) => entry.step === step);
  return planned?.queue ?? instanceQueue(originalInstance);
}
