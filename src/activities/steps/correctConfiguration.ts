/** Step 2.3 of the guide: check every tab for warnings caused by ids that differ, and correct them. The instance's own conflicts
 * decide; one of a kind nobody has seen is shown as it came. */
import type { Synchronization } from '../../backbone/types.ts';
import { sameConfiguration } from '../../mapping/compare.ts';
import { administratorOf, factOf, planOf, taskFor } from '../context.ts';
import type { Step } from '../step.ts';
import { liveConfiguration } from '../translation.ts';

export const correctConfiguration: Step = {
  name: 'correctConfiguration',

  async check(context) {
    const { key } = factOf(context, 'created');
    const conflicts = await context.open(planOf(context).a.instance).backbone.conflicts(key);
    const wanted = await context.store.artifacts.getJson<Synchronization>(factOf(context, 'translated'));
    const { differences } = sameConfiguration(await liveConfiguration(context), wanted);
    const missing = [
      ...conflicts.map((conflict) => `conflict: ${JSON.stringify(conflict)}`),
      ...differences.map((path) => `differs from the translated configuration: ${path}`),
    ];
    if (missing.length === 0) return { state: 'done', basis: 'read', note: 'the instance reports no conflict' };
    return { state: 'notDone', missing, next: 'person' };
  },

  async instruct(context, missing) {
    const { key } = factOf(context, 'created');
    return taskFor(context, {
      title: `Correct the configuration of ${key}`,
      why: 'The instance reports conflicts, or the configuration is not the one that was translated.',
      who: administratorOf(planOf(context).a),
      clicks: [
        `Open ${key} on ${planOf(context).a.instance} and look through every tab for yellow warnings.`,
        ...missing,
      ],
      files: [{ name: `${key}-configuration.json`, digest: factOf(context, 'translated') }],
      waitingFor: 'the instance reports no conflict and the configuration equals the translated one.',
    });
  },
};
