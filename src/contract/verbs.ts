/** Which verb is legal in which situation, as data; and the small guards that workflow code uses instead of a schema library. */

import { type Bounds, beyondSentence, boundPassed } from './bounds.ts';
import { LIMITS, sizeText } from './limits.ts';
import { without } from './lists.ts';
import type { Verb } from './names.ts';
import { isObject } from './problems.ts';
import type { AskedQuestion, EarlyAnswer, HumanTask } from './tasks.ts';
import { hasNul, NUL, shortened, textFrom } from './text.ts';

/** Where a migration stands, as far as verbs are concerned. The state names are projections of it. */
export const SITUATIONS = [
  'running',
  'waiting',
  'waitingForPerson',
  'attention',
  'paused',
  'gate',
  'deleting',
  'deletingByPerson',
  'goingBack',
  'ended',
] as const;
export type Situation = (typeof SITUATIONS)[number];

/**
 * The way forward, and the way back. On the way back the same waits are possible, and the same verbs but for `rollback`;
 * there is no gate and no delete on it.
 */
export type Direction = 'forward' | 'back';

const LEGAL: Record<Situation, readonly Verb[]> = {
  running: ['withdraw', 'answer', 'rollback', 'pause'],
  waiting: ['answer', 'retry', 'rollback', 'pause', 'resume'],
  waitingForPerson: ['answer', 'retry', 'rollback', 'pause', 'resume'],
  attention: ['withdraw', 'retry', 'rollback', 'pause', 'resume'],
  paused: ['withdraw', 'rollback', 'resume'],
  gate: ['approve', 'withdraw', 'reject', 'rollback', 'pause'],
  deleting: [],
  // Nothing of ours is under way: it can be looked at, and taken back.
  deletingByPerson: ['retry', 'rollback'],
  goingBack: ['pause'],
  ended: [],
};

/** `approved`: somebody has given an approval, which only then can be taken back. */
export const legalVerbs = (situation: Situation, direction: Direction = 'forward', approved = false): Verb[] =>
  LEGAL[situation].filter((verb) => {
    if (verb === 'withdraw') return approved && direction === 'forward';
    return direction === 'forward' || verb !== 'rollback';
  });

/** Why a verb is not legal now, in words a person understands. */
export function whyNot(verb: string, situation: Situation, direction: Direction = 'forward'): string {
  if (verb === 'rollback' && direction === 'back') return 'it is going back already.';
  if (verb === 'withdraw') return whyNotWithdraw(situation, direction);
  switch (situation) {
    case 'running':
      return `${verb} is too early: a step is under way.`;
    case 'waiting':
      return `${verb} is not what is waited for: the instances are at work.`;
    case 'waitingForPerson':
      return `${verb} is not what is waited for: a task is open.`;
    case 'attention':
      return `${verb} is not possible before the trouble that is shown is mended: send retry.`;
    case 'paused':
      return `${verb} is not possible while the migration is paused: send resume first.`;
    case 'gate':
      return `${verb} is not possible while the migration waits for its approval.`;
    case 'deleting':
      return `${verb} is refused until the delete is settled.`;
    case 'deletingByPerson':
      return `${verb} is not possible while a person is asked to delete the original: send rollback to take that back.`;
    case 'goingBack':
      return `${verb} is not possible: it is going back to the original.`;
    case 'ended':
      return 'the migration has ended.';
  }
}

function whyNotWithdraw(situation: Situation, direction: Direction): string {
  if (situation === 'ended') return 'the migration has ended.';
  if (direction === 'back') return 'nothing will be deleted by an approval: it is going back to the original.';
  if (situation === 'deleting') return 'the delete is confirmed, so its approvals cannot be taken back any more.';
  if (situation === 'deletingByPerson')
    return 'the delete is confirmed, and a person is asked to do it: send rollback to take that back.';
  return 'there is no approval that could be taken back.';
}

type Fields = Record<string, unknown>;

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

const MESSAGE: Bounds = { bytes: LIMITS.message, depth: LIMITS.depth, members: LIMITS.members };

/** Why a message is not read at all; `undefined` when it is. Asked before anything else looks at it. */
export const tooMuch = (message: unknown): string | undefined => beyondSentence('the message', message, MESSAGE);

/** The same of a start object, of a migration or a batch. */
export const tooMuchToStart = (start: unknown): string | undefined =>
  beyondSentence('it', start, { bytes: LIMITS.start, depth: LIMITS.depth, members: LIMITS.start });

/** Why answers cannot be kept beside those that are; `undefined` when they can. */
export const noRoomForAnswers = (kept: unknown): string | undefined => {
  return boundPassed(kept, { ...MESSAGE, bytes: LIMITS.answers, members: LIMITS.answers })
    ? `the answers to this migration would be more than ${sizeText(LIMITS.answers)} together: answer with files where a task offers that, with shorter texts, or in the start object of another migration (mapping, idMappings).`
    : undefined;
};

