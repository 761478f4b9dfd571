/** Step 1.1 of the guide: stop the original. Stopped is not drained, so what did not arrive is looked for and named. */

import { stopSynchronization } from '../../backbone/requests.ts';
import { without } from '../../contract/lists.ts';
import type { HumanTask } from '../../contract/tasks.ts';
import { counted, listed } from '../../contract/text.ts';
import { pairName } from '../../pairs/keys.ts';
import { sequenceProblems } from '../../pairs/sequences.ts';
import { administratorOf, planOf, type StepContext, sideName, taskFor, toBeDone } from '../context.ts';
import { readIssueData } from '../issueData.ts';
import { keyOnNewA } from '../issues.ts';
import { originalOrGone } from '../originalGone.ts';
import { holdsFor, pause, QUIET_INTERVALS } from '../pause.ts';
import { undeliveredQuestion } from '../preflight/questions.ts';
import { originalNow, readPresentOriginal } from '../presence.ts';
import { answerTo } from '../questions.ts';
import { readStatus, stoppedNow } from '../reading.ts';
import type { Step } from '../step.ts';
import { undoStop } from '../undo/undoStop.ts';
import { outsideWindow } from '../window.ts';
import { write } from '../write.ts';

/** People work on, so it may never be idle; after so many intervals it is stopped all the same, and what is left is read. */
const IDLE_INTERVALS_LIMIT = 25;

export const stopOriginal: Step = {
  name: 'stopOriginal',
  undo: undoStop,

  async check(context) {
    const plan = planOf(context);
    const there = await originalOrGone(context);
    if (!there.there) {
      const { stoppedAt } = context.facts;
      // It was stopped before it went: a run that took over looks again.
      if (stoppedAt !== undefined) return there.asks ?? { state: 'done', basis: 'read', facts: { stoppedAt } };
    }
    const original = there.there ?? (await readPresentOriginal(context));
    if (original.errors > 0) {
      return {
        state: 'blocked',
        code: 'IssuesInError',
        reason: `${original.errors} issues of ${plan.original.key} are in error; later changes of theirs wait behind the error.`,
        remedy: 'Mend them on the Troubleshooting tab of the original, then send retry.',
        items: [],
      };
    }
    if (!original.stopped) {
      const outside = await outsideWindow(context, 'stopBy');
      if (outside) return outside;
      const missing = [`${plan.original.key} is ${original.raw.status}`];
      return toBeDone(context, missing, () => stopTask(context, missing));
    }
    // A message under way when it was stopped lands a moment later.
    await pause(context.config.timing.outgoingInterval);
    const read = plan.sequencesCalibrated ? sequenceProblems(await readIssueData(context, plan.original)) : [];
    // A person knows of these that nothing is lost.
    const fine = answerTo(context, undeliveredQuestion(plan.misfits, plan)) === 'arrived' ? plan.misfits : [];
    const late = without(read, fine, pairName);
    const undelivered = late.map(({ first, second }) => keyOnNewA(plan, plan.swapped ? second : first));
    const stoppedAt = context.facts.stoppedAt ?? new Date(await context.store.now()).toISOString();
    return {
      state: 'done',
      basis: 'read',
      facts: {
        stoppedAt,
        ...(undelivered.length > 0 ? { undelivered: await context.store.artifacts.putJson(undelivered) } : {}),
      },
      ...(undelivered.length > 0 ? { note: undeliveredNote(undelivered) } : {}),
    };
  },

  async perform(context) {
    const { original } = planOf(context);
    const instance = context.open(original.instance);
    const every = context.config.timing.outgoingInterval;
    await holdsFor(
      async () => {
        const status = await readStatus(instance, original.key);
        return status.state === 'present' && status.idle && status.errors === 0;
      },
      { times: QUIET_INTERVALS, every, limit: every * IDLE_INTERVALS_LIMIT },
    );
    await write(context, {
      part: 'stop',
      instance: original.instance,
      request: stopSynchronization(original.key, instance.config.backbone.startStopVerb),
      still: async () => (await originalNow(context))?.stopped === false,
      settled: async () => (await stoppedNow(instance, original.key)) === true,
    });
  },
};

/** By key: whoever approves has to know which. */
const undeliveredNote = (keys: string[]): string =>
  `${counted(keys.length, 'pair has', 'pairs have')} changes that had not arrived and are resynced field by field: ${listed(keys, 20).join(', ')}`;

function stopTask(context: StepContext, missing: string[]): HumanTask {
  const { original, oldA, oldB } = planOf(context);
  return taskFor(context, {
    title: `Stop ${original.key} on ${original.instance}`,
    why: `${missing.join(', ')}. The instance has no interface for us to stop it (configuration: stopSynchronization: person).`,
    who: administratorOf(oldA),
    clicks: [
      `Open Backbone on ${original.instance} and find ${original.key} (${sideName(oldA)} and ${sideName(oldB)}).`,
      'Wait until its Troubleshooting tab is empty.',
      'Click Stop.',
    ],
    waitingFor: `${original.key} reads ${context.open(original.instance).config.backbone.vocabulary.stopped}.`,
  });
}
