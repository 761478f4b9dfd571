/** Pairs that were imported, and list other comments than they were given. */
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { type Pair, pairName } from '../../pairs/keys.ts';
import { administratorOf, factOf, planOf, type StepContext, taskFor } from '../context.ts';
import { ask } from '../questions.ts';

/** About entries that list other comments than they were given. */
export const otherCommentsQuestion = (context: StepContext, pairs: Pair[]): AskedQuestion =>
  ask({
    id: 'otherComments',
    text: `May the comments of these ${pairs.length} pairs be carried again?`,
    choices: [{ value: 'accept', label: 'Yes, they may stand twice.' }],
    shows: { of: factOf(context, 'createdArtifact'), pairs: pairs.map(pairName) },
  });

export const otherCommentsOf = (pairs: Pair[]): string[] =>
  pairs.map((pair) => `lists other comments than it was given: ${pairName(pair)}`);

/** Whether the import takes the comments of an entry is not documented (assumption A8), so what is listed then is read. */
export function otherCommentsTask(context: StepContext, pairs: Pair[]): HumanTask {
  const { key } = factOf(context, 'created');
  return taskFor(context, {
    title: `Have ${pairs.length} pairs of ${key} list the comments of the file`,
    why: 'A comment that is not listed counts as not yet carried. It would be carried again, and stand twice.',
    who: administratorOf(planOf(context).a),
    clicks: [
      `Pair the issues of ${key} with the attached file again; where entries are in the way, delete them first.`,
      'Where this Backbone cannot list them, look at a few of the issues, and accept that comments may stand twice.',
    ],
    files: [{ name: `${key}-synced-issues.json`, digest: factOf(context, 'translatedData') }],
    questions: [otherCommentsQuestion(context, pairs)],
    waitingFor: 'the entries list the comments of the file.',
  });
}