/** What is wrong with a message's shape; `undefined` when nothing is. */
export function messageProblem(verb: Verb, message: unknown): string | undefined {
  if (isObject(message) && typeof message.undecodable === 'string') {
    return `the message is encoded as "${message.undecodable}", which cannot be read: send it as json/plain.`;
  }
  if (!isObject(message)) return `${verb} takes one JSON object, for example ${EXAMPLES[verb]}.`;
  const missing = REQUIRED[verb].filter((member) => !isText(message[member]));
  if (missing.length > 0) return `${verb} needs ${missing.join(' and ')} as text, for example ${EXAMPLES[verb]}.`;
  const unknown = Object.keys(message).filter((member) => !KNOWN[verb].includes(member));
  if (unknown.length > 0)
    return `${verb} does not know ${unknown.join(', ')}; its members are ${KNOWN[verb].join(', ')}.`;
  const long = TEXTS.find(([member, most]) => isText(message[member]) && message[member].length > most);
  if (long) return `${long[0]} has more than ${long[1]} characters.`;
  const nul = TEXTS.find(([member]) => isText(message[member]) && hasNul(message[member]));
  if (nul) return `${nul[0]} ${NUL}.`;
  const odd = ['reason', 'signature'].find((member) => !['string', 'undefined'].includes(typeof message[member]));
  if (odd) return `${odd} is a text.`;
  if (verb === 'approve' && !/^[0-9a-f]{8,64}$/i.test(textFrom(message.decision))) {
    return 'decision is the digest shown at the gate, or its first eight or more characters (0-9, a-f).';
  }
  if (verb === 'reject' && message.then !== 'rollback' && message.then !== 'keepBoth')
    return 'then is "rollback" or "keepBoth".';
  if (verb === 'answer' && !isObject(message.answers)) return `answers is an object, for example ${EXAMPLES.answer}.`;
  if (verb === 'answer' && message.about !== undefined && !isObject(message.about))
    return 'about is an object: the id of each question, and its about as you read it.';
  return undefined;
}

/** How long what people write may be; the rest of a message is bounded as a whole. */
const TEXTS: readonly [string, number][] = [
  ['by', LIMITS.name],
  ['task', LIMITS.name],
  ['reason', LIMITS.reason],
  ['signature', LIMITS.reason],
];

const REQUIRED: Record<Verb, readonly string[]> = {
  approve: ['by', 'decision'],
  withdraw: ['by'],
  reject: ['by', 'reason', 'then'],
  answer: ['by', 'task'],
  retry: ['by'],
  rollback: ['by'],
  pause: ['by'],
  resume: ['by'],
};

const KNOWN: Record<Verb, readonly string[]> = {
  approve: ['by', 'decision', 'reason', 'signature'],
  withdraw: ['by', 'reason'],
  reject: ['by', 'reason', 'then'],
  answer: ['by', 'task', 'answers', 'about', 'reason'],
  retry: ['by', 'reason'],
  rollback: ['by', 'reason'],
  pause: ['by', 'reason'],
  resume: ['by', 'reason'],
};

/** Shown in handler descriptions and refusals. */
export const EXAMPLES: Record<Verb, string> = {
  approve: '{"by": "lee@example.com", "decision": "3f9ac2d1"}',
  withdraw: '{"by": "lee@example.com", "reason": "found one more thing to check"}',
  reject: '{"by": "lee@example.com", "reason": "wrong project", "then": "keepBoth"}',
  answer: '{"by": "kim@example.com", "task": "preflight", "answers": {"copyGap": "resync"}}',
  retry: '{"by": "kim@example.com"}',
  rollback: '{"by": "kim@example.com", "reason": "CHG-4711 withdrawn"}',
  pause: '{"by": "kim@example.com"}',
  resume: '{"by": "kim@example.com"}',
};

/**
 * What is wrong with the answers to an open task; `undefined` when every question that must be answered has a legal value, and is about
 * what it was about when it was read, where `about` says that.
 */
export function answersProblem(
  task: HumanTask | undefined,
  name: string,
  { answers, about = {} }: { answers: Fields; about?: Fields },
  open: HumanTask[],
): string | undefined {
  if (!task) return `no task ${name} is open; open: ${open.map((entry) => entry.id).join(', ') || 'none'}.`;
  for (const question of task.questions) {
    const value = answers[question.id];
    const read = about[question.id];
    if (read !== undefined && !isAbout(question, read)) return changedSentence([question.id]);
    const legal = question.choices.map((choice) => choice.value);
    if (value === undefined && question.optional) continue;
    if (value === undefined)
      return `question ${question.id} is not answered${legal.length > 0 ? `; choose one of ${legal.join(', ')}` : ''}.`;
    if (value === '<text>') return `${question.id}: "<text>" is what stands in the example for your answer.`;
    const text = textFrom(value);
    if (legal.length > 0 && !legal.includes(text))
      return `${question.id}: "${shortened(text)}" is not one of ${legal.join(', ')}.`;
  }
  const known = task.questions.map((question) => question.id);
  const unknown = without(Object.keys(answers), ['done', ...known]);
  return unknown.length > 0 ? `task ${name} does not ask ${unknown.join(', ')}.` : undefined;
}

/** Of an answer that was given before anything was shown: nobody can accept what is not found yet. */
export function answeredBlindly({ questions }: HumanTask, { answers, about = {} }: EarlyAnswer): string | undefined {
  const blind = questions.filter(({ id, ahead }) => id in answers && !ahead && about[id] === undefined);
  if (blind.length === 0) return undefined;
  const ids = blind.map(({ id }) => id).join(', ');
  return `${ids} was answered before anything was found; read the task, and answer it as it is now.`;
}

/** Its digest, or the first eight or more characters of it. */
const isAbout = ({ about }: AskedQuestion, read: unknown): boolean =>
  typeof read === 'string' && read.length >= SHORTEST && about.startsWith(read.toLowerCase());

const SHORTEST = 8;

/** Answered as it was read, and it is about something else by now. */
export const changedSentence = (questions: readonly string[]): string =>
  `what ${questions.join(', ')} ${questions.length === 1 ? 'asks' : 'ask'} about has changed since you read it; read the task again, and answer it as it is now.`;
