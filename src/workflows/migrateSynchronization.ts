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
import { type MigrationState, prefixOf } from '../contract/names.ts';
import type { MigrationPicture } from '../contract/status.ts';
import { whyNot } from '../contract/verbs.ts';
import { nextStep } from '../migration/decide.ts';
import { deletedBefore, deleteTheOriginal, keptRuns, waitAtGate } from './deletion.ts';
import { decided, deciding, enter, lookAgain } from './entering.ts';
import { receiveMessages } from './messages.ts';
import { housekeeping } from './proxies.ts';
import { orRefuseStart, refuseTooMuch } from './refused.ts';
import { remindWhileWaiting } from './reminders.ts';
import { goBack } from './rollback.ts';
import { MigrationRun } from './run.ts';
import { runStep } from './stepLoop.ts';
import { hearWatcher } from './watched.ts';

/** Ends Completed with the last picture; a refused or invalid start fails the run with every problem in its message. */
export async function migrateSynchronization(start: unknown): Promise<MigrationPicture> {
  let run: MigrationRun | undefined;
  receiveMessages(() => run);
  hearWatcher(() => run);
  // After a cancellation request every later wait and activity would throw, those of the way back included.
  return CancellationScope.nonCancellable(async () => {
    run = new MigrationRun(await open(start));
    hearCancellation(run);
    remindWhileWaiting(run);
    return (await deletedBefore(run)) ? end(run, 'Completed') : thereOrBack(run);
  });
}

/** Forward until the end or a rollback; after a rollback perhaps forward again, as a person chose. */
async function thereOrBack(opened: MigrationRun): Promise<MigrationPicture> {
  for (const run = opened; ; ) {
    if (!run.back) {
      try {
        return await run.forward.run(() => migrate(run));
      } catch (error) {
        if (run.lost) throw run.lost;
        if (!run.back || isClaimLost(error)) throw error;
      }
    }
    const out = await goBack(run);
    if (out === 'forward') continue;
    const picture = await end(run, out.ends);
    // Asked for at first, or on the way. What was being taken back may have happened instead.
    if (run.back?.cancelled) throw new CancelledFailure(`cancelled; it ended ${out.ends}`);
    return picture;
  }
}

/** Another run holds the claim: whatever else was asked of this one, it ends and writes nothing. */
const isClaimLost = (error: unknown): boolean => error instanceof ApplicationFailure && error.type === 'ClaimLost';

/** A cancellation request is a rollback that closes the run as Cancelled. While deleting it is refused like every other verb. */
function hearCancellation(run: MigrationRun): void {
  CancellationScope.current().cancelRequested.catch(async () => {
    // Asked for already: the request was sent to the run that this one took over.
    if (run.final || run.back?.cancelled) return;
    const who = { actor: 'temporal-cancel', grade: 'claimed' as const };
    const subject = { verb: 'cancel' as const, state: run.name, step: run.step };
    if (run.standing === 'deleting') {
      const answered = whyNot('cancel', run.standing, run.direction);
      await enter(run, { kind: 'refused', ...who, answered, subject });
      return;
    }
    const turns = run.back ? {} : { class: run.rollbackClass };
    await deciding(run, () => enter(run, { kind: 'verb', ...who, subject: { ...subject, ...turns } }));
    run.forward.cancel();
  });
}

async function migrate(run: MigrationRun): Promise<MigrationPicture> {
  for (;;) {
    await decided(run);
    if (run.back) throw new CancelledFailure('going back');
    const step = nextStep(run.state);
    if (step === 'approval') {
      const ended = await approvalAndDelete(run);
      if (ended) return ended;
      continue;
    }
    const result = await runStep(run, step);
    if (result.state === 'goBackTo') continue;
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
    if (step === 'verify' && result.gone) return end(run, 'Completed');
    if (step === 'preflight' && run.start.dryRun) return end(run, 'Planned');
  }
}

/** `undefined`: what is left to be done comes next, the approvals again or the proof. */
async function approvalAndDelete(run: MigrationRun): Promise<MigrationPicture | undefined> {
  const gate = await waitAtGate(run);
  if (gate === 'doubted') {
    await lookAgain(run);
    return undefined;
  }
  const outcome = gate === 'approved' ? await deleteTheOriginal(run) : gate;
  if (outcome === 'deleted') return end(run, 'Completed');
  if (outcome === 'rejected') {
    if (await keptRuns(run)) return end(run, 'KeptBoth');
    await lookAgain(run, NOT_KEPT);
  }
  return undefined;
}

/** Still rejected: it ends as soon as what is proved again has the new one running and the original stopped. */
const NOT_KEPT = 'both were to be kept, the new one running and the original stopped, and they are not';

async function open(start: unknown) {
  refuseTooMuch(start);
  const { taskQueue, runId, firstExecutionRunId } = workflowInfo();
  const prefix = prefixOf(taskQueue);
  return orRefuseStart(housekeeping(prefix).openMigration({ start, reset: runId !== firstExecutionRunId }));
}

/** Enters the final state and closes the claim, in one transaction; nothing can be entered after it. */
async function end(run: MigrationRun, state: MigrationState): Promise<MigrationPicture> {
  await decided(run);
  // Somebody turned back in this very moment: the end that was reached is none.
  if (run.back && !state.startsWith('RolledBack')) throw new CancelledFailure('going back');
  // Nobody is told any more when it is over.
  run.final = state;
  run.settle('running');
  run.show();
  await condition(allHandlersFinished);
  await run.refusals.enterCount(run);
  await enter(run, { kind: 'closed', subject: { state } }, state);
  await condition(allHandlersFinished);
  return run.picture();
}
