/** What of a resync is sent together, by which connector, and what can be read of its having been sent. */
import type { Side } from '../contract/steps.ts';
import { tookEffect } from '../store/intents.ts';
import { factOf, planOf, type StepContext } from './context.ts';
import { readConnector } from './issueData.ts';
import { issuesOfPairs, issuesTouchedSince } from './issues.ts';
import type { ResyncChunk, ResyncPlan } from './resyncPlan.ts';
import { expectedPairs } from './steps/pairIssues.ts';
import { liveConfiguration } from './translation.ts';

export type Direction = 'resyncAToB' | 'resyncBToA';

/** Sent only when what the phase before it sent has been carried: held pairs go to B after B's newer content came. */
export interface Phase {
  id: Direction | 'resyncHeld';
  chunks: ResyncChunk[];
}

export const phasesOf = (plan: ResyncPlan, direction: Direction): Phase[] =>
  direction === 'resyncAToB'
    ? [{ id: direction, chunks: plan.aToB }]
    : [
        { id: direction, chunks: plan.bToA },
        { id: 'resyncHeld', chunks: plan.held },
      ];

export const resyncPlan = (context: StepContext): Promise<ResyncPlan> =>
  context.store.artifacts.getJson<ResyncPlan>(factOf(context, 'resync'));

/** The parts that we sent. A resync has no job id: whether it was sent is what the ledger says of its intent. */
export async function partsSent(context: StepContext): Promise<Set<unknown>> {
  return new Set((await context.known.intents()).filter(tookEffect).map(({ entry }) => entry.subject.part));
}

export const jqlOf = (keys: string[]): string => `key in (${keys.join(', ')})`;

export const fromA = ({ part }: ResyncChunk): boolean => part.startsWith('A');

/** The connector that sends the chunk. */
export function senderOf(context: StepContext, chunk: ResyncChunk): string {
  const created = factOf(context, 'created');
  return fromA(chunk) ? created.firstConnector : created.secondConnector;
}

/** How many messages each of these issues has sent through a connector, by key. */
export async function sentBy(context: StepContext, connector: string, keys: string[]): Promise<Record<string, number>> {
  const asked = new Set(keys);
  using table = await readConnector(context, planOf(context).a.instance, connector);
  const sent: Record<string, number> = {};
  for (let row = 0; row < table.size; row++) {
    const key = table.keys.keyOf(table.firstCode(row));
    if (asked.has(key)) sent[key] = table.progress(row, 'first', 'sent') || 0;
  }
  return sent;
}

/**
 * A pair whose summaries have begun to differ since the plan is being worked on: that change carries itself, and a resync of
 * the other side could overwrite it. Only what refreshes the summary is thinned out: a repair brings what nothing else brings.
 */
export async function withoutFreshEdits(context: StepContext, chunk: ResyncChunk): Promise<string[]> {
  if (!chunk.summaryOnly) return chunk.keys;
  const { a, b } = planOf(context);
  if (b.unread) return withoutFreshOnA(context, a, chunk);
  const { heldPairs } = await resyncPlan(context);
  const decided = new Set(heldPairs.flatMap((pair) => [pair.first, pair.second]));
  const chunkKeys = new Set(chunk.keys);
  const pairs = [...(await expectedPairs(context))].filter(
    (pair) => chunkKeys.has(pair.first) || chunkKeys.has(pair.second),
  );
  const { onA, onB } = await issuesOfPairs(context, pairs);
  const fresh = new Set(
    pairs
      .filter((pair) => !decided.has(pair.first) && onA.get(pair.first)?.summary !== onB.get(pair.second)?.summary)
      .flatMap((pair) => [pair.first, pair.second]),
  );
  return chunk.keys.filter((key) => !fresh.has(key));
}

/** The same where B cannot be read: pairs whose summary people have changed on A since the start. Edits on B are not seen. */
async function withoutFreshOnA(context: StepContext, a: Side, chunk: ResyncChunk): Promise<string[]> {
  const since = Date.parse(factOf(context, 'startedAt'));
  const syncUser = (await liveConfiguration(context)).firstConnector.connection?.application?.user;
  const fresh = new Set(
    (await issuesTouchedSince(context, a, since, { changes: true }))
      .filter(({ changes = [] }) =>
        changes.some(
          ({ at, author, items }) =>
            at >= since && author !== syncUser && items.some(({ field }) => /^summary$/i.test(field)),
        ),
      )
      .map(({ key }) => key),
  );
  const gone = new Set(
    [...(await expectedPairs(context))].flatMap((pair) => (fresh.has(pair.first) ? [pair.first, pair.second] : [])),
  );
  return chunk.keys.filter((key) => !gone.has(key));
}
