/**
 * The gate and the delete. The original is deleted at most once, and only while the approved decision still holds: confirm
 * (retryable) → delete (one attempt) → settle (reads only). "Still there" closes the intent; another send needs a new grant.
 */
import { condition } from '@temporalio/workflow';
import type { StepStatus } from '../contract/status.ts';
import type { DeleteInput } from '../contract/steps.ts';
import { approvedBy, isApproved } from './approval.ts';
import { enter, enterState } from './entering.ts';
import { deletion } from './proxies.ts';
import type { MigrationRun } from './run.ts';

export type GateOutcome = 'deleted' | 'keptBoth' | 'verifyAgain';

/** Waits at the gate for its approvals or a rejection. */
export async function waitAtGate(run: MigrationRun, status: StepStatus): Promise<'approved' | 'rejected'> {
  run.settle('gate');
  status.state = 'waiting';
  status.by = 'person';
  await enterState(run);
  await condition(() => !run.paused && (run.rejected !== undefined || isApproved(run)));
  if (run.rejected) return 'rejected';
  status.state = 'done';
  status.note = `approved by ${approvedBy(run).join(', ')}`;
  if (status.started) status.ms = Date.now() - Date.parse(status.started);
  return 'approved';
}

/** `deleted`, or `verifyAgain` when the decision drifted or the original is still there: then the grants are spent. */
export async function deleteTheOriginal(
  run: MigrationRun,
  status: StepStatus,
): Promise<{ outcome: 'deleted' | 'verifyAgain'; why?: string }> {
  const { plan } = run.facts;
  const grant = run.grants.findLast((entry) => entry.decision === run.facts.decision);
  if (!plan || !grant) throw new Error('the delete is behind the plan and the gate');
  const activities = deletion(run.prefix, plan);
  const input: DeleteInput = { ...run.input(), grant };
  const confirmation = await activities.confirmDecision(input);
  if (confirmation.state === 'drifted')
    return spend(run, `${confirmation.reason} ${confirmation.items.slice(0, 20).join(', ')}`);
  // From here on no other verb acts until the outcome is settled by reading.
  run.settle('deleting', confirmation.task ? { task: confirmation.task } : {});
  if (confirmation.task) {
    await enterState(run);
  } else {
    run.show();
    // However it ends, success included: only reading settles it.
    await activities.deleteOriginal({ ...input, confirmedAt: confirmation.confirmedAt }).catch(() => undefined);
  }
  const settled = await activities.settleDelete(input);
  if (settled.state === 'stillThere') return spend(run, settled.reason);
  run.facts.deletedAt = settled.deletedAt;
  status.state = 'done';
  status.by = plan.steps.find((planned) => planned.step === 'deleteOriginal')?.by ?? 'rest';
  status.basis = 'read';
  if (status.started) status.ms = Date.now() - Date.parse(status.started);
  return { outcome: 'deleted' };
}

/** What was granted was granted for a state that is no more. */
async function spend(run: MigrationRun, why: string): Promise<{ outcome: 'verifyAgain'; why: string }> {
  run.grants = [];
  await enter(run, { kind: 'state', subject: { state: run.state, step: run.step, grantsSpent: true } });
  return { outcome: 'verifyAgain', why };
}
