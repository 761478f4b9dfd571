/**
 * Step 4.3 of the guide, second half: delete the original. Three activities (workflow.md): confirm recomputes what was approved,
 * delete sends once, settle only reads. At most one delete on every path.
 */
import { deleteSynchronization } from '../../backbone/requests.ts';
import { MigratorError } from '../../contract/errors.ts';
import { judge } from '../../contract/policy.ts';
import type {
  Blocked,
  ConfirmResult,
  DeleteInput,
  SettleInput,
  SettleResult,
  StepInput,
} from '../../contract/steps.ts';
import { provedDigest } from '../../evidence/decision.ts';
import type { Evidence } from '../../evidence/types.ts';
import { listed } from '../bounded.ts';
import { assertNoBrake } from '../brake.ts';
import { enterConfirmation, whyNotConfirmed } from '../confirmation.ts';
import { administratorOf, factOf, performerOf, planOf, type StepContext, stepContext, taskFor } from '../context.ts';
import type { ActivityDeps } from '../deps.ts';
import { NotYet } from '../interceptor.ts';
import { newOneChanged } from '../newOne.ts';
import { anotherOne } from '../ours.ts';
import { looksOver, QUIET_INTERVALS, tookHold } from '../pause.ts';
import {
  createdNow,
  isGone,
  isOriginalGoneNow,
  newPlace,
  originalNow,
  originalPlace,
  readOriginal,
  readsRunning,
  readsStopped,
} from '../presence.ts';
import { makeDecision, observeSettled } from '../verify/evidence.ts';
import { observeOldHome } from '../verify/oldHome.ts';
import { originalStands, successorStands } from '../verify/standing.ts';
import { ranSinceApproved, readTraces } from '../verify/traces.ts';
import { settleIntent, write } from '../write.ts';
import { readGate, resultOf } from './approval.ts';

export const deleteActivities = (deps: ActivityDeps) => ({
  confirmDecision: async (input: DeleteInput): Promise<ConfirmResult> => confirm(await contextOfDelete(deps, input)),
  deleteOriginal: async (input: DeleteInput): Promise<void> => remove(await contextOfDelete(deps, input)),
  /** Read before it ends with both kept: nobody looks after it. */
  keptRuns: async (input: StepInput): Promise<boolean> => {
    const context = await contextOfDelete(deps, input);
    if (!(await originalNow(context))) return false;
    const [runs, rests] = await Promise.all([successorRuns(context), readsStopped(context, originalPlace(context))]);
    return runs && rests;
  },
  settleDelete: async (input: SettleInput): Promise<SettleResult> => settle(await contextOfDelete(deps, input), input),
});

/** On the way forward alone, whatever its caller says: taking the delete back is another's work. */
const contextOfDelete = (deps: ActivityDeps, { undoing: _, ...input }: StepInput): Promise<StepContext> =>
  stepContext(deps, 'deleteOriginal', input);

/** Recomputes decision and predicates, for as long as a node may be behind. Users working on do not void an approval; drift does. */
async function confirm(context: StepContext): Promise<ConfirmResult> {
  // Before anything is read: what is confirmed after a long brake is what is there after it.
  await assertNoBrake(context, planOf(context).original.instance);
  const reading = await readGate(context);
  if (!judge(reading.gate).approved) return { state: 'notApproved' };
  if (!(await originalNow(context)))
    return {
      state: 'drifted',
      reason: `${planOf(context).original.key} is gone, and nothing of ours deleted it.`,
      items: [],
    };
  for (const until of looksOver(context.config.timing.staleness)) {
    const drifted = await driftOf(context, reading.proved);
    if (drifted) return drifted;
    const { key } = factOf(context, 'created');
    if (!(await readsRunning(context, newPlace(context, key), until)))
      return { state: 'drifted', reason: `${key} does not run on every node.`, items: [] };
  }
  const now = resultOf(context, reading);
  await enterConfirmation(context, reading);
  if (performerOf(context) === 'rest') return { state: 'confirmed', ...now };
  const { original } = planOf(context);
  const task = taskFor(context, {
    title: `Delete ${original.key} on ${original.instance}`,
    why: 'The instance has no interface for us to delete it (configuration: deleteSynchronization: person). The delete is approved.',
    who: administratorOf(planOf(context).oldA),
    clicks: [`Open Backbone on ${original.instance}, find ${original.key}, click ••• and then Delete.`],
    waitingFor: `${original.key} is not listed any more.`,
  });
  return { state: 'confirmed', task, ...now };
}

