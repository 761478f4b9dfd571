/**
 * Takes back that a person was asked to delete the original. No request of ours is under way, but whoever was asked may delete it at
 * any time: nothing else is taken back before somebody says that they know that it stays. When it is gone by then, it is gone.
 */
import { WITHDRAW_CHOICES, WITHDRAW_QUESTION, type WithdrawChoice } from '../../contract/rollback.ts';
import type { CheckResult } from '../../contract/steps.ts';
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { deleteAskedBy } from '../../migration/state.ts';
import { planOf, type StepContext, taskFor } from '../context.ts';
import { isGone, readOriginal } from '../presence.ts';
import { answerTo, ask } from '../questions.ts';
import type { StepParts } from '../step.ts';

export const undoDelete: StepParts = {
  async check(context) {
    const { key } = planOf(context).original;
    const told: CheckResult = {
      state: 'done',
      basis: 'attested',
      note: `whoever was asked to delete ${key} knows that it stays`,
    };
    const asked = deleteAskedBy(await context.known.state());
    if (asked === undefined) return told;
    if (isGone(await readOriginal(context)))
      return { state: 'done', basis: 'read', note: `${key} was deleted before that` };
    const question = withdrawQuestion(context, asked);
    if (answerTo(context, question) !== undefined) return told;
    const missing = [`${key} is there, and whoever was asked may delete it`];
    return { state: 'notDone', missing, next: 'person', task: () => tellTask(context, question) };
  },
};

/** About the entry by which it was asked: an answer counts for that time alone. */
function withdrawQuestion(context: StepContext, asked: number): AskedQuestion {
  const { key } = planOf(context).original;
  const labels: Record<WithdrawChoice, string> = {
    goBack: `Nobody will delete ${key} any more: go back to it`,
    keepNew: `Nobody will delete ${key} any more: ${nameOfNew(context)} goes on, and ${key} stays, stopped`,
  };
  return ask({
    id: WITHDRAW_QUESTION,
    text: 'Do they know, and how shall it go on?',
    choices: WITHDRAW_CHOICES.map((value) => ({ value, label: labels[value] })),
    shows: asked,
  });
}

const nameOfNew = ({ facts }: StepContext): string => facts.created?.key ?? 'the new one';

function tellTask(context: StepContext, question: AskedQuestion): HumanTask {
  const { key, instance } = planOf(context).original;
  const created = nameOfNew(context);
  const task = taskFor(context, {
    title: `Tell whoever was asked to delete ${key} that it stays`,
    why: `The delete of ${key} on ${instance} was approved and given to a person, and is taken back now. Nothing else is taken back before: were ${key} deleted after ${created}, neither would be left.`,
    who: 'Whoever knows to whom the delete was given.',
    clicks: [`Tell them that ${key} is not to be deleted.`, `Hear from them that they will not.`],
    waitingFor: `somebody says so, or ${key} is not listed any more.`,
    questions: [question],
  });
  // Not the name of the task that asked for the delete: whoever does that one must not take this for it.
  return { ...task, id: WITHDRAW_QUESTION };
}
