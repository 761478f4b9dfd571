/** For changes that the copy missed: which side has the newer value of each mapped field, so that it is carried the right way. */
import type { Change } from '../jira/types.ts';

export interface DirectedMapping {
  /** Id of the field mapping. */
  id: string;
  aField: string;
  bField: string;
  /** The names under which the change history lists the fields, where it has names instead of ids. */
  aName?: string;
  bName?: string;
  /** With A as first: `EACH_OTHER`, `FIRST_TO_SECOND`, `SECOND_TO_FIRST` or `NONE`. */
  direction: string;
}

export interface DirectionsInput {
  changesA: Iterable<Change>;
  changesB: Iterable<Change>;
  /** Only changes at or after these moments count. Epoch milliseconds. */
  since: { a: number; b: number };
  mappings: readonly DirectedMapping[];
  /** The sync users' own changes came from the other side and are nobody's newer work. */
  syncUsers: { a: string; b: string };
}

export interface Directions {
  /** Mapping ids to resync from A to B. */
  aToB: string[];
  bToA: string[];
  /** Changed on both sides in the same millisecond: nobody can say. */
  undecided: string[];
}

/** The newest change by a person wins. Where a mapping goes one way only, its source wins, as in Backbone itself. */
export function fieldDirections(input: DirectionsInput): Directions {
  const newestA = newest(input.changesA, input.since.a, input.syncUsers.a);
  const newestB = newest(input.changesB, input.since.b, input.syncUsers.b);
  const directions: Directions = { aToB: [], bToA: [], undecided: [] };
  for (const mapping of input.mappings) {
    const a = latest(newestA, mapping.aField, mapping.aName);
    const b = latest(newestB, mapping.bField, mapping.bName);
    const to = decide(mapping.direction, a, b);
    if (to !== undefined) directions[to].push(mapping.id);
  }
  return directions;
}

function decide(direction: string, a: number | undefined, b: number | undefined): keyof Directions | undefined {
  switch (direction) {
    case 'FIRST_TO_SECOND':
      // A change at the target is overwritten by the source's value: the documented rule for one-way mappings.
      return a === undefined ? undefined : 'aToB';
    case 'SECOND_TO_FIRST':
      return b === undefined ? undefined : 'bToA';
    case 'EACH_OTHER':
      if (a === undefined) return b === undefined ? undefined : 'bToA';
      if (b === undefined) return 'aToB';
      return a === b ? 'undecided' : a > b ? 'aToB' : 'bToA';
    default:
      return undefined;
  }
}

function newest(changes: Iterable<Change>, since: number, syncUser: string): Map<string, number> {
  const times = new Map<string, number>();
  for (const { at, author, items } of changes) {
    if (at < since || author === syncUser) continue;
    for (const { field } of items) times.set(field, Math.max(at, times.get(field) ?? at));
  }
  return times;
}

function latest(times: Map<string, number>, id: string, name: string | undefined): number | undefined {
  const found = [times.get(id), name === undefined ? undefined : times.get(name)].filter((time) => time !== undefined);
  return found.length === 0 ? undefined : Math.max(...found);
}
