/** On the way back nothing of the new one is taken away while the original cannot take its place: neither would run. */
import type { Blocked, CheckResult } from '../../contract/steps.ts';
import { PairsHeld } from '../../pairs/held.ts';
import { planOf, type StepContext } from '../context.ts';
import { pairOriginalAgain, pairsMissing, readHeldByOriginal } from '../pairing/held.ts';
import { isGone, mustBePresent, nameOf, readOriginal } from '../presence.ts';

/** Why the new ones stay as they are; `undefined` where the original is there, and can be started where it has to be. */
export async function originalUnfit(context: StepContext, keys: string[]): Promise<CheckResult | undefined> {
  const seen = await readOriginal(context);
  if (isGone(seen)) return originalGone(context, keys);
  const { original, originalRan } = planOf(context);
  if (!originalRan) return undefined;
  const name = nameOf(original);
  const conflicts = await context.open(original.instance).backbone.conflicts(original.key);
  if (conflicts.length > 0) {
    return {
      ...cannotStart(`${conflicts.length} conflicts stand in the configuration of ${name}`, keys),
      remedy: `Correct them on the tabs of ${original.key}, then send retry.`,
      items: conflicts.map((conflict) => JSON.stringify(conflict)),
    };
  }
  if (!mustBePresent(seen, original).online) {
    return {
      ...cannotStart(`A connector of ${name} is offline`, keys),
      remedy: 'Bring the connection back, then send retry.',
      items: [],
    };
  }
  const held = await readHeldByOriginal(context);
  return held instanceof PairsHeld ? undefined : pairsMissing(original, held, pairOriginalAgain(context));
}

const cannotStart = (why: string, keys: string[]): Pick<Blocked, 'state' | 'code' | 'reason'> => ({
  state: 'blocked',
  code: 'OriginalCannotStart',
  reason: `${why}, so it would not run. Until it can, ${keys.join(', ')} is neither stopped nor deleted.`,
});

/** Whoever deleted it. */
function originalGone(context: StepContext, keys: string[]): CheckResult {
  const { instance, key } = planOf(context).original;
  return {
    state: 'blocked',
    code: 'OriginalGone',
    reason: `${instance}/${key} is gone: somebody deleted it, and nothing brings it back. ${keys.join(', ')} is neither stopped nor deleted.`,
    remedy: `See that ${keys.join(', ')} runs: it is the only one left.`,
    items: keys,
  };
}
