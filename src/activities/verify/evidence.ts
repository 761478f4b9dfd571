/** From readings to evidence: findings that outlive three intervals, the predicates, and the decision with its digest. */
import { common } from '../../contract/lists.ts';
import { decisionDigest } from '../../evidence/decision.ts';
import { evaluatePredicates, type PredicateName, predicateDefinitions } from '../../evidence/predicates.ts';
import type { AcceptedRisk, Decision, Evidence, Observed, Predicate, StepTime } from '../../evidence/types.ts';
import type { MappingChange } from '../../mapping/translate.ts';
import { isHalfLost } from '../../pairs/compare.ts';
import { pairName } from '../../pairs/keys.ts';
import { digestOf } from '../../store/canonical.ts';
import { factOf, planOf, policyNow, type StepContext } from '../context.ts';
import type { Corrections } from '../correct/correcting.ts';
import { acceptedDeviations } from '../correct/deviations.ts';
import { backlogCarried } from '../drained.ts';
import type { Pairing } from '../pairing/pairing.ts';
import { acceptedAnswers, COMMENTS } from '../pairing/questions.ts';
import { returnedBy } from '../partner/returned.ts';
import { attestedSteps, notReadOf } from '../partner/unread.ts';
import { QUIET_INTERVALS } from '../pause.ts';
import type { PlanDocument } from '../planDocument.ts';
import { answerEntries, nameOf } from '../questions.ts';
import { identityOf } from '../reading.ts';
import { expectedPairs } from '../steps/pairIssues.ts';
import { liveConfiguration } from '../translation.ts';
import { actingOf, ignoredBy } from './acting.ts';
import { observe } from './observe.ts';
import { readTraces } from './traces.ts';

/** Findings that changes under way can cause for a moment; they count when they outlive three intervals. */
const PASSING = [
  // The two connectors are read one after the other, and a pair can be made between.
  'unmirrored',
  'unreadable',
  'bornLateUnpaired',
  'leftBehind',
  'filesLeft',
  'summaryMismatches',
  'fieldMismatches',
  'commentsMissing',
  'commentsDoubled',
  'duplicates',
  'perhapsNeighbours',
  'contradicted',
] as const;
/** A busy pair may always be under way somewhere; a finding counts when the same key shows it at every look. */
const LOOKS = QUIET_INTERVALS + 1;
/** A busy instance hands over later than its interval says: nothing is called missing before so many of them, or a minute. */
const PATIENCE_INTERVALS = 20;
const PATIENCE_MS = 60_000;

/** What no work of people and no message under way can break for a moment: of two nodes that say otherwise the one that is behind is wrong. */
const LASTING: ReadonlySet<PredicateName> = new Set([
  'pairs',
  'conflicts',
  'originalStopped',
  'originalUnchanged',
  'originalUntouched',
  'oldHome',
]);

/**
 * Reads until every predicate holds, or until what does not hold has outlived three intervals, and a while. `approved`: it was
 * proved before, so one look at which a lasting statement does not hold any more is enough.
 */
export async function observeSettled(
  context: StepContext,
  { approved = false } = {},
): Promise<{ observed: Observed; predicates: Predicate[] }> {
  let kept: Observed | undefined;
  const patience = Math.min(context.config.timing.outgoingInterval * PATIENCE_INTERVALS, PATIENCE_MS);
  const until = Date.now() + patience;
  for (let look = 1; ; look++) {
    const now = await observe(context);
    const passing = PASSING.map((name) => [name, kept ? common(now[name], kept[name]) : now[name]]);
    // That it runs does not pass: whoever stops it again undoes nothing of what it carried meanwhile.
    const original = kept && !kept.original.stopped ? kept.original : now.original;
    // A pair that is being made may be half there for a moment. One that was given is not: one of two nodes lacks it.
    const lost = approved && isHalfLost(now.expectedPairs, now.live);
    const observed: Observed = {
      ...now,
      ...Object.fromEntries(passing),
      ...(lost ? { unmirrored: now.unmirrored } : {}),
      original,
    };
    const predicates = evaluatePredicates(observed);
    if (predicates.every((predicate) => predicate.holds)) return { observed, predicates };
    if (look >= LOOKS && Date.now() >= until) return { observed, predicates };
    const lasts = lost || predicates.some(({ name, holds }) => LASTING.has(name) && !holds);
    if (approved && lasts) return { observed, predicates };
    kept = observed;
    // Between looks, what had been sent arrives: what differs after that is no change under way.
    await backlogCarried(context);
  }
}

