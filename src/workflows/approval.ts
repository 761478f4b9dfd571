/** The gate's rules as far as the workflow can know them; the activities of the delete check them again from the store. */
import type { Approve } from '../contract/messages.ts';
import type { PolicySnapshot } from '../contract/steps.ts';
import type { MigrationRun } from './run.ts';

/** Why an approval does not count; `undefined` when it does. */
export function approvalProblem(run: MigrationRun, { by, decision }: Approve): string | undefined {
  const policy = policyOf(run);
  const current = run.facts.decision ?? '';
  if (!current.startsWith(decision.toLowerCase())) {
    return `decision ${decision.slice(0, 8)} is not the one that stands; read the evidence again: it is ${current.slice(0, 8)}.`;
  }
  if (by === run.start.requestedBy && !policy.selfApproval)
    return 'the requester cannot approve the own request (policy: selfApproval).';
  if (!policy.approvers.includes(by)) return `${by} is not among the approvers of the operator's configuration.`;
  if (policy.identity !== 'claimed')
    return `policy asks for a ${policy.identity} identity, and this approval is only claimed.`;
  return undefined;
}

/** Distinct people who approved the decision that stands. */
export const approvedBy = (run: MigrationRun): string[] => [
  ...new Set(run.grants.filter((grant) => grant.decision === run.facts.decision).map((grant) => grant.by)),
];

export const isApproved = (run: MigrationRun): boolean => approvedBy(run).length >= policyOf(run).required;

function policyOf(run: MigrationRun): PolicySnapshot {
  if (!run.facts.plan) throw new Error('the gate is behind the plan');
  return run.facts.plan.policy;
}
