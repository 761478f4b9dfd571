/** What verify cannot prove, and a person may accept: each finding by itself, exactly as it was shown. */

import type { AskedQuestion, HumanTask, Question } from '../../contract/tasks.ts';
import type { PredicateName } from '../../evidence/predicates.ts';
import type { Observed, Predicate } from '../../evidence/types.ts';
import { type StepContext, taskFor } from '../context.ts';
import { answerTo, ask } from '../questions.ts';

interface Kind {
  predicate: PredicateName;
  text(list: string): string;
  choices: Question['choices'];
  title(keys: string[]): string;
  why(keys: string[]): string;
  clicks(keys: string[]): string[];
  /** A list that a person can read; more is no accident, but sight that we lost. */
  most?: number;
}

const these = (keys: string[], verb: [one: string, more: string]): string =>
  keys.length === 1 ? `this issue ${verb[0]}` : `these ${keys.length} issues ${verb[1]}`;

const KINDS = {
  unreadable: {
    predicate: 'readable',
    text: (list) => `Go on without ${list}?`,
    choices: [{ value: 'accept', label: 'Yes: somebody deleted them, and that is right' }],
    title: (keys) => `Say whether ${these(keys, ['is', 'are'])} gone for good`,
    why: () =>
      'They are paired and cannot be read: deleted, moved, or hidden from our user. Nothing could be compared for them, and what people did on the old home there is not known.',
    clicks: (keys) => [
      `Look for ${keys.join(', ')} in Jira.`,
      'If they are there, give the user of the configuration sight of them: this task then ends by itself.',
    ],
    most: 50,
  },
  unpaired: {
    predicate: 'bornLate',
    text: (list) => `Go on without ${list}?`,
    choices: [{ value: 'accept', label: 'Yes: they do not belong on the other side' }],
    title: (keys) => `Say whether ${these(keys, ['is', 'are'])} as they should be`,
    why: (keys) =>
      `${keys.join(', ')} came into being while neither synchronization ran, and the start did not carry them.`,
    clicks: (keys) => [
      `Look for ${keys.join(', ')} in Jira.`,
      `Change something in ${keys.join(', ')}, so that they are carried: this task then ends by itself.`,
    ],
    most: 50,
  },
  neighbours: {
    predicate: 'duplicates',
    text: (list) => `Did another synchronization bring ${list}?`,
    choices: [{ value: 'accept', label: 'Yes: each was looked at, is there once, and stays' }],
    title: (keys) => `Say where ${these(keys, ['comes', 'come'])} from`,
    why: (keys) =>
      `${keys.join(', ')} came into being under the sync user since the start, in no pair of the new synchronization. Another one that writes as the same user may have brought them; not all of these can be read.`,
    clicks: (keys) => [
      `Look at the sync info panel of ${keys.join(', ')} in Jira: it names the synchronization, and the issue on its other side.`,
      'What another synchronization brought is there once: leave it. Delete one only where you have seen the issue that it is a second copy of.',
    ],
    most: 50,
  },
  files: {
    predicate: 'files',
    text: (list) =>
      `Attached before the new synchronization was started: ${list}. Nothing carries these. Go on without?`,
    choices: [{ value: 'accept', label: 'Yes: they stay on one side only, and that is right' }],
    title: (keys) =>
      `Say what becomes of ${keys.length === 1 ? 'a file' : `${keys.length} files`} that nothing carries`,
    why: () =>
      'People attached files while neither synchronization ran. The new one carries no file that is older than its first start, and the sync information lists none.',
    clicks: () => [
      'Open each issue of the list and look at the file.',
      'Attach it on the other side under the same name where it is needed there: this is seen then.',
    ],
  },
  oldHome: {
    predicate: 'oldHome',
    text: (list) => `On the old home, after the original was stopped: ${list}. Nothing carries this. What about it?`,
    choices: [
      { value: 'carried', label: 'A person has carried over whatever is needed of it' },
      { value: 'accept', label: 'It stays on the old home only, and that is right' },
    ],
    title: () => 'Say what becomes of what people did on the old home',
    why: () =>
      'The original is stopped, so what people do in the old project reaches neither the new project nor the partner. In brackets stand the issues that it belongs to there.',
    clicks: () => [
      'Open each issue of the list and look at what was done.',
      'Do the same in the new project where it is needed there. What can be compared is seen then: a field that has the same value, a comment with the same text.',
      'Ask the people of the old project to work in the new one; what they do there later is asked about again.',
      'Or go back: send rollback. The original then carries all of it.',
    ],
  },
  restarted: {
    predicate: 'originalUntouched',
    text: (list) => `The original ran again after it was recorded, and left traces: ${list}. Is what it did right?`,
    choices: [{ value: 'accept', label: 'Yes: these pairs were looked at on both sides' }],
    title: () => 'Look at what the original did when it was started again',
    why: () =>
      'Somebody started the original after its issue data was recorded and stopped it again; what both synchronizations carried may be there twice, or be an older value.',
    clicks: (keys) => [
      `Look at these on the old home and on the other side: ${keys.join(', ')}.`,
      'Mend what is there twice or is older than it should be.',
      'Find out who started it, so that it does not happen again. Or go back: send rollback.',
    ],
  },
} satisfies Record<string, Kind>;

