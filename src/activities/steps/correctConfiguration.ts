/**
 * Step 2.3 of the guide: check every tab for warnings caused by ids that differ, and correct them. The instance's own conflicts
 * decide; one of a kind nobody has seen is shown as it came. What rules or answers know is put there by a draft, where the operator
 * allows drafts; everything else is a person's, with what is known about it.
 */
import type { HumanTask } from '../../contract/tasks.ts';
import { administratorOf, factOf, performerOf, planOf, type StepContext, taskFor } from '../context.ts';
import { type Seen, seeConfiguration } from '../correct/correcting.ts';
import { corrections, howToCorrect, whatIsMissing } from '../correct/correctionWords.ts';
import { keepQuestion, translatedFile } from '../correct/deviations.ts';
import { publishOperations } from '../correct/draft.ts';
import type { Step } from '../step.ts';

export const correctConfiguration: Step = {
  name: 'correctConfiguration',

  async check(context) {
    const seen = await seeConfiguration(context);
    const missing = whatIsMissing(seen);
    if (missing.length === 0) {
      const imported = seen.facts.translated ?? (await translatedFile(context));
      return { state: 'done', basis: 'read', facts: { ...seen.facts, imported }, note: noteOf(seen) };
    }
    const { facts } = seen;
    return canPerform(context, seen)
      ? { state: 'notDone', missing, next: 'perform', facts }
      : { state: 'notDone', missing, next: 'person', task: () => correctTask(context, seen), facts };
  },

  async perform(context) {
    const { operations } = await seeConfiguration(context);
    await publishOperations(context, operations, { giveUp: true });
  },
};

async function correctTask(context: StepContext, seen: Seen): Promise<HumanTask> {
  const { key } = factOf(context, 'created');
  const { a } = planOf(context);
  const { artifacts } = context.store;
  return taskFor(context, {
    title: `Correct the configuration of ${key}`,
    why: 'The instance reports conflicts, or the configuration is not the one that was translated. What follows is known of each.',
    who: administratorOf(a),
    clicks: howToCorrect(seen, `${key} on ${a.instance}`),
    files: [
      { name: `${key}-configuration.json`, digest: seen.facts.translated ?? (await translatedFile(context)) },
      { name: `${key}-corrections.json`, digest: await artifacts.putJson(corrections(seen)) },
    ],
    waitingFor:
      'the instance reports no conflict, no draft is left, and the configuration is the translated one, or what differs was accepted.',
    questions: [
      ...seen.questions,
      ...seen.differences.slice(0, MOST_QUESTIONS).map(({ difference }) => keepQuestion(context, difference)),
    ],
  });
}

/** A task travels through the workflow's history; what is left is asked next. */
const MOST_QUESTIONS = 50;

/** A draft of somebody else is not touched, and ours is not left. */
function canPerform(context: StepContext, { draft, operations, refused }: Seen): boolean {
  if (performerOf(context) !== 'rest' || (draft && !draft.ours)) return false;
  return draft !== undefined || (operations.length > 0 && !refused);
}

const noteOf = ({ accepted }: Seen): string =>
  accepted.length === 0
    ? 'the instance reports no conflict'
    : `the instance reports no conflict; ${accepted.length} accepted as it stands: ${accepted
        .slice(0, 3)
        .map(({ path }) => path)
        .join(', ')}${accepted.length > 3 ? ', …' : ''}`;
