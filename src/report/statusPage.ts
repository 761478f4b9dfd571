/**
 * The current details of a migration in the Temporal UI. Made in workflow code: deterministic, no clock, no Node modules, and
 * types only from elsewhere, but what of the contract is pure.
 */

import { shown } from '../contract/foreign.ts';
import { without } from '../contract/lists.ts';
import type { Reject } from '../contract/messages.ts';
import type { Verb } from '../contract/names.ts';
import { type Blocker, gateSentences, type MigrationPicture, type StepStatus } from '../contract/status.ts';
import {
  type AskedQuestion,
  fetchCommand,
  type HumanTask,
  type Question,
  requiredOf,
  type TaskFile,
} from '../contract/tasks.ts';
import { listed } from '../contract/text.ts';
import { alarmIn } from '../contract/watch.ts';
import { bullets, code, jsonBlock, page, plain, table } from './markdown.ts';
import {
  basisWords,
  duration,
  moment,
  nowTitle,
  performer,
  STATE_SENTENCES,
  stepTitle,
  VERB_SENTENCES,
} from './words.ts';

/** Stands where the reader writes their own name. */
const YOU = 'you@example.com';

export function statusPage(picture: MigrationPicture): string {
  const { state, original, created, waitingFor, dryRun } = picture;
  const alarm = alarmIn(picture);
  return page([
    alarm && blockerBlock(alarm),
    `## ${state}${dryRun ? ' (dry run)' : ''}: ${code(original)}${created === null ? '' : ` → ${code(created)}`}`,
    [
      STATE_SENTENCES[state],
      ...(waitingFor === null ? [] : [`Waiting for ${plain(waitingFor.replace(/\.$/, ''))}.`]),
    ].join(' '),
    `Step **${nowTitle(picture)}** · migration ${code(picture.migration)} · asked for by ${plain(picture.requestedBy)}: ${plain(picture.reason)}`,
    ...picture.blockers.filter((blocker) => blocker !== alarm).map(blockerBlock),
    ...picture.tasks.map((task) => taskBlock(task, picture.legal.includes('answer'))),
    gateBlock(picture),
    stepTable(picture.steps),
    verbBlock(picture.legal),
  ]);
}

function blockerBlock({ code: name, reason, remedy, items }: Blocker): string {
  return page([
    `### Blocked: ${plain(name)}`,
    plain(reason),
    `**What to do:** ${plain(remedy)}`,
    bullets(listed(items.map(plain), SHOWN_ITEMS)),
  ]).trimEnd();
}

/** What cannot be sent now is not suggested: the delete of an original ends by being seen alone. */
function taskBlock(task: HumanTask, answerable: boolean): string {
  return page([
    `### Task: ${plain(task.title)}`,
    plain(task.why),
    `Who: ${plain(task.who)} Waiting since ${plain(moment(task.since))}.`,
    task.clicks.map((click, n) => `${n + 1}. ${plain(click)}`).join('\n'),
    bullets(task.files.map(fileLine)),
    ...task.questions.map(questionBlock),
    task.waitingFor === undefined ? undefined : `It ends by itself when this is seen: ${plain(task.waitingFor)}`,
    requiredOf(task).length > 0 || task.seen.length === 0
      ? undefined
      : `Seen so far: ${plain(listed(task.seen, SHOWN_SEEN).join(' · '))}`,
    answerable ? answerBlock(task) : undefined,
  ]).trimEnd();
}

const SHOWN_ITEMS = 20;
const SHOWN_SEEN = 12;

function fileLine({ name, digest, link }: TaskFile): string {
  const file = link === undefined ? plain(name) : `[${plain(name)}](${link})`;
  return `File ${file}: ${code(fetchCommand({ name, digest }))}`;
}

function questionBlock({ id, text, choices, optional }: Question): string {
  const rows = choices
    .slice(0, SHOWN_CHOICES)
    .map(({ value, label, evidence }) => [code(value), plain(label), plain(evidence ?? '')]);
  const more = choices.length - rows.length;
  return page([
    `**Question** ${code(id)}${optional ? ' (may be left open)' : ''}: ${plain(text)}`,
    choices.length === 0 ? 'Any text answers it.' : table(['Answer', 'Means', 'What speaks for it'], rows),
    more > 0 ? `And ${more} more; ${code('migrator status')} lists them all.` : undefined,
  ]).trimEnd();
}

