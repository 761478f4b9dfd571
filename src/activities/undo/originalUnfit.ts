/** On the way back nothing of the new one is taken away while the original cannot take its place: neither would run. */

import { UNFIT_CHOICES, UNFIT_QUESTION } from '../../contract/rollback.ts';
import type { CheckResult } from '../../contract/steps.ts';
import type { AskedQuestion } from '../../contract/tasks.ts';
import { counted } from '../../contract/text.ts';
import { PairsHeld } from '../../pairs/held.ts';
import { administratorOf, planOf, type StepContext, taskFor } from '../context.ts';
import { originalOrGone } from '../originalGone.ts';
import { pairOriginalAgain, pairsMissing, readHeldByOriginal } from '../pairing/held.ts';
import { nameOf } from '../presence.ts';
import { ask } from '../questions.ts';

/** Why it cannot, and what a person does about it. */
interface Unfit {
  reason: string;
  remedy: string;
  items: string[];
}

/**
 * Why the new ones stay as they are; `undefined` where the original is there, and can be started where it has to be. Once a person has
 * chosen to keep the new one, the original need not be able to run: the step is left as it is.
 */
export async function originalUnfit(context: StepContext, keys: string[]): Promise<CheckResult | undefined> {
  if (context.answers[UNFIT_QUESTION] !== undefined)
    return { state: 'done', basis: 'attested', note: `a person goes on with ${keys.join(', ')}` };
  const seen = await originalOrGone(context);
  if (!seen.there) return seen.asks ?? (await goesForward(context, keys));
  if (!planOf(context).originalRan) return undefined;
  const unfit = await whyUnfit(context, seen.there.online);
  return unfit && askAboutUnfit(context, keys, unfit);
}

/** There is nothing to go back to. */
async function goesForward(context: StepContext, keys: string[]): Promise<CheckResult> {
  const deletedAt = new Date(await context.store.now()).toISOString();
  const note = `${planOf(context).original.key} was deleted: it goes on with ${keys.join(', ')}`;
  return { state: 'done', basis: 'attested', facts: { deletedAt }, note };
}

async function whyUnfit(context: StepContext, online: boolean): Promise<Unfit | undefined> {
  const { original } = planOf(context);
  const name = nameOf(original);
  const conflicts = await context.open(original.instance).backbone.conflicts(original.key);
  if (conflicts.length > 0)
    return {
      reason: `The configuration of ${name} has ${counted(conflicts.length, 'conflict')}, so it cannot be started.`,
      remedy: `Correct what is named on the tabs of ${original.key}.`,
      items: conflicts.map((conflict) => JSON.stringify(conflict)),
    };
  if (!online)
    return {
      reason: `A connector of ${name} is offline, so it would not run.`,
      remedy: 'Bring the connection back.',
      items: [],
    };
  const held = await readHeldByOriginal(context);
  return held instanceof PairsHeld ? undefined : pairsMissing(original, held, pairOriginalAgain(context));
}

function askAboutUnfit(context: StepContext, keys: string[], { reason, remedy, items }: Unfit): CheckResult {
  const { original, oldA } = planOf(context);
  const fresh = keys.join(', ');
  const question = unfitQuestion(context, fresh, [reason, items]);
  const task = () => ({
    ...taskFor(context, {
      title: `Make ${original.key} ready to run again, or keep ${fresh}`,
      why: `${reason} Until it can take over, ${fresh} is neither stopped nor deleted.`,
      who: administratorOf(oldA),
      clicks: [remedy, `Or choose to keep ${fresh}: then nothing is rolled back.`],
      waitingFor: `${nameOf(original)} can be started.`,
      questions: [question],
    }),
    id: UNFIT_QUESTION,
  });
  // Another reason is another need: whoever read the old one is asked anew.
  return { state: 'notDone', missing: items.length > 0 ? items : [reason], next: 'person', asks: question.about, task };
}

function unfitQuestion(context: StepContext, fresh: string, shows: unknown): AskedQuestion {
  const { key } = planOf(context).original;
  const labels = {
    goForward: `Do not go back: go on with the migration to ${fresh}`,
    keepNew: `Keep ${fresh}, running; ${key} stays, stopped`,
  };
  return ask({
    id: UNFIT_QUESTION,
    text: 'Or shall it not go back?',
    choices: UNFIT_CHOICES.map((value) => ({ value, label: labels[value] })),
    shows,
  });
}

/** Whoever deleted it, and there is no new one. */
export function originalGone(context: StepContext): CheckResult {
  const { instance, key } = planOf(context).original;
  return {
    state: 'blocked',
    code: 'OriginalGone',
    reason: `${instance}/${key} is gone: somebody deleted it, and nothing brings it back.`,
    remedy: `There is no new one either: make one from the configuration and the issue data, as far as they are artifacts of this migration. The migration can neither go back nor go on without ${key}: then terminate its run in Temporal.`,
    items: [],
  };
}