/** One look at all that was proved; `proved`: its digest. */
async function driftOf(context: StepContext, proved: string): Promise<ConfirmResult | undefined> {
  const changed = await notTheOne(context);
  if (changed) return { state: 'drifted', reason: changed.reason, items: listed(changed.items) };
  const { observed, predicates } = await observeSettled(context, { approved: true });
  const broken = predicates.filter((predicate) => !predicate.holds);
  if (broken.length > 0) {
    return {
      state: 'drifted',
      reason: 'What was proved does not hold any more.',
      items: listed(
        broken.flatMap((predicate) => [predicate.name, ...predicate.keys.map((key) => `${predicate.name}: ${key}`)]),
      ),
    };
  }
  // The policy may be another one by now; what was approved has to be the same.
  if (provedDigest(await makeDecision(context, observed)) !== proved)
    return { state: 'drifted', reason: 'What was approved is not what would be proved now.', items: [] };
  return undefined;
}

/** Reads both once more, commits the intent, sends. */
async function remove(context: StepContext): Promise<void> {
  const { original } = planOf(context);
  if (performerOf(context) !== 'rest')
    throw new MigratorError('IntentSettledOnlyByRetry', 'the plan leaves the delete to a person.');
  const { gate } = await readGate(context);
  const unconfirmed = whyNotConfirmed(await context.known.all(), gate.decision, await context.store.now());
  if (unconfirmed) throw new MigratorError('IntentSettledOnlyByRetry', unconfirmed);
  const { approved, needs } = judge(gate);
  if (!approved) throw new MigratorError('IntentSettledOnlyByRetry', `the approvals do not suffice. ${needs}`);
  // Stopped now does not say that it was so all the time since the decision; what it left of its work does.
  const made = await context.store.artifacts.getJson<Evidence>(factOf(context, 'evidence'));
  const { traces, moved } = await readTraces(context);
  if (traces !== made.decision.traces)
    throw new MigratorError('IdentityChanged', `${original.key} has run since the decision: ${moved.join(', ')}.`);
  await write(context, {
    part: deletePart(context),
    instance: original.instance,
    request: deleteSynchronization(original.key),
    // The original last: nothing is nearer to what is sent than a look at what it is sent to.
    still: async () => (await successorStands(context)) && (await originalStands(context)),
    settled: () => isOriginalGone(context),
  });
}

/** An intent of another decision is none of this one. */
const deletePart = ({ facts }: StepContext): string => `delete ${facts.decision}`;

const isOriginalGone = async (context: StepContext): Promise<boolean> => isGone(await readOriginal(context));

/**
 * After the lease of whoever may still be sending. What the intent was settled as by a stable reading stands: a later look of one node
 * changes nothing. Otherwise reading decides, never a belief.
 */
async function readGone(context: StepContext): Promise<boolean> {
  const intent = await context.known.newestIntent('deleteOriginal');
  switch (intent?.outcome) {
    case 'present':
      return true;
    case 'absent':
      return false;
    case 'answered':
      return tookHold(() => isOriginalGoneNow(context), {
        every: context.config.timing.outgoingInterval,
        staleness: context.config.timing.staleness,
      });
    case 'refused':
    case 'notSent':
      return isOriginalGone(context);
    case 'unknown':
    case undefined:
      if (!intent) return isOriginalGone(context);
      return (await settleIntent(context, { settled: () => isOriginalGone(context) }, intent.entry)) === 'present';
  }
}

