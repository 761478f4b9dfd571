/** Approving many: each migration is asked for itself, and checks its own approvers, evidence and decision. */
import { Context } from '@temporalio/activity';
import pMap from 'p-map';
import type { ApproveBatch, ApprovedItem, BatchAnswer, DecisionList } from '../contract/batch.ts';
import type { VerbAnswer } from '../contract/messages.ts';
import type { BatchRecord, Store } from '../store/store.ts';
import type { ActivityDeps } from './deps.ts';

const AT_ONCE = 8;

type Listed = DecisionList['decisions'][number];

/** Asked again, it says the same of each: an approval that stands is accepted again, and acts once. */
export async function approveListed(
  { store }: ActivityDeps,
  record: BatchRecord,
  run: string,
  { by, decisions, reason }: ApproveBatch,
): Promise<BatchAnswer> {
  const { batch, picture } = record;
  const legal = picture?.legal ?? [];
  const digest = fullDigest(decisions.toLowerCase(), picture?.approvable?.decisions);
  const list = digest === undefined ? undefined : await listedIn(store, batch, digest);
  if (digest === undefined || !list) {
    const unknown = 'no list of decisions of this batch has this digest; migrator batch approve lists what waits now.';
    return { accepted: false, reason: unknown, legal };
  }
  await store.batches.save(
    { batch, run },
    { event: { by, what: 'approve', decisions: digest, ...(reason ? { why: reason } : {}) } },
  );
  const items = await pMap(
    list.decisions,
    async (listed): Promise<ApprovedItem> => ({
      original: listed.original,
      migration: listed.migration,
      ...(await approveOne(store, listed, by, reason)),
    }),
    { concurrency: AT_ONCE },
  );
  const granted = items.filter(({ accepted }) => accepted).length;
  return {
    accepted: granted > 0,
    reason: `${granted} of ${items.length} decisions were granted`,
    legal,
    items,
  };
}

/** The whole digest names a list for ever; a part of it, only the one that is shown. */
const fullDigest = (given: string, shown: string | undefined): string | undefined =>
  given.length === 64 ? given : shown?.startsWith(given) ? shown : undefined;

async function listedIn(store: Store, batch: string, digest: string): Promise<DecisionList | undefined> {
  if (!(await store.artifacts.has(digest))) return undefined;
  const list = await store.artifacts.getJson<Partial<DecisionList>>(digest);
  return list.batch === batch && Array.isArray(list.decisions) ? { batch, decisions: list.decisions } : undefined;
}

async function approveOne(
  store: Store,
  { migration, workflowId, decision }: Listed,
  by: string,
  reason: string | undefined,
): Promise<Pick<ApprovedItem, 'accepted' | 'reason'>> {
  const picture = (await store.projections.get(migration))?.picture;
  if (!picture) return { accepted: false, reason: 'the store does not know it any more' };
  if (picture.decision !== decision)
    return { accepted: false, reason: 'its decision changed since it was listed: read it again' };
  // Asked again after a worker died: what the ledger has is granted, however far it is by now.
  if (await isGranted(store, migration, { by, decision }))
    return { accepted: true, reason: `granted; it is ${picture.state}` };
  if (picture.state !== 'AwaitingApproval')
    return { accepted: false, reason: `it does not wait for an approval now (${picture.state})` };
  try {
    const message = { by, decision, ...(reason ? { reason } : {}) };
    const handle = Context.current().client.workflow.getHandle(workflowId);
    const { accepted, reason: answer } = await handle.executeUpdate<VerbAnswer, [unknown]>('approve', {
      args: [message],
    });
    return { accepted, reason: answer };
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError')
      return { accepted: false, reason: 'its run is gone' };
    throw error;
  }
}

async function isGranted(
  store: Store,
  migration: string,
  { by, decision }: { by: string; decision: string },
): Promise<boolean> {
  const names = await store.ledger.texts(migration);
  const entries = await store.ledger.read(migration);
  return entries.some(
    ({ kind, actor, digests }) => kind === 'grant' && names[actor ?? ''] === by && digests.decision === decision,
  );
}
