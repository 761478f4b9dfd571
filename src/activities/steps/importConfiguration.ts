/**
 * Step 2.2 of the guide: import the configuration, translated. Through drafts where the operator allows it; what drafts do not
 * carry (workflows, comments, attachments, advanced settings, filter: documented list) is a person's.
 */

import type { Synchronization } from '../../backbone/types.ts';
import type { HumanTask } from '../../contract/tasks.ts';
import { listed } from '../../contract/text.ts';
import type { Difference } from '../../mapping/compare.ts';
import { isOfValues, referencePaths } from '../../mapping/conflicts.ts';
import { draftOperations } from '../../mapping/draft.ts';
import { administratorOf, factOf, performerOf, planOf, type StepContext, taskFor } from '../context.ts';
import { differencesOf, translatedConfiguration, translatedFile } from '../correct/deviations.ts';
import { publishOperations, seeDraft } from '../correct/draft.ts';
import type { Step } from '../step.ts';
import { liveConfiguration, storedConfiguration } from '../translation.ts';

export const importConfiguration: Step = {
  name: 'importConfiguration',

  async check(context) {
    const { imported: before } = context.facts;
    const live = await liveConfiguration(context);
    const wanted = await translatedConfiguration(context);
    const { open } = differencesOf(context, live, wanted);
    if (open.length === 0) return { state: 'done', basis: 'read', facts: { imported: await translatedFile(context) } };
    if (await isImported(context, live, wanted, open)) {
      const values = open.length === 1 ? 'one value differs' : `${open.length} values differ`;
      return {
        state: 'done',
        basis: 'read',
        facts: { imported: before ?? (await translatedFile(context)) },
        note: `${values}, which is the next step's`,
      };
    }
    const operations = performerOf(context) === 'rest' ? draftOperations(live, wanted) : [];
    const { draft } = await seeDraft(context, live, operations);
    const missing = open.map(({ path }) => path);
    if (operations.length > 0 && (!draft || draft.ours)) return { state: 'notDone', missing, next: 'perform' };
    const left = draft && !draft.ours ? [...missing, LEFT_DRAFT] : missing;
    return { state: 'notDone', missing: left, next: 'person', task: () => importTask(context, left) };
  },

  async perform(context) {
    const live = await liveConfiguration(context);
    await publishOperations(context, draftOperations(live, await translatedConfiguration(context)));
  },
};

async function importTask(context: StepContext, missing: string[]): Promise<HumanTask> {
  const { key } = factOf(context, 'created');
  return taskFor(context, {
    title: `Import the translated configuration into ${key}`,
    why: 'No documented interface carries these parts; the configuration import of Backbone does.',
    who: administratorOf(planOf(context).a),
    clicks: [
      `Open ${key} on ${planOf(context).a.instance}, click ••• and then Import configuration.`,
      'Choose the attached file. It is the exported configuration with the ids of the new instance.',
      `Still different: ${listed(missing, 12).join(', ')}.`,
    ],
    files: [{ name: `${key}-configuration.json`, digest: await translatedFile(context) }],
    waitingFor: 'the configuration read from the instance equals the file.',
  });
}

const LEFT_DRAFT = 'a draft that somebody left is open; discard it, or publish it when it is right';

/**
 * Whoever imports the file sees the warnings of that moment and may correct them at once. So it is imported when nothing but single
 * translated values and lists of values differ, in elements that are there; or when it stands as it stood once. What differs is gone
 * through in the next step.
 */
async function isImported(
  context: StepContext,
  live: Synchronization,
  wanted: Synchronization,
  open: readonly Difference[],
): Promise<boolean> {
  const { imported } = context.facts;
  if (imported) {
    const before = await storedConfiguration(context, imported);
    if (differencesOf(context, live, before).open.length === 0) return true;
  }
  const references = referencePaths(wanted);
  return open.every(
    (difference) => (difference.kind === 'differs' && references.has(difference.path)) || isOfValues(difference),
  );
}
