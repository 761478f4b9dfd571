/** What verify cannot prove of single issues, and a person may accept: that they cannot be read, or that they are in no pair. */

import type { HumanTask, Question } from '../../contract/tasks.ts';
import type { Observed, Predicate } from '../../evidence/types.ts';
import { type StepContext, taskFor } from '../context.ts';

/** The questions that a person answers with the very keys, so that no other one is accepted with them. */
const UNREADABLE = 'unreadable';
const UNPAIRED = 'unpaired';

/** What has been accepted so far; the next answer has to hold it too, since it takes the place of the last one. */
const acceptedFor = ({ answers }: StepContext, question: string): string[] => {
  const answer = answers[question];
  return typeof answer === 'string' ? answer.split(', ') : [];
};
export const acceptedUnread = (context: StepContext): string[] => acceptedFor(context, UNREADABLE);
export const acceptedUnpaired = (context: StepContext): string[] => acceptedFor(context, UNPAIRED);

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
      ...(unread.length > 0
        ? [question(context, UNREADABLE, unread, 'Yes: somebody deleted them, and that is right')]
        : []),
      ...(unpaired.length > 0
        ? [question(context, UNPAIRED, unpaired, 'Yes: they do not belong on the other side')]
        : []),
    ],
  });
}

const question = (context: StepContext, id: string, keys: string[], label: string): Question => ({
  id,
  text: `Go on without ${keys.join(', ')}?`,
  choices: [{ value: [...acceptedFor(context, id), ...keys].join(', '), label }],
});
