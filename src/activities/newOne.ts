/**
 * Whether the new synchronization is the very one to which this migration did what it did. What was done to one that is gone was not
 * done to the next: that is created, imported, corrected, paired and started for itself, when a person has seen it.
 */
import type { Blocked } from '../contract/steps.ts';
import { factOf, planOf, type StepContext } from './context.ts';
import { identityDifferences, identityOf } from './reading.ts';

/** For the steps that are done to it. */
export async function newOneChanged(context: StepContext): Promise<Blocked | undefined> {
  const created = factOf(context, 'created');
  const instance = context.open(planOf(context).a.instance);
  const found = await instance.backbone.synchronization(created.key);
  if (!found) return { ...changed(context, ['it is not found']), from: 'createSynchronization' };
  const differences = identityDifferences(created, await identityOf(instance, found.value));
  return differences.length > 0 ? { ...changed(context, differences), from: 'createSynchronization' } : undefined;
}

/** For its creation, where none is found: another one is sent only when a person says so. */
export async function newOneGone(context: StepContext): Promise<Blocked | undefined> {
  if (!context.facts.created) return undefined;
  const sent = await context.known.newestIntent('createSynchronization', 'create');
  const raised = sent === undefined || Number(sent.entry.subject.retry) < context.input.generation;
  return raised ? undefined : changed(context, ['it is not listed']);
}

function changed(context: StepContext, items: string[]): Blocked {
  const { instance, key } = factOf(context, 'created');
  return {
    state: 'blocked',
    code: 'NewOneChanged',
    reason: `${instance}/${key}, which this migration created, is gone, or another synchronization has taken its place.`,
    remedy: `Find out what became of ${key}. Then send retry: the migration looks for the synchronization that took its place, or creates one, and does everything again that was done to ${key}. Or send rollback.`,
    items,
  };
}
