/**
 * Migrates one synchronization through the documented steps, and deletes the original only when a person approved exactly what
 * was proved. Thin: the order is data, the steps are activities, and this decides what follows what.
 */
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  workflowInfo,
} from '@temporalio/workflow';
import { type MigrationState, prefixOf, type StepName } from '../contract/names.ts';
import type { MigrationPicture } from '../contract/status.ts';
import { whyNot } from '../contract/verbs.ts';
import { backToVerify, deleteTheOriginal, keptRuns, waitAtGate } from './deletion.ts';
import { enter } from './entering.ts';
import { receiveMessages } from './messages.ts';
import { housekeeping } from './proxies.ts';
import { orRefuseStart, refuseTooMuch } from './refused.ts';
import { remindWhileWaiting } from './reminders.ts';
import { goBack } from './rollback.ts';
import { MigrationRun } from './run.ts';
import { runStep } from './stepLoop.ts';
import { deletedBefore, goOnWith } from './takenOver.ts';
import { hearWatcher } from './watched.ts';

/** Ends Completed with the last picture; a refused or invalid start fails the run with every problem in its message. */
export async function migrateSynchronization(start: unknown): Promise<MigrationPicture> {
  let run: MigrationRun | undefined;
  receiveMessages(() => run);
  hearWatcher(() => run);
  // After a cancellation request every later wait and activity would throw, those of the way back included.
  return CancellationScope.nonCancellable(async () => {
    const opened = await open(start);
    run = new MigrationRun(opened);
    if (opened.takenOver) goOnWith(run, opened.takenOver);
    hearCancellation(run);
    remindWhileWaiting(run);
    if (opened.takenOver && (await deletedBefore(run, opened.takenOver))) return endDeleted(run);
    return thereOrBack(run);
  });
}

/** Forward until the end or a rollback; after a rollback perhaps forward again, as a person chose. */
async function thereOrBack(run: MigrationRun): Promise<MigrationPicture> {
  for (let from = 0; ; ) {
    try {
      const begin = from;
      return await run.forward.run(() => migrate(run, begin));
    } catch (error) {
      if (run.lost) throw run.lost;
      if (!run.back || isClaimLost(error)) throw error;
    }
    const out = await goBack(run);
    if ('forwardFrom' in out) {
      from = out.forwardFrom;
      continue;
    }
    if (out.ends === 'Completed') return endDeleted(run);
    const picture = await end(run, out.ends);
    // Asked for at first, or on the way.
    if (run.back?.cancelled) throw new CancelledFailure(`cancelled; it ended ${out.ends}`);
    return picture;
  }
}

/** What was being taken back has happened. In one go with its end: nobody turns back in between. */
function endDeleted(run: MigrationRun): Promise<MigrationPicture> {
  run.back = undefined;
  return end(run, 'Completed');
}

/** Another run holds the claim: whatever else was asked of this one, it ends and writes nothing. */
const isClaimLost = (error: unknown): boolean => error instanceof ApplicationFailure && error.type === 'ClaimLost';

/** A cancellation request is a rollback that closes the run as Cancelled. While deleting it is refused like every other verb. */
function hearCancellation(run: MigrationRun): void {
  CancellationScope.current().cancelRequested.catch(async () => {
    // Asked for already: the request was sent to the run that this one took over.
    if (run.final || run.back?.cancelled) return;
    const legal = run.standing !== 'deleting';
    if (legal && run.back) run.back.cancelled = true;
    const subject = { verb: 'cancel', state: run.state, step: run.step };
    if (legal && !run.back) Object.assign(subject, { class: run.turnBack(true).class });
    const who = { actor: 'temporal-cancel', grade: 'claimed' as const };
    const refused = { kind: 'refused' as const, answered: whyNot('cancel', run.standing, run.direction) };
    await enter(run, { ...(legal ? { kind: 'verb' as const } : refused), ...who, subject });
  });
}

