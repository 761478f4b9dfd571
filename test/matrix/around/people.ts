/** The people of one run: they approve, turn back, answer, follow a remedy, and give up when nothing helps. They see the store only. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { clickFor } from '../../../demo/hands.ts';
import { FINAL_STATES, STEP_NAMES } from '../../../src/contract/names.ts';
import { DELTA_QUESTION } from '../../../src/contract/rollback.ts';
import { type MigrationPicture, waitsForPerson } from '../../../src/contract/status.ts';
import { type HumanTask, type Question, requiredOf } from '../../../src/contract/tasks.ts';
import { COPIED_FIELD } from '../../support/carefulPerson.ts';
import { APPROVER, REQUESTER } from '../../support/migration.ts';
import { isAsked } from '../../support/persons.ts';
import { ledgerOf, pictureOf, type Rehearsal } from '../../support/rehearsal.ts';
import type { Disturbing } from './disturb.ts';
import type { Draw } from './draw.ts';

export interface Course {
  approvals: number[];
  withdrawals: number[];
  /** Absent: it is not over. */
  end?: { state: string; residue: readonly string[]; n: number };
  /** Where it stayed, in its own words; `silent` when it does not say that anybody has to do anything. */
  stuck?: { state: string; silent: boolean };
  /** Everything that people were told, to look up what was named. */
  told: Set<string>;
  /** Artifacts of tasks. */
  files: Set<string>;
  evidence?: string;
}

/** Nothing is entered for so long: a lease, a heartbeat's time and a worker that starts again take a few seconds together. */
const QUIET_MS = 30_000;
const PATIENCE_MS = 150_000;
/** The same trouble, question or gate is met so often; then nothing helps. */
const TRIES = 4;

export async function accompany(
  rehearsal: Rehearsal,
  handle: WorkflowHandle,
  draw: Draw,
  disturbing: Disturbing,
): Promise<Course> {
  const course: Course = { approvals: [], withdrawals: [], told: new Set(), files: new Set() };
  const { record } = rehearsal.sandbox.world;
  const tries = new Map<string, number>();
  const deadline = Date.now() + PATIENCE_MS;
  /** What was shown at the gate when somebody turned back: nobody approves it after that. */
  let left: string | null | undefined;
  let entered = { count: 0, at: Date.now() };
  for (let last: MigrationPicture | undefined; ; await sleep(25)) {
    const picture = await pictureOf(rehearsal);
    const count = await entriesOf(rehearsal);
    if (count !== entered.count) entered = { count, at: Date.now() };
    if (picture) hear(course, picture);
    if (picture && FINAL_STATES.includes(picture.state)) {
      return { ...course, end: { state: picture.state, residue: picture.rollback?.residue ?? [], n: record.length } };
    }
    if (Date.now() > Math.min(deadline, entered.at + QUIET_MS))
      return { ...course, stuck: stuckIn(last, last && atGate(last) && !(await isAsked(rehearsal))) };
    last = picture;
    if (!picture) continue;
    if (draw.moment === 'rollback' && !disturbing.begun && isReached(picture, draw.from)) {
      disturbing.begin();
      course.withdrawals.push(record.length);
      await handle.signal('rollback', { by: REQUESTER, reason: 'the partner is not ready' });
      left = picture.decision;
      continue;
    }
    if (!atGate(picture)) left = undefined;
    const need = needOf(picture);
    if (!need || (atGate(picture) && (picture.decision === left || !(await isAsked(rehearsal))))) continue;
    const before = tries.get(need) ?? 0;
    if (before >= TRIES) return { ...course, stuck: stuckIn(picture) };
    tries.set(need, before + 1);
    await meet(rehearsal, handle, draw, disturbing, picture, course).catch(unlessOver);
    // While no worker runs nobody hears it, and the picture is the old one.
    for (const end = Date.now() + QUIET_MS; (await entriesOf(rehearsal)) === count && Date.now() < end; )
      await sleep(25);
    await sleep(250);
  }
}

