/** What verify cannot prove of single issues, and a person may accept: that they cannot be read, or that they are in no pair. */

import type { AskedQuestion, HumanTask } from '../../contract/tasks.ts';
import type { Observed, Predicate } from '../../evidence/types.ts';
import { type StepContext, taskFor } from '../context.ts';
import { answerTo, ask } from '../questions.ts';

/** Which of both kinds, and what it says of accepting them. */
const KINDS = {
  unreadable: 'Yes: somebody deleted them, and that is right',
  unpaired: 'Yes: they do not belong on the other side',
} as const;

/** About exactly these issues: another one, or one less, is asked about again. */
function acceptanceQuestion(id: keyof typeof KINDS, keys: readonly string[]): AskedQuestion {
  const shows = [...keys].sort();
  return ask({
    id,
    text: `Go on without ${shows.join(', ')}?`,
    choices: [{ value: 'accept', label: KINDS[id] }],
    shows,
  });
}

/** What of a finding nobody has accepted: all of it, or nothing. */
export const unlessAccepted = (context: StepContext, id: keyof typeof KINDS, keys: string[]): string[] =>
  answerTo(context, acceptanceQuestion(id, keys)) === undefined ? keys : [];

/** A list that a person can read; more is no accident, but sight that we lost. */
const ACCEPTABLE = 50;
const IN_NO_PAIR = ' is in no pair';

/** What a person is asked about; nothing where more is broken than that. */
export function toBeAccepted(broken: Predicate[], { unreadable, leftBehind, bornLateUnpaired }: Observed): string[] {
  const only = broken.every(({ name }) => name === 'readable' || name === 'bornLate');
  if (!only || bornLateUnpaired.length > 0) return [];
  const asked = [...unreadable, ...leftBehind.map((key) => key + IN_NO_PAIR)];
  return asked.length <= ACCEPTABLE ? asked : [];
}

export function acceptanceTask(context: StepContext, missing: string[]): HumanTask {
  const [unpaired, unread] = [
    missing.filter((text) => text.endsWith(IN_NO_PAIR)).map((text) => text.slice(0, -IN_NO_PAIR.length)),
    missing.filter((text) => !text.endsWith(IN_NO_PAIR)),
  ];
  const count = missing.length === 1 ? 'this issue' : `these ${missing.length} issues`;
  return taskFor(context, {
    title: `Say whether ${count} ${missing.length === 1 ? 'is' : 'are'} ${unpaired.length === 0 ? 'gone for good' : 'as they should be'}`,
    why: [
      ...(unread.length > 0
        ? [
            'They are paired and cannot be read: deleted, moved, or hidden from our user. Nothing could be compared for them.',
          ]
        : []),
      ...(unpaired.length > 0
        ? [
            `${unpaired.join(', ')} came into being while neither synchronization ran, and the start did not carry them.`,
          ]
        : []),
    ].join(' '),
    who: 'Whoever knows what became of these issues; an administrator of Jira, where sight is to be given.',
    clicks: [
      `Look for ${[...unread, ...unpaired].join(', ')} in Jira.`,
      ...(unread.length > 0
        ? ['If they are there, give the user of the configuration sight of them: this task then ends by itself.']
        : []),
      ...(unpaired.length > 0
        ? [`Change something in ${unpaired.join(', ')}, so that they are carried: this task then ends by itself.`]
        : []),
    ],
    waitingFor: 'our user can read every paired issue, and every issue is paired.',
    questions: [
      ...(unread.length > 0 ? [acceptanceQuestion('unreadable', unread)] : []),
      ...(unpaired.length > 0 ? [acceptanceQuestion('unpaired', unpaired)] : []),
    ],
  });
}
