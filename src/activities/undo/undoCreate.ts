/**
 * Takes the creation back: the new synchronization is deleted. As dangerous as deleting the original and guarded alike: only what
 * carries the mark of this migration and is recorded in its claim, only while it is stopped, never the original.
 */
import { deleteSynchronization } from '../../backbone/requests.ts';
import type { Synchronization } from '../../backbone/types.ts';
import type { Blocked } from '../../contract/steps.ts';
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { administratorOf, planOf, type StepContext, sideName, taskFor, toBeDone } from '../context.ts';
import { askGone, isMarked, isOurs, newOnes, recordOurs } from '../ours.ts';
import { tookHold } from '../pause.ts';
import { createdNow, isGone, newPlace, originalNow, readOriginal, readPresence } from '../presence.ts';
import { answerTo, ask } from '../questions.ts';
import { synchronizationsBetween } from '../reading.ts';
import type { StepParts } from '../step.ts';
import { outwaitSenders, write } from '../write.ts';
import { originalGone } from './originalGone.ts';
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
    if (isGone(await readOriginal(context)))
      return originalGone(
        context,
        there.map(({ key }) => key),
      );
    const running = there.find(({ stopped }) => !stopped);
    if (running) {
      const says = `${running.key} on ${a.instance} is ${running.raw.status}; a running synchronization is not deleted.`;
      return isOurs(context, running.value)
        ? ranSinceTaken(says, running.key)
        : runs(says, `Stop ${running.key}, then send retry.`, running.key);
    }
    const { created } = context.facts;
    if (there.some(({ key }) => key === created?.key) && (await ranAgain(context)))
      return ranSinceTaken(`${created?.key} on ${a.instance} was started again meanwhile.`, created?.key ?? '');
    const found = there.map(({ value }) => value);
    const ours = found.filter((one) => isMarked(context, one));
    if (ours.length > 0) {
      // The creation may have been cut off before it was recorded; the mark says whose it is. It goes whatever stands beside it.
      for (const { integrationKey } of ours) await recordOurs(context, integrationKey);
      const missing = ours.map(({ integrationKey }) => `${integrationKey} is still there`);
      return toBeDone(context, missing, () => deleteTask(context, ours, missing));
    }
    const foreign = found.map(({ integrationKey }) => integrationKey);
    if (answerTo(context, keepQuestion(context, found)) === undefined) {
      const missing = foreign.map((key) => `${key} does not carry our mark`);
      return { state: 'notDone', missing, next: 'person', task: () => deleteTask(context, found, missing) };
    }
    const left = foreign.map(
      (key) => `${a.instance}/${key} stays, stopped: it does not carry our mark, and a person kept it.`,
    );
    return { state: 'done', basis: 'attested', facts: { residue: [...(context.facts.residue ?? []), ...left] } };
  },

  async perform(context) {
    const { a } = planOf(context);
    const { there } = await newOnes(context);
    for (const { key, value } of there) {
      if (!isMarked(context, value)) continue;
      await write(context, {
        part: `delete ${key}`,
        instance: a.instance,
        request: deleteSynchronization(key),
        still: async () => {
          const now = await createdNow(context, key);
          const isOursAtRest = now?.stopped === true && isMarked(context, now.value);
          return isOursAtRest && (await originalNow(context)) !== undefined && !(await ranAgain(context));
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

function deleteTask(context: StepContext, found: Synchronization[], missing: string[]): HumanTask {
  const plan = planOf(context);
  const keys = found.map(({ integrationKey }) => integrationKey).join(', ');
  const foreign = found.filter((one) => !isMarked(context, one)).map(({ integrationKey }) => integrationKey);
  return taskFor(context, {
    title: `Delete ${keys} on ${plan.a.instance}, which this migration made`,
    why: `${missing.join(', ')}. ${foreign.length > 0 ? 'What does not carry our mark is never deleted by us.' : 'The instance has no interface for us to delete it (configuration: deleteSynchronization: person).'}`,
    who: administratorOf(plan.a),
    clicks: [
      `Open Backbone on ${plan.a.instance} and find ${keys} (${sideName(plan.a)} and ${sideName(plan.b)}). It must be stopped.`,
      'Click ••• and then Delete.',
    ],
    waitingFor: `no synchronization between both projects is listed on ${plan.a.instance}.`,
    questions: foreign.length === 0 ? [] : [keepQuestion(context, found)],
  });
}

const keepQuestion = (context: StepContext, found: Synchronization[]): AskedQuestion =>
  ask({
    id: KEEP,
    text: 'Or shall it stay?',
    choices: [{ value: 'keep', label: 'Yes: it stays, stopped' }],
    shows: found
      .filter((one) => !isMarked(context, one))
      .map(({ integrationKey, createdDate, firstConnector, secondConnector }) => [
        ...[integrationKey, createdDate ?? null],
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
  const isListed = async () => (await synchronizationsBetween(context.open, planOf(context))).length > 0;
  return tookHold(isListed, { every, staleness });
}