/** It came to its end in the moment in which somebody sent something. */
function unlessOver(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

const entriesOf = async (rehearsal: Rehearsal): Promise<number> => (await ledgerOf(rehearsal)).length;

const atGate = ({ state }: MigrationPicture): boolean => state === 'AwaitingApproval';

const isReached = ({ state, step }: MigrationPicture, from: Draw['from']): boolean =>
  state === 'AwaitingApproval' || (from !== 'gate' && STEP_NAMES.indexOf(step) >= STEP_NAMES.indexOf(from));

/** What a person is asked for; `undefined` when nobody is. */
function needOf(picture: MigrationPicture): string | undefined {
  if (!waitsForPerson(picture)) return undefined;
  const [task] = picture.tasks;
  return [
    picture.state,
    picture.step,
    picture.blockers.map(({ code }) => code).join(),
    task ? `${task.id} ${task.since} ${task.questions.map(({ id }) => id).join()}` : '',
    picture.state === 'AwaitingApproval' ? picture.decision : '',
  ].join(' ');
}

/** An approval that was given and heard asks nobody for anything. */
function stuckIn(picture: MigrationPicture | undefined, approved = false): NonNullable<Course['stuck']> {
  if (!picture) return { state: 'not open', silent: true };
  const { state, step, blockers, tasks, waitingFor } = picture;
  const words = [...blockers.map(({ code }) => code), ...tasks.map(({ id }) => `task ${id}`)];
  const silent = approved || (!waitsForPerson(picture) && blockers.length === 0);
  return { state: [state, step, ...words, ...(silent && waitingFor ? [`"${waitingFor}"`] : [])].join(' '), silent };
}

function hear({ told, files, ...course }: Course, picture: MigrationPicture): void {
  const { tasks, blockers, rollback, steps } = picture;
  for (const { title, why, clicks, seen, questions, files: attached } of tasks) {
    for (const text of [title, why, ...clicks, ...seen]) told.add(text);
    for (const { text, choices } of questions) told.add([text, ...choices.map(({ label }) => label)].join(' '));
    for (const { digest } of attached) files.add(digest);
  }
  for (const { reason, items } of blockers) told.add([reason, ...items].join(' '));
  for (const line of rollback?.residue ?? []) told.add(line);
  for (const { note } of steps) if (note) told.add(note);
  if (picture.evidence) course.evidence = picture.evidence;
}

async function meet(
  rehearsal: Rehearsal,
  handle: WorkflowHandle,
  draw: Draw,
  disturbing: Disturbing,
  picture: MigrationPicture,
  course: Course,
): Promise<void> {
  const { state, blockers, tasks, decision } = picture;
  const codes = blockers.map(({ code }) => code);
  if (await followRemedy(rehearsal, codes)) await sleep(100);
  if (state === 'NeedsAttention') return handle.signal('retry', { by: REQUESTER });
  if (state === 'Paused') return handle.signal('resume', { by: REQUESTER });
  if (state === 'AwaitingApproval') {
    disturbing.begin();
    course.approvals.push(rehearsal.sandbox.world.record.length);
    return handle.signal('approve', { by: APPROVER, decision: decision ?? '' });
  }
  for (const task of tasks) await doTask(rehearsal, handle, draw, picture, task);
}

/** What the blocker says is to be done in Backbone's pages. */
async function followRemedy({ control, sandbox: { world } }: Rehearsal, codes: readonly string[]): Promise<boolean> {
  const { original } = world;
  const stop = (one: { home: string; key: string }) =>
    control('POST', 'ui/stop', { instance: one.home, integrationKey: one.key, by: REQUESTER });
  if (codes.includes('OriginalRunsAgain') && !original.deleted) {
    await stop(original);
    return true;
  }
  if (!codes.includes('NewOneRunsAgain')) return false;
  for (const one of world.synchronizations.filter((each) => each !== original && each.running)) await stop(one);
  return true;
}

async function doTask(
  { control, store, sandbox }: Rehearsal,
  handle: WorkflowHandle,
  draw: Draw,
  { created }: MigrationPicture,
  task: HumanTask,
): Promise<void> {
  const { world, ready } = sandbox;
  const questions = requiredOf(task);
  if (questions.length > 0) {
    const answers = Object.fromEntries(questions.map((question) => [question.id, answerTo(question, draw)]));
    const about = Object.fromEntries(questions.map((question) => [question.id, question.about]));
    return handle.signal('answer', { by: REQUESTER, task: task.id, answers, about });
  }
  await clickFor(
    {
      click: (page, body) => control('POST', `ui/${page}`, body),
      file: (digest) => store.artifacts.getJson(digest),
      original: { instance: world.original.home, integrationKey: ready.original },
      home: world.newHome,
      project: world.live.a.projectKey,
      created,
      by: REQUESTER,
    },
    task,
  );
}

const answerTo = ({ id, choices }: Question, { choice }: Draw): string => {
  if (id === DELTA_QUESTION) return choice;
  return (choices.find(({ value }) => value === COPIED_FIELD) ?? choices[0])?.value ?? 'x';
};
