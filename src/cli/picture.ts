/** One migration on a terminal: where it stands, what a person has to do, and with which command. */

import { shellWord } from '../contract/foreign.ts';
import { type Blocker, gateSentences, type MigrationPicture, type StepStatus } from '../contract/status.ts';
import { fetchCommand, type HumanTask, type Question, requiredOf } from '../contract/tasks.ts';
import { listed } from '../contract/text.ts';
import { alarmIn, headline } from '../contract/watch.ts';
import { basisWords, duration, moment, nowTitle, performer, STATE_SENTENCES, stepTitle } from '../report/words.ts';
import { columns, type Lines } from './print.ts';

export function pictureText(picture: MigrationPicture): Lines {
  const { original, created, state, waitingFor, migration, workflowId, requestedBy, reason, dryRun } = picture;
  const alarm = alarmIn(picture);
  return [
    ...(alarm ? [blockerText(alarm), ''] : []),
    `${original}${created === null ? '' : ` → ${created}`}  ${state}${dryRun ? ', a dry run' : ''}`,
    STATE_SENTENCES[state],
    ...(waitingFor === null ? [] : [`Waiting for: ${waitingFor}`]),
    `Migration ${migration}, workflow ${workflowId}, asked for by ${requestedBy}: ${reason}`,
    ...picture.blockers.filter((blocker) => blocker !== alarm).map((blocker) => ['', blockerText(blocker)]),
    ...picture.tasks.map((task) => ['', taskText(task, picture)]),
    ...gateText(picture),
    '',
    stepsText(picture.steps),
    ...(picture.legal.length > 0 ? ['', `Can be sent now: ${picture.legal.join(', ')}`] : []),
  ];
}

export function blockerText({ code, reason, remedy, items }: Blocker): Lines {
  return [`Blocked (${code}): ${reason}`, ...listed(items, 20).map((item) => `  - ${item}`), `What to do: ${remedy}`];
}

/** With the command that answers it, where `legal` says that one may be sent. */
export function taskText(
  task: HumanTask,
  { workflowId, legal }: Pick<MigrationPicture, 'workflowId' | 'legal'>,
): Lines {
  return [
    `Task ${task.id}: ${task.title}`,
    `  ${task.why}`,
    `  Who: ${task.who} Waiting since ${moment(task.since)}.`,
    ...task.clicks.map((click, n) => `  ${n + 1}. ${click}`),
    ...task.files.flatMap((file) => [
      `  File ${file.name}: ${fetchCommand(file)}`,
      ...(file.link === undefined ? [] : [`    ${file.link}`]),
    ]),
    ...task.questions.map(questionText),
    ...(task.waitingFor === undefined ? [] : [`  It ends by itself when this is seen: ${task.waitingFor}`]),
    ...(requiredOf(task).length > 0 || task.seen.length === 0
      ? []
      : [`  Seen so far: ${task.seen.slice(0, 12).join(' · ')}`]),
    ...(legal.includes('answer') ? [`  ${answerCommand(task, workflowId)}`] : []),
  ];
}

export function questionText({ id, text, choices, optional }: Question): Lines {
  const rows = choices.map(({ value, label, evidence }) => [value, label, evidence ?? '']);
  return [
    `  Question ${id}${optional ? ' (may be left open)' : ''}: ${text}`,
    rows.length === 0 ? '    (any text)' : columns(rows, '    '),
  ];
}

/** What ends the task. Never a ready choice: pasting it unread must not decide anything. */
export function answerCommand(task: HumanTask, workflowId: string): string {
  const { id, questions } = task;
  const required = requiredOf(task);
  const sets = (required.length > 0 ? required : questions).map((question) => `--set ${shellWord(question.id)}=…`);
  const alone = sets.length === 0 ? '--done' : `${sets.join(' ')}, any of them, or --done`;
  const answer = required.length > 0 ? sets.join(' ') : alone;
  return `Answer: migrator answer ${shellWord(workflowId)} --by <you> --task ${id} ${answer}`;
}

function gateText({ legal, decision, evidence, gate, workflowId }: MigrationPicture): string[] {
  if (decision === null) return [];
  const name = shellWord(workflowId);
  return [
    '',
    `Decision ${decision}`,
    ...(gate ? gateSentences(gate).map((sentence) => `  ${sentence}`) : []),
    ...(evidence === null ? [] : [`  Read it:  migrator report ${name}`]),
    ...(legal.includes('approve') ? [`  Delete the original:  migrator approve ${name} --by <you> --decision …`] : []),
    ...(legal.includes('withdraw') ? [`  Take your approval back:  migrator withdraw ${name} --by <you>`] : []),
    ...(legal.includes('reject')
      ? [`  Keep both:  migrator reject ${name} --by <you> --reason <why> --then keepBoth`]
      : []),
  ];
}

const MARKS: Readonly<Record<StepStatus['state'], string>> = {
  open: ' ',
  running: '▶',
  waiting: '…',
  done: '✓',
  undone: '↩',
};

/** `now` in epoch milliseconds shows how long the step under way has taken. */
export function stepsText(steps: readonly StepStatus[], now?: number): Lines {
  return columns(
    steps.map(({ step, state, by, basis, started, ms, note }) => [
      MARKS[state],
      stepTitle(step),
      state === 'open' ? '' : performer(by),
      basisWords(basis),
      took({ state, started, ms }, now),
      note ?? '',
    ]),
    '  ',
  );
}

function took(
  { state, started, ms }: Pick<StepStatus, 'state'> & { started?: string | undefined; ms?: number | undefined },
  now?: number,
): string {
  if (ms !== undefined) return duration(ms);
  if (started === undefined || state === 'open') return '';
  return now === undefined
    ? `since ${moment(started)}`
    : duration(Math.floor((now - Date.parse(started)) / 1000) * 1000);
}

/** `3/14`: steps done, of all. */
export const progress = ({ steps }: MigrationPicture): string =>
  `${steps.filter(({ state }) => state === 'done').length}/${steps.length}`;

/** A list of them. */
export const pictureTable = (rows: readonly { picture: MigrationPicture }[]): string[] =>
  columns([['ORIGINAL', 'STATE', 'DONE', 'STEP', 'WORKFLOW', ''], ...rows.map(({ picture }) => pictureRow(picture))]);

/** One line for lists. */
export const pictureRow = (picture: MigrationPicture): string[] => [
  picture.original,
  picture.dryRun ? `${picture.state} (dry run)` : picture.state,
  progress(picture),
  nowTitle(picture),
  picture.workflowId,
  headline(picture) ?? picture.waitingFor ?? '',
];
