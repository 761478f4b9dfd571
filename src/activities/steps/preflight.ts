/**
 * Reads everything, writes nothing, and plans: who does what, what will be created, what the copy missed, and everything that
 * stands against it at once, each with its remedy. What only a person can decide is asked here, before anything is stopped.
 */
import { MigratorError } from '../../contract/errors.ts';
import { tooFewApprovers } from '../../contract/policy.ts';
import type { CheckResult, Plan, Refusal } from '../../contract/steps.ts';
import type { HumanTask, Question } from '../../contract/tasks.ts';
import { orient, type Pair, pairName } from '../../pairs/keys.ts';
import { clockOf } from '../clocks.ts';
import { policyNow, type StepContext, sideName, taskFor } from '../context.ts';
import { calibrate } from '../drained.ts';
import { type Forecast, readForecast } from '../forecast.ts';
import { readIssueData } from '../issueData.ts';
import { issuesTouchedSince, keyOnNewA } from '../issues.ts';
import { notReadOf } from '../partner/unread.ts';
import type { PlanDocument } from '../planDocument.ts';
import * as health from '../preflight/health.ts';
import { plannedSteps } from '../preflight/plannedSteps.ts';
import { resolveSides, type Sides } from '../preflight/sides.ts';
import { identityOf, interpretStatus } from '../reading.ts';
import type { Step } from '../step.ts';
import { translateExport } from '../translation.ts';

