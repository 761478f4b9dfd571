/** Step 4.1 of the guide: start the new synchronization. Never while the original runs, and never with surprises: what the start
 * may create at the partner is counted first, and what nobody foresaw is asked about. */

import { startSynchronization as startRequest } from '../../backbone/requests.ts';
import type { HumanTask } from '../../contract/tasks.ts';
import { PairsHeld } from '../../pairs/held.ts';
import { pairName } from '../../pairs/keys.ts';
import { digestOf } from '../../store/canonical.ts';
import { administratorOf, factOf, planOf, type StepContext, taskFor, toBeDone } from '../context.ts';
import { originalOrGone, originalRests } from '../originalGone.ts';
import { anotherOne, lastSwitch } from '../ours.ts';
import { pairsMissing, readHeld } from '../pairing/held.ts';
import { foresee, surprisesQuestion, surprisesTask } from '../pairing/surprises.ts';
import type { PlanDocument } from '../planDocument.ts';
import { createdNow, newPlace, readPresentCreated, readsRunning } from '../presence.ts';
import { answerTo } from '../questions.ts';
import { stoppedNow } from '../reading.ts';
import type { Step } from '../step.ts';
import { undoStart } from '../undo/undoStart.ts';
import { outsideWindow } from '../window.ts';
import { write } from '../write.ts';
import { expectedPairs } from './pairIssues.ts';

export const startSynchronization: Step = {
  name: 'startSynchronization',
  undo: undoStart,

  async check(context) {
    const created = factOf(context, 'created');
    const { key } = created;
    const stopAtOnce = `Stop ${key} at once, then send retry.`;
    const fresh = await readPresentCreated(context);
    if (!fresh.stopped && !(fresh.running && fresh.online))
      return {
        state: 'notDone',
        missing: [`${key} is ${fresh.raw.status}, connectors online: ${fresh.online}`],
        next: 'wait',
      };
    if (fresh.running && (await runsNow(context))) {
      const { held } = await readHeld(context);
      // Somebody started it by hand.
      if (!(held instanceof PairsHeld)) return pairsMissing(created, held, stopAtOnce);
      const startedAt = context.facts.startedAt ?? new Date(await context.store.now()).toISOString();
      return { state: 'done', basis: 'read', facts: { startedAt, forecastAtStart: await forecastBefore(context) } };
    }
    const outside = await outsideWindow(context, 'startBy');
    if (outside) return outside;
    const original = await originalOrGone(context);
    if (!original.there && original.asks) return original.asks;
    if (original.there && !original.there.stopped) {
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
      // Reading the pairs takes a moment, in which somebody may have started it.
      if (!(await readPresentCreated(context)).stopped) return pairsMissing(created, held, stopAtOnce);
      const remedy = 'Send retry: they are paired again before anything is started.';
      return { ...pairsMissing(created, held, remedy), from: 'pairIssues' };
    }
    const { forecast, surprises } = await foresee(context, others);
    const facts = { forecastAtStart: await context.store.artifacts.putJson(forecast) };
    if (surprises.length > 0 && answerTo(context, surprisesQuestion(surprises)) === undefined) {
      const missing = surprises.map(({ says }) => says);
      const task = () => surprisesTask(context, surprises);
      return { state: 'notDone', missing, next: 'person', asks: 'forecastAtStart', task, facts };
    }
    const missing = [`${key} is ${fresh.stopped ? 'stopped' : 'not running on every node'}`];
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
        if (!(held instanceof PairsHeld) || !(await mayStart(context))) return undefined;
        const pairSet = digestOf((await expectedPairs(context)).sorted().map(pairName));
        const read = { subject: { pairs: held.count }, digests: { pairSet } };
        return { request: startRequest(held, instance.config.backbone.startStopVerb), read };
      },
      settled: async () => (await stoppedNow(instance, key)) === false,
    });
  },
};

/** Stopped by us last, on a way back from which it came: a node that is behind still has it running. */
async function runsNow(context: StepContext): Promise<boolean> {
  const where = newPlace(context, factOf(context, 'created').key);
  return (await lastSwitch(context, where)) !== 'stop' || readsRunning(context, where);
}

/** The original rests, and so is the new one, beside which there is none. */
const mayStart = async (context: StepContext): Promise<boolean> =>
  (await anotherOne(context)) === undefined &&
  (await createdNow(context, factOf(context, 'created').key))?.stopped === true &&
  (await originalRests(context));

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
