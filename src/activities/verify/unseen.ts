/** What no comparison of pairs shows: issues that are in no pair although they belong there. */
import type { Pair } from '../../pairs/keys.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { issuesByKey, keyNamed } from '../issues.ts';
import type { Pairing } from '../pairing/pairing.ts';

/**
 * What was made on old A after the copy is on B only, made there by the sync user: whether the start creates it on new A is not
 * documented. Its keys on B, as long as they are in no pair; where B cannot be read, they are taken to be there.
 */
export async function bornLateUnpaired(context: StepContext, pairs: Pair[]): Promise<string[]> {
  const { classes } = await context.store.artifacts.getJson<Pairing>(factOf(context, 'pairing'));
  const paired = new Set(pairs.map((pair) => pair.second));
  const keys = classes.bornAfterCopy.map((pair) => pair.second).filter((key) => !paired.has(key));
  const plan = planOf(context);
  const there = keys.length === 0 || plan.b.unread ? keys : [...(await issuesByKey(context, plan.b, keys)).keys()];
  return there.map((key) => keyNamed(plan, plan.b, key));
}
