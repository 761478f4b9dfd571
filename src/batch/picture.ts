/** The picture of a batch, made from how far its migrations are. */
import {
  APPROVAL_LIMIT,
  type BatchCounts,
  type BatchPicture,
  type BatchState,
  type BatchVerb,
  type DecisionList,
  type FailedItem,
  type WaitingItem,
} from '../contract/batch.ts';
import type { GatePicture } from '../contract/status.ts';
import { headline } from '../contract/watch.ts';
import type { BatchItem, BatchRecord, Outline, Store } from '../store/store.ts';
import { type Standing, standingOf } from './standing.ts';

export interface StandingItem {
  item: BatchItem;
  standing: Standing;
}

/** Shown of those that wait, and of those that failed. */
const SHOWN = 20;
/** Of what is waited for; the rest is with the migration. */
const WHY_LENGTH = 160;

export function countsOf(items: readonly StandingItem[]): BatchCounts {
  const counts: BatchCounts = { total: items.length, open: 0, running: 0, waiting: 0, done: 0, failed: 0 };
  for (const { standing } of items) counts[standing.is === 'begun' ? 'running' : standing.is]++;
  return counts;
}

/** The longest waiting first. */
export const waitingItems = (items: readonly StandingItem[]): WaitingItem[] =>
  items
    .flatMap(({ standing }) => (standing.is === 'waiting' ? [waitingItem(standing.outline)] : []))
    .toSorted((one, other) => one.since.localeCompare(other.since));

export const failedItems = (items: readonly StandingItem[]): FailedItem[] =>
  items.flatMap(({ item: { original, workflowId }, standing }) =>
    standing.is === 'failed' ? [{ original, workflowId, why: standing.why ?? 'it failed' }] : [],
  );

function waitingItem({ migration, workflowId, original, state, updatedAt, picture }: Outline): WaitingItem {
  const why = picture && headline(picture);
  const decision = state === 'AwaitingApproval' ? (picture?.decision ?? null) : null;
  return {
    original,
    migration,
    workflowId,
    state,
    why: why?.slice(0, WHY_LENGTH) ?? (decision === null ? 'somebody paused it' : gateWhy(decision, picture?.gate)),
    since: picture?.personSince ?? updatedAt,
    decision,
  };
}

const gateWhy = (decision: string, gate: GatePicture | undefined): string =>
  `an approval of decision ${decision.slice(0, 8)}${gate ? ` (${gate.counting.length} of ${gate.required} given)` : ''}`;

/** Those that can be approved together, the longest waiting first; `undefined` when there is none. */
export function decisionsOf(batch: string, waiting: readonly WaitingItem[]): DecisionList | undefined {
  const decisions = waiting.flatMap(({ migration, workflowId, original, decision }) =>
    decision === null ? [] : [{ migration, workflowId, original, decision }],
  );
  return decisions.length === 0 ? undefined : { batch, decisions: decisions.slice(0, APPROVAL_LIMIT) };
}

export function pictureOf(
  record: BatchRecord,
  items: readonly StandingItem[],
  approvable: BatchPicture['approvable'],
): BatchPicture {
  const { batch, name, asked } = record;
  const counts = countsOf(items);
  const state = stateOf(record, counts);
  return {
    batch,
    name,
    requestedBy: asked.requestedBy,
    reason: asked.reason,
    state,
    counts,
    waiting: waitingItems(items).slice(0, SHOWN),
    failed: failedItems(items).slice(0, SHOWN),
    approvable,
    legal: legalIn(record, state, approvable !== null),
  };
}

/** Failures that were let go do not stop it a second time. */
export function stateOf({ state, asked, forgiven }: BatchRecord, counts: BatchCounts): BatchState {
  if (state === 'Cancelled') return state;
  if (counts.done + counts.failed === counts.total) return 'Ended';
  if (state === 'Paused') return state;
  const { stopAfterFailures } = asked;
  if (counts.open > 0 && stopAfterFailures !== undefined && counts.failed - forgiven >= stopAfterFailures)
    return 'Stopped';
  return 'Running';
}

export function legalIn({ events }: Pick<BatchRecord, 'events'>, state: BatchState, approvable: boolean): BatchVerb[] {
  if (state === 'Ended' || state === 'Cancelled') return [];
  const approved = events.some(({ what }) => what === 'approve');
  return [
    state === 'Running' ? 'pause' : 'resume',
    ...(approvable ? (['approve'] as const) : []),
    ...(approved ? (['withdraw'] as const) : []),
  ];
}

export async function standingItems(store: Store, batch: string): Promise<StandingItem[]> {
  const items = await store.batches.items(batch);
  const looked = items.filter(({ state }) => state === 'open' || state === 'started');
  const outlines = await store.projections.newest(looked.map(({ original }) => original));
  const nameOf = (original: string, dryRun = false) => `${dryRun} ${original}`;
  const byName = new Map(outlines.map((outline) => [nameOf(outline.original, outline.dryRun), outline]));
  return items.map((item: BatchItem) => ({
    item,
    standing: standingOf(item, byName.get(nameOf(item.original, item.start.dryRun))),
  }));
}
