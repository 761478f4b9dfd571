/** What of a resync is sent together, by which connector, and what can be read of its having been sent. */
import type { Side } from '../../contract/steps.ts';
import type { Pair } from '../../pairs/keys.ts';
import type { SequenceId } from '../../pairs/table.ts';
import { tookEffect } from '../../store/intents.ts';
import { clockOf } from '../clocks.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { readConnector } from '../issueData.ts';
import { issuesByKey, issuesOfPairs, issuesTouchedSince } from '../issues.ts';
import { expectedPairs } from '../steps/pairIssues.ts';
import { liveConfiguration } from '../translation.ts';
import type { ResyncChunk, ResyncPlan } from './plan.ts';

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

export const fromA = ({ part }: ResyncChunk): boolean => part.startsWith('A');

/** The connector that sends the chunk. */
export function senderOf(context: StepContext, chunk: ResyncChunk): string {
  const created = factOf(context, 'created');
  return fromA(chunk) ? created.firstConnector : created.secondConnector;
}

/** The last message that each of these issues has sent through a connector, by key. */
export const sentBy = async (
  context: StepContext,
  connector: string,
  keys: string[],
): Promise<Map<string, SequenceId>> => only(await sentByAll(context, connector), keys);

const only = (sent: ReadonlyMap<string, SequenceId>, keys: string[]): Map<string, SequenceId> =>
  new Map(keys.flatMap((key) => (sent.has(key) ? [[key, sent.get(key) ?? 0]] : [])));

async function sentByAll(context: StepContext, connector: string): Promise<Map<string, SequenceId>> {
  using table = await readConnector(context, planOf(context).a.instance, connector);
  const sent = new Map<string, SequenceId>();
  for (let row = 0; row < table.size; row++) {
    sent.set(table.keys.keyOf(table.firstCode(row)), table.sequence(row, 'first', 'sent') || 0);
  }
  return sent;
}

/** A reading of a whole connector serves the next requests for ten times as long as it took: few pairs are read each time. */
const READ_AGAIN_AFTER = 10;

/** The same for one request after the other. */
export function sentBefore(context: StepContext, connector: string) {
  let read: { sent: Map<string, SequenceId>; until: number } | undefined;
  return async (keys: string[]): Promise<Map<string, SequenceId>> => {
    const begun = performance.now();
    if (!read || begun > read.until) {
      const sent = await sentByAll(context, connector);
      const ended = performance.now();
      read = { sent, until: ended + (ended - begun) * READ_AGAIN_AFTER };
    }
    return only(read.sent, keys);
  };
}

/** What Jira still shows on the side that sends: a query that names one that is gone is refused for all the others too. */
export async function keysToSend(context: StepContext, chunk: ResyncChunk, pairs: PhasePairs): Promise<string[]> {
  const keys = await withoutFreshEdits(context, chunk, pairs);
  const { a, b } = planOf(context);
  const side = fromA(chunk) ? a : b;
  if (side.unread) return keys;
  const there = await issuesByKey(context, side, keys);
  return keys.filter((key) => there.has(key));
}

/**
 * A pair whose summaries have begun to differ since the plan is being worked on: that change carries itself, and a resync of
 * the other side could overwrite it. Only what refreshes the summary is thinned out: a repair brings what nothing else brings.
 */
async function withoutFreshEdits(
  context: StepContext,
  chunk: ResyncChunk,
  { pairs, decided }: PhasePairs,
): Promise<string[]> {
  if (!chunk.summaryOnly) return chunk.keys;
  const { a, b } = planOf(context);
  if (b.unread) return withoutFreshOnA(context, a, chunk, pairs);
  const asked = chunk.keys.flatMap((key) => pairs.get(key) ?? []);
  const { onA, onB } = await issuesOfPairs(context, asked);
  const isFresh = ({ first, second }: Pair) =>
    !decided.has(first) && onA.get(first)?.summary !== onB.get(second)?.summary;
  const fresh = new Set(asked.filter(isFresh).map(fromA(chunk) ? (pair) => pair.first : (pair) => pair.second));
  return chunk.keys.filter((key) => !fresh.has(key));
}

/** What is read once for all chunks of a phase. */
export interface PhasePairs {
  /** By the key of the side that sends. */
  pairs: ReadonlyMap<string, Pair>;
  /** Keys on A of pairs about which the plan has decided: their summaries differed when it was made. */
  decided: ReadonlySet<string>;
}

export async function phasePairs(context: StepContext, { chunks: [chunk] }: Phase): Promise<PhasePairs> {
  const { heldPairs } = await resyncPlan(context);
  const sender = chunk && fromA(chunk) ? 'first' : 'second';
  return {
    pairs: new Map([...(await expectedPairs(context))].map((pair) => [pair[sender], pair])),
    decided: new Set(heldPairs.map(({ first }) => first)),
  };
}

/** The same where B cannot be read: pairs whose summary people have changed on A since the start. Edits on B are not seen. */
async function withoutFreshOnA(
  context: StepContext,
  a: Side,
  chunk: ResyncChunk,
  pairs: PhasePairs['pairs'],
): Promise<string[]> {
  const since = Date.parse(factOf(context, 'startedAt'));
  const from = (await clockOf(context, a)).theirs(since);
  const syncUser = (await liveConfiguration(context)).firstConnector.connection?.application?.user;
  const fresh = new Set(
    (await issuesTouchedSince(context, a, since, { changes: true }))
      .filter(({ changes = [] }) =>
        changes.some(
          ({ at, author, items }) =>
            at >= from && author !== syncUser && items.some(({ field }) => /^summary$/i.test(field)),
        ),
      )
      .map(({ key }) => key),
  );
  return chunk.keys.filter((key) => !fresh.has(pairs.get(key)?.first ?? ''));
}
