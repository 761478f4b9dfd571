/** What the plan leaves to people, before anything is stopped. What cannot be read is no secret: somebody decides. */

import { append } from '../../contract/lists.ts';
import type { Plan } from '../../contract/steps.ts';
import type { AskedQuestion } from '../../contract/tasks.ts';
import { counted, listed } from '../../contract/text.ts';
import { asEntry, type Entry } from '../../migration/entries.ts';
import { pairName } from '../../pairs/keys.ts';
import { type StepContext, sideName } from '../context.ts';
import type { Calibration } from '../drained.ts';
import type { Forecast, Unpaired } from '../forecast.ts';
import type { PlanDocument } from '../planDocument.ts';
import { answerEntries, ask, nameOf } from '../questions.ts';
import type { Sides } from './sides.ts';

/** Answered or not. */
export function planQuestions(
  { start }: StepContext,
  sides: Sides,
  {
    forecast,
    accepted,
    copyGap,
    calibrated,
    misfits,
  }: Pick<PlanDocument, 'forecast' | 'copyGap'> & { accepted: AcceptedForecast | undefined } & Calibration,
): AskedQuestion[] {
  const { a, b } = sides;
  const questions: AskedQuestion[] = [];
  const changed = [...copyGap.oldA, ...copyGap.b];
  if (changed.length > 0) {
    questions.push(
      ask({
        id: COPY_GAP,
        text: `${changed.length} issues changed after the copy began (${some(changed)}), and people may change more until the stop; the new project does not have these changes. What shall be done?`,
        choices: [
          { value: 'resync', label: 'Resync the fields that changed; the later change of a field wins' },
          { value: 'copyAgain', label: 'End this migration; the project will be copied again' },
        ],
        // What is done with changes since then, whichever they are: people go on making them until the original is stopped.
        shows: start.move?.copyStarted ?? null,
      }),
    );
  }
  if (!accepted?.covers(forecast)) append(questions, forecastQuestion(forecast));
  if (b.unread) {
    // Unpaired issues of a partner that cannot be read are in no forecast.
    questions.push(
      ask({
        id: 'partnerForecast',
        text: `${sideName(b)} cannot be read, so its issues in scope that are not paired cannot be counted; the start may create each on ${sideName(a)}. Is that right?`,
        choices: [{ value: 'accept', label: 'Yes: the partner has none that must not come' }],
        shows: sideName(b),
      }),
    );
  }
  if (!calibrated) questions.push(sequencesQuestion);
  else if (misfits.length > 0) questions.push(undeliveredQuestion(misfits.map(pairName), sides));
  return questions;
}

export const COPY_GAP = 'copyGap';
const FORECAST = 'forecast';

/** Asked when there is anything to accept. */
function forecastQuestion(forecast: Forecast): AskedQuestion[] {
  const unpaired = { a: keysOf(forecast.a), b: keysOf(forecast.b) };
  const creations = [...unpaired.a, ...unpaired.b];
  if (creations.length === 0) return [];
  return [
    ask({
      id: FORECAST,
      text: `${counted(creations.length, 'issue is', 'issues are')} in scope and not paired (${some(creations)}); the start may create each at the partner, and so each that people make from now on. Is that right?`,
      choices: [{ value: 'accept', label: 'Yes: they are new work and belong on both sides' }],
      shows: unpaired,
    }),
  ];
}

/** A check saw otherwise than this question's answer said. */
const isRefusedOf =
  (question: string) =>
  ({ kind, subject }: Entry): boolean =>
    kind === 'refused' && 'contradicted' in subject && subject.questions.includes(question);

const keysOf = (issues: readonly Unpaired[]): string[] => issues.map(({ key }) => key).sort();

/** What somebody accepted of a forecast, and since when. */
export interface AcceptedForecast {
  /** Whether nothing is in this one but what was accepted, and what people made since: new work, as it is at the start. */
  covers(forecast: Forecast): boolean;
}

/**
 * The newest forecast that was accepted, found by what its question was about among the plans that were made until then. While the
 * original runs, people make issues and it pairs them: asked about each list anew, nobody could answer fast enough. So an answer that
 * came too late for its list is refused once, and after that what people make while the list is read counts as made later.
 */
export async function acceptedForecast(context: StepContext): Promise<AcceptedForecast | undefined> {
  const given = context.answers[FORECAST];
  if (given === undefined) return undefined;
  const answer = (await answerEntries(context)).get(nameOf({ id: FORECAST, about: given.about }));
  if (!answer) return undefined;
  const before = (await context.known.all()).filter(({ n }) => n <= answer.n);
  const plans = before.filter(({ digests }) => digests.planArtifact);
  const wasLate = before.map(asEntry).some(isRefusedOf(FORECAST));
  for (const { digests } of plans.reverse()) {
    const { forecast } = await context.store.artifacts.getJson<PlanDocument>(digests.planArtifact ?? '');
    if (forecastQuestion(forecast).every(({ about }) => about !== given.about)) continue;
    const since = wasLate ? forecast.at : answer.at;
    const known = { a: new Set(keysOf(forecast.a)), b: new Set(keysOf(forecast.b)) };
    return {
      covers: (other) =>
        (['a', 'b'] as const).every((side) =>
          other[side].every(({ key, created }) => known[side].has(key) || created >= since),
        ),
    };
  }
  return undefined;
}

const some = (keys: readonly string[]): string => listed(keys, 8).join(', ');

const sequencesQuestion = ask({
  id: 'sequences',
  text: 'The sequence ids of the two connectors are missing or do not correspond, so nothing shows whether every message arrives before the original is stopped. A message that does not arrive is a lost change. Go on without this check?',
  choices: [{ value: 'accept', label: 'Yes: the Troubleshooting tab is empty, and will be looked at before the stop' }],
  shows: null,
});

/** `misfits`: pairs of the original, in its order of connectors. */
export function undeliveredQuestion(misfits: readonly string[], { oldSides }: Pick<Plan, 'oldSides'>): AskedQuestion {
  const [first, second] = oldSides;
  const found = misfits.map((name) => {
    const [one = '', other = ''] = name.split(' <> ');
    return `${first.instance}/${one} <> ${second.instance}/${other}`;
  });
  return ask({
    id: 'undelivered',
    text: `${misfits.length === 1 ? 'One pair has' : `${misfits.length} pairs have`} sent or received a message that the other side does not know of, unlike all others: ${some(found)}. Is it lost?`,
    choices: [
      { value: 'lost', label: 'It is: compare both histories field by field, and carry the newer change' },
      { value: 'arrived', label: 'No: both sides hold the same, and the ids count otherwise for these pairs' },
    ],
    shows: [...misfits].sort(),
  });
}
