/**
 * Takes the start back: the new synchronization is stopped, as drained as it gets, and what people did under it is found. An
 * empty delta is as good as never started (R1); otherwise a person chooses (R2).
 */
import { stopSynchronization } from '../../backbone/requests.ts';
import { DELTA_CHOICES, DELTA_QUESTION, type DeltaChoice } from '../../contract/rollback.ts';
import type { CheckResult } from '../../contract/steps.ts';
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { tookEffect } from '../../store/intents.ts';
import { administratorOf, planOf, type StepContext, taskFor, toBeDone, workOf } from '../context.ts';
import { backlogCarried } from '../drained.ts';
import { askGone, isOurs, type NewOne, newOnes } from '../ours.ts';
import { pause } from '../pause.ts';
import { createdNow, isGone, newPlace, originalNow, readOriginal, readsStopped } from '../presence.ts';
import { answerTo, ask } from '../questions.ts';
import { identityOf, stoppedNow } from '../reading.ts';
import type { StepParts } from '../step.ts';
import { outwaitSenders, write } from '../write.ts';
import { type Delta, deltaText, findDelta, isEmpty, withResidue } from './delta.ts';
import { originalGone } from './originalGone.ts';
import { workLeftOnNewA } from './peoplesWork.ts';
import { hasRun, readCarried } from './ran.ts';

const STOP = 'stop the new one';

export const undoStart: StepParts = {
  async check(context) {
    await outwaitSenders(context, 'startSynchronization');
    const { there, unexplained } = await newOnes(context);
    if (unexplained.length > 0) return askGone(context, unexplained);
    const fresh = startedOne(context, there);
    if (!fresh) return withoutNewOne(context);
    const created = context.facts.created ?? (await identityOf(context.open(planOf(context).a.instance), fresh.value));
    context.facts = { ...context.facts, created };
    if (!fresh.stopped || !(await staysStopped(context, fresh.key))) {
      if (isGone(await readOriginal(context))) return originalGone(context, [fresh.key]);
      const missing = [`${fresh.key} is ${fresh.stopped ? 'not stopped on every node' : fresh.raw.status}`];
      return toBeDone(context, missing, () => stopTask(context, fresh.key));
    }
    const delta = await deltaNow(context);
    if (!delta) return neverRan(context, 'it never ran');
    if (isEmpty(delta)) return { state: 'done', basis: 'read', note: 'nothing happened under the new one' };
    const facts = { delta: await context.store.artifacts.putJson(delta) };
    context.facts = { ...context.facts, ...facts };
    if (choiceOf(context) === undefined) {
      const task = () => chooseTask(context, delta, { key: fresh.key, file: facts.delta });
      return { state: 'notDone', missing: deltaText(delta), next: 'person', asks: DELTA_QUESTION, task, facts };
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
      part: STOP,
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

function chooseTask(context: StepContext, delta: Delta, { key, file }: { key: string; file: string }): HumanTask {
  return taskFor(context, {
    title: `Choose what becomes of the work done under ${key}`,
    why: `It has run, and people worked: ${deltaText(delta).join('; ')}. It is stopped now, and the original is stopped too.`,
    who: 'Whoever is responsible for both projects.',
    clicks: ['Read the attached file: pairs, comments and changed fields, by key.', 'Choose.'],
    files: [{ name: `${key}-delta.json`, digest: file }],
    questions: [deltaQuestion(context)],
  });
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
async function neverRan(context: StepContext, note: string): Promise<CheckResult> {
  const left = planOf(context).moved ? await workLeftOnNewA(context) : [];
  return {
    state: 'done',
    basis: 'read',
    note,
    ...(left.length > 0 ? { facts: { residue: withResidue(context, left) } } : {}),
  };
}

/** Taken back already; or somebody deleted it, and with it went what tells the work that it carried. */
async function withoutNewOne(context: StepContext): Promise<CheckResult> {
  const note = 'there is no new synchronization';
  const { created, startedAt } = context.facts;
  if (startedAt === undefined) return neverRan(context, note);
  const isTakenBack = (await context.known.entries()).some(
    ({ kind, subject: { step, undo, result } }) =>
      kind === 'step' && step === 'startSynchronization' && undo === true && result === 'done',
  );
  const lost = `${created?.key ?? 'The new one'} ran since ${startedAt}, and somebody deleted it: what people did under it could not be found.`;
  return {
    state: 'done',
    basis: 'read',
    note,
    ...(isTakenBack ? {} : { facts: { residue: withResidue(context, [lost]) } }),
  };
}

/** Our record has it started: that it reads stopped is believed where we stopped it, or of every node that may be behind. */
async function staysStopped(context: StepContext, key: string): Promise<boolean> {
  const stop = await context.known.newestIntent(workOf(context), STOP);
  if (context.facts.delta !== undefined || (stop && tookEffect(stop))) return true;
  return readsStopped(context, newPlace(context, key));
}

/** As it was found and asked about, while the new one holds what it held then. `undefined`: it never ran. */
async function deltaNow(context: StepContext): Promise<Delta | undefined> {
  using carried = await readCarried(context);
  const before = context.facts.delta && (await context.store.artifacts.getJson<Delta>(context.facts.delta));
  if (before && before.traces === carried.traces) return before;
  if (!(await hasRun(context, carried))) return undefined;
  // A message under way when it was stopped lands a moment later.
  await pause(context.config.timing.outgoingInterval * 2);
  using settled = await readCarried(context);
  return findDelta(context, settled);
}
