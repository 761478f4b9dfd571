/** Which kind of going back it is (design P4): said before anything is done. Pure. */
import type { StepStatus } from './status.ts';

/**
 * `R1` there is no new one, or it never ran: everything is as it was · `R2` it may have run: what people did under it is found, and a
 * person chooses · `R3` the original is deleted: there is no way back.
 */
export const ROLLBACK_CLASSES = ['R1', 'R2', 'R3'] as const;
export type RollbackClass = (typeof ROLLBACK_CLASSES)[number];

/** From how far the steps are. That a step was begun counts, not that it ended: its write may have taken effect. */
export function rollbackClass(steps: readonly Pick<StepStatus, 'step' | 'state'>[]): RollbackClass {
  const stateOf = (name: StepStatus['step']) => steps.find(({ step }) => step === name)?.state ?? 'open';
  if (stateOf('deleteOriginal') === 'done') return 'R3';
  // Whoever sees it may start it: that nobody did is read, and not known from how far the steps are.
  return ['running', 'waiting', 'done'].includes(stateOf('createSynchronization')) ? 'R2' : 'R1';
}

export const ROLLBACK_SENTENCES: Readonly<Record<RollbackClass, string>> = {
  R1: 'there is no new one, or it never ran. What was created is deleted, and the original runs again as it was.',
  R2: 'the new one may have run. It is stopped; what people did meanwhile is found, and if there is anything, a person chooses before the original starts; if there is nothing, it is R1 after all.',
  R3: 'the original is deleted, and nothing brings it back. Its configuration and synced issue data are kept as artifacts: a new synchronization can be made from them by hand, or as a new migration.',
};

/** The question of a rollback that found something; its id is the same in the workflow and in the activity that asks. */
export const DELTA_QUESTION = 'rollbackDelta';
export const DELTA_CHOICES = ['handOver', 'goForward', 'keepNew'] as const;
export type DeltaChoice = (typeof DELTA_CHOICES)[number];

/** The question before a delete that a person was asked for is taken back. */
export const WITHDRAW_QUESTION = 'withdrawDelete';
export const WITHDRAW_CHOICES = ['goBack', 'keepNew'] as const;
export type WithdrawChoice = (typeof WITHDRAW_CHOICES)[number];

/** The question while the original could not run in the place of the new one. Its id is that of its task, too. */
export const UNFIT_QUESTION = 'originalUnfit';
export const UNFIT_CHOICES = ['goForward', 'keepNew'] as const satisfies readonly DeltaChoice[];

/** What was chosen on a way back is no risk that the way forward took. */
export const WAY_BACK_QUESTIONS = [DELTA_QUESTION, WITHDRAW_QUESTION, UNFIT_QUESTION] as const;

/** Why both cannot be kept at the gate: somebody was asked to delete it, and nobody took that back. */
export const STILL_ASKED =
  'a person was asked to delete the original, and may still do so: send rollback, which takes that back first and can keep both.';
export const TOLD_FIRST =
  'Before that, whoever was asked to delete the original is to be told that it stays; if it is gone, it is gone.';
