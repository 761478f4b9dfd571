/**
 * Takes the start back: the new synchronization is stopped, as drained as it gets, and what people did under it is found. An
 * empty delta is as good as never started (R1); otherwise a person chooses (R2).
 */
import { stopSynchronization } from '../../backbone/requests.ts';
import { DELTA_CHOICES, DELTA_QUESTION, type DeltaChoice } from '../../contract/rollback.ts';
import type { CheckResult, Facts } from '../../contract/steps.ts';
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { tookEffect } from '../../store/intents.ts';
import { administratorOf, planOf, type StepContext, taskFor, toBeDone, workOf } from '../context.ts';
import { backlogCarried } from '../drained.ts';
import { askGone, isOurs, type NewOne, newOnes } from '../ours.ts';
import { looksOver, pause } from '../pause.ts';
import { createdNow, nameOf, newPlace, originalNow, readsStopped } from '../presence.ts';
import { answerTo, ask } from '../questions.ts';
import { identityOf, stoppedNow } from '../reading.ts';
import type { StepParts } from '../step.ts';
import { outwaitSenders, write } from '../write.ts';
import { type Delta, deltaText, findDelta, isEmpty, readDelta, unseenText, withResidue } from './delta.ts';
import { originalUnfit } from './originalUnfit.ts';
import { workLeftOnNewA, workPerhapsCarried } from './peoplesWork.ts';
import { hasRun, readCarried } from './ran.ts';

const STOP = 'stop the new one';

export const undoStart: StepParts = {
  async check(context) {
    await outwaitSenders(context, 'startSynchronization');
    const { there, unexplained } = await newOnes(context);
    if (unexplained.length > 0) return askGone(context, unexplained);
    const fresh = startedOne(context, there);
    if (!fresh) return withoutNewOne(context);
    const known = context.facts.created;
    const created =
      known?.key === fresh.key ? known : await identityOf(context.open(planOf(context).a.instance), fresh.value);
    context.facts = { ...context.facts, created };
    const found = fresh.stopped ? await findNow(context, await restsFor(context, fresh.key)) : undefined;
    if (!found) {
      const unfit = await originalUnfit(context, [fresh.key]);
      if (unfit) return unfit;
      const missing = [`${fresh.key} is ${fresh.stopped ? 'not stopped on every node' : fresh.raw.status}`];
      return toBeDone(context, missing, () => stopTask(context, fresh.key));
    }
    const facts = {
      atRest: found.traces,
      ...(found.delta ? { delta: found.delta.digest } : {}),
      // It was said to be gone, and is there: what remains is found from here on anew.
      ...(context.facts.residue ? { residue: [] } : {}),
    };
    context.facts = { ...context.facts, ...facts };
    if (!found.ran) return neverRan(context, 'it never ran', facts);
    if (!found.delta) {
      const note = 'nothing happened under the new one';
      const named = found.unseen ? { residue: await withResidue(context, found.unseen) } : {};
      return { state: 'done', basis: 'read', facts: { ...facts, ...named }, note };
    }
    const { delta, digest } = found.delta;
    const question = deltaQuestion(context);
    if (answerTo(context, question) === undefined) {
      const task = () => chooseTask(context, delta, { key: fresh.key, file: digest });
      // Another finding is another need: whoever read the old one is asked anew.
      return { state: 'notDone', missing: deltaText(delta), next: 'person', asks: question.about, task, facts };
    }
    return { state: 'done', basis: 'read', facts, note: deltaText(delta).join('; ') };
  },

  async perform(context) {
    const { a } = planOf(context);
    const { key } = context.facts.created ?? { key: '' };
    const instance = context.open(a.instance);
    const fresh = await createdNow(context, key);
    // What has been detected is carried before the stop, where it carries anything at all. People work on, so not for ever.
    if (fresh?.running && fresh.errors === 0) await backlogCarried(context);
    await write(context, {
      part: stopPart(context),
      instance: a.instance,
      request: stopSynchronization(key, instance.config.backbone.startStopVerb),
      still: async () => (await originalNow(context)) !== undefined && (await createdNow(context, key)) !== undefined,
      settled: async () => (await stoppedNow(instance, key)) === true,
    });
  },
};

/** Also where it created more than anybody foresaw. */
export function stopTask(context: StepContext, key: string): HumanTask {
  const { a } = planOf(context);
  return taskFor(context, {
    title: `Stop ${key} on ${a.instance}`,
    why: 'The instance has no interface for us to stop it (configuration: stopSynchronization: person).',
    who: administratorOf(a),
    clicks: [`Open ${key} on ${a.instance}, wait until its Troubleshooting tab is empty, and click Stop.`],
    waitingFor: `${key} reads ${context.open(a.instance).config.backbone.vocabulary.stopped}.`,
  });
}

async function chooseTask(
  context: StepContext,
  delta: Delta,
  { key, file }: { key: string; file: string },
): Promise<HumanTask> {
  return taskFor(context, {
    title: `Choose what becomes of the work done under ${key}`,
    why: `It has run, and people worked: ${deltaText(delta).join('; ')}. It is stopped now. ${await standingOfOriginal(context)}`,
    who: 'Whoever is responsible for both projects.',
    clicks: ['Read the attached file: pairs, comments and changed fields, by key.', 'Choose.'],
    files: [{ name: `${key}-delta.json`, digest: file }],
    questions: [deltaQuestion(context)],
  });
}

