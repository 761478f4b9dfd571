/**
 * The original is gone before this migration deleted it. Nothing brings it back, so the new synchronization stays, whichever way it was
 * going: a person says that the original was deleted, or the ledger knows that somebody was asked to; and it ends when the new one runs.
 */
import type { CheckResult } from '../contract/steps.ts';
import type { AskedQuestion } from '../contract/tasks.ts';
import { tookEffect } from '../store/intents.ts';
import { administratorOf, factOf, planOf, type StepContext, taskFor } from './context.ts';
import { nameOf, newPlace, originalNow, type PresentReading, readsRunning } from './presence.ts';
import { answerTo, ask } from './questions.ts';

/** The question, and its task: whichever step asks, one answer holds for all. */
export const ORIGINAL_GONE = 'originalGone';

/** It is there; or it is gone, and then `asks` as long as nobody has said why. */
export type OriginalOrGone = { there: PresentReading } | { there?: never; asks?: CheckResult };

export async function originalOrGone(context: StepContext): Promise<OriginalOrGone> {
  const there = await originalNow(context);
  if (there) return { there };
  return (await isKnownGone(context)) ? {} : { asks: askOriginalGone(context) };
}

/** Said by a person, or done as it was approved: by us, or by whoever was asked. */
async function isKnownGone(context: StepContext): Promise<boolean> {
  if (answerTo(context, goneQuestion(context)) !== undefined) return true;
  const sent = await context.known.newestIntent('deleteOriginal');
  return (sent !== undefined && tookEffect(sent)) || (await context.known.state()).deleteAsked !== undefined;
}

/** May the new one run beside it: it is read as stopped, or as gone, and it is known why. */
export async function originalRests(context: StepContext): Promise<boolean> {
  const original = await originalOrGone(context);
  return original.there ? original.there.stopped : original.asks === undefined;
}

/** Whether the migration ends without a delete of ours; `undefined` where the original is there. */
export async function endWithoutOriginal(context: StepContext): Promise<CheckResult | undefined> {
  const original = await originalOrGone(context);
  if (original.there) return undefined;
  if (original.asks) return original.asks;
  const { key } = factOf(context, 'created');
  if (!(await readsRunning(context, newPlace(context, key)))) return nothingRuns(context, key);
  const said = answerTo(context, goneQuestion(context)) !== undefined;
  const basis = said ? 'attested' : 'read';
  await context.store.ledger.append(context.holder, {
    kind: 'step',
    subject: { step: 'deleteOriginal', result: 'done', by: 'person', basis },
  });
  const deletedAt = new Date(await context.store.now()).toISOString();
  const note = `${nameOf(planOf(context).original)} was deleted${said ? ', as a person says,' : ''} and ${key} runs`;
  return { state: 'done', basis, facts: { deletedAt }, note };
}

function nothingRuns(context: StepContext, key: string): CheckResult {
  const { original, a } = planOf(context);
  return {
    state: 'blocked',
    code: 'NothingRuns',
    reason: `${nameOf(original)} is deleted, and ${a.instance}/${key} does not run: nothing is synchronized.`,
    remedy: `Find out why ${key} was stopped. Then send retry: it is started again, and the migration ends once it runs.`,
    items: [key],
    from: 'startSynchronization',
  };
}

function askOriginalGone(context: StepContext): CheckResult {
  const { original, oldA } = planOf(context);
  const name = nameOf(original);
  const fresh = context.facts.created?.key ?? 'The new synchronization';
  const task = () => ({
    ...taskFor(context, {
      title: `Find out what became of ${name}`,
      why: `This migration did not delete it, and it is neither listed nor found by its key. If it was deleted, nothing brings it back: ${fresh} is not deleted, and stays in its place.`,
      who: administratorOf(oldA),
      clicks: [
        `Open Backbone on ${original.instance}, on every node if it is a cluster, and look for ${original.key}.`,
        'If it is there, restart or repair the node that does not have it. The migration goes on as soon as it is read.',
        `If somebody deleted it, say so: ${fresh} is started again if it was stopped, and the migration ends once it runs.`,
      ],
      waitingFor: `${name} is read again.`,
      questions: [goneQuestion(context)],
    }),
    id: ORIGINAL_GONE,
  });
  return { state: 'notDone', missing: [`${name} is gone`], next: 'person', asks: ORIGINAL_GONE, task };
}

function goneQuestion(context: StepContext): AskedQuestion {
  const { original } = planOf(context);
  return ask({
    id: ORIGINAL_GONE,
    text: `Did somebody delete ${nameOf(original)}?`,
    choices: [{ value: 'gone', label: `Yes: ${original.key} was deleted, on all nodes` }],
    shows: [nameOf(original), original.created],
  });
}