/** The best candidates come first. */
const SHOWN_CHOICES = 12;

function answerBlock(task: HumanTask): string {
  const { id, questions, waitingFor } = task;
  const required = requiredOf(task);
  const toAnswer = (asked: readonly Question[]) =>
    Object.fromEntries(asked.map((question) => [question.id, placeholder(question)]));
  const json = (answers: object, asked: readonly AskedQuestion[] = []): string => {
    const about = Object.fromEntries(asked.map((question) => [question.id, question.about.slice(0, 8)]));
    const message = { by: YOU, task: id, answers, ...(asked.length > 0 ? { about } : {}) };
    return `signal or update ${code('answer')}:\n\n${jsonBlock(message)}`;
  };
  if (required.length > 0) return `Answer with ${json(toAnswer(required), required)}`;
  const when = waitingFor === undefined ? 'When it is done, send' : 'Or say that it is done with';
  const done = `${when} ${json({ done: true })}`;
  if (questions.length === 0) return done;
  return `Decide what is to be decided, leaving out what is not, with ${json(toAnswer(questions), questions)}\n\n${done}`;
}

/** Never a ready choice: pasting the example unread must not decide anything. */
const placeholder = ({ choices }: Question): string =>
  choices.length === 0
    ? '<text>'
    : `<one of: ${listed(
        choices.map(({ value }) => shown(value, 200)),
        8,
      ).join(', ')}>`;

function gateBlock({ legal, decision, evidence, gate }: MigrationPicture): string | undefined {
  if (decision === null) return undefined;
  const intro = page([
    '### Decision',
    table(
      ['', ''],
      [['Decision digest', code(decision)], ...(evidence === null ? [] : [['Evidence, artifact', code(evidence)]])],
    ),
  ]).trimEnd();
  return page([
    intro,
    gate ? bullets(gateSentences(gate).map(plain)) : undefined,
    legal.includes('approve')
      ? `Read the evidence first. To delete the original, send signal or update ${code('approve')}, with a ${code('reason')} if you like:\n\n${jsonBlock({ by: YOU, decision })}`
      : undefined,
    legal.includes('withdraw')
      ? `To take your own approval back, send ${code('withdraw')}:\n\n${jsonBlock({ by: YOU, reason: '<why>' })}`
      : undefined,
    legal.includes('reject')
      ? `To refuse, send ${code('reject')}: the original stays, stopped, and the new one goes on:\n\n${jsonBlock(REJECTION)}`
      : undefined,
  ]).trimEnd();
}

const REJECTION: Reject = { by: YOU, reason: '<why>', then: 'keepBoth' };

const MARKS: Readonly<Record<StepStatus['state'], string>> = {
  open: '',
  running: '▶ now',
  waiting: '⏳ waiting',
  done: '✓ done',
  undone: '↩ undone',
};

function stepTable(steps: readonly StepStatus[]): string | undefined {
  if (steps.length === 0) return undefined;
  const rows = steps.map(({ step, state, by, basis, started, ms, note }) => [
    stepTitle(step),
    MARKS[state],
    performer(by),
    basisWords(basis),
    started === undefined ? '' : plain(moment(started)),
    ms === undefined ? '' : duration(ms),
    plain(note ?? ''),
  ]);
  return `### Steps\n\n${table(['Step', '', 'By', 'Known by', 'Began', 'Took', 'Note'], rows)}`;
}

function verbBlock(legal: readonly Verb[]): string {
  if (legal.length === 0) return 'Nothing can be sent any more.';
  const shown: Verb[] = ['approve', 'withdraw', 'reject', 'answer'];
  const others = without(legal, shown);
  return page([
    '### What can be sent now',
    bullets(legal.map((verb) => `${code(verb)}: ${VERB_SENTENCES[verb]}`)),
    others.length === 0
      ? undefined
      : `${others.map(code).join(', ')} ${others.length === 1 ? 'takes' : 'each take'}:\n\n${jsonBlock({ by: YOU, reason: '<why>' })}`,
  ]).trimEnd();
}
