/** One look at an instance for all migrations: what they wait for, and that originals stay stopped. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { Synchronization } from '../backbone/types.ts';
import { MigratorError } from '../contract/errors.ts';
import type { RecordResult, ReportOriginalInput } from '../contract/steps.ts';
import { alarmIn, ORIGINAL_RUNS_AGAIN, SEEN_SIGNAL, type Seen, type WatchInput } from '../contract/watch.ts';
import type { Instance } from '../jira/instance.ts';
import { withAlarm } from '../migration/evolve.ts';
import { standingOf } from '../migration/state.ts';
import { digestOf } from '../store/canonical.ts';
import type { ProjectionRow } from '../store/store.ts';
import { claimOfThisRun } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { reminderOf, tell } from './remind.ts';
import { enter, openBook, shown } from './shown.ts';
import {
  judgedOtherwise,
  type Memory,
  needed,
  newMemory,
  type Sighting,
  sightings,
  statusKeys,
  type View,
} from './watching.ts';

export const watchActivities = (deps: ActivityDeps) => {
  const memories = new Map<string, Memory>();
  return {
    /** Never returns and never fails for good: what stands in the way of a look is its message, until the next one. */
    watch: async ({ instance }: WatchInput): Promise<never> => {
      const memory = memories.get(instance) ?? newMemory();
      memories.set(instance, memory);
      const message = await look(deps, instance, memory).catch((error: unknown) => String(error));
      throw ApplicationFailure.create({
        type: 'NotYet',
        message,
        nextRetryDelay: deps.config.timing.watchEvery,
        category: ApplicationFailureCategory.BENIGN,
      });
    },

    /** In the ledger, the picture, the worker's log and at the operator's webhook, at once. */
    reportOriginal: async ({ migration, view, runs }: ReportOriginalInput): Promise<RecordResult> => {
      const { claim, holder } = await claimOfThisRun(deps, migration);
      const book = await openBook(deps.store, claim, holder);
      const since = new Date(await deps.store.now()).toISOString();
      const picture = shown({ ...book, state: withAlarm(book.state, runs ? since : undefined) }, view);
      const alarm = alarmIn(picture);
      const about = alarm?.reason ?? 'The original is stopped again.';
      const message = { ...reminderOf(picture), text: `${picture.original}: ${about}` };
      deps.log.warn(message, runs ? 'the original runs again' : 'the original is stopped again');
      const webhook = await tell(deps, message);
      const { state, step } = picture;
      const subject = { state, step, code: ORIGINAL_RUNS_AGAIN, runs, ...(runs ? { since } : {}), webhook } as const;
      return { standing: standingOf(await enter(book, { kind: 'state', subject }, view)) };
    },
  };
};

async function look(deps: ActivityDeps, name: string, memory: Memory): Promise<string> {
  const rows = (await deps.store.projections.list({ open: true })).filter(({ picture }) =>
    picture.instances.includes(name),
  );
  await tellOfPolicy(deps, rows, name, memory);
  const watches = rows.flatMap((row) => needed(row, name));
  if (watches.length === 0) {
    Object.assign(memory, newMemory());
    return `${rows.length} open migrations, nothing to look for`;
  }
  const instance = deps.instances.open(name);
  // Polling uses at most a tenth of the instance's rate.
  const budget = Math.max(
    1,
    Math.floor((instance.config.limits.requestsPerSecond / 10) * (deps.config.timing.watchEvery / 1000)),
  );
  const view = await read(instance, statusKeys(watches), memory, budget);
  const found = sightings(watches, view, memory, instance.config.backbone.vocabulary);
  let told = 0;
  for (const sighting of found) if (await signal(deps, sighting)) told++;
  return `${rows.length} open migrations, ${view.reads} reads, ${told} told`;
}

/** Nobody sends a message because the policy is another one: a worker that has it tells the gates, each once. */
async function tellOfPolicy(deps: ActivityDeps, rows: readonly ProjectionRow[], name: string, memory: Memory) {
  const policy = digestOf(deps.config.policy);
  const told = new Map<string, string>();
  for (const row of rows.filter((each) => judgedOtherwise(each, name, policy))) {
    if (memory.policies.get(row.migration) !== policy) await signal(deps, { row, what: 'policyChanged' });
    told.set(row.migration, policy);
  }
  memory.policies = told;
}

/** One list; then the status of those for whom it matters, the longest unread first, as far as the budget goes. */
async function read(instance: Instance, keys: string[], memory: Memory, budget: number): Promise<View> {
  const { backbone } = instance;
  const listed = await backbone.synchronizations().catch((error: unknown) => {
    // A caller who only administers projects must name one (documented): then the statuses alone are read.
    if (error instanceof MigratorError && error.code === 'RequestRefused') return undefined;
    throw error;
  });
  const entries = listed && new Map(listed.map((entry) => [entry.integrationKey, entry]));
  const statuses = new Map<string, string>();
  for (const [key, entry] of entries ?? []) {
    const word = embeddedStatus(entry);
    if (word !== undefined) statuses.set(key, word);
  }
  const unread = keys
    .filter((key) => !statuses.has(key) && (!entries || entries.has(key)))
    .toSorted((one, other) => (memory.readAt.get(one) ?? 0) - (memory.readAt.get(other) ?? 0))
    .slice(0, budget);
  for (const key of unread) {
    const status = await backbone.status(key);
    if (status.state === 'present') statuses.set(key, status.value.status);
    memory.readAt.set(key, Date.now());
  }
  const watched = new Set(keys);
  for (const key of memory.readAt.keys()) if (!watched.has(key)) memory.readAt.delete(key);
  return { entries, statuses, reads: 1 + unread.length };
}

/** Old lists carry the status of each entry; both are documented. */
function embeddedStatus({ status }: Synchronization): string | undefined {
  const word: unknown = typeof status === 'object' && status !== null ? Reflect.get(status, 'status') : status;
  return typeof word === 'string' ? word : undefined;
}

async function signal({ log }: ActivityDeps, { row, what }: Sighting): Promise<boolean> {
  const { workflowId, migration } = row;
  try {
    await Context.current().client.workflow.getHandle(workflowId).signal<[Seen]>(SEEN_SIGNAL, { what });
    return true;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'WorkflowNotFoundError')) throw error;
    log.warn({ migration, workflowId, what }, 'seen, and its run is gone: take it over, or end it');
    return false;
  }
}
