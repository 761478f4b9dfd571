/**
 * What is resynced: the summary of every pair, both ways, as the guide says; and, field by field, what people changed since the
 * copy on either side, since that is missing in the copy and no summary resync repairs it. The side that changed a field last
 * wins. Pairs whose summaries differ are held back from A→B: a stale A would overwrite newer work. Of a partner that cannot be
 * read nobody knows, so all are held back, and B's summary comes first.
 */
import { append, without } from '../../contract/lists.ts';
import type { Pair } from '../../pairs/keys.ts';
import { PairTable } from '../../pairs/table.ts';
import { planOf, type StepContext } from '../context.ts';
import { issueDataFile } from '../issueData.ts';
import { issuesOfAllPairs } from '../issues.ts';
import { restingPairs } from '../pairing/restingPairs.ts';
import { expectedPairs, newKeys } from '../steps/pairIssues.ts';
import { liveConfiguration } from '../translation.ts';
import { fieldPairs } from './mappedFields.ts';
import { findRepairs, gapSince } from './repairs.ts';

/** A good length for an `in` list of JQL; 1,000 is the documented ceiling of the stricter product. */
const KEYS_PER_REQUEST = 200;

export interface ResyncChunk {
  part: string;
  fieldMappings: string[];
  keys: string[];
  /** The guide's own resync, which repairs nothing: may be left out for an issue whose summary people are just changing. */
  summaryOnly: boolean;
}

/** Kept as an artifact, made once, right before the first resync. */
export interface ResyncPlan {
  aToB: ResyncChunk[];
  bToA: ResyncChunk[];
  /** Sent A→B after B→A. */
  held: ResyncChunk[];
  heldPairs: Pair[];
  /**
   * Pairs with the field mappings that people had changed since the copy by then, and those of them that one side had changed last;
   * verify looks for them anew, and compares what was decided with what the histories say then.
   */
  repairs: { pair: Pair; fieldMappings: string[]; aToB?: string[]; bToA?: string[] }[];
  /** Said, not hidden: what cannot be refreshed. */
  notes: string[];
  /** Artifact: the issue data of the new synchronization before anything was resynced. What arrives moves its receiving entry. */
  before: string;
}

interface Wish {
  key: string;
  fieldMappings: string[];
}

/** Wishes of one direction. A repair is never in one request with the summary: it is sent whatever becomes of that. */
interface Wishes {
  summary: Wish[];
  repairs: Wish[];
}

export async function planResync(context: StepContext): Promise<ResyncPlan> {
  const configuration = await liveConfiguration(context);
  const mappings = fieldPairs(configuration);
  const summaries = mappings.filter((mapping) => mapping.aField === 'summary' && mapping.bField === 'summary');
  const summaryAToB = summaries
    .filter((mapping) => mapping.direction !== 'SECOND_TO_FIRST')
    .map((mapping) => mapping.id);
  const summaryBToA = summaries
    .filter((mapping) => mapping.direction !== 'FIRST_TO_SECOND')
    .map((mapping) => mapping.id);
  const rests = await restingPairs(context);
  const all = (await expectedPairs(context)).sorted();
  const pairs = all.filter((pair) => !rests(pair));
  const repairs = await findRepairs(context, pairs, configuration, await gapSince(context));
  const { unread } = planOf(context).b;
  const heldPairs = unread ? pairs : await differing(context, pairs);
  const held = new Set(heldPairs.map((pair) => pair.first));

  const aToB: Wishes = { summary: [], repairs: [] };
  const bToA: Wishes = { summary: [], repairs: [] };
  const later: Wishes = { summary: [], repairs: [] };
  for (const pair of pairs) {
    const repair = repairs.get(pair.first) ?? { aToB: [], bToA: [] };
    // Where people changed the summary on A last, A→B is the right way; and by the time of B→A it has been carried.
    const newerOnA = repair.aToB.some((id) => summaryAToB.includes(id));
    const holdBack = held.has(pair.first) && !newerOnA;
    (holdBack ? later : aToB).summary.push({ key: pair.first, fieldMappings: summaryAToB });
    aToB.repairs.push({ key: pair.first, fieldMappings: without(repair.aToB, summaryAToB) });
    bToA.summary.push({ key: pair.second, fieldMappings: summaryBToA });
    bToA.repairs.push({ key: pair.second, fieldMappings: without(repair.bToA, summaryBToA) });
  }
  const notes = [
    ...(summaryAToB.length === 0 || summaryBToA.length === 0
      ? ['The summary is not mapped in both directions, so the sync info panel of one side is not refreshed.']
      : []),
    ...(pairs.length < all.length
      ? [
          `${all.length - pairs.length} pairs rest (gone, archived, elsewhere, out of scope or ignored) and are not resynced.`,
        ]
      : []),
    ...(unread ? ['B was not read, so its summaries go to A before A’s go to B'] : []),
  ];
  // After going back and forward again the parts are others than those the ledger knows as sent.
  const again = context.input.generation > 0 ? ` (${context.input.generation})` : '';
  return {
    aToB: chunks(`A→B${again}`, aToB),
    bToA: chunks(`B→A${again}`, bToA),
    held: chunks(`A→B held${again}`, later),
    heldPairs,
    repairs: pairs.flatMap((pair) => {
      const { compared: fieldMappings = [], aToB = [], bToA = [] } = repairs.get(pair.first) ?? {};
      return fieldMappings.length > 0 ? [{ pair, fieldMappings, aToB, bToA }] : [];
    }),
    notes,
    before: await context.store.artifacts.put(
      issueDataFile(context, newKeys(context), new PairTable()),
      'application/json',
    ),
  };
}

/** Pairs whose summaries differ now. */
async function differing(context: StepContext, pairs: Pair[]): Promise<Pair[]> {
  const found: Pair[] = [];
  for await (const { pairs: some, onA, onB } of issuesOfAllPairs(context, pairs)) {
    append(
      found,
      some.filter((pair) => onA.get(pair.first)?.summary !== onB.get(pair.second)?.summary),
    );
  }
  return found;
}

/** One request per set of field mappings and at most so many keys; nothing is sent for an empty set (it is required). */
function chunks(direction: string, { summary, repairs }: Wishes): ResyncChunk[] {
  const unnamed = [
    ...bySet(summary).map((chunk) => ({ ...chunk, summaryOnly: true })),
    ...bySet(repairs).map((chunk) => ({ ...chunk, summaryOnly: false })),
  ];
  return unnamed.map((chunk, n) => ({ part: `${direction} ${n + 1}`, ...chunk }));
}

function bySet(wishes: Wish[]): Pick<ResyncChunk, 'fieldMappings' | 'keys'>[] {
  const sets = new Map<string, { fieldMappings: string[]; keys: string[] }>();
  for (const wish of wishes) {
    const fieldMappings = [...new Set(wish.fieldMappings)].sort();
    if (fieldMappings.length === 0) continue;
    const name = fieldMappings.join(' ');
    const set = sets.get(name) ?? { fieldMappings, keys: [] };
    set.keys.push(wish.key);
    sets.set(name, set);
  }
  return [...sets.values()].flatMap(({ fieldMappings, keys }) =>
    Array.from({ length: Math.ceil(keys.length / KEYS_PER_REQUEST) }, (_, n) => ({
      fieldMappings,
      keys: keys.slice(n * KEYS_PER_REQUEST, (n + 1) * KEYS_PER_REQUEST),
    })),
  );
}
