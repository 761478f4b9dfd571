/**
 * What is resynced: the summary of every pair, both ways, as the guide says; and, field by field, what people changed since the
 * copy on either side, since that is missing in the copy and no summary resync repairs it. The side that changed a field last
 * wins. Pairs whose summaries differ are held back from A→B: a stale A would overwrite newer work. Of a partner that cannot be
 * read nobody knows, so all are held back, and B's summary comes first.
 */
import type { Synchronization } from '../backbone/types.ts';
import type { ComparableMapping } from '../evidence/fieldValues.ts';
import type { Change } from '../jira/types.ts';
import { type DirectedMapping, fieldDirections } from '../pairs/directions.ts';
import type { Pair } from '../pairs/keys.ts';
import { factOf, planOf, type StepContext } from './context.ts';
import { issuesOfPairs, issuesTouchedSince } from './issues.ts';
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
  const { onA, onB } = await issuesOfPairs(context, pairs);
  const repairs = await repairsOf(context, pairs, mappings, configuration);
  const { unread } = planOf(context).b;
  const heldPairs = pairs.filter((pair) => unread || onA.get(pair.first)?.summary !== onB.get(pair.second)?.summary);
  const held = new Set(heldPairs.map((pair) => pair.first));

  const aToB: Wish[] = [];
  const later: Wish[] = [];
  const bToA: Wish[] = [];
  for (const pair of pairs) {
    const repair = repairs.get(pair.first) ?? { aToB: [], bToA: [] };
    // Where people changed the summary on A last, A→B is the right way; and by the time of B→A it has been carried.
    const newerOnA = repair.aToB.some((id) => summaryAToB.includes(id));
    const holdBack = held.has(pair.first) && !newerOnA;
    aToB.push({ key: pair.first, fieldMappings: [...(holdBack ? [] : summaryAToB), ...repair.aToB] });
    if (holdBack) later.push({ key: pair.first, fieldMappings: summaryAToB });
    bToA.push({ key: pair.second, fieldMappings: [...summaryBToA, ...repair.bToA] });
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
  const undelivered = context.facts.undelivered
    ? await context.store.artifacts.getJson<string[]>(context.facts.undelivered)
    : [];
  const throughOldA = await changesThroughOldA(context, since);
  const touched = new Set([
    ...touchedA.map(({ key }) => key),
    ...touchedB.map(({ key }) => key),
    ...throughOldA.keys(),
  ]);
  const concerned = pairs.filter(
    (pair) =>
      touched.has(pair.first) ||
      touched.has(pair.second) ||
      undelivered.includes(pair.first) ||
      undelivered.includes(pair.second),
  );
  const { onA, onB } = await issuesOfPairs(context, concerned, { changes: true });
  const syncUsers = {
    a: configuration.firstConnector.connection?.application?.user ?? '',
    b: configuration.secondConnector.connection?.application?.user ?? '',
  };
  const withStatus = [...mappings, { id: STATUS, aField: STATUS, bField: STATUS, direction: 'EACH_OTHER' }];
  const repairs = new Map<string, { aToB: string[]; bToA: string[]; status: boolean }>();
  for (const pair of concerned) {
    const all = undelivered.includes(pair.first) || undelivered.includes(pair.second);
    const changes = (found: { changes?: Change[] } | undefined) => found?.changes ?? [];
    const { aToB, bToA, undecided } = fieldDirections({
      changesA: changes(onA.get(pair.first)),
      changesB: throughOldA.get(pair.first) ?? changes(onB.get(pair.second)),
      since: { a: all ? 0 : since, b: all ? 0 : since },
      mappings: withStatus,
      syncUsers,
    });
    const fields = (ids: string[]) => ids.filter((id) => id !== STATUS);
    const status = [...aToB, ...bToA, ...undecided].includes(STATUS);
    repairs.set(pair.first, { aToB: fields(aToB), bToA: fields(bToA), status });
  }
  return repairs;
}

/** One request per set of field mappings and at most so many keys; nothing is sent for an empty set (it is required). */
function chunks(direction: string, wishes: Wish[]): ResyncChunk[] {
  const bySet = new Map<string, Wish[]>();
  for (const wish of wishes) {
    const fieldMappings = [...new Set(wish.fieldMappings)].sort();
    if (fieldMappings.length === 0) continue;
    const name = fieldMappings.join(' ');
    bySet.set(name, [...(bySet.get(name) ?? []), { key: wish.key, fieldMappings }]);
  }
  const result: ResyncChunk[] = [];
  for (const group of bySet.values()) {
    for (let from = 0; from < group.length; from += KEYS_PER_REQUEST) {
      const part = group.slice(from, from + KEYS_PER_REQUEST);
      result.push({
        part: `${direction} ${result.length + 1}`,
        fieldMappings: part[0]?.fieldMappings ?? [],
        keys: part.map((wish) => wish.key),
      });
    }
  }
  return result;
}
