/** The approval as a step: done when the ledger holds enough grants for exactly this decision. Read again before the delete. */
import { MigratorError } from '../../contract/errors.ts';
import { factOf, type StepContext } from '../context.ts';
import { tightened } from '../preflight/plannedSteps.ts';

export interface ApprovalReading {
  approved: boolean;
  why: string;
}

/** From the store and the operator's configuration of now, never from what the workflow remembers. */
export async function readApproval(context: StepContext): Promise<ApprovalReading> {
  const { migration } = context.holder;
  const decision = factOf(context, 'decision');
  const policy = tightened(context.config.policy, context.start.policy);
  const [entries, texts] = await Promise.all([context.known.entries(), context.store.ledger.texts(migration)]);
  const people = new Set<string>();
  for (const entry of entries) {
    if (entry.kind !== 'grant' || entry.digests.decision !== decision || !entry.actor) continue;
    const name = texts[entry.actor];
    if (name === undefined)
      throw new MigratorError('Unexpected', `the approver of entry ${entry.n} was erased from the store.`);
    if (!policy.approvers.includes(name)) continue;
    if (name === context.start.requestedBy && !policy.selfApproval) continue;
    if (policy.identity !== 'claimed' && entry.grade === 'claimed') continue;
    people.add(name);
  }
  const approved = people.size >= policy.required;
  return { approved, why: `${people.size} of ${policy.required} approvals stand for decision ${decision.slice(0, 8)}` };
}