async function whyStillThere(context: StepContext): Promise<string> {
  const moved = await ranSinceApproved(context);
  if (moved)
    return `The original was started again after the approval and left traces: ${moved.join(', ')}. Nothing was deleted.`;
  return (await context.known.newestIntent('deleteOriginal', deletePart(context)))
    ? 'The original is still there after the delete was sent; what stands in its way is in the ledger.'
    : 'Right before the delete, what was confirmed did not hold any more, so nothing was sent.';
}

/** Another one stands in the place of the new one, or beside it. */
const notTheOne = async (context: StepContext): Promise<Blocked | undefined> =>
  (await newOneChanged(context)) ?? (await anotherOne(context));

/** It may be stopped by then, or gone. */
async function successorRuns(context: StepContext, during?: number): Promise<boolean> {
  const { key } = factOf(context, 'created');
  return (await createdNow(context, key)) !== undefined && readsRunning(context, newPlace(context, key), during);
}

/** What a delete of ours reads right before it is sent, while a person is asked for it; and what people did on old A meanwhile. */
async function whyNoLonger(context: StepContext): Promise<string | undefined> {
  const { key } = planOf(context).original;
  const found = await whatChanged(context);
  return (
    found &&
    `${found} So the delete of ${key} is not asked for any more, and its approvals are spent. Tell whoever was asked to delete ${key} that it stays for now.`
  );
}

async function whatChanged(context: StepContext): Promise<string | undefined> {
  const changed = await notTheOne(context);
  if (changed) return changed.reason;
  const { original, a } = planOf(context);
  const fresh = factOf(context, 'created').key;
  const now = await createdNow(context, fresh);
  if (now?.stopped) return `${a.instance}/${fresh} is stopped.`;
  // One that is offline for a while catches up: whoever approved it need not do so again.
  if (!now?.running || !now.online) return undefined;
  if (!(await successorStands(context))) return `${a.instance}/${fresh} does not run any more as it was proved.`;
  if (!(await originalStands(context))) return `${original.instance}/${original.key} is not any more as it was proved.`;
  const made = await context.store.artifacts.getJson<Evidence>(factOf(context, 'evidence'));
  const { traces, moved } = await readTraces(context);
  if (made.decision.traces !== traces) return `${original.key} has run since it was approved: ${moved.join(', ')}.`;
  const { open } = await observeOldHome(context);
  return open.length > 0 ? `People worked on the old A meanwhile: ${open.slice(0, 8).join(', ')}.` : undefined;
}

async function settle(context: StepContext, { takenOver }: SettleInput): Promise<SettleResult> {
  const gone = await readGone(context);
  if (!gone && performerOf(context) === 'person' && !takenOver) {
    const reason = await whyNoLonger(context);
    if (!reason) throw new NotYet('person', ['the original is still listed']);
    // Deleted while the rest was read: then that is what happened.
    if (!(await isOriginalGone(context))) return { state: 'stillThere', reason };
  } else if (!gone) {
    return { state: 'stillThere', reason: await whyStillThere(context) };
  }
  const { outgoingInterval, staleness } = context.config.timing;
  // Read right before a delete of ours; of one that somebody else did in their own time all that a node may be behind.
  const during = performerOf(context) === 'rest' && !takenOver ? QUIET_INTERVALS * outgoingInterval : staleness;
  const deletedAt = new Date(await context.store.now()).toISOString();
  await context.store.ledger.append(context.holder, {
    kind: 'step',
    subject: { step: 'deleteOriginal', result: 'done', basis: 'read' },
    digests: { decision: context.facts.decision ?? '' },
  });
  return { state: 'gone', deletedAt, ...((await successorRuns(context, during)) ? {} : { nothingRuns: true }) };
}
