/**
 * Step 1.2 of the guide: export the synchronization's configuration. The answer of the documented single-synchronization call
 * holds the configuration; its exact bytes are the artifact. It is translated here, so that what a person has to decide is known.
 */
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { sameConfiguration } from '../../mapping/compare.ts';
import { planOf, type StepContext, taskFor } from '../context.ts';
import { readPresentOriginal } from '../presence.ts';
import { askMapping } from '../questions.ts';
import type { Step } from '../step.ts';
import { parsedConfiguration, storedConfiguration, translateExport } from '../translation.ts';

export const exportConfiguration: Step = {
  name: 'exportConfiguration',

  async check(context) {
    const { original } = planOf(context);
    const now = await readPresentOriginal(context);
    const before = context.facts.configuration;
    if (before) {
      const exported = await storedConfiguration(context, before);
      const { equal, differences } = sameConfiguration(parsedConfiguration(now.bytes), exported);
      if (!equal) {
        return {
          state: 'blocked',
          code: 'ConfigurationChanged',
          reason: `The configuration of ${original.key} was changed after it was exported and translated.`,
          remedy: 'Put it back as it was, then send retry.',
          items: differences,
        };
      }
    }
    // Translated once, it is corrected after the import; the same export is not translated again.
    const { translated: known } = context.facts;
    if (before && known) return { state: 'done', basis: 'read', note: 'it is as it was exported before' };
    const configuration = before ?? (await context.store.artifacts.put(now.bytes, 'application/json'));
    const translation = await translateExport(context, now, planOf(context));
    if (translation.questions.length > 0) {
      const questions = askMapping(translation.questions);
      const missing = questions.map((question) => question.text);
      return { state: 'notDone', missing, next: 'person', task: () => decideTask(context, questions) };
    }
    const translated = await context.store.artifacts.put(Buffer.from(translation.text), 'application/json');
    return {
      state: 'done',
      basis: 'read',
      facts: { configuration, translated },
      note: `${translation.changes.length} values translated`,
    };
  },
};

const decideTask = (context: StepContext, questions: AskedQuestion[]): HumanTask =>
  taskFor(context, {
    title: `Decide ${questions.length} values of the configuration`,
    why: 'They have no single counterpart on the new instance, and a guess could write into a wrong field.',
    who: 'Whoever knows the fields and people of both projects.',
    clicks: ['Compare the candidates in Jira under Administration, Issues, Custom fields.', 'Answer each question.'],
    questions,
  });
