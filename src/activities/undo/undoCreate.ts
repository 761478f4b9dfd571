/**
 * Takes the creation back: the new synchronization is deleted. As dangerous as deleting the original and guarded alike: only what
 * carries the mark of this migration and is recorded in its claim, only while it is stopped, never the original.
 */
import { deleteSynchronization } from '../../backbone/requests.ts';
import type { Synchronization } from '../../backbone/types.ts';
import type { Blocked } from '../../contract/steps.ts';
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { describe } from '../candidates.ts';
import { administratorOf, planOf, type StepContext, sideName, taskFor, toBeDone } from '../context.ts';
import { askGone, isMarked, isOurs, isStranger, type NewOne, newOnes, recordOurs } from '../ours.ts';
import { tookHold } from '../pause.ts';
import { createdNow, isGone, newPlace, readPresence } from '../presence.ts';
import { answerTo, ask } from '../questions.ts';
import { synchronizationsBetween } from '../reading.ts';
import type { StepParts } from '../step.ts';
import { outwaitSenders, write } from '../write.ts';
import { originalRunsAgain } from './handOver.ts';
import { originalUnfit } from './originalUnfit.ts';
import { ranAgain } from './ran.ts';

/** A person may keep what we must not delete. */
const KEEP = 'keepCreated';

export const undoCreate: StepParts = {
  async check(context) {
    const { a } = planOf(context);
    // A creation that is still under way would appear after we looked.
    await outwaitSenders(context, 'createSynchronization');
    const { there, unexplained } = await newOnes(context);
    if (unexplained.length > 0) return askGone(context, unexplained);
    if (there.length === 0) {
      if (await appearsYet(context)) return { state: 'notDone', missing: ['what was created is listed'], next: 'wait' };
      return { state: 'done', basis: 'read', note: 'nothing of the new one is left' };
    }
    const running = there.find(({ stopped }) => !stopped);
    if (running) {
      const says = `${running.key} on ${a.instance} is ${running.raw.status}; a running synchronization is not deleted.`;
      return isOurs(context, running.value)
        ? ranSinceTaken(says, running.key)
        : runs(says, `Stop ${running.key}, then send retry.`, running.key);
    }
    const { created } = context.facts;
    if (
      there.some(({ value }) => value.integrationKey === created?.key && !isStranger(context, value)) &&
      (await ranAgain(context))
    )
      return ranSinceTaken(`${created?.key} on ${a.instance} was started again meanwhile.`, created?.key ?? '');
    const ours = there.map(({ value }) => value).filter((one) => isMarked(context, one) && !isStranger(context, one));
    if (ours.length > 0) {
      const unfit = await originalUnfit(
        context,
        ours.map(({ integrationKey }) => integrationKey),
      );
      if (unfit) return unfit;
      const runsAlready = await originalRunsAgain(context);
      if (runsAlready) return runsAlready;
      // The creation may have been cut off before it was recorded; the mark says whose it is. It goes whatever stands beside it.
      for (const { integrationKey } of ours) await recordOurs(context, integrationKey);
      const missing = ours.map(({ integrationKey }) => `${integrationKey} is still there`);
      return toBeDone(context, missing, () => deleteTask(context, ours, missing));
    }
    const foreign = there.map(({ key }) => key);
    if (answerTo(context, keepQuestion(there)) === undefined) {
      const missing = foreign.map((key) => `${key} does not carry our mark, or is not the one that was created`);
      return { state: 'notDone', missing, next: 'person', task: () => foreignTask(context, there, missing) };
    }
    const left = foreign.map(
      (key) => `${a.instance}/${key} stays, stopped: this migration did not make it, and a person kept it.`,
    );
    return { state: 'done', basis: 'attested', facts: { residue: [...(context.facts.residue ?? []), ...left] } };
  },

  async perform(context) {
    const { a } = planOf(context);
    const { there } = await newOnes(context);
    for (const { key, value } of there) {
      if (!isMarked(context, value) || isStranger(context, value)) continue;
      await write(context, {
        part: `delete ${key}`,
        instance: a.instance,
        request: deleteSynchronization(key),
        still: async () => {
          const now = await createdNow(context, key);
          if (now?.stopped !== true || !isMarked(context, now.value) || isStranger(context, now.value)) return false;
          if ((await originalUnfit(context, [key])) !== undefined || (await ranAgain(context))) return false;
          return (await originalRunsAgain(context)) === undefined;
        },
        settled: async () => isGone(await readPresence(context, newPlace(context, key))),
      });
    }
  },
};

