/**
 * Takes the stop back: the original runs again, with its configuration and pairs as they were recorded, and with what was done
 * meanwhile. Never while the new one runs.
 */
import { startSynchronization } from '../../backbone/requests.ts';
import type { Synchronization } from '../../backbone/types.ts';
import type { CheckResult, Performer } from '../../contract/steps.ts';
import type { HumanTask } from '../../contract/tasks.ts';
import { sameConfiguration } from '../../mapping/compare.ts';
import { PairsHeld } from '../../pairs/held.ts';
import { administratorOf, planOf, type StepContext, sideName, taskFor, toBeDone } from '../context.ts';
import { allAtRest, askGone, lastSwitch, newOnes } from '../ours.ts';
import { pairOriginalAgain, pairsMissing, readHeldByOriginal } from '../pairing/held.ts';
import { originalNow, originalPlace, type PresentReading, readPresentOriginal, readsRunning } from '../presence.ts';
import { answerTo } from '../questions.ts';
import { stoppedNow } from '../reading.ts';
import { partsSent } from '../resync/chunks.ts';
import { copiesLeft } from '../secondCopies.ts';
import type { StepParts } from '../step.ts';
import { actsOtherwise } from '../verify/acting.ts';
import { outwaitSenders, write } from '../write.ts';
import { changedOnBoth, inError, isThrough, lackedByOldA } from './arrival.ts';
import { type Delta, withResidue } from './delta.ts';
import {
  deltaToHandOver,
  handOver,
  handOverTried,
  keysToResync,
  notHandedOver,
  originalRunsAgain,
  RESYNC,
  refusalOf,
  residueOf,
  resyncOf,
  resyncOldAQuestion,
  resyncOldATask,
  resyncToOldA,
} from './handOver.ts';
import { handOverTask, LEAVE, leaveQuestion } from './handOverTask.ts';
import { originalGone } from './originalUnfit.ts';

export const undoStop: StepParts = {
  async check(context) {
    const plan = planOf(context);
    await outwaitSenders(context, 'stopOriginal');
    const original = await originalNow(context);
    if (!original) return originalGone(context);
    const delta = await deltaToHandOver(context);
    const left = delta ? await notHandedOver(context, delta) : [];
    const copies = delta ? await copiesLeft(context, delta.copies) : [];
    const accepted = answerTo(context, leaveQuestion([...left, ...copies])) !== undefined;
    const tooEarly = left.length > 0 && !accepted ? await originalRunsAgain(context) : undefined;
    if (tooEarly) return tooEarly;
    if (original.stopped || (original.running && !(await runsAgain(context)))) {
      const { there, unexplained } = await newOnes(context);
      if (unexplained.length > 0) return askGone(context, unexplained);
      const running = there.find(({ stopped }) => !stopped);
      if (running) return newOneRuns(running.key);
      if (delta && left.length + copies.length > 0 && !accepted) {
        const isOurs = left.length > 0 && handedOverBy(context, 'handOver') === 'rest';
        const missing = [...notHanded(left), ...stillThere(copies)];
        return isOurs && !(await handOverTried(context, delta))
          ? { state: 'notDone', missing, next: 'perform' }
          : {
              state: 'notDone',
              missing,
              next: 'person',
              asks: LEAVE,
              task: () => handOverTask(context, { delta, left, copies, missing }),
            };
      }
      if (!plan.originalRan) {
        const lacking = delta ? await keysToResync(context, delta) : [];
        return goneBack(context, {
          original,
          delta,
          left,
          accepted,
          lacking,
          note: 'it was stopped before, and stays so',
        });
      }
      const held = await readHeldByOriginal(context);
      if (!(held instanceof PairsHeld)) return pairsMissing(plan.original, held, pairAgainOrStart(context));
      const missing = [
        `${plan.original.key} is ${original.stopped ? original.raw.status : 'not running on every node'}`,
      ];
      return toBeDone(context, missing, () => startTask(context, missing));
    }
    if (!original.running || !original.online) {
      return { state: 'notDone', missing: [`${plan.original.key} is ${original.raw.status}`], next: 'wait' };
    }
    const lacks = delta !== undefined && (await keysToResync(context, delta)).length > 0;
    const resynced = lacks ? await resyncedBy(context) : undefined;
    if (lacks && resynced === undefined) {
      const missing = ['the old A lacks what was done under the new one'];
      const refused = await refusalOf(context, RESYNC);
      return handedOverBy(context, 'resync') === 'rest' && refused === undefined
        ? { state: 'notDone', missing, next: 'perform' }
        : {
            state: 'notDone',
            missing,
            next: 'person',
            asks: 'resyncOldA',
            task: () => resyncOldATask(context, delta, { missing, refused }),
          };
    }
    if (lacks && !(await isThrough(context, delta))) {
      return { state: 'notDone', missing: [`messages of ${plan.original.key} are under way`], next: 'wait' };
    }
    const done = await goneBack(context, { original, delta, left, accepted, note: `${plan.original.key} runs again` });
    return resynced === 'person' ? { ...done, basis: 'attested' } : done;
  },

  async perform(context) {
    const { original } = planOf(context);
    const delta = await deltaToHandOver(context);
    const now = await readPresentOriginal(context);
    if (delta && !now.stopped && (await runsAgain(context))) return resyncToOldA(context, delta);
    const left = delta ? await notHandedOver(context, delta) : [];
    const isOurs = handedOverBy(context, 'handOver') === 'rest';
    if (delta && left.length > 0 && isOurs && !(await handOverTried(context, delta))) {
      return handOver(context, delta);
    }
    const instance = context.open(original.instance);
    await write(context, {
      part: 'start the original',
      instance: original.instance,
      request: async () => {
        const held = await readHeldByOriginal(context);
        // Last, since it takes a moment to read the pairs.
        const rests = (await allAtRest(context)) && (await originalNow(context))?.stopped === true;
        if (!(held instanceof PairsHeld) || !rests) return undefined;
        return { request: startSynchronization(held, instance.config.backbone.startStopVerb) };
      },
      settled: async () => (await stoppedNow(instance, original.key)) === false,
    });
  },
};

