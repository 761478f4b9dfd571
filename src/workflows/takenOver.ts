/** A run that took over begins with what the ledger knows. Approvals are not among it: they are given anew. */
import type { TakenOver } from '../contract/steps.ts';
import { learnDeleted, settleByReading } from './deletion.ts';
import { deletion } from './proxies.ts';
import type { MigrationRun } from './run.ts';
import { alarmNow } from './watched.ts';

/** Steps that are not kept are run again: their checks find what is done. */
export function goOnWith(run: MigrationRun, { facts, recorded, kept, ...rest }: TakenOver): void {
  const { decision: _, evidence: __, ...known } = facts;
  run.facts = known;
  run.answers = rest.answers;
  run.early = rest.early;
  run.generation = rest.generation;
  run.wroteBefore = rest.wrote;
  run.deleteAsked = rest.deleteAsked ?? false;
  if (rest.back) run.turnBack(rest.wayBack?.cancelled, rest.wayBack?.class);
  else {
    run.rejected = rest.rejected;
    if (rest.runsAgain) run.alarm = alarmNow(run, rest.runsAgain);
  }
  run.paused = rest.paused;
  for (const [index, status] of recorded.entries()) {
    if (kept.includes(status.step)) run.steps[index] = { ...status, state: 'done' };
  }
  // It is there, and not looked at yet: a rollback from here is one of a new one that may have run.
  for (const status of run.steps)
    if (status.step === 'createSynchronization' && facts.created) status.state = 'waiting';
}

/**
 * A delete that the gone run sent, or asked a person for, is settled by reading before anything else is looked at: every other step
 * would take the missing original for somebody else's deed.
 */
export async function deletedBefore(run: MigrationRun, { deleting, recorded }: TakenOver): Promise<boolean> {
  const { plan } = run.facts;
  if (!deleting || !plan) return false;
  const fresh = run.steps.map((status) => ({ ...status }));
  run.goOnAt(run.back ? (run.deleteAsked ? 'back withdrawing' : 'back running') : 'forward confirming');
  run.begin(run.steps.length - 1);
  if (!run.back) run.settle('deleting');
  run.show();
  const settled = await settleByReading(run, () =>
    deletion(run.prefix, plan).settleDelete({ ...run.input(), takenOver: true }),
  );
  if (settled.state === 'stillThere') {
    run.steps.splice(0, run.steps.length, ...fresh);
    return false;
  }
  const done = recorded.map((status) => ({ ...status, state: 'done' as const }));
  run.steps.splice(0, run.steps.length, ...done);
  return learnDeleted(run, settled) === 'ends';
}
