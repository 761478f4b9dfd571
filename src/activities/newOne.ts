/**
 * Whether the new synchronization is the very one to which this migration did what it did. What was done to one that is gone was not
 * done to the next: that is created, imported, corrected, paired and started for itself, when a person has seen it.
 */

import { DONE_TO_NEW } from '../contract/order.ts';
import type { Blocked, SynchronizationIdentity } from '../contract/steps.ts';
import { factOf, planOf, type StepContext } from './context.ts';
import { readIssueData } from './issueData.ts';
import { isGone, newPlace, readPresence } from './presence.ts';
import { identityDifferences, identityOf, stoppedNow } from './reading.ts';
import { copyNamed, sortedExtra } from './secondCopies.ts';
import { sinceOriginal } from './sinceOriginal.ts';

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

/** Before it is started by this migration: it is unpaired, or not wholly, so whatever it carries is a second copy. */
export async function startedTooEarly(context: StepContext): Promise<Blocked | undefined> {
  const { created } = context.facts;
  if (!created || !isBeforeStart(context) || (await mayHaveStarted(context))) return undefined;
  const stopped = await stoppedNow(context.open(created.instance), created.key);
  if (stopped === false) return tooEarly(created, 'runs');
  // Of another one in its place nothing is read, and what it holds once it was given its pairs is looked at where they are given.
  const isUnpaired = stopped && DONE_TO_NEW[context.step] && context.facts.translatedData === undefined;
  const copies = isUnpaired ? await copiesMade(context) : [];
  return copies.length > 0 ? tooEarly(created, `has made ${copies.length} issues a second time`, copies) : undefined;
}

/** Nothing gave it a pair yet. Those of the original a person may have given it already. */
async function copiesMade(context: StepContext): Promise<string[]> {
  using live = await readIssueData(context, factOf(context, 'created'));
  if (live.size === 0) return [];
  const { copies } = await sortedExtra(context, live.sorted(), await sinceOriginal(context, 'a'));
  return copies.map((copy) => copyNamed(context, copy));
}

/** In the recorded order: `prepareFirst` stops the original when the new one is there already. */
function isBeforeStart({ step, facts: { plan } }: StepContext): boolean {
  const steps = plan?.steps.map((planned) => planned.step) ?? [];
  const at = steps.lastIndexOf(step);
  return at > steps.indexOf('createSynchronization') && at < steps.indexOf('startSynchronization');
}

async function mayHaveStarted({ known }: StepContext): Promise<boolean> {
  const entries = await known.entries();
  return entries.some(
    ({ kind, subject: { step, undo } }) =>
      step === 'startSynchronization' && undo !== true && (kind === 'intent' || kind === 'step'),
  );
}

const tooEarly = ({ instance, key }: SynchronizationIdentity, what: string, items = [key]): Blocked => ({
  state: 'blocked',
  code: 'StartedTooEarly',
  reason: `${instance}/${key} ${what}, and this migration has not started it: without its pairs it makes a second copy of every issue.`,
  remedy: `Stop ${key} at once where it runs. Then send rollback: what it made is found and named before anything is deleted. Or delete the second copies, take their pairs out of ${key}, and send retry.`,
  items,
});

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
