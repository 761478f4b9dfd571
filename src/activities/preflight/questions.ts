/** What the plan leaves to people, before anything is stopped. What cannot be read is no secret: somebody decides. */

import type { Plan } from '../../contract/steps.ts';
import type { AskedQuestion } from '../../contract/tasks.ts';
import { counted, listed } from '../../contract/text.ts';
import { pairName } from '../../pairs/keys.ts';
import { type StepContext, sideName } from '../context.ts';
import type { Calibration } from '../drained.ts';
import type { PlanDocument } from '../planDocument.ts';
import { ask } from '../questions.ts';
import type { Sides } from './sides.ts';

/** Answered or not. */
export function planQuestions(
  { start }: StepContext,
  sides: Sides,
  { forecast, copyGap, calibrated, misfits }: Pick<PlanDocument, 'forecast' | 'copyGap'> & Calibration,
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
  const unpaired = { a: forecast.a.map(({ key }) => key).sort(), b: forecast.b.map(({ key }) => key).sort() };
  const creations = [...unpaired.a, ...unpaired.b];
  if (creations.length > 0) {
    questions.push(
      ask({
        id: 'forecast',
        text: `${counted(creations.length, 'issue is', 'issues are')} in scope and not paired (${some(creations)}); the start may create each at the partner. Is that right?`,
        choices: [{ value: 'accept', label: 'Yes: they are new work and belong on both sides' }],
        shows: unpaired,
      }),
    );
  }
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
