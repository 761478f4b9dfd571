/** What the start may create though nobody foresaw it. New work of people is what a synchronization is for. */

import type { SynchronizationIdentity } from '../../contract/steps.ts';
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { counted } from '../../contract/text.ts';
import type { Pair } from '../../pairs/keys.ts';
import { factOf, planOf, type StepContext, taskFor } from '../context.ts';
import { type Forecast, madeSince, readForecast, type Unpaired } from '../forecast.ts';
import { keyNamed } from '../issues.ts';
import { createdOf } from '../knownLedger.ts';
import type { PlanDocument } from '../planDocument.ts';
import { ask } from '../questions.ts';
import { expectedPairs } from '../steps/pairIssues.ts';
import { liveConfiguration } from '../translation.ts';
import type { Pairing } from './pairing.ts';

export interface Surprise {
  /** What it is; the same as long as that is. */
  what: string;
  says: string;
}

/** `others`: pairs that are held beside those of the issue data. */
export async function foresee(
  context: StepContext,
  others: Pair[],
): Promise<{ forecast: Forecast; surprises: Surprise[] }> {
  const plan = planOf(context);
  // As it stands: a person may have accepted that it is not the translated one.
  const live = await liveConfiguration(context);
  const pairs = [...(await expectedPairs(context)), ...others];
  const forecast = { ...(await readForecast(context, plan, live, pairs)), paired: others };
  const gone = await ranBefore(context);
  // Where one ran that is gone, every issue that is in no pair may be half of one that it made.
  const isKnown = gone.length > 0 ? () => false : await foreseen(context, forecast);
  const unpaired = (['a', 'b'] as const).flatMap((side) =>
    forecast[side]
      .filter((issue) => !isKnown(side, issue))
      .map(({ key, summary }) => ({ what: keyNamed(plan, plan[side], key), says: summary })),
  );
  return { forecast, surprises: [...gone, ...unpaired.map(({ what, says }) => ({ what, says: `${what} ${says}` }))] };
}

/** Made since the plan, or in it. */
async function foreseen(
  context: StepContext,
  { within }: Forecast,
): Promise<(side: 'a' | 'b', issue: Unpaired) => boolean> {
  const { forecast } = await context.store.artifacts.getJson<PlanDocument>(planOf(context).artifact);
  const { classes } = await context.store.artifacts.getJson<Pairing>(factOf(context, 'pairing'));
  const born = classes.bornAfterCopy.map(({ second }) => second);
  // Both projects may have the same key.
  const known = { a: new Set(keysOf(forecast.a)), b: new Set([...keysOf(forecast.b), ...born]) };
  return (side, { key, created }) => madeSince(forecast, created, within[side]) || known[side].has(key);
}

const keysOf = (issues: readonly Unpaired[]): string[] => issues.map(({ key }) => key);

/** Others in the place of the new one that were started and are gone: what they paired and carried, nobody knows any more. */
async function ranBefore({ facts, known, store }: StepContext): Promise<Surprise[]> {
  const started = (await known.all()).filter(
    ({ kind, subject }) =>
      subject.step === 'startSynchronization' && !subject.undo && (kind === 'intent' || subject.result === 'done'),
  );
  const others = new Set(started.flatMap((entry) => createdOf(entry) ?? []));
  others.delete(facts.createdArtifact ?? '');
  const surprises: Surprise[] = [];
  for (const digest of others) {
    const { instance, key } = await store.artifacts.getJson<SynchronizationIdentity>(digest);
    const says = `what ${instance}/${key} carried before it was gone is not known: a comment among it is carried again`;
    surprises.push({ what: digest, says });
  }
  return surprises;
}

export const surprisesQuestion = (surprises: readonly Surprise[]): AskedQuestion =>
  ask({
    id: 'forecastAtStart',
    text: `Start although the start may create ${surprises.length === 1 ? 'this' : `these ${surprises.length}`} a second time?`,
    choices: [{ value: 'accept', label: 'Yes, what it creates belongs there' }],
    shows: surprises.map(({ what }) => what),
  });

export const surprisesTask = (context: StepContext, surprises: readonly Surprise[]): HumanTask =>
  taskFor(context, {
    title: `Accept what the start may create: ${counted(surprises.length, 'finding')}`,
    why: 'These issues are in scope and not paired, and nobody foresaw that: the start may create each at the partner.',
    who: 'Whoever is responsible for both projects.',
    clicks: [...surprises.slice(0, 30).map(({ says }) => says), 'Pair them, take them out of scope, or accept.'],
    questions: [surprisesQuestion(surprises)],
  });
