/** For changes that the copy missed: which side has the newer value of each mapped field, so that it is carried the right way. */
import type { Change } from '../jira/types.ts';

export interface DirectedMapping {
  /** Id of the field mapping. */
  id: string;
  aField: string;
  bField: string;
  /** How the change history calls the fields where it has names instead of ids. */
  aName?: FieldName | undefined;
  bName?: FieldName | undefined;
  /** With A as first: `EACH_OTHER`, `FIRST_TO_SECOND`, `SECOND_TO_FIRST` or `NONE`. */
  direction: string;
}

export interface FieldName {
  name: string;
  /** It is that of another field, too: what changed under it need not be this one. */
  shared: boolean;
}

export interface DirectionsInput {
  changesA: Iterable<Change>;
  changesB: Iterable<Change>;
  /** Only changes at or after these moments count. Epoch milliseconds. */
  since: { a: number; b: number };
  mappings: readonly DirectedMapping[];
  /** The sync users' own changes came from the other side and are nobody's newer work. */
  syncUsers: { a: string; b: string };
  /** Times of the two sides that are no further apart than this may be the other way round. Milliseconds; 0 where one clock told both. */
  within?: number;
}

export interface Directions {
  /** Mapping ids to resync from A to B. */
  aToB: string[];
  bToA: string[];
  /** Changed on both sides at the same time as far as their clocks tell, or perhaps on one of them only: nobody can say. */
  undecided: string[];
}

/**
 * The newest change by a person wins. Where a mapping goes one way only, its source wins, as in Backbone itself; unless another
 * one of the same two fields goes the other way.
 */
export function fieldDirections(input: DirectionsInput): Directions {
  const newestA = newest(input.changesA, input.since.a, input.syncUsers.a);
  const newestB = newest(input.changesB, input.since.b, input.syncUsers.b);
  const directions: Directions = { aToB: [], bToA: [], undecided: [] };
  for (const mapping of input.mappings) {
    const a = latest(newestA, mapping.aField, mapping.aName);
    const b = latest(newestB, mapping.bField, mapping.bName);
    const to = decide(waysBetween(mapping, input.mappings), { a, b, within: input.within ?? 0 });
    if (to === 'undecided' || (to && WAYS[mapping.direction]?.includes(to))) directions[to].push(mapping.id);
  }
  return directions;
}

type Way = 'aToB' | 'bToA';

const WAYS: Record<string, readonly Way[]> = {
  EACH_OTHER: ['aToB', 'bToA'],
  FIRST_TO_SECOND: ['aToB'],
  SECOND_TO_FIRST: ['bToA'],
};

/** The ways in which what two fields hold is carried, by whichever mapping. */
function waysBetween({ aField, bField }: DirectedMapping, mappings: readonly DirectedMapping[]): Set<Way> {
  const between = mappings.filter((other) => other.aField === aField && other.bField === bField);
  return new Set(between.flatMap(({ direction }) => WAYS[direction] ?? []));
}

/** When a field was changed last, and whether it was surely this one. */
interface Seen {
  at: number;
  sure: boolean;
}

function decide(
  ways: Set<Way>,
  { a, b, within }: { a: Seen | undefined; b: Seen | undefined; within: number },
): keyof Directions | undefined {
  const [newer, older] = a && (!b || a.at >= b.at) ? (['aToB', b] as const) : (['bToA', a] as const);
  if (ways.size < 2) {
    // A change at the target is overwritten by the source's value: the documented rule for one-way mappings.
    const [way] = ways;
    return (way === 'aToB' ? a : b) && way;
  }
  if (!a && !b) return undefined;
  const together = a && b && Math.abs(a.at - b.at) <= within;
  if (older && (together || !a?.sure || !b?.sure)) return 'undecided';
  return newer;
}

function newest(changes: Iterable<Change>, since: number, syncUser: string): Map<string, number> {
  const times = new Map<string, number>();
  for (const { at, author, items } of changes) {
    if (at < since || author === syncUser) continue;
    for (const { field } of items) times.set(field, Math.max(at, times.get(field) ?? at));
  }
  return times;
}

function latest(times: Map<string, number>, id: string, called: FieldName | undefined): Seen | undefined {
  const byId = times.get(id);
  const byName = called && times.get(called.name);
  if (byName !== undefined && (byId ?? 0) < byName) return { at: byName, sure: !called?.shared };
  return byId === undefined ? undefined : { at: byId, sure: true };
}
