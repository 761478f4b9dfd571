/**
 * Whether the original ran since it was recorded, also where nobody looked meanwhile. While it is stopped it carries nothing, so its
 * sequence ids and times stay (docs/assumptions.md); others than those of the record mean that somebody had started it.
 */
import type { Synchronization } from '../../backbone/types.ts';
import type { Observed } from '../../evidence/types.ts';
import { pairName } from '../../pairs/keys.ts';
import { type EntryTrace, movedPairs } from '../../pairs/traces.ts';
import { digestOf } from '../../store/canonical.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { digestOfTraces, readIssueData, recordedPairs } from '../issueData.ts';
import { readPresentOriginal } from '../presence.ts';
import { unlessAccepted } from './acceptance.ts';
import { ignoredBy, type Read } from './acting.ts';

export interface Traces {
  /** Digest of all of them. */
  traces: string;
  /** Names of pairs, and members of the synchronization, that are others than in the record. */
  moved: string[];
  /** The original, as it was read for it. */
  original: Read;
}

/** Read now. What is new against the record is entered once, whoever finds it first. */
export async function readTraces(context: StepContext): Promise<Traces> {
  const { original } = planOf(context);
  const { stoppedTraces } = context.open(original.instance).config.backbone;
  const which = stoppedTraces.filter((trace): trace is EntryTrace => trace !== 'lastModified');
  const exported = await context.store.artifacts.getJson<Synchronization>(factOf(context, 'configuration'));
  const live = await readPresentOriginal(context);
  using before = await recordedPairs(context, { traces: true });
  using now = await readIssueData(context, original, { traces: true });
  const modified = (of: Synchronization) => (stoppedTraces.includes('lastModified') ? modifiedDates(of) : {});
  const [then, since] = [modified(exported), modified(live.value)];
  const moved = [
    ...Object.keys(since).filter((member) => since[member] !== then[member]),
    ...movedPairs(before, now, which).map(pairName),
  ];
  const traces = digestOf({ pairs: digestOfTraces(now, which), modified: since });
  if (moved.length > 0) await enterRestart(context, traces, moved);
  return { traces, moved, original: { value: live.value, ignored: ignoredBy(now) } };
}

/** What no person has accepted is named. */
export async function observeTraces(context: StepContext): Promise<Pick<Observed['original'], 'traces' | 'moved'>> {
  const { traces, moved } = await readTraces(context);
  return { traces, moved: unlessAccepted(context, 'restarted', moved, traces) };
}

function modifiedDates(of: Synchronization): Record<string, unknown> {
  const [first, second] = [of.firstConnector, of.secondConnector];
  const dates = {
    lastModifiedDate: of,
    'firstConnector.lastModifiedDate': first,
    'secondConnector.lastModifiedDate': second,
  };
  return Object.fromEntries(
    Object.entries(dates).map(([name, holder]) => [name, (holder && Reflect.get(holder, 'lastModifiedDate')) ?? null]),
  );
}

export const ORIGINAL_RAN = 'OriginalRan';
const ENTERED_PAIRS = 50;

async function enterRestart(
  { store, known, holder, step }: StepContext,
  traces: string,
  moved: string[],
): Promise<void> {
  const entries = await known.all();
  if (entries.some(({ subject, digests }) => subject.code === ORIGINAL_RAN && digests.traces === traces)) return;
  const row = await store.projections.get(holder.migration);
  const state = row?.picture.state ?? 'Running';
  await store.ledger.append(holder, {
    kind: 'state',
    subject: { state, step, code: ORIGINAL_RAN, count: moved.length, pairs: moved.slice(0, ENTERED_PAIRS) },
    digests: { traces },
  });
}

/** What was entered of a restart after the newest approval. */
export async function ranSinceApproved({ known }: StepContext): Promise<string[] | undefined> {
  const entries = await known.all();
  const granted = entries.findLastIndex(({ kind }) => kind === 'grant');
  const pairs = entries.slice(granted + 1).findLast(({ subject }) => subject.code === ORIGINAL_RAN)?.subject.pairs;
  return Array.isArray(pairs) ? pairs : undefined;
}
