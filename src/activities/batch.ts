/** What the workflow of a batch lets others do: check and open it, look how far it is, and enter what people decide. */
import { Context } from '@temporalio/activity';
import pMap from 'p-map';
import {
  countsOf,
  decisionsOf,
  legalIn,
  pictureOf,
  type StandingItem,
  standingItems,
  stateOf,
  waitingItems,
} from '../batch/picture.ts';
import { recordedState, type Standing } from '../batch/standing.ts';
import {
  type AdvanceBatchInput,
  type BatchAnswer,
  type BatchCounts,
  type BatchPicture,
  type BatchTurn,
  DEFAULT_CONCURRENCY,
  type DecideBatch,
  type OpenBatchInput,
  type TellBatchInput,
} from '../contract/batch.ts';
import { checkBatch, checkBatchMessage, invalidBatch, listOf } from '../contract/batchSchema.ts';
import { MigratorError } from '../contract/errors.ts';
import { LIMITS } from '../contract/limits.ts';
import { workflowIdFor } from '../contract/names.ts';
import { digestOf } from '../store/canonical.ts';
import type { BatchItem, BatchRecord, Store } from '../store/store.ts';
import { firstOf } from './bounded.ts';
import { decideListed } from './decideBatch.ts';
import type { ActivityDeps } from './deps.ts';
import { NotYet } from './interceptor.ts';
import { storedJson } from './uploadedFile.ts';

/** A picture that only counts on is shown so often at most: each time costs events of the history. */
const SHOWN_EVERY_MS = 5_000;
/** One whose picture has not moved for so long is asked after: its run may be gone. */
const ASK_AFTER_MS = 60_000;
const ASKED_AT_ONCE = 8;
/** The clocks of the database and of Temporal may differ by so much. */
const CLOCKS_MS = 10_000;

export const batchActivities = (deps: ActivityDeps) => ({
  /** @throws MigratorError `InvalidStart` with every problem of every migration. */
  openBatch: async ({ start, run }: OpenBatchInput): Promise<{ batch: string }> => {
    const known = Object.values(deps.config.instances).flatMap(({ name, access }) => (access === 'full' ? [name] : []));
    const checked = checkBatch(start, await listFrom(deps.store, start), known);
    if ('problems' in checked) throw invalidBatch(checked.problems);
    const { name, ...asked } = checked.batch;
    const batch = workflowId();
    const items = checked.migrations.map((migration) => {
      const { instance, synchronization } = migration.original;
      const id = workflowIdFor(migration, deps.config.taskQueuePrefix);
      return { original: `${instance}/${synchronization}`, workflowId: id, start: migration };
    });
    await deps.store.batches.open({ batch, name, run, asked }, items);
    return { batch };
  },

  /** Answers when something is to be started or shown, or when it has ended; until then it is `NotYet`. */
  advanceBatch: async ({ batch, run, shown, room }: AdvanceBatchInput): Promise<BatchTurn> => {
    const { store } = deps;
    const record = await recordOf(store, batch);
    const before = await standingItems(store, batch);
    const now = await store.now();
    const items = await pMap(before, (item) => asked(item, now), { concurrency: ASKED_AT_ONCE });
    const found = countsOf(items);
    const starting = stateOf(record, found) === 'Running' ? chooseNext(record, items, found, room) : [];
    const at = new Date(now).toISOString();
    const begun = new Set(starting);
    const moved = items.map(
      ({ item, standing }): StandingItem =>
        begun.has(item) ? { item: { ...item, startedAt: at }, standing: { is: 'begun' } } : { item, standing },
    );
    const picture = pictureOf(record, moved, await approvableOf(store, record, moved));
    const digest = digestOf(picture);
    const changes = moved.flatMap(({ item, standing }) => changedItem(item, standing, before));
    if (changes.length > 0 || !record.picture || digest !== digestOf(record.picture)) {
      await store.batches.save({ batch, run }, { picture, items: changes });
    }
    const { state, counts } = picture;
    const old = Date.now() - Context.current().info.scheduledTimestampMs >= SHOWN_EVERY_MS;
    if (starting.length > 0 || state !== shown?.state || (old && digest !== shown.digest)) {
      const start = starting.map(({ workflowId: id, start: wish }) => ({ workflowId: id, start: wish }));
      return { picture, digest, start };
    }
    const { open, running, waiting } = counts;
    throw new NotYet('machine', [`${open} open, ${running} running, ${waiting} waiting for a person`]);
  },

  /** Enters what a person sent, and does it. A refusal is an answer. */
  tellBatch: async ({ batch, run, verb, message }: TellBatchInput): Promise<BatchAnswer> => {
    const { store } = deps;
    const record = await recordOf(store, batch);
    const { counts, approvable } = record.picture ?? {};
    const state = counts ? stateOf(record, counts) : record.state;
    const legal = legalIn(record, state, Boolean(approvable));
    const refused = (reason: string): BatchAnswer => ({ accepted: false, reason, legal });
    if (verb === 'cancel') {
      await store.batches.save({ batch, run }, { state: 'Cancelled', event: { by: 'temporal-cancel', what: verb } });
      return { accepted: true, reason: 'no further migration is started', legal: [] };
    }
    const checked = checkBatchMessage(verb, message);
    if ('problem' in checked) return refused(checked.problem);
    // Asked for twice is asked for once; an approval says of each decision what became of it.
    if (verb === 'approve' || verb === 'withdraw')
      return decideListed(deps, record, run, verb, checked.message as DecideBatch);
    const { by, reason } = checked.message as { by: string; reason?: string };
    if (!legal.includes(verb)) return refused(`it is ${state}.`);
    await store.batches.save(
      { batch, run },
      {
        ...(verb === 'pause' ? { state: 'Paused' } : { state: 'Running', forgiven: counts?.failed ?? 0 }),
        event: { by, what: verb, ...(reason ? { why: reason } : {}) },
      },
    );
    const done = verb === 'pause' ? 'no further migration is started; those under way go on' : 'it goes on';
    return {
      accepted: true,
      reason: done,
      legal: legalIn(record, verb === 'pause' ? 'Paused' : 'Running', legal.includes('approve')),
    };
  },
});