export type Acceptable = keyof typeof KINDS;

/** One thing to accept: what it is, and everything that an answer is bound to. */
export interface ToAccept {
  id: Acceptable;
  keys: string[];
  shows?: unknown;
}

const SHOWN = 20;

/** About exactly this: another finding, or one less, is asked about again. */
function acceptanceQuestion({ id, keys, shows }: ToAccept): AskedQuestion {
  const sorted = [...keys].sort();
  const { text, choices, most }: Kind = KINDS[id];
  const more = sorted.length > SHOWN && most === undefined ? sorted.length - SHOWN : 0;
  const list = more > 0 ? `${sorted.slice(0, SHOWN).join('; ')}; and ${more} more` : sorted.join(separatorOf(id));
  return ask({ id, text: text(list), choices, shows: shows ?? sorted });
}

const separatorOf = (id: Acceptable): string => (id === 'oldHome' || id === 'files' ? '; ' : ', ');

/** What a person said of a finding, exactly as it is; `undefined` where nobody has. */
export const saidOf = (context: StepContext, about: ToAccept): string | undefined =>
  answerTo(context, acceptanceQuestion(about));

/** What of a finding nobody has accepted: all of it, or nothing. */
export const unlessAccepted = (context: StepContext, id: Acceptable, keys: string[], shows?: unknown): string[] =>
  saidOf(context, { id, keys, shows }) === undefined ? keys : [];

/** What a person is asked about; nothing where more is broken than that. */
export function toBeAccepted(
  broken: Predicate[],
  { unreadable, leftBehind, duplicates, perhapsNeighbours, bornLateUnpaired, filesLeft, oldHome, original }: Observed,
): ToAccept[] {
  const asked: ToAccept[] = [
    { id: 'unreadable' as const, keys: unreadable },
    { id: 'unpaired' as const, keys: leftBehind },
    { id: 'neighbours' as const, keys: perhapsNeighbours },
    { id: 'files' as const, keys: filesLeft },
    { id: 'oldHome' as const, keys: oldHome.open, shows: oldHome.shows },
    { id: 'restarted' as const, keys: original.moved, shows: original.traces },
  ].filter(({ keys }) => keys.length > 0);
  const askable = new Set<string>(asked.map(({ id }) => KINDS[id].predicate));
  if (broken.some(({ name }) => !askable.has(name)) || bornLateUnpaired.length + duplicates.length > 0) return [];
  return asked.every(({ id, keys }) => keys.length <= mostOf(KINDS[id])) ? asked : [];
}

const mostOf = ({ most }: Kind): number => most ?? Number.POSITIVE_INFINITY;

/** What is still missing, as the picture shows it. */
export const missingOf = (asked: ToAccept[]): string[] =>
  asked.flatMap(({ id, keys }) => (id === 'unpaired' ? keys.map((key) => `${key} is in no pair`) : keys));

export async function acceptanceTask(context: StepContext, asked: ToAccept[]): Promise<HumanTask> {
  const [first] = asked;
  const kinds: [Kind, string[]][] = asked.map(({ id, keys }) => [KINDS[id], keys]);
  const long = asked.filter(({ keys }) => keys.length > SHOWN);
  return taskFor(context, {
    title: first && asked.length === 1 ? KINDS[first.id].title(first.keys) : 'Say what becomes of what verify found',
    why: kinds.map(([kind, keys]) => kind.why(keys)).join(' '),
    who: 'Whoever knows what became of these issues; an administrator of Jira, where sight is to be given.',
    clicks: [...new Set(kinds.flatMap(([kind, keys]) => kind.clicks(keys)))],
    files: await Promise.all(
      long.map(async ({ id, keys }) => ({
        name: `${id}.json`,
        digest: await context.store.artifacts.putJson([...keys].sort()),
      })),
    ),
    waitingFor: 'nothing of this is left, as far as it can be read.',
    questions: asked.map(acceptanceQuestion),
  });
}