/** What is approved: nothing in it changes while people work on in a healthy synchronization. */
export async function makeDecision(context: StepContext, { live: held }: Pick<Observed, 'live'>): Promise<Decision> {
  const plan = planOf(context);
  const live = await liveConfiguration(context);
  const created = await identityOf(context.open(plan.a.instance), live);
  const deviations = await acceptedDeviations(context, live);
  const pairing = await context.store.artifacts.getJson<Pairing>(factOf(context, 'pairing'));
  const { traces, original: before } = await readTraces(context);
  const pairSet = (await expectedPairs(context)).sorted().map(pairName);
  return {
    v: 1,
    original: plan.original,
    created,
    configuration: { exported: factOf(context, 'configuration'), translated: factOf(context, 'translated') },
    pairSet: digestOf(pairSet),
    pairs: pairSet.length,
    traces,
    acting: actingOf(before, { value: live, ignored: ignoredBy(held) }),
    classes: Object.fromEntries(Object.entries(pairing.classes).map(([kind, pairs]) => [kind, pairs.map(pairName)])),
    acceptedRisks: await acceptedRisks(context),
    ...(deviations.length > 0 ? { deviations } : {}),
    attested: attestedSteps(context),
    ...(plan.b.unread ? { notRead: notReadOf(plan) } : {}),
    policy: policyNow(context),
    ...(context.facts.spent ? { spent: context.facts.spent } : {}),
    predicates: predicateDefinitions(),
  };
}

/** With what each was about: of the same words about something else somebody took another risk. */
async function acceptedRisks(context: StepContext): Promise<AcceptedRisk[]> {
  const comments = await acceptedAnswers(context);
  const entries = await answerEntries(context);
  const answers = { ...context.answers, [COMMENTS]: { about: '', ...context.answers[COMMENTS], value: comments } };
  return Object.entries(answers).flatMap(([id, { value: answer, about }]) => {
    // Decided values of the translation are in the configuration's digest; the others are risks that somebody took.
    if (typeof answer !== 'string' || id.includes(':')) return [];
    const { by, asked } = entries.get(nameOf({ id, about })) ?? {};
    return [{ id, answer, about, ...(asked === undefined ? {} : { asked }), ...(by === undefined ? {} : { by }) }];
  });
}

/** How the steps went so far, from the projection. */
async function stepTimes(context: StepContext): Promise<StepTime[]> {
  const row = await context.store.projections.get(context.holder.migration);
  return (row?.picture.steps ?? []).flatMap(({ step, by, basis, started, ms, note, state }) =>
    state === 'done' && basis && started
      ? [
          {
            step,
            by,
            basis,
            started,
            ended: new Date(Date.parse(started) + (ms ?? 0)).toISOString(),
            ...(note ? { note } : {}),
          },
        ]
      : [],
  );
}

/** What the translation changed: as planned, or as it was corrected after the import. */
async function changesNow({ facts, store }: StepContext, { changes }: PlanDocument): Promise<MappingChange[]> {
  return facts.corrections ? (await store.artifacts.getJson<Corrections>(facts.corrections)).changes : changes;
}

export async function makeEvidence(
  context: StepContext,
  observed: Observed,
  predicates: Predicate[],
): Promise<Evidence> {
  const plan = planOf(context);
  const decision = await makeDecision(context, observed);
  const document = await context.store.artifacts.getJson<PlanDocument>(plan.artifact);
  const pairing = await context.store.artifacts.getJson<Pairing>(factOf(context, 'pairing'));
  const { stoppedAt, startedAt } = context.facts;
  return {
    decision,
    digest: decisionDigest(decision),
    predicates,
    madeAt: new Date(await context.store.now()).toISOString(),
    observations: {
      steps: await stepTimes(context),
      counts: {
        'pairs of the original': context.facts.pairs ?? 0,
        'pairs now': observed.live.size,
        'issues created by the start': observed.created.keys.length,
        'comments to be carried anew': pairing.commentsLeftOut,
        ...(stoppedAt && startedAt
          ? { 'milliseconds without synchronization': Date.parse(startedAt) - Date.parse(stoppedAt) }
          : {}),
      },
      times: {
        ...(stoppedAt ? { 'original stopped': stoppedAt } : {}),
        ...(startedAt ? { 'new one started': startedAt } : {}),
      },
      ...(plan.b.unread ? { notRead: [...notReadOf(plan), returnedBy(observed, context)] } : {}),
      notes: document.findings,
      changes: await changesNow(context, document),
    },
  };
}
