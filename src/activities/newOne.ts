/**
 * Whether the new synchronization is the very one to which this migration did what it did. What was done to one that is gone was not
 * done to the next: that is created, imported, corrected, paired and started for itself, when a person has seen it.
 */
import type { Blocked } from '../contract/steps.ts';
import { factOf, planOf, type StepContext } from './context.ts';
import { isGone, newPlace, readPresence } from './presence.ts';
import { identityDifferences, identityOf } from './reading.ts';

/** For the steps that are done to it. */
export async function newOneChanged(context: StepContext): Promise<Blocked | undefined> {
  const created = factOf(context, 'created');
  const instance = context.open(planOf(context).a.instance);
  const found = await readPresence(context, newPlace(context, created.key));
  if (found.state !== 'present')
    return isGone(found) ? { ...changed(context, ['it is not found']), from: 'createSynchronization' } : undefined;
  const differences = identityDifferences(created, await identityOf(instance, found.value));
  return differences.length > 0 ? { ...changed(context, differences), from: 'createSynchronization' } : undefined;
}

function changed(context: StepContext, items: string[]): Blocked {
  const { instance, key } = factOf(context, 'created');
  return {
    state: 'blocked',
    code: 'NewOneChanged',
    reason: `${instance}/${key}, which this migration created, is gone, or another synchronization has taken its place.`,
    remedy: `Find out what became of ${key}. Then send retry: the migration asks whether ${key} was deleted, takes the synchronization that took its place or creates one, and does everything again that was done to ${key}. Or send rollback.`,
    items,
  };
}
