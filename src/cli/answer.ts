/** `migrator answer`: answers an open task, from the command line, from a file, or question by question on a terminal. */
import type { Command } from 'commander';
import type { Answer } from '../contract/messages.ts';
import { type HumanTask, type Question, requiredOf } from '../contract/tasks.ts';
import { EXIT, usageError } from './errors.ts';
import { readAnswersFile, readBytes } from './files.ts';
import { migrationNamed } from './find.ts';
import { questionText, taskText } from './picture.ts';
import { hint, type Lines, say, textOf } from './print.ts';
import { asking } from './prompt.ts';
import { repeated, withStore } from './service.ts';
import { sendAndTell, type VerbOptions, verbCommand } from './verbs.ts';

interface AnswerOptions extends VerbOptions {
  task?: string;
  set: string[];
  file?: string;
  fileFor: string[];
  done?: boolean;
}

export function addAnswer(program: Command): void {
  verbCommand(program, 'answer', 'answer an open task; on a terminal it asks question by question')
    .option('--task <id>', 'the task; may be left out while one is open')
    .option('--set <id=value>', 'one answer; may be repeated', repeated, [])
    .option('--file <file>', 'JSON or YAML: question id → value')
    .option('--file-for <id=path>', 'upload a file, and answer with its digest; may be repeated', repeated, [])
    .option('--done', 'what had to be done is done')
    .action(answer);
}

async function answer(migration: string, options: AnswerOptions): Promise<void> {
  const given: Record<string, unknown> = {
    ...(options.file ? await readAnswersFile(options.file) : {}),
    ...Object.fromEntries(options.set.map((text) => splitSetting('--set', text))),
    ...(await uploaded(options)),
    ...(options.done ? { done: true } : {}),
  };
  const task = await openTask(migration, options);
  const missing = task ? requiredOf(task).filter(({ id }) => given[id] === undefined) : [];
  const isToDo = task !== undefined && requiredOf(task).length === 0 && Object.keys(given).length === 0;
  if (task && (missing.length > 0 || isToDo)) {
    if (!process.stdin.isTTY || options.json) throw unanswered(task, missing);
    Object.assign(given, await askOnTerminal(task, missing));
  }
  if (isToDo && Object.keys(given).length === 0) {
    hint('Nothing was sent.');
    process.exitCode = EXIT.person;
    return;
  }
  const message: Answer = { by: options.by, task: task?.id ?? options.task ?? '', answers: given, ...asRead(task) };
  await sendAndTell(options, migration, 'answer', message);
}

/** What was shown, so that an answer does not count for what is asked by now. Of a task that was not looked at, nothing was. */
const asRead = (task: HumanTask | undefined): Pick<Answer, 'about'> =>
  task ? { about: Object.fromEntries(task.questions.map(({ id, about }) => [id, about])) } : {};

/** The digest of each file, by question. In the store before anything is sent: an answer never names what is not there. */
async function uploaded(options: AnswerOptions): Promise<Record<string, string>> {
  if (options.fileFor.length === 0) return {};
  const files = options.fileFor.map((text) => splitSetting('--file-for', text));
  const contents: [string, Uint8Array][] = [];
  for (const [id, file] of files) contents.push([id, await readBytes(file)]);
  return withStore(options, async ({ artifacts }) => {
    const digests: Record<string, string> = {};
    for (const [id, bytes] of contents) digests[id] = await artifacts.put(bytes, 'text/csv');
    return digests;
  });
}

function splitSetting(option: string, text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw usageError(`${option} "${text}" has no question id.`, `Write ${option} id=value.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** The task as the store shows it. Everything named on the command line is sent without looking, and the migration decides. */
async function openTask(migration: string, options: AnswerOptions): Promise<HumanTask | undefined> {
  const complete =
    options.task && (options.done || options.file || options.set.length > 0 || options.fileFor.length > 0);
  if (complete) return undefined;
  const { picture } = await withStore(options, (store) => migrationNamed(store, migration));
  const open = picture.tasks.map(({ id }) => id).join(', ') || 'none';
  if (!options.task && picture.tasks.length > 1)
    throw usageError(`Several tasks are open: ${open}.`, 'Choose one with --task.');
  const task = picture.tasks.find(({ id }) => !options.task || id === options.task);
  if (!task)
    throw usageError(
      `No such task is open in ${picture.original} (${picture.state}); open: ${open}.`,
      'Look with `migrator inbox`.',
    );
  return task;
}

function unanswered(task: HumanTask, missing: Question[]) {
  const what =
    missing.length === 0
      ? `Task ${task.id} has to be done first`
      : `Not answered: ${missing.map(({ id }) => id).join(', ')}`;
  const texts = textOf(missing.map(questionText));
  return usageError(
    `${what}.${texts ? `\n${texts}\n` : ''}`,
    'Give --set id=value or --file; --done says that a task is done.',
  );
}

function askOnTerminal(task: HumanTask, missing: Question[]): Promise<Record<string, unknown>> {
  return asking(process.stdout, ['Answering was broken off.', 'Nothing was sent.'], async (ask) => {
    if (missing.length > 0) return askQuestions(missing, ask, say);
    say(taskText(task, { workflowId: '', legal: [] }));
    const decided = await askQuestions(task.questions, ask, say);
    if (Object.keys(decided).length > 0) return decided;
    return /^y(es)?$/i.test((await ask('Is it done? (yes/no) ')).trim()) ? { done: true } : {};
  });
}

/**
 * Asks until every question has a legal answer: the number of a choice or its value; any text where there is no choice. An empty line
 * leaves an optional one open.
 */
export async function askQuestions(
  questions: readonly Question[],
  ask: (prompt: string) => Promise<string>,
  show: (text: Lines) => void,
): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const question of questions) {
    show(numbered(question));
    for (;;) {
      const typed = (await ask('> ')).trim();
      if (typed === '' && question.optional) break;
      const value = chosen(question, typed);
      if (value !== undefined) {
        answers[question.id] = value;
        break;
      }
      show(
        question.choices.length === 0
          ? 'An answer is needed.'
          : `A number from 1 to ${question.choices.length}, or one of the values.`,
      );
    }
  }
  return answers;
}

function numbered({ id, text, choices, optional }: Question): Lines {
  const lines = choices.map(
    ({ value, label, evidence }, n) => `  ${n + 1}) ${value}: ${label}${evidence ? ` (${evidence})` : ''}`,
  );
  return [`${id}: ${text}${optional ? ' (An empty line leaves it open.)' : ''}`, ...lines];
}

/** A value counts before a number: values may be numbers themselves. */
function chosen({ choices }: Question, text: string): string | undefined {
  if (choices.length === 0) return text || undefined;
  return (
    choices.find(({ value }) => value === text) ?? (/^[1-9]\d*$/.test(text) ? choices[Number(text) - 1] : undefined)
  )?.value;
}
