/**
 * The gate and the delete. The original is deleted at most once, and only while the approved decision still holds: confirm
 * (retryable) → delete (one attempt) → settle (reads only). "Still there" closes the intent; another send needs a new grant.
 */
import { CancellationScope, CancelledFailure, condition, isCancellation } from '@temporalio/workflow';
import type { StepStatus } from '../contract/status.ts';
import type { ConfirmResult, DeleteInput, SettleResult } from '../contract/steps.ts';
import type { HumanTask } from '../contract/tasks.ts';
import { approvedBy, isApproved, judge } from './approval.ts';
import { enter, enterState } from './entering.ts';
import { deletion } from './proxies.ts';
import type { MigrationRun } from './run.ts';
import { blockedBy, enteringAnd, unpaused, wokenUp } from './stepLoop.ts';

/**
 * Waits at the gate for its approvals or a rejection. Another policy is heard of while it waits, too; and that the original is not listed
 * any more: then what is proved is read again before anything is approved or kept.
 */
export async function waitAtGate(run: MigrationRun, status: StepStatus): Promise<'approved' | 'rejected' | 'doubted'> {
  run.doubted = false;
  run.settle('gate');
  status.state = 'waiting';
  status.by = 'person';
  // As it stands under the policy of now, and so it is recorded.
  run.gate = undefined;
  run.show();
  await insist(
    run,
    () => judge(run),
    () => run.settle('gate'),
  );
  await condition(
    () => !run.paused && run.judging === 0 && (run.rejected !== undefined || isApproved(run) || run.doubted),
  );
  if (run.rejected) return 'rejected';
  if (run.doubted) return 'doubted';
  status.state = 'done';
  status.note = `approved by ${approvedBy(run)}`;
  if (status.started) status.ms = Date.now() - Date.parse(status.started);
  return 'approved';
}

export interface DeleteOutcome {
  /**
   * `verifyAgain` when the decision drifted or the original is still there: then the grants are spent. `notApproved` when what was proved
   * holds and its approvals do not suffice any more.
   */
  outcome: 'deleted' | 'rejected' | 'verifyAgain' | 'notApproved';
  why?: string;
}

export async function deleteTheOriginal(run: MigrationRun, status: StepStatus): Promise<DeleteOutcome> {
  const { plan } = run.facts;
  if (!plan) throw new Error('the delete is behind the plan and the gate');
  const activities = deletion(run.prefix, plan);
  const input = (): DeleteInput => run.input();
  const confirmation = await confirm(run, () => activities.confirmDecision(input()));
  if (confirmation === 'rejected') return { outcome: 'rejected' };
  if (confirmation.state === 'notApproved') return { outcome: 'notApproved' };
  if (confirmation.state === 'drifted')
    return spend(run, `${confirmation.reason} ${confirmation.items.slice(0, 20).join(', ')}`);
  const { task } = confirmation;
  if (task) {
    run.deleteAsked = true;
    await enterState(run);
  } else {
    run.show();
    // However it ends, success included: only reading settles it.
    await activities.deleteOriginal(input()).catch(() => undefined);
  }
  const look = () => activities.settleDelete(input());
  const settled = task
    ? await settleByReading(run, () => untilSettledOrWoken(run, look), { task })
    : await settleByReading(run, look);
  if (settled.state === 'stillThere') return spend(run, settled.reason);
  run.facts.deletedAt = settled.deletedAt;
  if (settled.nothingRuns) return { outcome: 'verifyAgain', why: NOTHING_RUNS };
  status.state = 'done';
  status.by = plan.steps.find((planned) => planned.step === 'deleteOriginal')?.by ?? 'rest';
  status.basis = 'read';
  if (status.started) status.ms = Date.now() - Date.parse(status.started);
  return { outcome: 'deleted' };
}

/** Proved again, which asks for the new one to be started. */
const NOTHING_RUNS = 'the original is deleted, and the new synchronization does not run';

/** What was approved does not hold any more, or the original is still there: prove again, and ask again. */
export function backToVerify(run: MigrationRun, why: string | undefined): number {
  const index = run.steps.findIndex((status) => status.step === 'verify');
  for (const status of run.steps.slice(index)) {
    status.state = 'open';
    if (why) status.note = why;
  }
  delete run.facts.decision;
  delete run.facts.evidence;
  return index;
}

/** The result of reading that the original is gone, in a run that did not wait for it. */
export function learnDeleted(
  run: MigrationRun,
  { deletedAt, nothingRuns }: Extract<SettleResult, { state: 'gone' }>,
): 'ends' | number {
  run.facts.deletedAt = deletedAt;
  if (nothingRuns) return backToVerify(run, NOTHING_RUNS);
  for (const status of run.steps) if (status.step === 'deleteOriginal') status.state = 'done';
  return 'ends';
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
    await condition(() => run.judging === 0);
    if (run.back) throw new CancelledFailure('going back');
    if (run.rejected) return 'rejected';
    if (!isApproved(run)) return notApproved;
    const confirmation = await insist(run, whileApproved, () => run.settle('running'));
    if (run.paused || run.rejected || run.back || run.judging > 0 || !isApproved(run)) continue;
    if (confirmation.state === 'confirmed') run.learnGate(confirmation);
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
  const { plan } = run.facts;
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
  await enter(run, { kind: 'state', subject: { state: run.state, step: run.step, grantsSpent: true } });
  return { outcome: 'verifyAgain', why };
}