const workflowId = (): string => Context.current().info.workflowExecution?.workflowId ?? '';

async function listFrom(store: Store, start: unknown): Promise<unknown> {
  const sent = listOf(start);
  if ('list' in sent) return sent.list;
  const found = await storedJson(store, sent.artifact, LIMITS.answer);
  if ('value' in found) return found.value;
  throw new MigratorError('InvalidStart', `migrations.artifact: ${found.missing}.`);
}

async function recordOf(store: Store, batch: string): Promise<BatchRecord> {
  const record = await store.batches.get(batch);
  if (!record) throw new MigratorError('ClaimLost', `the store does not know batch ${batch}.`);
  return record;
}

/** In the order of the list, as many as there is room for, also in one message to a server. One that waits for a person leaves its room to others. */
function chooseNext(
  { asked: wish }: BatchRecord,
  items: readonly StandingItem[],
  { running }: BatchCounts,
  room: number,
): BatchItem[] {
  const free = (wish.concurrency ?? DEFAULT_CONCURRENCY) - running;
  const open = items.filter(({ standing }) => standing.is === 'open').map(({ item }) => item);
  return firstOf(open.slice(0, Math.max(0, Math.min(free, room))), LIMITS.start * 1.1);
}

function changedItem(item: BatchItem, standing: Standing, before: readonly StandingItem[]) {
  const state = recordedState(standing);
  const why = 'why' in standing ? standing.why : null;
  const startedAt = state === 'open' ? null : item.startedAt;
  const known = before[item.n]?.item;
  if (known?.state === state && known.why === why && known.startedAt === startedAt) return [];
  return [{ n: item.n, state, startedAt, why }];
}

async function approvableOf(
  store: Store,
  { batch, picture }: BatchRecord,
  items: readonly StandingItem[],
): Promise<BatchPicture['approvable']> {
  const list = decisionsOf(batch, waitingItems(items));
  if (!list) return null;
  const known = picture?.approvable;
  const decisions = digestOf(list);
  if (known?.decisions !== decisions) await store.artifacts.putJson(list);
  return { decisions, count: list.decisions.length };
}

/** Temporal is asked where the store says nothing: of a run that has just begun, or ended before it held its claim, or is gone. */
async function asked(standingItem: StandingItem, now: number): Promise<StandingItem> {
  const { item, standing } = standingItem;
  if (standing.is === 'begun') return { item, standing: await ofRun(item) };
  if (standing.is !== 'running' || now - Date.parse(standing.outline.updatedAt) < ASK_AFTER_MS) return standingItem;
  const { workflowId: id, migration } = standing.outline;
  const run = await describe(id);
  if (run?.status === 'RUNNING') return standingItem;
  const why = `its run is gone (${run?.status ?? 'unknown to Temporal'}); migrator takeover ${migration} goes on with it`;
  return { item, standing: { is: 'failed', why } };
}

async function ofRun({ workflowId: id, startedAt }: BatchItem): Promise<Standing> {
  const run = await describe(id);
  // Not started after all, or an older run of this id.
  if (!run || (run.status !== 'RUNNING' && Date.parse(run.began) < Date.parse(startedAt ?? '') - CLOCKS_MS))
    return { is: 'open' };
  if (run.status === 'RUNNING' || run.status === 'COMPLETED') return { is: 'begun' };
  return { is: 'failed', why: await failureOf(id, run.status) };
}

async function describe(id: string): Promise<{ status: string; began: string } | undefined> {
  try {
    const { status, startTime } = await Context.current().client.workflow.getHandle(id).describe();
    return { status: status.name, began: startTime.toISOString() };
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return undefined;
    throw error;
  }
}

async function failureOf(id: string, status: string): Promise<string> {
  try {
    await Context.current().client.workflow.getHandle(id).result();
    return status;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `${status}: ${cause instanceof Error ? cause.message.slice(0, 500) : String(cause)}`;
  }
}
