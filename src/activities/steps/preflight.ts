/**
 * Reads everything, writes nothing, and plans: who does what, what will be created, what the copy missed, and everything that
 * stands against it at once, each with its remedy. What only a person can decide is asked here, before anything is stopped.
 */

import { MigratorError } from '../../contract/errors.ts';
import { append } from '../../contract/lists.ts';
import { tooFewApprovers } from '../../contract/policy.ts';
import type { CheckResult, Plan, Refusal } from '../../contract/steps.ts';
import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import { orient, pairName } from '../../pairs/keys.ts';
import { clockOf } from '../clocks.ts';
import { policyNow, type StepContext, taskFor } from '../context.ts';
import { calibrate } from '../drained.ts';
import { readForecast } from '../forecast.ts';
import { readIssueData } from '../issueData.ts';
import { issuesTouchedSince, keyOnNewA } from '../issues.ts';
import { notReadOf } from '../partner/unread.ts';
import type { PlanDocument } from '../planDocument.ts';
import { changedAfterFreeze, frozenFinding } from '../preflight/afterFreeze.ts';
import * as health from '../preflight/health.ts';
import { plannedSteps } from '../preflight/plannedSteps.ts';
import { acceptedForecast, COPY_GAP, planQuestions } from '../preflight/questions.ts';
import { namedInstances, resolveSides, type Sides } from '../preflight/sides.ts';
import { syncUsersToBe } from '../preflight/syncUsers.ts';
import { heldByAnother, oneJiraTwoNames } from '../preflight/whose.ts';
import { answerTo, askMapping, unanswered } from '../questions.ts';
import { identityOf, interpretStatus } from '../reading.ts';
import type { Step } from '../step.ts';
import { translateExport } from '../translation.ts';

