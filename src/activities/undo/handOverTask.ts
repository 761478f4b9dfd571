/** What a person is asked for when not all of what was done under the new one can be handed over by a request. */
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { administratorOf, planOf, type StepContext, taskFor } from '../context.ts';
import { ask } from '../questions.ts';
import { type Delta, deltaText, keepEntries } from './delta.ts';
import { entriesForOriginal, HAND_OVER, refusalOf } from './handOver.ts';

/** A person may go on without what could not be handed over. */
export const LEAVE = 'handOver';

interface ToHandOver {
  delta: Delta;
  left: string[];
  copies: string[];
  missing: string[];
}

export async function handOverTask(
  context: StepContext,
  { delta, left, copies, missing }: ToHandOver,
): Promise<HumanTask> {
  const { original, oldA } = planOf(context);
  const refused = left.length === 0 ? undefined : await refusalOf(context, HAND_OVER);
  const entries = async () => ({
    name: `${original.key}-handed-over.json`,
    digest: await keepEntries(context, await entriesForOriginal(context, delta)),
  });
  return taskFor(context, {
    title: `Hand over to ${original.key} what was done under the new one`,
    why: `${deltaText(delta).join('; ')}. ${missing.join(', ')}. ${refused === undefined ? '' : `${refused} `}Unless ${original.key} knows of it, it sends it again.`,
    who: administratorOf(oldA),
    clicks: [
      ...(left.length === 0
        ? []
        : [
            `Open ${original.key} on ${original.instance}, click ••• and then Pair existing issues.`,
            'Choose "Pair existing issues synced with Backbone before" and upload the attached file.',
          ]),
      ...(copies.length === 0
        ? []
        : [
            `Carry what people did on the second copies over to the issues they are copies of, then delete the copies: ${copies.join(', ')}.`,
          ]),
      `Do not start ${original.key} yet.`,
    ],
    files: left.length === 0 ? [] : [await entries()],
    waitingFor: `the sync information of ${original.key} holds every pair that was handed over, and no second copy is left.`,
    questions: [leaveQuestion([...left, ...copies])],
  });
}

export const leaveQuestion = (left: readonly string[]): AskedQuestion =>
  ask({
    id: LEAVE,
    text: 'Or start it without?',
    choices: [{ value: 'leave', label: `Yes: ${left.length} stay as they are, and may be doubled` }],
    shows: left,
  });