/** Somebody may have started it meanwhile. */
async function standingOfOriginal(context: StepContext): Promise<string> {
  const { original } = planOf(context);
  const now = await originalNow(context);
  if (!now) return `${nameOf(original)} is gone.`;
  if (now.stopped) return `${nameOf(original)} was stopped too when this was asked.`;
  return `${nameOf(original)} is ${now.raw.status}, though this migration did not start it: stop it before the new one is started again.`;
}

const deltaQuestion = (context: StepContext): AskedQuestion =>
  ask({
    id: DELTA_QUESTION,
    text: 'How shall it go on?',
    choices: DELTA_CHOICES.map((value) => ({
      value,
      label: LABELS[value].replace('ORIGINAL', planOf(context).original.key),
    })),
    shows: context.facts.delta ?? null,
  });

const LABELS: Record<DeltaChoice, string> = {
  handOver: 'Hand it over to ORIGINAL, delete the new one, and start ORIGINAL again',
  goForward: 'Do not go back: start the new one again, and go on with the migration',
  keepNew: 'Keep the new one, running; ORIGINAL stays, stopped',
};

export function choiceOf(context: StepContext): DeltaChoice | undefined {
  const given = answerTo(context, deltaQuestion(context));
  return DELTA_CHOICES.find((choice) => choice === given);
}

function startedOne(context: StepContext, there: NewOne[]): NewOne | undefined {
  const ours = there.filter(({ value }) => isOurs(context, value));
  return ours.find(({ key }) => key === context.facts.created?.key) ?? ours.find(({ stopped }) => !stopped) ?? ours[0];
}

/** Where the project moved, what people do on the new A is nowhere else until something carries it. */
async function neverRan(context: StepContext, note: string, facts: Partial<Facts> = {}): Promise<CheckResult> {
  const left = planOf(context).moved ? await workLeftOnNewA(context) : [];
  const residue = left.length > 0 ? { residue: await withResidue(context, left) } : {};
  return { state: 'done', basis: 'read', note, facts: { ...facts, ...residue } };
}

/** Taken back already; or somebody deleted it, and with it went what tells the work that it carried. */
async function withoutNewOne(context: StepContext): Promise<CheckResult> {
  const note = 'there is no new synchronization';
  const { created, startedAt } = context.facts;
  if (startedAt === undefined && !(created && context.facts.translatedData)) return neverRan(context, note);
  if (context.state.undone.includes('startSynchronization')) return { state: 'done', basis: 'read', note };
  const key = created?.key ?? 'The new one';
  const ran = startedAt === undefined ? 'it cannot be read whether it ran' : `it ran since ${startedAt}`;
  const lost = `Somebody deleted ${key}, and ${ran}: what it carried cannot be found. What people did meanwhile is named by issue.`;
  const lines = [lost, ...(await workPerhapsCarried(context, key))];
  return { state: 'done', basis: 'read', note, facts: { residue: await withResidue(context, lines) } };
}

/** Waits so many milliseconds, and says whether all that was read of the new one meanwhile says stopped. */
type Rests = (ms: number) => Promise<boolean>;

/**
 * That it reads stopped is believed where we stopped it, or of every node that may be behind. While a person chooses, it may be started
 * again: that it is not is read once they have, right before their choice is heeded.
 */
async function restsFor(context: StepContext, key: string): Promise<Rests> {
  const believed: Rests = async (ms) => {
    await pause(ms);
    return true;
  };
  const { delta } = context.facts;
  if (delta !== undefined && choiceOf(context) === undefined) return believed;
  const stop = await context.known.newestIntent(workOf(context), STOP);
  if (delta === undefined && stop && tookEffect(stop)) return believed;
  return (ms) => readsStopped(context, newPlace(context, key), ms);
}

/** One that was started again after what was done under it was found is another stop. */
const stopPart = ({ facts: { delta } }: StepContext): string =>
  delta === undefined ? STOP : `${STOP} again, after ${delta.slice(0, 8)}`;

interface Found {
  /** Of what it holds now. */
  traces: string;
  ran: boolean;
  /** Issues that nobody can look at, a sentence each, where nothing else happened under it. */
  unseen?: string[];
  /** Absent: nothing happened under it. */
  delta?: { delta: Delta; digest: string };
}

/**
 * What was found and asked about holds while the new one holds what it held then. Nothing counts as not done before that was read for as long
 * as a node may be behind. `undefined`: it does not rest.
 */
async function findNow(context: StepContext, rests: Rests): Promise<Found | undefined> {
  const { artifacts } = context.store;
  const before = context.facts.delta;
  const known = before === undefined ? undefined : await readDelta(context, before);
  const { outgoingInterval, staleness } = context.config.timing;
  const found: Found = { traces: '', ran: false };
  let delta: Delta | undefined;
  // A message under way when it was stopped lands a moment later.
  for (const until of looksOver(Math.max(staleness, outgoingInterval * 2))) {
    using carried = await readCarried(context);
    const { traces } = carried;
    if (!delta && before !== undefined && known?.traces === traces) {
      // While a person chooses nothing is waited for.
      if (choiceOf(context) !== undefined && !(await rests(staleness))) return undefined;
      return { traces, ran: true, delta: { delta: known, digest: before } };
    }
    found.traces = traces;
    found.ran ||= await hasRun(context, carried);
    if (found.ran) delta = await findDelta(context, carried, delta);
    if (!(await rests(until))) return undefined;
  }
  if (!delta) return found;
  // What a person was asked about is never dropped without asking.
  const unseen = unseenText(context, delta);
  if (isEmpty(delta) && known === undefined) return unseen.length > 0 ? { ...found, unseen } : found;
  return { ...found, delta: { delta, digest: await artifacts.putJson(delta) } };
}
