/**
 * The gate and the delete. The original is deleted at most once, and only while the approved decision still holds: confirm
 * (retryable) → delete (one attempt) → settle (reads only). "Still there" closes the intent; another send needs a new grant.
 */
import { CancellationScope, CancelledFailure, condition, isCancellation } from '@temporalio/workflow';
import type { ConfirmResult, SettleResult } from '../contract/steps.ts';
import type { HumanTask } from '../contract/tasks.ts';
import { mayBeDeleted } from '../migration/state.ts';
import { isApproved, judge } from './approval.ts';
import { enter, enterState } from './entering.ts';
import { deletion } from './proxies.ts';
import type { MigrationRun } from './run.ts';
import { blockedBy, enteringAnd, unpaused, wokenUp } from './stepLoop.ts';

/**
 * Waits at the gate for its approvals or a rejection. Another policy is heard of while it waits, too; and that the original is not listed
 * any more: then what is proved is read again before anything is approved or kept.
 */
export async function waitAtGate(run: MigrationRun): Promise<'approved' | 'rejected' | 'doubted'> {
  run.doubted = false;
  run.begin('approval');
  run.settle('gate');
  // As it stands under the policy of now, and so it is recorded.
  run.gate = undefined;
  run.show();
  await insist(
    run,
    () => judge(run),
    () => run.settle('gate'),
  );
  await condition(() => !run.paused && run.deciding === 0 && (run.state.keepBoth || isApproved(run) || run.doubted));
  if (run.state.keepBoth) return 'rejected';
  return run.doubted ? 'doubted' : 'approved';
}

/**
 * `verifyAgain` when the decision drifted or the original is still there: then the grants are spent. `notApproved` when what was proved
 * holds and its approvals do not suffice any more.
 */
type DeleteOutcome = 'deleted' | 'rejected' | 'verifyAgain' | 'notApproved';

export async function deleteTheOriginal(run: MigrationRun): Promise<DeleteOutcome> {
  run.begin('deleteOriginal');
  const { plan } = run;
  if (!plan) throw new Error('the delete is behind the plan and the gate');
  const activities = deletion(run.prefix, plan);
  const confirmation = await confirm(run, () => activities.confirmDecision(run.input()));
  if (confirmation === 'rejected') return confirmation;
  if (confirmation.state === 'notApproved') return confirmation.state;
  if (confirmation.state === 'drifted')
    return spend(run, `${confirmation.reason} ${confirmation.items.slice(0, 20).join(', ')}`);
  const { task } = confirmation;
  if (task) await enterState(run);
  else {
    run.show();
    // However it ends, success included: only reading settles it.
    await activities.deleteOriginal(run.input()).catch(() => undefined);
  }
  const look = () => activities.settleDelete(run.input());
  const settled = task
    ? await settleByReading(run, () => untilSettledOrWoken(run, look), { task })
    : await settleByReading(run, look);
  if (settled.state === 'stillThere') return spend(run, settled.reason);
  return learnDeleted(run, settled) ? 'deleted' : 'verifyAgain';
}

/** Proved again, which asks for the new one to be started. */
const NOTHING_RUNS = 'the original is deleted, and the new synchronization does not run';

/** The original was read as gone. Whether that is the end: what is proved again, where nothing runs, asks for the new one to be started. */
export function learnDeleted(
  run: MigrationRun,
  { standing, nothingRuns }: Extract<SettleResult, { state: 'gone' }>,
): boolean {
  run.take(standing);
  if (nothingRuns) run.why = NOTHING_RUNS;
  return !nothingRuns;
}

/** Nothing but reading settles it, so nobody is asked: it is read again and again, and shown why it cannot be. */
export async function settleByReading(
  run: MigrationRun,
  look: () => Promise<SettleResult>,
  open: { task?: HumanTask } = {},
): Promise<SettleResult> {
  for (let [wait, shown] = [READ_AGAIN_MS.from, '']; ; wait = Math.min(wait * 2, READ_AGAIN_MS.to)) {
    try {
      return await look();
    } catch (error) {
      const { code, reason, remedy, items } = blockedBy(error);
      run.settle(run.situation, { ...open, blocker: { code, reason, remedy, items } });
      const seen = run.wakeups;
      if (reason !== shown) await enterState(run);
      shown = reason;
      await condition(() => run.wakeups !== seen, wait);
    }
  }
}

