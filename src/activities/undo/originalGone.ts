/** On the way back nothing of the new one is taken away while the original is gone: with it, neither would be left. */
import type { CheckResult } from '../../contract/steps.ts';
import { planOf, type StepContext } from '../context.ts';

/** Whoever deleted it. */
export function originalGone(context: StepContext, keys: string[]): CheckResult {
  const { instance, key } = planOf(context).original;
  return {
    state: 'blocked',
    code: 'OriginalGone',
    reason: `${instance}/${key} is gone: somebody deleted it, and nothing brings it back. ${keys.join(', ')} is neither stopped nor deleted.`,
    remedy: `See that ${keys.join(', ')} runs: it is the only one left.`,
    items: keys,
  };
}