export const preflight: Step = {
  name: 'preflight',

  async check(context) {
    const { instance, synchronization } = context.start.original;
    const home = context.open(instance);
    await Promise.all(
      Object.values(context.config.instances).map(
        async (config) =>
          config.access === 'full' && concerned(context, config.name) && context.open(config.name).jira.myself(),
      ),
    );
    const found = await health.presentOriginal(context);
    if (Array.isArray(found)) return refused(found);
    const rawStatus = await home.backbone.status(synchronization);
    if (!rawStatus)
      throw new MigratorError('UnreadableAnswer', `${instance}: the status of ${synchronization} is missing.`);
    const status = interpretStatus(rawStatus, home.config.backbone);
    const policy = policyNow(context);
    const tooFew = tooFewApprovers(policy, context.start.requestedBy);
    const refusals: Refusal[] = [...(await health.originalHealth(context, status)), ...(tooFew ? [tooFew] : [])];
    const sides = await resolveSides(context, found.value);
    if (Array.isArray(sides)) return refused([...refusals, ...sides]);
    const steps = plannedSteps(context.config, context.start, sides);
    refusals.push(...health.attestation(policy, steps, sides));
    refusals.push(...(await health.permissions(context, sides)), ...(await health.workers(context, steps)));
    // What we may not see cannot be looked at further.
    if (refusals.some(({ code }) => code === 'ProjectAbsent' || code === 'MissingPermissions'))
      return refused(refusals);
    refusals.push(...(await health.alreadySynchronized(context, sides)));

    const original = await identityOf(home, found.value);
    const keys = { instance, firstConnector: original.firstConnector, secondConnector: original.secondConnector };
    const data = await readIssueData(context, keys);
    refusals.push(...health.pairHealth(data));
    if (refusals.length > 0) return refused(refusals);
    // At once, since it holds what it reads against this very look.
    const { calibrated: sequencesCalibrated, misfits } = await calibrate(context, keys, data);

    const translation = await translateExport(context, found, sides);
    const copyGap = await readCopyGap(context, sides);
    const pairs = data
      .sorted()
      .map((pair) => orient(pair, sides.swapped))
      // Born after the copy: it cannot be in new A, where another issue may have its key; it will not be paired.
      .filter((pair) => !copyGap.bornOnOldA.includes(pair.first))
      .map((pair) => ({ ...pair, first: keyOnNewA(sides, pair.first) }));
    const forecast = await readForecast(context, sides, translation.configuration, pairs);
    const questions = [
      ...translation.questions,
      ...planQuestions(context, await notNewSince(context, forecast), copyGap),
      ...unreadQuestion(context, sides),
      ...sequenceQuestions(
        context,
        sequencesCalibrated,
        misfits.map((pair) => pairOn(sides, pair)),
      ),
    ];
    if (context.answers.copyGap === 'copyAgain') return refused([copyAgain(copyGap)]);
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
        ...notReadOf(made),
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

const decideTask = (context: StepContext, questions: Question[]): HumanTask =>
  taskFor(context, {
    title: `Decide ${questions.length === 1 ? 'one question' : `${questions.length} questions`} before anything is stopped`,
    why: 'No translation is a guess, and what the copy missed is repaired only as a person says.',
    who: 'Whoever knows the fields and people of both projects.',
    clicks: ['Read each question with its candidates.', 'Answer all of them in one message.'],
    questions,
  });

const refused = (refusals: Refusal[]): CheckResult => ({ state: 'refused', refusals });

function concerned({ start }: StepContext, name: string): boolean {
  const named = [
    start.original.instance,
    start.new.instance,
    ...Object.entries(start.new.projects)
      .flat()
      .map((side) => side.slice(0, side.lastIndexOf('/'))),
  ];
  return named.includes(name);
}

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

/**
 * People work on while they are asked. What they made since the first look is new work, which belongs on both sides: it would be
 * one more question each time.
 */
async function notNewSince(context: StepContext, forecast: Forecast): Promise<Forecast> {
  const { planArtifact } = context.facts;
  if (!planArtifact) return forecast;
  const { at } = (await context.store.artifacts.getJson<PlanDocument>(planArtifact)).forecast;
  const old = (issues: Forecast['a']) => issues.filter((issue) => issue.created < at);
  return { ...forecast, a: old(forecast.a), b: old(forecast.b) };
}

function planQuestions(context: StepContext, forecast: Forecast, gap: PlanDocument['copyGap']): Question[] {
  const questions: Question[] = [];
  const changed = gap.oldA.length + gap.b.length;
  if (changed > 0 && context.answers.copyGap === undefined) {
    questions.push({
      id: 'copyGap',
      text: `${changed} issues changed after the copy began (${[...gap.oldA, ...gap.b].slice(0, 8).join(', ')}${changed > 8 ? ', …' : ''}); the new project does not have these changes. What shall be done?`,
      choices: [
        { value: 'resync', label: 'Resync the fields that changed; the later change of a field wins' },
        { value: 'copyAgain', label: 'End this migration; the project will be copied again' },
      ],
    });
  }
  const creations = forecast.a.length + forecast.b.length;
  if (creations > 0 && context.answers.forecast === undefined) {
    const examples = [...forecast.a, ...forecast.b]
      .slice(0, 8)
      .map((issue) => issue.key)
      .join(', ');
    questions.push({
      id: 'forecast',
      text: `${creations} issues are in scope and not paired (${examples}${creations > 8 ? ', …' : ''}); the start may create each at the partner. Is that right?`,
      choices: [{ value: 'accept', label: 'Yes: they are new work and belong on both sides' }],
    });
  }
  return questions;
}

/** A pair of the original, in its order of connectors, as people find its issues. */
const pairOn = ({ oldSides: [first, second] }: Sides, pair: Pair): string =>
  `${first.instance}/${pair.first} <> ${second.instance}/${pair.second}`;

/** What cannot be read of messages, or reads as lost, is no secret: somebody decides before anything is stopped. */
function sequenceQuestions({ answers }: StepContext, calibrated: boolean, misfits: string[]): Question[] {
  if (!calibrated && answers.sequences === undefined) {
    return [
      {
        id: 'sequences',
        text: 'The sequence ids of the two connectors are missing or do not correspond, so nothing shows whether every message arrives before the original is stopped. A message that does not arrive is a lost change. Go on without this check?',
        choices: [
          { value: 'accept', label: 'Yes: the Troubleshooting tab is empty, and will be looked at before the stop' },
        ],
      },
    ];
  }
  if (misfits.length === 0 || answers.undelivered !== undefined) return [];
  const shown = `${misfits.slice(0, 8).join(', ')}${misfits.length > 8 ? ', …' : ''}`;
  return [
    {
      id: 'undelivered',
      text: `${misfits.length === 1 ? 'One pair has' : `${misfits.length} pairs have`} sent or received a message that the other side does not know of, unlike all others: ${shown}. Is it lost?`,
      choices: [
        { value: 'lost', label: 'It is: compare both histories field by field, and carry the newer change' },
        { value: 'arrived', label: 'No: both sides hold the same, and the ids count otherwise for these pairs' },
      ],
    },
  ];
}

/** Unpaired issues of a partner that cannot be read are in no forecast. */
function unreadQuestion({ answers }: StepContext, { a, b }: Sides): Question[] {
  if (!b.unread || answers.partnerForecast !== undefined) return [];
  return [
    {
      id: 'partnerForecast',
      text: `${sideName(b)} cannot be read, so its issues in scope that are not paired cannot be counted; the start may create each on ${sideName(a)}. Is that right?`,
      choices: [{ value: 'accept', label: 'Yes: the partner has none that must not come' }],
    },
  ];
}

const copyAgain = (gap: PlanDocument['copyGap']): Refusal => ({
  code: 'CopyAgain',
  reason: 'A person decided to copy the project again.',
  remedy: 'Copy it, then start a new migration with the new times under move.',
  items: [...gap.oldA, ...gap.b],
});
