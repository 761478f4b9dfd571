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
import type { Blocked, StepResult } from '../contract/steps.ts';
import { boundTo, type HumanTask } from '../contract/tasks.ts';
import { answeredBlindly, answersProblem } from '../contract/verbs.ts';
import { enter, enterState } from './entering.ts';
import { awaitStep, performStep, queueOf, type StepCall } from './proxies.ts';
import type { MigrationRun } from './run.ts';

type Done = Extract<StepResult, { state: 'done' }>;
type Refused = Extract<StepResult, { state: 'refused' }>;
/** What a look said; or what stood in its way, which no step has entered. */
type Looked = StepResult | (Blocked & { standing?: never });
/** A person has seen that an earlier step does not hold any more. */
interface GoBackTo {
  state: 'goBackTo';
  step: StepName;
}

/** Ends when the step's postcondition holds, or when preflight refuses. Trouble ends in a named state that asks a person. */
export async function runStep(run: MigrationRun, step: StepName): Promise<Done | Refused | GoBackTo> {
  run.begin(step);
  run.show();
  for (let result: Looked | GoBackTo = await attempt(run); ; result = await next(run, result)) {
    // However it ended, success included: on the way back only reading tells what took effect.
    if (run.back) throw new CancelledFailure('going back');
    if (result.state === 'goBackTo') return result;
    if (result.standing) run.learn(result);
    else run.looks++;
    if (result.state === 'refused' || result.state === 'done') {
      run.settle('running');
      return result;
    }
  }
}

/** Takes one step back, until its check says that nothing of it is left. The way back is never given up half-way. */
export async function undoStep(run: MigrationRun, step: StepName): Promise<Done | GoBackTo> {
  run.begin(step);
  await enterState(run);
  for (let result: Looked | GoBackTo = await attempt(run); ; result = await next(run, result)) {
    if (result.state === 'goBackTo') return result;
    if (result.standing) run.learn(result);
    else run.looks++;
    if (result.state === 'refused') throw new Error(`the undo of ${step} refused`);
    if (result.state === 'done') {
      run.settle('running');
      return result;
    }
  }
}

/** What follows a result that is not the end of the step. */
async function next(run: MigrationRun, result: Exclude<Looked, Done | Refused>): Promise<Looked | GoBackTo> {
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
  const early = run.back ? undefined : run.said.early[task.id];
  if (!early) return false;
  const subject = { verb: 'answer', task: task.id, early: true, state: run.name, step: run.step } as const;
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
  return true;
}

/** check → perform → check, once; an error that only a person can end becomes a blocked result. */
async function attempt(run: MigrationRun): Promise<Looked> {
  await unpaused(run);
  run.settle('running');
  try {
    return await performStep(call(run), run.input());
  } catch (error) {
    return blockedBy(error);
  }
}

/** Waits for the postcondition until it holds or somebody wakes us; then the step looks again from the start. */
async function watch(run: MigrationRun): Promise<Looked> {
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

/** Nothing is begun during a pause, nor while a message is being decided. */
export async function unpaused(run: MigrationRun): Promise<void> {
  if (run.paused || run.deciding > 0) await condition(() => !run.paused && run.deciding === 0);
}

function call(run: MigrationRun): StepCall {
  const planned = run.plan?.steps.find(({ step }) => step === run.step);
  const undoing = run.back !== undefined;
  return {
    prefix: run.prefix,
    step: run.step,
    queue: queueOf(run.step, run.plan, run.start.original.instance),
    summary: undoing
      ? (planned?.undo?.does ?? 'see that nobody deletes the original any more')
      : (planned?.does ?? 'read everything, write nothing, and plan'),
    undoing,
  };
}

/** The run that lost the claim ends here and writes nothing; everything else asks a person. */
export function blockedBy(error: unknown): Blocked {
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
  };
}