const runs = (reason: string, remedy: string, key: string): Blocked => ({
  state: 'blocked',
  code: 'NewOneRunsAgain',
  reason,
  remedy,
  items: [key],
});

/** What people did under it may have become more: that its start is taken back holds no more. */
const ranSinceTaken = (reason: string, key: string): Blocked => ({
  ...runs(
    reason,
    `Send retry: ${key} is stopped where it runs, and what people did under it is looked for again.`,
    key,
  ),
  from: 'startSynchronization',
});

function deleteTask(context: StepContext, ours: Synchronization[], missing: string[]): HumanTask {
  const plan = planOf(context);
  const keys = ours.map(({ integrationKey }) => integrationKey).join(', ');
  return taskFor(context, {
    title: `Delete ${keys} on ${plan.a.instance}, which this migration made`,
    why: `${missing.join(', ')}. The instance has no interface for us to delete it (configuration: deleteSynchronization: person).`,
    who: administratorOf(plan.a),
    clicks: [
      `Open Backbone on ${plan.a.instance} and find ${keys} (${sideName(plan.a)} and ${sideName(plan.b)}). It must be stopped.`,
      'Click ••• and then Delete.',
    ],
    waitingFor: `no synchronization between both projects is listed on ${plan.a.instance}.`,
  });
}

/** It is somebody's, and is there beside the original: nobody is asked to delete it. */
async function foreignTask(context: StepContext, foreign: NewOne[], missing: string[]): Promise<HumanTask> {
  const plan = planOf(context);
  const keys = foreign.map(({ key }) => key).join(', ');
  const made = await Promise.all(foreign.map(async (one) => `${one.key} was ${await describe(context, one)}`));
  return taskFor(context, {
    title: `Find out about ${keys} on ${plan.a.instance}, which this migration did not make`,
    why: `${missing.join(', ')}. ${made.join('. ')}. It stands between ${sideName(plan.a)} and ${sideName(plan.b)}, as ${plan.original.key} does. The migrator never deletes what is not its own.`,
    who: administratorOf(plan.a),
    clicks: [
      `Ask whoever made ${keys} what it is for. If it runs beside ${plan.original.key}, issues are duplicated.`,
      'If it stays, say so. If they delete it, the migration goes on by itself.',
    ],
    waitingFor: `no synchronization between both projects is listed on ${plan.a.instance}.`,
    questions: [keepQuestion(foreign)],
  });
}

const keepQuestion = (foreign: NewOne[]): AskedQuestion =>
  ask({
    id: KEEP,
    text: 'Does it stay?',
    choices: [{ value: 'keep', label: 'Yes: it stays, stopped' }],
    shows: foreign.map(({ key, value: { createdDate, firstConnector, secondConnector } }) => [
      ...[key, createdDate ?? null],
      ...[firstConnector.connectorKey, secondConnector.connectorKey],
    ]),
  });

/** One that was made, or is being made by the person who was asked, is listed when the node that answers has heard of it. */
async function appearsYet(context: StepContext): Promise<boolean> {
  const sent = await context.known.newestIntent('createSynchronization');
  const asked = (await context.known.all()).some(
    ({ kind, subject }) => kind === 'step' && subject.step === 'createSynchronization' && subject.result === 'task',
  );
  // Where it is on record, it is looked for by its key.
  if ((!sent && !asked) || context.claim.created.length > 0) return false;
  const { outgoingInterval: every, staleness } = context.config.timing;
  const isListed = async () => (await synchronizationsBetween(context, planOf(context))).length > 0;
  return tookHold(isListed, { every, staleness });
}
