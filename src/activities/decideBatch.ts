/** Approving many, or taking that back: each migration is asked for itself, and checks its own approvers, evidence and decision. */
import { Context } from '@temporalio/activity';
import pMap from 'p-map';
import type { BatchAnswer, DecideBatch, DecidedItem, DecisionList } from '../contract/batch.ts';
import type { LedgerEntry } from '../contract/ledger.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Approve, PlainVerb, VerbAnswer } from '../contract/messages.ts';
import { FINAL_STATES } from '../contract/names.ts';
import { samePerson } from '../contract/people.ts';
import { standingGrants } from '../contract/policy.ts';
import { isObject } from '../contract/problems.ts';
import type { BatchRecord, Store } from '../store/store.ts';
import type { ActivityDeps } from './deps.ts';
import { storedJson } from './uploadedFile.ts';

const AT_ONCE = 8;

type Listed = DecisionList['decisions'][number];

/** Asked again, it says the same of each: what stands is accepted again, and acts once. */
export async function decideListed(
  { store }: ActivityDeps,
  { batch, picture, events }: BatchRecord,
  run: string,
  verb: 'approve' | 'withdraw',
  { by, decisions, reason }: DecideBatch,
): Promise<BatchAnswer> {
  const legal = picture?.legal ?? [];
  const approved = events.flatMap((event) => event.decisions ?? []);
  const digest = fullDigest(decisions.toLowerCase(), [picture?.approvable?.decisions, ...approved]);
  const list = digest === undefined ? undefined : await listedIn(store, batch, digest);
  if (digest === undefined || !list) {
    const unknown = 'no list of decisions of this batch has this digest; migrator batch approve lists what waits now.';
    return { accepted: false, reason: unknown, legal };
  }
  const why = reason ? { why: reason } : {};
  await store.batches.save({ batch, run }, { event: { by, what: verb, decisions: digest, ...why } });
  const decide = verb === 'approve' ? approveOne : withdrawOne;
  const items = await pMap(
    list.decisions,
    async (listed): Promise<DecidedItem> => ({
      original: listed.original,
      migration: listed.migration,
      ...(await decide(store, listed, by, reason)),
    }),
    { concurrency: AT_ONCE },
  );
  const done = items.filter(({ accepted }) => accepted).length;
  const what = verb === 'approve' ? 'decisions were granted' : 'approvals were taken back';
  return { accepted: done > 0, reason: `${done} of ${items.length} ${what}`, legal, items };
}

/** The whole digest names a list for ever; a part of it, only one that is shown, or that somebody approved. */
const fullDigest = (given: string, known: readonly (string | undefined)[]): string | undefined =>
  given.length === 64 ? given : known.find((digest) => digest?.startsWith(given));

async function listedIn(store: Store, batch: string, digest: string): Promise<DecisionList | undefined> {
  const found = await storedJson(store, digest, LIMITS.document);
  const list = 'value' in found && isObject(found.value) ? found.value : {};
  if (list.batch !== batch || !Array.isArray(list.decisions) || !list.decisions.every(isListed)) return undefined;
  return { batch, decisions: list.decisions };
}

const isListed = (one: unknown): one is Listed =>
  isObject(one) && MEMBERS.every((member) => typeof one[member] === 'string');

const MEMBERS = ['migration', 'workflowId', 'original', 'decision'] as const satisfies (keyof Listed)[];

async function approveOne(
  store: Store,
  { migration, workflowId, decision }: Listed,
  by: string,
  reason: string | undefined,
): Promise<Pick<DecidedItem, 'accepted' | 'reason'>> {
  const picture = (await store.projections.get(migration))?.picture;
  if (!picture) return { accepted: false, reason: 'the store does not know it any more' };
  if (picture.decision !== decision)
    return { accepted: false, reason: 'its decision changed since it was listed: read it again' };
  // Asked again after a worker died: what the ledger has is granted, however far it is by now.
  if (await isGranted(store, migration, { by, decision }))
    return { accepted: true, reason: `granted; it is ${picture.state}` };
  if (picture.state !== 'AwaitingApproval')
    return { accepted: false, reason: `it does not wait for an approval now (${picture.state})` };
  return send(workflowId, 'approve', { by, decision, ...(reason ? { reason } : {}) });
}

/** Whatever its decision is by now: an approval of this person is not to delete anything. */
async function withdrawOne(
  store: Store,
  { migration, workflowId }: Listed,
  by: string,
  reason: string | undefined,
): Promise<Pick<DecidedItem, 'accepted' | 'reason'>> {
  const picture = (await store.projections.get(migration))?.picture;
  if (!picture) return { accepted: false, reason: 'the store does not know it any more' };
  if (FINAL_STATES.includes(picture.state)) return { accepted: false, reason: `it has ended (${picture.state})` };
  return send(workflowId, 'withdraw', { by, ...(reason ? { reason } : {}) });
}

async function send(
  workflowId: string,
  verb: 'approve' | 'withdraw',
  message: Approve | PlainVerb,
): Promise<Pick<DecidedItem, 'accepted' | 'reason'>> {
  try {
    const handle = Context.current().client.workflow.getHandle(workflowId);
    const { accepted, reason } = await handle.executeUpdate<VerbAnswer, [unknown]>(verb, { args: [message] });
    return { accepted, reason };
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError')
      return { accepted: false, reason: 'its run is gone' };
    throw error;
  }
}

/** An approval of this very decision that nobody has taken back. */
async function isGranted(
  store: Store,
  migration: string,
  { by, decision }: { by: string; decision: string },
): Promise<boolean> {
  const names = await store.ledger.texts(migration);
  const entries = await store.ledger.read(migration);
  const nameOf = ({ actor }: LedgerEntry) => names[actor ?? ''] ?? null;
  return standingGrants(entries, nameOf).some(
    (entry) => entry.digests.decision === decision && samePerson(nameOf(entry) ?? '', by),
  );
}