async function migrate(run: MigrationRun, from: number): Promise<MigrationPicture> {
  for (let index = from; index < run.steps.length; index++) {
    const status = run.steps[index];
    if (!status) break;
    if (status.state === 'done') continue;
    if (status.step === 'approval') {
      run.begin(index);
      const outcome = await waitAtGate(run, status);
      if (outcome === 'approved') continue;
      if (outcome === 'doubted') {
        index = backToVerify(run, undefined) - 1;
        continue;
      }
      if (await keptRuns(run)) return end(run, 'KeptBoth');
      index = backToVerify(run, NOT_KEPT) - 1;
      continue;
    }
    if (status.step === 'deleteOriginal') {
      run.begin(index);
      const { outcome, why } = await deleteTheOriginal(run, status);
      if (outcome === 'deleted') return end(run, 'Completed');
      if (outcome === 'rejected') {
        if (await keptRuns(run)) return end(run, 'KeptBoth');
        index = backToVerify(run, NOT_KEPT) - 1;
        continue;
      }
      if (outcome === 'notApproved') {
        index = backToGate(run) - 1;
        continue;
      }
      index = backToVerify(run, why) - 1;
      continue;
    }
    const result = await runStep(run, index);
    if (result.state === 'goBackTo') {
      status.state = 'open';
      index = reopen(run, result.step) - 1;
      continue;
    }
    if (result.state === 'refused') {
      const lines = result.refusals.map(
        (refusal) =>
          `${refusal.code}: ${refusal.reason} ${refusal.remedy}${refusal.items.length > 0 ? ` [${refusal.items.join(', ')}]` : ''}`,
      );
      await end(run, 'Refused');
      throw ApplicationFailure.create({
        type: 'Refused',
        message: lines.join('\n'),
        nonRetryable: true,
        details: [result.refusals],
      });
    }
    // Somebody deleted the original: there is nothing left to approve.
    if (status.step === 'verify' && result.facts.deletedAt !== undefined) {
      const last = run.steps.at(-1);
      if (last) Object.assign(last, { state: 'done', by: 'person', basis: result.basis });
      return end(run, 'Completed');
    }
    if (status.step === 'preflight' && run.start.dryRun) return end(run, 'Planned');
  }
  throw new Error('the order of steps has no end');
}

/** Still rejected: it ends as soon as what is proved again has the new one running and the original stopped. */
const NOT_KEPT = 'both were to be kept, the new one running and the original stopped, and they are not';

/** What was proved holds; it is asked for the approvals that are missing by now. */
function backToGate(run: MigrationRun): number {
  const index = run.steps.findIndex((status) => status.step === 'approval');
  for (const status of run.steps.slice(index)) {
    status.state = 'open';
    delete status.note;
  }
  return index;
}

/** The step alone: what was done after it holds where it turns out to be done as it was. */
function reopen(run: MigrationRun, step: StepName): number {
  const index = run.steps.findIndex((status) => status.step === step);
  const status = run.steps[index];
  if (status) status.state = 'open';
  return index;
}

async function open(start: unknown) {
  refuseTooMuch(start);
  const { taskQueue, runId, firstExecutionRunId } = workflowInfo();
  const prefix = prefixOf(taskQueue);
  return orRefuseStart(housekeeping(prefix).openMigration({ start, reset: runId !== firstExecutionRunId }));
}

/** Enters the final state and closes the claim, in one transaction; nothing can be entered after it. */
async function end(run: MigrationRun, state: MigrationState): Promise<MigrationPicture> {
  // Somebody turned back in this very moment: the end that was reached is none.
  if (run.back && !state.startsWith('RolledBack')) throw new CancelledFailure('going back');
  run.final = state;
  // Nobody is told any more when it is over.
  run.alarm = undefined;
  run.settle('running');
  run.show();
  await condition(allHandlersFinished);
  await run.refusals.enterCount(run);
  await enter(run, { kind: 'closed', subject: { state } }, state);
  await condition(allHandlersFinished);
  return run.picture();
}
