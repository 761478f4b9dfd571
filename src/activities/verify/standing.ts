/**
 * Both synchronizations right before the original is deleted. Pairs and issues were compared when the decision was confirmed; what a
 * moment can change is read once more.
 */
import type { Synchronization } from '../../backbone/types.ts';
import { sameConfiguration } from '../../mapping/compare.ts';
import { factOf, type StepContext } from '../context.ts';
import { differencesOf, translatedConfiguration } from '../correct/deviations.ts';
import { anotherOne } from '../ours.ts';
import { QUIET_INTERVALS } from '../pause.ts';
import { createdNow, newPlace, originalNow, readsRunning } from '../presence.ts';
import { identityDifferences, identityOf } from '../reading.ts';
import { parsedConfiguration } from '../translation.ts';
import { actsAsShown } from './acting.ts';

/** The new one: the very one that was proved, alone, running, and configured as it was translated. */
export async function successorStands(context: StepContext): Promise<boolean> {
  if (await anotherOne(context)) return false;
  const created = factOf(context, 'created');
  const { key } = created;
  // All of `timing.staleness` was read when it was confirmed; what was stopped since is what a few looks tell.
  if (!(await readsRunning(context, newPlace(context, key), QUIET_INTERVALS * context.config.timing.outgoingInterval)))
    return false;
  const wanted = await translatedConfiguration(context);
  const now = await createdNow(context, key);
  if (!now?.running || !now.online) return false;
  const identity = await identityOf(context.open(created.instance), now.value);
  if (identityDifferences(created, identity).length > 0) return false;
  if (!(await actsAsShown(context, 'created', now.value))) return false;
  return differencesOf(context, parsedConfiguration(now.bytes), wanted).open.length === 0;
}

/** The original: the recorded one, stopped, and configured as it was exported. */
export async function originalStands(context: StepContext): Promise<boolean> {
  const exported = await context.store.artifacts.getJson<Synchronization>(factOf(context, 'configuration'));
  const now = await originalNow(context);
  if (!now || !(await actsAsShown(context, 'original', now.value))) return false;
  return now.stopped && sameConfiguration(now.value, exported).differences.length === 0;
}
