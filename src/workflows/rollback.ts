/**
 * Going back (design P4). The steps that left something behind outside are taken back in one order, each by its own undo: its
 * check says that nothing is left, whoever took it away. What the new one carried meanwhile is found before anything is lost.
 */
import { CancellationScope } from '@temporalio/workflow';
import { factsWithout } from '../contract/facts.ts';
import type { MigrationState, StepName } from '../contract/names.ts';
import { UNDO_ORDER } from '../contract/order.ts';
import {
  DELTA_QUESTION,
  type DeltaChoice,
  UNFIT_QUESTION,
  WAY_BACK_QUESTIONS,
  WITHDRAW_QUESTION,
  type WithdrawChoice,
} from '../contract/rollback.ts';
import { learnDeleted, settleByReading, spend } from './deletion.ts';
import { enter } from './entering.ts';
import { deletion } from './proxies.ts';
import type { MigrationRun } from './run.ts';
import { undoStep } from './stepLoop.ts';

/** The state it ends in, or from which step it goes forward again. */
export type WayOut = { ends: MigrationState } | { forwardFrom: number };

export async function goBack(run: MigrationRun): Promise<WayOut> {
  run.settle('running');
  if (run.deleteAsked) {
    const out = await withdrawDelete(run);
    if (out) return out;
  }
  for (let left = undoneFrom(UNDO_ORDER[0]); left[0]; ) {
    const [step, ...others] = left;
    left = others;
    if (!isBegun(run, step)) continue;
    const taken = await undoStep(run, step);
    if (taken.state === 'goBackTo') {
      // What was taken back before holds no more: it ran since.
      left = undoneFrom(taken.step);
      if (run.back) run.back.class = 'R2';
      continue;
    }
    // Read, no longer inferred from how far the steps were.
    if (run.back) run.back.class = run.facts.delta ? 'R2' : 'R1';
    // Only the choice about what was found now: the undo has heeded it.
    const choice = run.answers[UNFIT_QUESTION]?.value ?? (run.facts.delta && run.answers[DELTA_QUESTION]?.value);
    if (choice === 'goForward' || choice === 'keepNew') return forwardAgain(run, choice);
    // Read in this step, and said by a person: there is nothing to go back to.
    if (taken.facts.deletedAt !== undefined) return forwardAgain(run, 'goForward');
  }
  return { ends: (run.facts.residue ?? []).length > 0 ? 'RolledBackWithResidue' : 'RolledBack' };
}

function undoneFrom(step: StepName): readonly (typeof UNDO_ORDER)[number][] {
  const order: readonly StepName[] = UNDO_ORDER;
  return UNDO_ORDER.slice(Math.max(0, order.indexOf(step)));
}

/** Of a run that was taken over nobody knows how far its last step was, and a person may start the new one as soon as there is one. */
function isBegun(run: MigrationRun, step: StepName): boolean {
  const steps: readonly StepName[] = step === 'startSynchronization' ? UNDO_ORDER : [step];
  return run.wroteBefore || run.steps.some((status) => steps.includes(status.step) && status.state !== 'open');
}

function turnForward(run: MigrationRun): void {
  run.back = undefined;
  run.forward = new CancellationScope();
  // What was sent once may be sent again: whoever chose it had what was found in view.
  run.generation++;
}

/** To keep the new one is to go forward to the gate, and to be rejected there. */
async function forwardAgain(run: MigrationRun, choice: DeltaChoice, { spends = false } = {}): Promise<WayOut> {
  const start = run.steps.findIndex(({ step }) => step === 'startSynchronization');
  turnForward(run);
  run.rejected = choice === 'keepNew' ? 'keepBoth' : undefined;
  for (const question of WAY_BACK_QUESTIONS) delete run.answers[question];
  // What was approved was approved for a synchronization that ran all the time, and people changed things since.
  run.gate = undefined;
  run.facts = factsWithout(run.facts, 'forwardAgain');
  for (const status of run.steps.slice(start)) status.state = 'open';
  // What a person kept was not undone.
  for (const status of run.steps) if (status.state === 'undone') status.state = 'done';
  const subject = { state: run.state, step: run.step, rollback: choice };
  await enter(run, { kind: 'state', subject: spends ? { ...subject, grantsSpent: true } : subject });
  // A run that took over looks at the steps before the start, too: it does not know what they made.
  return { forwardFrom: run.steps.findIndex(({ state }) => state !== 'done') };
}

/**
 * Nothing is taken back while a person may still delete the original: that is told first, and read last. Gone: the delete that was
 * approved has happened, and there is nothing to go back to.
 */
async function withdrawDelete(run: MigrationRun): Promise<WayOut | undefined> {
  const { plan } = run.facts;
  if (!plan) throw new Error('the delete is behind the plan');
  for (;;) {
    const told = await undoStep(run, 'deleteOriginal');
    const settled = await settleByReading(run, () =>
      deletion(run.prefix, plan).settleDelete({ ...run.input(), takenOver: true }),
    );
    if (settled.state === 'gone') {
      const next = learnDeleted(run, settled);
      if (next === 'ends') return { ends: 'Completed' };
      turnForward(run);
      return { forwardFrom: next };
    }
    // It was read as gone, and is there: nobody was told yet.
    if (told.state === 'done' && told.basis === 'attested') break;
  }
  run.deleteAsked = false;
  const keeps: WithdrawChoice = 'keepNew';
  // One entry: between two of them a run that takes over would not know how it was to go on.
  if (run.answers[WITHDRAW_QUESTION]?.value === keeps) return forwardAgain(run, keeps, { spends: true });
  await spend(run, 'the delete was taken back');
  return undefined;
}
