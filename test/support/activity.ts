/** An activity, or a part of one, asked directly in the name of a run: what the workflow would stop before is tried all the same. */
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import { type StepContext, stepContext } from '../../src/activities/context.ts';
import type { ActivityDeps } from '../../src/activities/deps.ts';
import type { StepName } from '../../src/contract/names.ts';
import type { StepInput } from '../../src/contract/steps.ts';
import { openInstances } from '../../src/jira/open.ts';
import type { Holder } from '../../src/store/store.ts';
import type { Scene } from './migration.ts';

export interface Direct extends AsyncDisposable {
  deps: ActivityDeps;
  /** What the workflow sent to the newest activity of this name. */
  input: StepInput;
  holder: Holder;
  /** Runs it as an attempt of this run; `cancel` is what the attempt hears of a cancellation. */
  attempt<T>(act: (cancel: () => void) => Promise<T>): Promise<T>;
  /** The same with what a step sees. */
  inStep<T>(
    step: StepName,
    act: (context: StepContext, cancel: () => void) => Promise<T>,
    changes?: Partial<StepInput>,
  ): Promise<T>;
}

export async function direct(scene: Scene, handle: WorkflowHandle, activity: string): Promise<Direct> {
  const { config, store } = scene;
  const instances = openInstances(config);
  const deps: ActivityDeps = { config, store, instances, log: pino({ level: 'silent' }) };
  const input = await inputOf(handle, activity);
  const claim = await store.claims.get(input.migration);
  if (!claim) throw new Error('no claim');
  const { runId } = await handle.describe();
  const attempt: Direct['attempt'] = async (act) => {
    const workflowExecution = { workflowId: handle.workflowId, runId };
    // Of two attempts the older one enters nothing: it is the newest of the activity that the run began last.
    const environment = new MockActivityEnvironment({
      workflowExecution,
      activityId: await lastActivity(handle),
      attempt: Number.MAX_SAFE_INTEGER,
    });
    return environment.run(() => act(() => environment.cancel()));
  };
  return {
    deps,
    input,
    holder: { migration: input.migration, epoch: claim.epoch, runId },
    attempt,
    inStep: (step, act, changes = {}) =>
      attempt(async (cancel) => act(await stepContext(deps, step, { ...input, ...changes }), cancel)),
    [Symbol.asyncDispose]: () => instances.close(),
  };
}

async function lastActivity(handle: WorkflowHandle): Promise<string> {
  const { events } = await handle.fetchHistory();
  const ids = (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes?.activityId ?? []);
  return ids.at(-1) ?? '1';
}

async function inputOf(handle: WorkflowHandle, activity: string): Promise<StepInput> {
  const { events } = await handle.fetchHistory();
  const scheduled = events?.findLast(
    ({ activityTaskScheduledEventAttributes: attributes }) => attributes?.activityType?.name === activity,
  );
  const payload = scheduled?.activityTaskScheduledEventAttributes?.input?.payloads?.[0];
  if (!payload) throw new Error(`no activity ${activity} was asked for`);
  return defaultPayloadConverter.fromPayload<StepInput>(payload);
}
