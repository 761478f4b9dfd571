/** What comes next, by the state alone. */
import type { StepName } from '../contract/names.ts';
import type { Standing } from './state.ts';

/** The first step that is not done. Approval and delete are one: what was approved counts for the delete that follows it. */
export function nextStep({ steps }: Standing): StepName {
  const next = steps.find(({ state }) => state !== 'done')?.step ?? 'approval';
  return next === 'deleteOriginal' ? 'approval' : next;
}
