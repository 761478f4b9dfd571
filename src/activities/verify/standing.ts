/**
 * Both synchronizations right before the original is deleted. Pairs and issues were compared when the decision was confirmed; what a
 * moment can change is read once more.
 */
import type { Synchronization } from '../../backbone/types.ts';
import { sameConfiguration } from '../../mapping/compare.ts';
import { factOf, type StepContext } from '../context.ts';
import { differencesOf, translatedConfiguration } from '../correct/deviations.ts';
import { newOneChanged } from '../newOne.ts';
import { anotherOne } from '../ours.ts';
import { createdNow, originalNow } from '../presence.ts';
import { parsedConfiguration } from '../translation.ts';

/** The new one: the very one that was proved, alone, running, and configured as it was translated. */
export async function successorStands(context: StepContext): Promise<boolean> {
  if ((await newOneChanged(context)) ?? (await anotherOne(context))) return false;
  const wanted = await translatedConfiguration(context);
  const now = await createdNow(context, factOf(context, 'created').key);
  if (!now?.running || !now.online) return false;
  return differencesOf(context, parsedConfiguration(now.bytes), wanted).open.length === 0;
}

/** The original: the recorded one, stopped, and configured as it was exported. */
export async function originalStands(context: StepContext): Promise<boolean> {
  const exported = await context.store.artifacts.getJson<Synchronization>(factOf(context, 'configuration'));
  const now = await originalNow(context);
  return now?.stopped === true && sameConfiguration(now.value, exported).differences.length === 0;
}
