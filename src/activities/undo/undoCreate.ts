/**
 * Takes the creation back: the new synchronization is deleted. As dangerous as deleting the original and guarded alike: only what
 * carries the mark of this migration and is recorded in its claim, only while it is stopped, never the original.
 */
import { deleteSynchronization } from '../../backbone/requests.ts';
import type { Synchronization } from '../../backbone/types.ts';
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { administratorOf, planOf, type StepContext, sideName, taskFor, toBeDone } from '../context.ts';
import { answerTo, ask } from '../questions.ts';
import { readOriginal, readStatus, recordCreated, runMarker, synchronizationsBetween } from '../reading.ts';
import type { StepParts } from '../step.ts';
import { outwaitSenders, write } from '../write.ts';
import { originalGone } from './originalGone.ts';

/** A person may keep what we must not delete. */
const KEEP = 'keepCreated';

export const undoCreate: StepParts = {
  async check(context) {
    const { a } = planOf(context);
    // A creation that is still under way would appear after we looked.
    await outwaitSenders(context, 'createSynchronization');
    const found = await synchronizationsBetween(context.open, planOf(context));
    if (found.length === 0) return { state: 'done', basis: 'read', note: 'nothing of the new one is left' };
    if (!(await readOriginal(context)))
      return originalGone(
        context,
        found.map(({ integrationKey }) => integrationKey),
      );
    for (const { integrationKey } of found) {
      const status = await readStatus(context.open(a.instance), integrationKey);
      if (status && !status.stopped) {
        return {
          state: 'blocked',
          code: 'NewOneRunsAgain',
          reason: `${integrationKey} on ${a.instance} is ${status.raw.status}; a running synchronization is not deleted.`,
          remedy: `Stop ${integrationKey}, then send retry.`,
          items: [integrationKey],
        };
      }
    }
    const foreign = found.filter((one) => !isOurs(context, one)).map(({ integrationKey }) => integrationKey);
    if (foreign.length === 0) {
      // The creation may have been cut off before it was recorded; the mark says whose it is.
      for (const { integrationKey } of found) await recordCreated(context, integrationKey);
      const missing = found.map(({ integrationKey }) => `${integrationKey} is still there`);
      return toBeDone(context, missing, () => deleteTask(context, found, missing));
    }
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
    for (const { integrationKey } of await ours(context)) {
      await write(context, {
        part: `delete ${integrationKey}`,
        instance: a.instance,
        request: deleteSynchronization(integrationKey),
        still: async () => (await readOriginal(context)) !== undefined,
        settled: async () => (await ours(context)).every((one) => one.integrationKey !== integrationKey),
      });
    }
  },
};

function deleteTask(context: StepContext, found: Synchronization[], missing: string[]): HumanTask {
  const plan = planOf(context);
  const keys = found.map(({ integrationKey }) => integrationKey).join(', ');
  const foreign = found.filter((one) => !isOurs(context, one)).map(({ integrationKey }) => integrationKey);
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
      .filter((one) => !isOurs(context, one))
      .map(({ integrationKey, createdDate, firstConnector, secondConnector }) => [
        ...[integrationKey, createdDate ?? null],
        ...[firstConnector.connectorKey, secondConnector.connectorKey],
      ]),
  });

const isOurs = (context: StepContext, { description }: Synchronization): boolean =>
  (description ?? '').includes(runMarker(context));

const ours = async (context: StepContext): Promise<Synchronization[]> =>
  (await synchronizationsBetween(context.open, planOf(context))).filter((one) => isOurs(context, one));