/** It was stopped: that it reads running is believed where we started it since, or of every node that may be behind. */
async function runsAgain(context: StepContext): Promise<boolean> {
  const where = originalPlace(context);
  return (await lastSwitch(context, where)) === 'start' || readsRunning(context, where);
}

/** Of an issue that is gone nobody can pair it again: a start by a person is theirs to answer for. */
const pairAgainOrStart = (context: StepContext): string =>
  `${pairOriginalAgain(context)} Then send retry. Or, where these issues need no pair any more, start ${planOf(context).original.key} by hand.`;

/** As recorded in the plan. */
const handedOverBy = (context: StepContext, what: 'handOver' | 'resync'): Performer =>
  planOf(context).steps.find(({ step }) => step === 'stopOriginal')?.undo?.[what] ?? 'rest';

/** Who has resynced the original; `undefined`: nobody yet. It has no trace that a check could read. */
async function resyncedBy(context: StepContext): Promise<'rest' | 'person' | undefined> {
  if (await wasSent(context, RESYNC)) return 'rest';
  return answerTo(context, resyncOldAQuestion(context)) === undefined ? undefined : 'person';
}

const notHanded = (left: string[]): string[] =>
  left.length === 0 ? [] : [`${left.length} entries are not handed over: ${left.slice(0, 8).join(', ')}`];

const stillThere = (copies: string[]): string[] =>
  copies.length === 0 ? [] : [`${copies.length} second copies are still there: ${copies.slice(0, 8).join(', ')}`];

function startTask(context: StepContext, missing: string[]): HumanTask {
  const { original, oldA } = planOf(context);
  return taskFor(context, {
    title: `Start ${original.key} on ${original.instance} again`,
    why: `${missing.join(', ')}. The instance has no interface for us to start it (configuration: startSynchronization: person).`,
    who: administratorOf(oldA),
    clicks: [`Open ${original.key} on ${original.instance} and click Start.`],
    waitingFor: `${original.key} reads ${context.open(original.instance).config.backbone.vocabulary.running}.`,
  });
}

const newOneRuns = (key: string): CheckResult => ({
  state: 'blocked',
  code: 'NewOneRunsAgain',
  reason: `${key} runs; two synchronizations at the same time duplicate issues.`,
  remedy: `Stop ${key}, then send retry.`,
  items: [key],
});

async function wasSent(context: StepContext, beginning: string): Promise<boolean> {
  return [...(await partsSent(context))].some((part) => String(part).startsWith(beginning));
}

/** Since it was found out: what nobody could read then is named as that. */
async function goneSince(context: StepContext, delta: Delta): Promise<string[]> {
  const { original, oldA, oldB } = planOf(context);
  const known = new Set(delta.unseen.filter(({ side }) => side === 'b').map(({ key }) => key));
  const { gone } = await resyncOf(context, delta);
  return gone
    .filter((key) => !known.has(key))
    .map(
      (key) =>
        `${key} of ${sideName(oldB)} is deleted, or hidden from us: ${original.key} was not told to resync it, so ${sideName(oldA)} may lack what was done on it under the new one.`,
    );
}

interface GoneBack {
  original: PresentReading;
  delta: Delta | undefined;
  left: string[];
  /** A person said that it may start without. */
  accepted: boolean;
  /** Keys on B of what it does not resync to the old A, since it stays stopped. */
  lacking?: string[];
  note: string;
}

async function goneBack(context: StepContext, { note, ...gone }: GoneBack): Promise<CheckResult & { state: 'done' }> {
  const residue = await withResidue(context, await residueNow(context, gone));
  return { state: 'done', basis: 'read', facts: { residue }, note };
}

/** What is not as it was, besides what people did: said, never repaired in silence. */
async function residueNow(
  context: StepContext,
  { original: reading, delta, left, accepted, lacking = [] }: Omit<GoneBack, 'note'>,
): Promise<string[]> {
  const { original, oldA, oldB, moved } = planOf(context);
  const now = reading.value;
  const exported = context.facts.configuration;
  const before = exported ? await context.store.artifacts.getJson<Synchronization>(exported) : now;
  const { differences } = sameConfiguration(now, before);
  // First: it takes as long as a node may be behind, and what is read after it is what every node has.
  const lacked = await lackedByOldA(context, delta);
  return [
    ...differences.map((path) => `The configuration of ${original.key} was changed by somebody: ${path}.`),
    ...(await actsOtherwise(context, now)),
    ...left.map(
      (key) =>
        `${key} was not handed over to ${original.key}${accepted ? ', as a person decided' : ''}; look for doubled comments.`,
    ),
    ...(delta ? residueOf(context, delta) : []),
    ...(moved && delta ? inError(context, reading) : []),
    ...(moved && delta ? await changedOnBoth(context, delta) : []),
    ...(delta ? await goneSince(context, delta) : []),
    ...lacked,
    ...lacking.map(
      (key) =>
        `${key} of ${sideName(oldB)} has work that ${sideName(oldA)} lacks: ${original.key} stays stopped. Resync it once it runs.`,
    ),
  ];
}
