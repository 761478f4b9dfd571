/** One documented step, from its beginning to its postcondition, whoever performs it. */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
} from '@temporalio/workflow';
import type { Blocker } from '../contract/status.ts';
import type { StepResult } from '../contract/steps.ts';
import { enterState } from './entering.ts';
import { awaitStep, performStep, queueOf, type StepCall } from './proxies.ts';
import type { MigrationRun } from './run.ts';

type Done = Extract<StepResult, { state: 'done' }>;
type Refused = Extract<StepResult, { state: 'refused' }>;

/** Ends when the step's postcondition holds, or when preflight refuses. Trouble ends in a named state that asks a person. */
export async function runStep(run: MigrationRun, index: number): Promise<Done | Refused> {
  const status = run.begin(index);
  run.show();
  for (let result = await attempt(run); ; result = await next(run, result)) {
    run.learn(result);
    if (result.state === 'refused') return result;
    if (result.state === 'done') {
      run.finish(status, result);
      return result;
    }
    status.state = result.state === 'again' ? 'running' : 'waiting';
  }
}

/** What follows a result that is not the end of the step. */
async function next(run: MigrationRun, result: Exclude<StepResult, Done | Refused>): Promise<StepResult> {
  switch (result.state) {
    case 'again':
      return attempt(run);
    case 'waiting':
      run.settle('running', { waitingFor: result.missing.join(' · ') });
      return watch(run);
    case 'task':
      run.settle('waitingForPerson', {
        task: result.task,
        ...(result.task.waitingFor ? { waitingFor: result.task.waitingFor } : {}),
      });
      return enteringAnd(run, watch(run));
    case 'blocked':
      run.settle('attention', {
        blocker: { code: result.code, reason: result.reason, remedy: result.remedy, items: result.items },
      });
      await enteringAnd(run, wokenUp(run));
      return attempt(run);
  }
}

/** The state is entered while the wait begins: one workflow task, and three events less. */
export async function enteringAnd<T>(run: MigrationRun, waiting: Promise<T>): Promise<T> {
  const [, result] = await Promise.all([enterState(run), waiting]);
  return result;
}

/** Thrown to the top: the run was cancelled before anything was written. */
export class Leaving extends Error {}

/** check → perform → check, once; an error that only a person can end becomes a blocked result. */
async function attempt(run: MigrationRun): Promise<StepResult> {
  await unpaused(run);
  if (run.leaving) throw new Leaving();
  run.settle('running');
  try {
    return await performStep(call(run), run.input());
  } catch (error) {
    return blockedBy(error);
  }
}

/** Waits for the postcondition until it holds or somebody wakes us; then the step looks again from the start. */
async function watch(run: MigrationRun): Promise<StepResult> {
  const seen = run.wakeups;
  const scope = new CancellationScope();
  const awaited = scope.run(() => awaitStep(call(run), run.input()));
  const outcome = awaited.catch((error: unknown) => (isCancellation(error) ? undefined : blockedBy(error)));
  const woken = condition(() => run.wakeups !== seen).then(() => undefined);
  const first = await Promise.race([outcome, woken]);
  if (first) return first;
  scope.cancel();
  await outcome;
  return attempt(run);
}

/** Somebody sent something that makes it worth looking again. */
export async function wokenUp(run: MigrationRun): Promise<void> {
  const seen = run.wakeups;
  await condition(() => run.wakeups !== seen);
}

/** Nothing is begun during a pause. */
export async function unpaused(run: MigrationRun): Promise<void> {
  if (run.paused) await condition(() => !run.paused || run.leaving);
}

const call = (run: MigrationRun): StepCall => ({
  prefix: run.prefix,
  step: run.step,
  queue: queueOf(run.step, run.facts.plan, run.start.original.instance),
  summary:
    run.facts.plan?.steps.find((planned) => planned.step === run.step)?.does ??
    'read everything, write nothing, and plan',
});

/** The run that lost the claim ends here and writes nothing; everything else asks a person. */
export function blockedBy(error: unknown): Extract<StepResult, { state: 'blocked' }> {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure)) throw error;
  if (cause.type === 'ClaimLost')
    throw ApplicationFailure.create({ type: 'ClaimLost', message: cause.message, nonRetryable: true });
  const details = cause.details?.[0] as Partial<Blocker> | undefined;
  return {
    state: 'blocked',
    code: details?.code ?? cause.type ?? 'Unexpected',
    reason: cause.message,
    remedy: details?.remedy ?? 'Send retry.',
    items: [],
    facts: {},
  };
}
