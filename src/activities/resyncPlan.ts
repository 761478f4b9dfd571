/**
 * What is resynced: the summary of every pair, both ways, as the guide says; and, field by field, what people changed since the
 * copy on either side, since that is missing in the copy and no summary resync repairs it. The side that changed a field last
 * wins. Pairs whose summaries differ are held back from A→B: a stale A would overwrite newer work. Of a partner that cannot be
 * read nobody knows, so all are held back, and B's summary comes first.
 */
import type { Synchronization } from '../backbone/types.ts';
import type { ComparableMapping } from '../evidence/fieldValues.ts';
import { type DirectedMapping, fieldDirections } from '../pairs/directions.ts';
import type { Pair } from '../pairs/keys.ts';
import { factOf, planOf, type StepContext } from './context.ts';
import { issuesOfAllPairs, issuesTouchedSince } from './issues.ts';
import { restingPairs } from './restingPairs.ts';
import { expectedPairs } from './steps/pairIssues.ts';
import { changesThroughOldA } from './throughOldA.ts';
import { liveConfiguration } from './translation.ts';

/** A good length for an `in` list of JQL; 1,000 is the documented ceiling of the stricter product. */
const KEYS_PER_REQUEST = 200;
/** Clocks of two instances differ, and a change can be under way when the original is stopped. */
const MARGIN_MS = 60_000;

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
  /** Pairs with the field mappings that people changed since the copy; verify compares them. */
  repairs: { pair: Pair; fieldMappings: string[] }[];
  /** Said, not hidden: what cannot be refreshed. */
  notes: string[];
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
  const repairs = await repairsOf(context, pairs, mappings, configuration);
  const { unread } = planOf(context).b;
  const heldPairs = unread ? pairs : await differing(context, pairs);
  const held = new Set(heldPairs.map((pair) => pair.first));

  const aToB: Wishes = { summary: [], repairs: [] };
  const bToA: Wishes = { summary: [], repairs: [] };
  const later: Wishes = { summary: [], repairs: [] };
  const without = (repair: string[], summary: string[]) => repair.filter((id) => !summary.includes(id));
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
      const { aToB: there = [], bToA: back = [], status = false } = repairs.get(pair.first) ?? {};
      const fieldMappings = [...there, ...back, ...(status ? [STATUS] : [])].sort();
      return fieldMappings.length > 0 ? [{ pair, fieldMappings }] : [];
    }),
    notes,
  };
}

/** Pairs whose summaries differ now. */
async function differing(context: StepContext, pairs: Pair[]): Promise<Pair[]> {
  const found: Pair[] = [];
  for await (const { pairs: some, onA, onB } of issuesOfAllPairs(context, pairs)) {
    found.push(...some.filter((pair) => onA.get(pair.first)?.summary !== onB.get(pair.second)?.summary));
  }
  return found;
}

/** Field mappings with both field ids; A is the new synchronization's first connector. */
export function fieldPairs(configuration: Synchronization): DirectedMapping[] {
  return mappingsOf(configuration).map((mapping) => ({
    id: String(mapping.id),
    aField: String(mapping.firstFieldId),
    bField: String(mapping.secondFieldId),
    direction: String(mapping.direction),
  }));
}

/** The same with what is needed to compare values of both sides; the status too, which workflow mappings carry. */
export function comparableMappings(configuration: Synchronization): ComparableMapping[] {
  const fields = mappingsOf(configuration).map((mapping) => ({
    id: String(mapping.id),
    aField: String(mapping.firstFieldId),
    bField: String(mapping.secondFieldId),
    type: String(mapping.type),
    values: listOf(mapping.values).map((entry) => ({
      first: String(entry.firstOptionId),
      second: String(entry.secondOptionId),
    })),
  }));
  const statuses = listOf(configuration.workflowMappings).flatMap((mapping) => listOf(mapping.statuses));
  if (statuses.length === 0) return fields;
  const values = statuses.map((entry) => ({
    first: String(entry.firstStatusId),
    second: String(entry.secondStatusId),
  }));
  return [...fields, { id: STATUS, aField: STATUS, bField: STATUS, type: 'correlation', values }];
}

/** Stands among field mappings although it is none: a resync of fields does not carry it, so it is only compared. */
const STATUS = 'status';

const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value : []);

const mappingsOf = ({ fieldMappings }: Synchronization): Record<string, unknown>[] => listOf(fieldMappings);

/** Since when changes may be missing: the start of the copy, or for a project that stayed, the stop of the original. */
export function gapSince(context: StepContext): number {
  const { move } = context.start;
  const since = move ? Date.parse(move.copyStarted) : Date.parse(factOf(context, 'stoppedAt'));
  return since - MARGIN_MS;
}

async function repairsOf(
  context: StepContext,
  pairs: Pair[],
  mappings: DirectedMapping[],
  configuration: Synchronization,
) {
  const plan = planOf(context);
  const since = gapSince(context);
  const [touchedA, touchedB] = await Promise.all([
    issuesTouchedSince(context, plan.a, since),
    issuesTouchedSince(context, plan.b, since),
  ]);
  const undelivered = new Set(
    context.facts.undelivered ? await context.store.artifacts.getJson<string[]>(context.facts.undelivered) : [],
  );
  const throughOldA = await changesThroughOldA(context, since);
  const onNewA = new Set([...touchedA.map(({ key }) => key), ...throughOldA.keys(), ...undelivered]);
  const onItsB = new Set(touchedB.map(({ key }) => key));
  const concerned = pairs.filter(({ first, second }) => onNewA.has(first) || onItsB.has(second));
  const syncUsers = {
    a: configuration.firstConnector.connection?.application?.user ?? '',
    b: configuration.secondConnector.connection?.application?.user ?? '',
  };
  const withStatus = [...mappings, { id: STATUS, aField: STATUS, bField: STATUS, direction: 'EACH_OTHER' }];
  const repairs = new Map<string, { aToB: string[]; bToA: string[]; status: boolean }>();
  const fields = (ids: string[]) => ids.filter((id) => id !== STATUS);
  for await (const { pairs: some, onA, onB } of issuesOfAllPairs(context, concerned, { changes: true })) {
    for (const pair of some) {
      const all = undelivered.has(pair.first);
      const { aToB, bToA, undecided } = fieldDirections({
        changesA: onA.get(pair.first)?.changes ?? [],
        changesB: throughOldA.get(pair.first) ?? onB.get(pair.second)?.changes ?? [],
        since: { a: all ? 0 : since, b: all ? 0 : since },
        mappings: withStatus,
        syncUsers,
      });
      const status = [...aToB, ...bToA, ...undecided].includes(STATUS);
      repairs.set(pair.first, { aToB: fields(aToB), bToA: fields(bToA), status });
    }
  }
  return repairs;
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
