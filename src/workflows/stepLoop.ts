/** One documented step, from its beginning to its postcondition, whoever performs it. */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
} from '@temporalio/workflow';
import type { StepName } from '../contract/names.ts';
import type { Blocker } from '../contract/status.ts';
import type { StepResult } from '../contract/steps.ts';
import { boundTo, type HumanTask, withoutTexts } from '../contract/tasks.ts';
import { answeredBlindly, answersProblem } from '../contract/verbs.ts';
import { enter, enterState } from './entering.ts';
import { awaitStep, performStep, queueOf, type StepCall } from './proxies.ts';
import type { MigrationRun } from './run.ts';

type Done = Extract<StepResult, { state: 'done' }>;
type Refused = Extract<StepResult, { state: 'refused' }>;
/** A person has seen that an earlier step does not hold any more. */
interface GoBackTo {
  state: 'goBackTo';
  step: StepName;
}

/** Ends when the step's postcondition holds, or when preflight refuses. Trouble ends in a named state that asks a person. */
export async function runStep(run: MigrationRun, index: number): Promise<Done | Refused | GoBackTo> {
  const status = run.begin(index);
  run.show();
  for (let result: StepResult | GoBackTo = await attempt(run); ; result = await next(run, result)) {
    // However it ended, success included: on the way back only reading tells what took effect.
    if (run.back) throw new CancelledFailure('going back');
    if (result.state === 'goBackTo') return result;
    run.learn(result);
    if (result.state === 'refused') {
      run.settle('running');
      return result;
    }
    if (result.state === 'done') {
      run.finish(status, result);
      return result;
    }
    status.state = result.state === 'again' ? 'running' : 'waiting';
  }
}

/** Takes one step back, until its check says that nothing of it is left. The way back is never given up half-way. */
export async function undoStep(run: MigrationRun, step: StepName): Promise<Done | GoBackTo> {
  const status = run.beginUndo(step);
  await enterState(run);
  for (let result: StepResult | GoBackTo = await attempt(run); ; result = await next(run, result)) {
    if (result.state === 'goBackTo') return result;
    run.learn(result);
    if (result.state === 'refused') throw new Error(`the undo of ${step} refused`);
    if (result.state === 'done') {
      run.finish(status, result);
      return result;
    }
  }
}

/** What follows a result that is not the end of the step. */
async function next(run: MigrationRun, result: Exclude<StepResult, Done | Refused>): Promise<StepResult | GoBackTo> {
  switch (result.state) {
    case 'again':
      return attempt(run);
    case 'waiting':
      run.settle('waiting', { waitingFor: result.missing.join(' · ') });
      return watch(run);
    case 'task':
      if (await answeredEarly(run, result.task)) return attempt(run);
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
      return result.from ? { state: 'goBackTo', step: result.from } : attempt(run);
  }
}

/** The state is entered while the wait begins: one workflow task, and three events less. */
export async function enteringAnd<T>(run: MigrationRun, waiting: Promise<T>): Promise<T> {
  const [, result] = await Promise.all([enterState(run), waiting]);
  return result;
}

/** Somebody answered this task before it was open. What is not legal for it now is dropped, and entered as refused. */
async function answeredEarly(run: MigrationRun, task: HumanTask): Promise<boolean> {
  // On the way back a task has the name of the step that it takes back, and asks another thing.
  const early = run.back ? undefined : run.early[task.id];
  if (!early) return false;
  delete run.early[task.id];
  const subject = { verb: 'answer', task: task.id, early: true, state: run.state, step: run.step };
  const answered = answeredBlindly(task, early) ?? answersProblem(task, task.id, early, [task]);
  const entry = { actor: early.by, grade: 'claimed' as const };
  if (answered) {
    await enter(run, { kind: 'refused', ...entry, answered, subject });
    return false;
  }
  // From now on it is about this.
  const bound = boundTo(task, early.answers);
  const { early: _, ...heeded } = subject;
  await enter(run, { kind: 'verb', ...entry, subject: { ...heeded, questions: Object.keys(bound) } }, undefined, bound);
  Object.assign(run.answers, withoutTexts(bound));
  return true;
}

/** check → perform → check, once; an error that only a person can end becomes a blocked result. */
async function attempt(run: MigrationRun): Promise<StepResult> {
  await unpaused(run);
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
  if (run.paused) await condition(() => !run.paused);
}

function call(run: MigrationRun): StepCall {
  const planned = run.facts.plan?.steps.find(({ step }) => step === run.step);
  const undoing = run.back !== undefined;
  return {
    prefix: run.prefix,
    step: run.step,
    queue: queueOf(run.step, run.facts.plan, run.start.original.instance),
    summary: undoing
      ? (planned?.undo?.does ?? 'see that nobody deletes the original any more')
      : (planned?.does ?? 'read everything, write nothing, and plan'),
    undoing,
  };
}

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
