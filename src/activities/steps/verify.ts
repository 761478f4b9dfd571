/** Step 4.3 of the guide, first half: check that everything works. Each statement is a predicate over what was read; one that does
 * not hold closes the way and names the keys. */
import { stopSynchronization } from '../../backbone/requests.ts';
import { restsOnAttestation } from '../../contract/policy.ts';
import type { Predicate } from '../../evidence/types.ts';
import { factOf, planOf, policyNow, type StepContext } from '../context.ts';
import { endWithoutOriginal } from '../originalGone.ts';
import { partnerAnswer } from '../partner/answer.ts';
import { askPartner } from '../partner/packet.ts';
import { isFromExtract } from '../partner/returned.ts';
import { attestedSteps } from '../partner/unread.ts';
import { createdNow, readPresentCreated } from '../presence.ts';
import { stoppedNow } from '../reading.ts';
import type { Step } from '../step.ts';
import { stopTask } from '../undo/undoStart.ts';
import { acceptanceTask, missingOf, toBeAccepted } from '../verify/acceptance.ts';
import { makeEvidence, observeSettled } from '../verify/evidence.ts';
import { write } from '../write.ts';

export const verify: Step = {
  name: 'verify',

  async check(context) {
    const end = await endWithoutOriginal(context);
    if (end) return end;
    const returned = await partnerAnswer(context);
    const awaited = returned?.state === 'missing' ? returned.why : [];
    if (awaited.length > 0 && context.facts.packet) return askPartner(context, awaited);
    const { observed, predicates } = await observeSettled(context);
    const broken = predicates.filter((predicate) => !predicate.holds);
    if (broken.some((predicate) => predicate.name === 'forecast') && !(await readPresentCreated(context)).stopped) {
      const missing = ['more was created than foreseen: the new one is to be stopped'];
      // As a rollback would stop it.
      return planOf(context).steps.find(({ step }) => step === 'startSynchronization')?.undo?.by === 'person'
        ? { state: 'notDone', missing, next: 'person', task: () => stopTask(context, factOf(context, 'created').key) }
        : { state: 'notDone', missing, next: 'perform' };
    }
    const asked = toBeAccepted(broken, observed);
    if (asked.length > 0)
      return {
        state: 'notDone',
        missing: missingOf(asked),
        next: 'person',
        task: () => acceptanceTask(context, asked),
      };
    if (broken.length > 0 && broken.every((predicate) => isFromExtract(predicate, observed))) {
      return askPartner(context, broken.flatMap(itemsOf));
    }
    if (broken.length > 0) {
      return {
        state: 'blocked',
        code: 'NotProved',
        reason: `${broken.map((predicate) => predicate.sentence).join(' ')} This does not hold.`,
        remedy: `${tellFirst(context)}${lookFirst(broken)}Mend what is named, in Jira or in Backbone, then send retry.`,
        items: broken.flatMap(itemsOf),
      };
    }
    if (awaited.length > 0) return askPartner(context, awaited);
    const attested = attestedSteps(context);
    const resting = restsOnAttestation(policyNow(context), attested);
    if (resting) return { state: 'blocked', ...resting, remedy: `${resting.remedy} Then send retry.` };
    const evidence = await makeEvidence(context, observed, predicates);
    return {
      state: 'done',
      basis: observed.partner ? 'attested' : 'read',
      facts: { evidence: await context.store.artifacts.putJson(evidence), decision: evidence.digest },
      note: `${predicates.length} statements hold; decision ${evidence.digest.slice(0, 8)}`,
    };
  },

  /** More was created than foreseen: every moment it runs makes more (design §3). The plan says so. */
  async perform(context) {
    const { a } = planOf(context);
    const { key } = factOf(context, 'created');
    const instance = context.open(a.instance);
    await write(context, {
      part: 'stop the new one',
      instance: a.instance,
      request: stopSynchronization(key, instance.config.backbone.startStopVerb),
      still: async () => (await createdNow(context, key))?.stopped === false,
      settled: async () => (await stoppedNow(instance, key)) === true,
    });
  },
};

/** Whoever was asked to delete the original may still do so. */
const tellFirst = (context: StepContext): string =>
  context.state.deleteAsked
    ? `Tell whoever was asked to delete ${planOf(context).original.key} that it stays for now. `
    : '';

/** A copy and what another synchronization brought look the same from afar. */
const lookFirst = (broken: readonly Predicate[]): string =>
  broken.some(({ name }) => name === 'duplicates')
    ? 'Of each duplicate look first for the issue that it is a second copy of: delete none without. What is there once, or is in the pairs of another synchronization, stays. '
    : '';

const itemsOf = (predicate: Predicate): string[] =>
  predicate.keys.length > 0
    ? predicate.keys.map((key) => `${predicate.name}: ${key}`)
    : [`${predicate.name}: ${predicate.observed}`];