export const preflight: Step = {
  name: 'preflight',

  async check(context) {
    const { instance, synchronization } = context.start.original;
    const home = context.open(instance);
    await Promise.all(
      namedInstances(context.start).map(
        async (name) => context.config.instances[name]?.access === 'full' && context.open(name).jira.myself(),
      ),
    );
    const found = await health.presentOriginal(context);
    if (Array.isArray(found)) return refused(found);
    const held = await heldByAnother(context, found.value.integrationKey);
    if (held.length > 0) return refused(held);
    const rawStatus = await home.backbone.status(synchronization);
    if (rawStatus.state === 'notRead') throw new MigratorError('NotRead', `${instance}: ${rawStatus.why}.`);
    const status = interpretStatus(rawStatus.value, home.config.backbone);
    const policy = policyNow(context);
    const tooFew = tooFewApprovers(policy, context.start.requestedBy);
    const refusals: Refusal[] = [...(await health.originalHealth(context, status)), ...(tooFew ? [tooFew] : [])];
    const sides = await resolveSides(context, found.value);
    append(refusals, await oneJiraTwoNames(context, Array.isArray(sides) ? undefined : sides));
    if (Array.isArray(sides)) return refused([...refusals, ...sides]);
    const steps = plannedSteps(context.config, context.start, sides);
    append(refusals, health.attestation(policy, steps, sides));
    append(refusals, await health.permissions(context, sides));
    append(refusals, await health.workers(context, steps));
    // What we may not see cannot be looked at further.
    if (refusals.some(({ code }) => code === 'ProjectAbsent' || code === 'MissingPermissions'))
      return refused(refusals);
    append(refusals, await health.alreadySynchronized(context, sides));

    const original = await identityOf(home, found.value);
    const keys = { instance, firstConnector: original.firstConnector, secondConnector: original.secondConnector };
    const data = await readIssueData(context, keys);
    append(refusals, await health.pairHealth(context, keys, data));
    if (refusals.length > 0) return refused(refusals);
    // At once, since it holds what it reads against this very look.
    const { calibrated: sequencesCalibrated, misfits } = await calibrate(context, keys, data);

    const translation = await translateExport(context, found, sides);
    const copyGap = await readCopyGap(context, sides);
    const afterFreeze = await changedAfterFreeze(context, found.value, sides);
    const bornLater = new Set(copyGap.bornOnOldA);
    const pairs = data
      .sorted()
      .map((pair) => orient(pair, sides.swapped))
      // Born after the copy: it cannot be in new A, where another issue may have its key; it will not be paired.
      .filter((pair) => !bornLater.has(pair.first))
      .map((pair) => ({ ...pair, first: keyOnNewA(sides, pair.first) }));
    const forecast = await readForecast(context, sides, translation.configuration, pairs);
    const accepted = await acceptedForecast(context);
    const createdBy = steps.find(({ step }) => step === 'createSynchronization')?.by ?? 'person';
    const syncUsers = await syncUsersToBe(context, sides, found.value, createdBy);
    const asked = [
      ...planQuestions(context, sides, { forecast, accepted, copyGap, calibrated: sequencesCalibrated, misfits }),
      ...syncUsers.questions,
    ];
    if (asked.some((question) => question.id === COPY_GAP && answerTo(context, question) === 'copyAgain'))
      return refused([copyAgain(copyGap)]);
    const questions = [...askMapping(translation.questions), ...unanswered(context, asked)];
    const made: Omit<Plan, 'artifact'> = {
      original,
      ...sides,
      steps,
      pairs: pairs.length,
      forecast: forecast.a.length + forecast.b.length,
      copyGap: copyGap.oldA.length + copyGap.b.length,
      sequencesCalibrated,
      misfits: misfits.map(pairName),
      originalRan: !status.stopped,
      policy,
    };
    const document: PlanDocument = {
      v: 1,
      madeAt: new Date(await context.store.now()).toISOString(),
      plan: made,
      forecast,
      copyGap,
      changes: translation.changes,
      references: translation.references,
      findings: [
        ...(made.sequencesCalibrated
          ? []
          : ['Sequence ids of the two sides do not relate; whether messages are left over cannot be read.']),
        ...(afterFreeze.length > 0 && context.start.move
          ? [frozenFinding(afterFreeze, sides.oldA.instance, context.start.move.frozenSince)]
          : []),
        ...notReadOf(made),
        ...syncUsers.findings,
      ],
    };
    const artifact = await context.store.artifacts.putJson(document);
    const facts = { plan: { ...made, artifact }, planArtifact: artifact };
    if (questions.length > 0) {
      const missing = questions.map((question) => question.text);
      return { state: 'notDone', missing, next: 'person', task: () => decideTask(context, questions), facts };
    }
    await context.store.claims.setIdentity(context.holder, original);
    const note = `${made.pairs} pairs, ${translation.changes.length} values translated, ${made.forecast} creations forecast, ${made.copyGap} changes since the copy`;
    return { state: 'done', basis: 'read', facts, note };
  },
};

const decideTask = (context: StepContext, questions: AskedQuestion[]): HumanTask =>
  taskFor(context, {
    title: `Decide ${questions.length === 1 ? 'one question' : `${questions.length} questions`} before anything is stopped`,
    why: 'No translation is a guess, and what the copy missed is repaired only as a person says.',
    who: 'Whoever knows the fields and people of both projects.',
    clicks: ['Read each question with its candidates.', 'Answer all of them in one message.'],
    questions,
  });

const refused = (refusals: Refusal[]): CheckResult => ({ state: 'refused', refusals });

/** What reached old A or B after the copy began is missing in new A although the pair data says synced (design §3). */
async function readCopyGap(context: StepContext, sides: Sides): Promise<PlanDocument['copyGap']> {
  if (!context.start.move) return { oldA: [], bornOnOldA: [], b: [] };
  const since = Date.parse(context.start.move.copyStarted);
  const from = (await clockOf(context, sides.oldA)).theirs(since);
  const [oldA, b] = await Promise.all([
    issuesTouchedSince(context, sides.oldA, since),
    issuesTouchedSince(context, sides.b, since),
  ]);
  return {
    oldA: oldA.map((issue) => issue.key),
    bornOnOldA: oldA.filter((issue) => issue.created >= from).map((issue) => issue.key),
    b: b.map((issue) => issue.key),
  };
}

const copyAgain = (gap: PlanDocument['copyGap']): Refusal => ({
  code: 'CopyAgain',
  reason: 'A person decided to copy the project again.',
  remedy: 'Copy it, then start a new migration with the new times under move.',
  items: [...gap.oldA, ...gap.b],
});
