/**
 * Newer changes that a synchronization wrote over: both sides hold the older value then, and no comparison of them shows it. The
 * history of the side that changed the field last does.
 */
import type { Change, ChangeItem } from '../jira/types.ts';
import type { DirectedMapping, Directions, DirectionsInput, FieldName } from './directions.ts';

/**
 * Ids of mappings of which the side that wins by `directions` has lost what people wrote there last. `late`: what the old home had
 * sent did not arrive, so what people did there (changes of nobody) may never have reached B.
 */
export function overwritten(
  { changesA, changesB, since, mappings, syncUsers, late }: DirectionsInput & { late: boolean },
  { aToB, bToA }: Directions,
): string[] {
  const onA = { changes: inOrder(changesA, since.a), syncUser: syncUsers.a, late };
  const onB = { changes: inOrder(changesB, since.b), syncUser: syncUsers.b, late };
  return mappings
    .filter(({ id, aField, bField, aName, bName }) => {
      // What comes from several fields is the newest of all of them.
      if (aToB.includes(id)) return !isShared(mappings, 'aField', aField) && lost(onA, aField, aName);
      return bToA.includes(id) && !isShared(mappings, 'bField', bField) && lost(onB, bField, bName);
    })
    .map(({ id }) => id);
}

/** Ids of one-way mappings whose target people changed after its source: until that changes again it stays so, in Backbone itself. */
export function leftToTarget({ changesA, changesB, since, mappings, syncUsers }: DirectionsInput): string[] {
  const onA = { changes: inOrder(changesA, since.a), syncUser: syncUsers.a };
  const onB = { changes: inOrder(changesB, since.b), syncUser: syncUsers.b };
  return mappings
    .filter(({ direction, aField, bField, aName, bName }) => {
      const [a, b] = [lastOf(onA, [aField, aName?.name]), lastOf(onB, [bField, bName?.name])];
      const [source, target] = direction === 'FIRST_TO_SECOND' ? [a, b] : [b, a];
      const isOneWay = direction === 'FIRST_TO_SECOND' || direction === 'SECOND_TO_FIRST';
      return isOneWay && target.isPerson && target.at > source.at;
    })
    .map(({ id }) => id);
}

function lastOf({ changes, syncUser }: Pick<History, 'changes' | 'syncUser'>, names: (string | undefined)[]) {
  const last = changes.findLast(({ items }) => items.some(({ field }) => names.includes(field)));
  return { at: last?.at ?? 0, isPerson: last !== undefined && last.author !== syncUser };
}

const inOrder = (changes: Iterable<Change>, since: number): Change[] =>
  [...changes].filter(({ at }) => at >= since).sort((x, y) => x.at - y.at);

function isShared(mappings: readonly DirectedMapping[], side: 'aField' | 'bField', field: string): boolean {
  const other = side === 'aField' ? 'bField' : 'aField';
  return new Set(mappings.filter((mapping) => mapping[side] === field).map((mapping) => mapping[other])).size > 1;
}

interface History {
  changes: Change[];
  syncUser: string;
  late: boolean;
}

/** Two instances' clocks. */
const CLOCKS_MS = 60_000;

function lost({ changes, syncUser, late }: History, field: string, called: FieldName | undefined): boolean {
  const names = [field, ...(called && !called.shared ? [called.name] : [])];
  const own = changes.flatMap(({ at, author, items }) => {
    const item = items.findLast((each) => names.includes(each.field));
    return item ? [{ at, author, item }] : [];
  });
  const last = own.at(-1);
  const byPerson = own.findLast(({ author }) => author !== syncUser);
  if (!last || !byPerson) return false;
  // Values of another home are not compared: whether anything came after it is seen.
  if (byPerson.author === '')
    return late && !own.some(({ at, author }) => author === syncUser && at >= byPerson.at - CLOCKS_MS);
  if (last.author !== syncUser) return false;
  return !sameValue(last.item, byPerson.item);
}

const sameValue = (x: ChangeItem, y: ChangeItem): boolean => x.to === y.to && plain(x.text) === plain(y.text);
const plain = (text = ''): string => text.replace(/\r\n?/g, '\n').trim();
