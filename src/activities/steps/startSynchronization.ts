/** Step 4.1 of the guide: start the new synchronization. Never while the original runs, and never with surprises: what the start
 * may create at the partner is counted first, and what nobody foresaw is asked about. */

import { startSynchronization as startRequest } from '../../backbone/requests.ts';
import type { SynchronizationIdentity } from '../../contract/steps.ts';
import type { HumanTask } from '../../contract/tasks.ts';
import { PairsHeld } from '../../pairs/held.ts';
import { type Pair, pairName } from '../../pairs/keys.ts';
import { digestOf } from '../../store/canonical.ts';
import { administratorOf, factOf, planOf, type StepContext, taskFor, toBeDone } from '../context.ts';
import { type Forecast, readForecast } from '../forecast.ts';
import { keyNamed } from '../issues.ts';
import { createdOf } from '../knownLedger.ts';
import { pairsMissing, readHeld } from '../pairing/held.ts';
import type { Pairing } from '../pairing/pairing.ts';
import type { PlanDocument } from '../planDocument.ts';
import { readOriginal, readPresentOriginal, readStatus } from '../reading.ts';
import type { Step } from '../step.ts';
import { liveConfiguration } from '../translation.ts';
import { undoStart } from '../undo/undoStart.ts';
import { outsideWindow } from '../window.ts';
import { write } from '../write.ts';
import { expectedPairs } from './pairIssues.ts';

const QUESTION = 'forecastAtStart';

export const startSynchronization: Step = {
  name: 'startSynchronization',
  undo: undoStart,

  async check(context) {
    const { a } = planOf(context);
    const created = factOf(context, 'created');
    const { key } = created;
    const status = await readStatus(context.open(a.instance), key);
    if (status && !status.stopped && !(status.running && status.online))
      return {
        state: 'notDone',
        missing: [`${key} is ${status.raw.status}, connectors online: ${status.online}`],
        next: 'wait',
      };
    if (status?.running) {
      const { held } = await readHeld(context);
      // Somebody started it by hand.
      if (!(held instanceof PairsHeld)) return pairsMissing(created, held, `Stop ${key} at once, then send retry.`);
      const startedAt = context.facts.startedAt ?? new Date(await context.store.now()).toISOString();
      return { state: 'done', basis: 'read', facts: { startedAt, forecastAtStart: await forecastBefore(context) } };
    }
    const outside = await outsideWindow(context, 'startBy');
    if (outside) return outside;
    const original = await readPresentOriginal(context);
    if (!original.stopped) {
      return {
        state: 'blocked',
        code: 'OriginalRunsAgain',
        reason: 'The original runs again; two synchronizations at the same time duplicate issues.',
        remedy: `Stop ${planOf(context).original.key}, then send retry.`,
        items: [],
      };
    }
    const { held, others } = await readHeld(context);
    if (!(held instanceof PairsHeld)) {
      const remedy = 'Send retry: they are paired again before anything is started.';
      return { ...pairsMissing(created, held, remedy), from: 'pairIssues' };
    }
    const { forecast, surprising } = await foresee(context, others);
    const facts = { forecastAtStart: await context.store.artifacts.putJson(forecast) };
    if (surprising.length > 0 && context.answers[QUESTION] !== `accept ${surprising.length}`) {
      const task = () => surprisesTask(context, surprising);
      return { state: 'notDone', missing: surprising, next: 'person', task, facts };
    }
    const missing = [`${key} is stopped`];
    return toBeDone(context, missing, () => startTask(context, missing), facts);
  },

  async perform(context) {
    const { a } = planOf(context);
    const { key } = factOf(context, 'created');
    const instance = context.open(a.instance);
    await write(context, {
      part: 'start',
      instance: a.instance,
      request: async () => {
        const { held } = await readHeld(context);
        // Last, since it takes a moment to read the pairs.
        if (!(held instanceof PairsHeld) || !(await readOriginal(context))?.stopped) return undefined;
        const pairSet = digestOf((await expectedPairs(context)).sorted().map(pairName));
        const read = { subject: { pairs: held.count }, digests: { pairSet } };
        return { request: startRequest(held, instance.config.backbone.startStopVerb), read };
      },
      settled: async () => (await readStatus(instance, key))?.stopped === false,
    });
  },
};