/** Less and less often, and the same trouble is entered once: each look is events, of which a history bears so many. */
const READ_AGAIN_MS = { from: 15_000, to: 600_000 };

/** A person is waited for, looking less and less often: `retry` looks at once. */
async function untilSettledOrWoken(run: MigrationRun, look: () => Promise<SettleResult>): Promise<SettleResult> {
  for (;;) {
    const seen = run.wakeups;
    const settled = await unless(run, look, () => run.wakeups !== seen);
    if (settled) return settled;
  }
}

/** Given up, and answered `undefined`, when something has happened that makes it pointless. */
async function unless<T>(run: MigrationRun, look: () => Promise<T>, happened: () => boolean): Promise<T | undefined> {
  const scope = new CancellationScope();
  const looked = scope.run(look).catch((error: unknown) => {
    if (isCancellation(error) && !run.back) return undefined;
    throw error;
  });
  const first = await Promise.race([looked, condition(happened).then(() => undefined)]);
  if (first) return first;
  scope.cancel();
  return looked;
}

/**
 * What was confirmed counts only when nobody paused, rejected or took an approval back meanwhile: until the delete is scheduled all of
 * them still do.
 */
async function confirm(run: MigrationRun, look: () => Promise<ConfirmResult>): Promise<ConfirmResult | 'rejected'> {
  const notApproved = { state: 'notApproved' } as const;
  const whileApproved = async () => (await unless(run, look, () => !isApproved(run))) ?? notApproved;
  for (;;) {
    await unpaused(run);
    if (run.back) throw new CancelledFailure('going back');
    if (run.state.keepBoth) return 'rejected';
    if (!isApproved(run)) return notApproved;
    const confirmation = await insist(run, whileApproved, () => run.settle('running'));
    if (run.paused || run.state.keepBoth || run.back || run.deciding > 0 || !isApproved(run)) continue;
    if (confirmation.state === 'confirmed') {
      run.gate = confirmation.gate;
      run.take(confirmation.standing);
    }
    // From here on no other verb acts until the outcome is settled by reading; a delete that a person is asked for can be taken back.
    if (confirmation.state === 'confirmed')
      run.settle(
        confirmation.task ? 'deletingByPerson' : 'deleting',
        confirmation.task ? { task: confirmation.task } : {},
      );
    return confirmation;
  }
}

/** Trouble asks a person instead of ending the run; `retry` looks again. */
async function insist<T>(run: MigrationRun, look: () => Promise<T>, goOn: () => void): Promise<T> {
  for (;;) {
    try {
      return await look();
    } catch (error) {
      const { code, reason, remedy, items } = blockedBy(error);
      run.settle('attention', { blocker: { code, reason, remedy, items } });
      await enteringAnd(run, wokenUp(run));
      goOn();
      run.show();
    }
  }
}

/** Whether both are as they are kept: the new one runs, and the original is there, stopped. */
export function keptRuns(run: MigrationRun): Promise<boolean> {
  const { plan } = run;
  if (!plan) throw new Error('what is kept is behind the plan');
  return insist(
    run,
    () => deletion(run.prefix, plan).keptRuns(run.input()),
    () => run.settle('running'),
  );
}

/** What was granted was granted for a state that is no more, and for one attempt: the next decision has another digest. */
export async function spend(run: MigrationRun, why: string): Promise<DeleteOutcome> {
  run.gate = undefined;
  run.why = why;
  await enter(run, { kind: 'state', subject: { state: run.name, step: run.step, grantsSpent: true } });
  return 'verifyAgain';
}

/**
 * A delete that a run that is gone sent, or asked a person for, is settled by reading before anything else is looked at: every other step
 * would take the missing original for somebody else's deed. Whether that is the end.
 */
export async function deletedBefore(run: MigrationRun): Promise<boolean> {
  const { plan, prefix } = run;
  if (run.state.epoch === 1 || !mayBeDeleted(run.state) || !plan) return false;
  run.begin('deleteOriginal');
  if (!run.back) run.settle('deleting');
  run.show();
  const settled = await settleByReading(run, () =>
    deletion(prefix, plan).settleDelete({ ...run.input(), takenOver: true }),
  );
  return settled.state === 'gone' && learnDeleted(run, settled);
}
