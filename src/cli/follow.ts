/** Following migrations in the store: no worker and no server has to be up for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { shellWord } from '../contract/foreign.ts';
import { MIGRATE_WORKFLOW, type SEARCH_ATTRIBUTES } from '../contract/names.ts';
import type { StartInput } from '../contract/start.ts';
import { type MigrationPicture, waitsForPerson } from '../contract/status.ts';
import { alarmIn } from '../contract/watch.ts';
import { stepTitle } from '../report/words.ts';
import type { ProjectionRow, Store } from '../store/store.ts';
import { CommandError, EXIT, isSdkError } from './errors.ts';
import { hasEnded } from './find.ts';
import type { Prepared } from './startObject.ts';

export const POLL_MS = 300;

/** Plans of one original are no obstacle to each other: the next one has the next name. Nobody has so many open. */
const MOST_PLANS = 50;

/** @throws CommandError `AlreadyRunning` when a workflow of this id is open, or another migration holds the original. */
export async function startMigration(store: Store | undefined, client: Client, prepared: Prepared) {
  const { workflowId, taskQueue, start, named } = prepared;
  await refuseHeld(store, start);
  for (let n = 1; ; n++) {
    const id = n === 1 ? workflowId : `${workflowId}-${n}`;
    try {
      return await client.workflow.start(MIGRATE_WORKFLOW, { taskQueue, workflowId: id, args: [start] });
    } catch (error) {
      if (!isSdkError(error, 'WorkflowExecutionAlreadyStartedError')) throw error;
      if (start.dryRun && !named && n < MOST_PLANS) continue;
      throw new CommandError(
        'AlreadyRunning',
        `Workflow ${id} is running already.`,
        `Follow it with \`migrator watch ${shellWord(id)}\`, or end it first.`,
      );
    }
  }
}

/** The claim would refuse it all the same, but only in a workflow that fails a moment after it was started. A dry run holds nothing. */
async function refuseHeld(store: Store | undefined, { original, dryRun }: StartInput): Promise<void> {
  if (dryRun) return;
  const name = `${original.instance}/${original.synchronization}`;
  const held = await store?.claims.holding(name);
  if (!held) return;
  const of = held.original === name ? '' : ` of ${held.original}`;
  throw new CommandError(
    'AlreadyRunning',
    `${name} is held by migration ${held.migration}${of} (workflow ${held.workflowId}).`,
    `Follow it with \`migrator watch ${shellWord(held.workflowId)}\`; \`migrator cancel\` ends one that has written nothing.`,
  );
}

/** A worker that is up takes a start within this time. */
const TAKEN_WITHIN_MS = 15_000;

/**
 * Waits until a worker has opened the migration: its state is a search attribute from then on. `false` when none has in a while.
 * @throws CommandError `Refused` with every reason, when it was refused instead.
 */
export async function isTaken(handle: WorkflowHandle): Promise<boolean> {
  for (const end = Date.now() + TAKEN_WITHIN_MS; Date.now() < end; await sleep(POLL_MS)) {
    const { status, searchAttributes } = await handle.describe();
    if (searchAttributes[STATE_ATTRIBUTE] !== undefined) return true;
    if (status.name === 'FAILED') throw refusalOf(await handle.result().catch((failure: unknown) => failure));
  }
  return false;
}

const STATE_ATTRIBUTE: keyof typeof SEARCH_ATTRIBUTES = 'MigrationState';

/**
 * Waits until the migration has ended or a person has to do something.
 * @throws CommandError `Refused` with every reason, when it failed before the store knew it or preflight refused it.
 */
export async function untilPersonOrEnd(
  store: Store,
  client: Client,
  { workflowId, firstExecutionRunId }: WorkflowHandle & { firstExecutionRunId: string },
  onChange: (row: ProjectionRow) => void,
): Promise<ProjectionRow> {
  /** Another migration had this workflow id before; its row is not the one waited for. */
  const isOfThisRun = async ({ migration }: ProjectionRow) =>
    (await store.claims.get(migration))?.runId === firstExecutionRunId;
  // The result is asked for by a call that stays open; left open, it would hold the process for 20 s.
  const leave = new AbortController();
  let result: { failure?: unknown } | undefined;
  const ended = client
    .withAbortSignal(leave.signal, () => client.workflow.getHandle(workflowId).result())
    .then(
      () => {
        result = {};
      },
      (failure: unknown) => {
        result = { failure };
      },
    );
  try {
    let seen: string | undefined;
    for (;;) {
      // Looked at before the row is read: the last picture is in the store before the workflow ends.
      const over = result;
      const row = await store.projections.byWorkflowId(workflowId);
      const mine = row && (await isOfThisRun(row)) ? row : undefined;
      if (mine && mine.updatedAt !== seen) onChange(mine);
      seen = mine?.updatedAt ?? seen;
      const refused = mine?.picture.state === 'Refused';
      if (mine && !refused && (hasEnded(mine) || waitsForPerson(mine.picture))) return mine;
      if (over) throw refusalOf(over.failure);
      await sleep(POLL_MS);
    }
  } finally {
    leave.abort();
    await ended;
  }
}

function refusalOf(failure: unknown): unknown {
  if (failure === undefined)
    return new CommandError(
      'NoStore',
      'It has ended, and this store does not know it.',
      'Name the store of the service.',
    );
  if (!isSdkError(failure, 'WorkflowFailedError')) return failure;
  const reasons = failure.cause instanceof Error ? failure.cause.message : failure.message;
  return new CommandError('Refused', `It was refused, and nothing was written.\n${reasons}`, '', EXIT.refused);
}

function alarmChange(before: MigrationPicture | undefined, now: MigrationPicture): string[] {
  const [then, alarm] = [before && alarmIn(before), alarmIn(now)];
  if (alarm?.since === then?.since) return [];
  return alarm ? [`${alarm.reason} ${alarm.remedy}`] : ['The original is stopped again.'];
}

/** What changed from one picture to the next, in lines that stand alone. */
export function changesBetween(before: MigrationPicture | undefined, now: MigrationPicture): string[] {
  const known = before?.steps ?? [];
  const steps = now.steps.flatMap((status, at) => {
    if (status.state === 'open' || known[at]?.state === status.state) return [];
    return [`${stepTitle(status.step)}: ${status.state}${status.note ? `, ${status.note}` : ''}`];
  });
  const open = new Set(before?.tasks.map(({ id, since }) => `${id} ${since}`));
  const tasks = now.tasks.filter(({ id, since }) => !open.has(`${id} ${since}`)).map(({ title }) => `Task: ${title}`);
  const others = now.blockers.filter((blocker) => blocker !== alarmIn(now));
  const state = before?.state === now.state ? [] : [now.state];
  const blockers = before?.state === now.state ? [] : others.map(({ reason, remedy }) => `${reason} ${remedy}`);
  return [...alarmChange(before, now), ...steps, ...state, ...tasks, ...blockers];
}