const surprisesTask = (context: StepContext, surprising: string[]): HumanTask =>
  taskFor(context, {
    title: `Accept that the start may create ${surprising.length} issues`,
    why: 'They are in scope, not paired, and older than this migration: the start may create each at the partner.',
    who: 'Whoever is responsible for both projects.',
    clicks: [...surprising.slice(0, 30), 'Pair them, take them out of scope, or accept.'],
    questions: [
      {
        id: QUESTION,
        text: `Start although ${surprising.length} issues may be created?`,
        choices: [{ value: `accept ${surprising.length}`, label: `Yes, create up to ${surprising.length} issues` }],
      },
    ],
  });

function startTask(context: StepContext, missing: string[]): HumanTask {
  const { a } = planOf(context);
  const { key } = factOf(context, 'created');
  return taskFor(context, {
    title: `Start ${key} on ${a.instance}`,
    why: `${missing.join(', ')}. The instance has no interface for us to start it (configuration: startSynchronization: person).`,
    who: administratorOf(a),
    clicks: [`Open ${key} on ${a.instance} and click Start.`],
    waitingFor: `${key} reads ${context.open(a.instance).config.backbone.vocabulary.running}.`,
  });
}

/** Made before the start; of a start that we never saw coming, the plan's. */
async function forecastBefore(context: StepContext): Promise<string> {
  if (context.facts.forecastAtStart) return context.facts.forecastAtStart;
  const { forecast } = await context.store.artifacts.getJson<PlanDocument>(planOf(context).artifact);
  return context.store.artifacts.putJson(forecast);
}

/** New work of people is what a synchronization is for; what is old and unpaired and was not in the accepted plan is a surprise. */
async function foresee(context: StepContext, others: Pair[]): Promise<{ forecast: Forecast; surprising: string[] }> {
  const plan = planOf(context);
  // As it stands: a person may have accepted that it is not the translated one.
  const live = await liveConfiguration(context);
  const pairs = [...(await expectedPairs(context)), ...others];
  const forecast = { ...(await readForecast(context, plan, live, pairs)), paired: others };
  const gone = await ranBefore(context);
  if (gone.length > 0) {
    const unpaired = (['a', 'b'] as const).flatMap((side) =>
      forecast[side].map(({ key, summary }) => `${keyNamed(plan, plan[side], key)} ${summary}`),
    );
    return { forecast, surprising: [...gone, ...unpaired] };
  }
  const document = await context.store.artifacts.getJson<PlanDocument>(plan.artifact);
  const { classes } = await context.store.artifacts.getJson<Pairing>(factOf(context, 'pairing'));
  const born = classes.bornAfterCopy.map((pair) => pair.second);
  // Both projects may have the same key.
  const known = { a: new Set(keysOf(document.forecast.a)), b: new Set([...keysOf(document.forecast.b), ...born]) };
  const surprising = (['a', 'b'] as const).flatMap((side) =>
    forecast[side]
      .filter(({ key, created }) => created < document.forecast.at && !known[side].has(key))
      .map(({ key, summary }) => `${keyNamed(plan, plan[side], key)} ${summary}`),
  );
  return { forecast, surprising };
}

/**
 * Others that stood in the place of the new one, were started, and are gone: which pairs they made and which comments they carried,
 * nobody knows any more. So every issue that is in no pair may be half of one.
 */
async function ranBefore({ facts, known, store }: StepContext): Promise<string[]> {
  const started = (await known.all()).filter(
    ({ kind, subject }) =>
      subject.step === 'startSynchronization' && !subject.undo && (kind === 'intent' || subject.result === 'done'),
  );
  const others = new Set(started.flatMap((entry) => createdOf(entry) ?? [])).difference(
    new Set([facts.createdArtifact]),
  );
  const lines: string[] = [];
  for (const digest of others) {
    const { instance, key } = await store.artifacts.getJson<SynchronizationIdentity>(digest);
    lines.push(`what ${instance}/${key} carried before it was gone is not known: a comment among it is carried again`);
  }
  return lines;
}

const keysOf = (issues: readonly { key: string }[]): string[] => issues.map(({ key }) => key);
