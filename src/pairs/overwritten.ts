/**
 * Newer changes that a synchronization wrote over: both sides hold the older value then, and no comparison of them shows it. The
 * history of the side that changed the field last does.
 */
import type { Change, ChangeItem } from '../jira/types.ts';
import type { DirectedMapping, Directions, DirectionsInput, FieldName } from './directions.ts';

/** Ids of mappings of which the side that wins by `directions` has lost what people wrote there last. */
export function overwritten(
  { changesA, changesB, since, mappings, syncUsers }: DirectionsInput,
  { aToB, bToA }: Directions,
): string[] {
  const onA = { changes: inOrder(changesA, since.a), syncUser: syncUsers.a };
  const onB = { changes: inOrder(changesB, since.b), syncUser: syncUsers.b };
  return mappings
    .filter(({ id, aField, bField, aName, bName }) => {
      // What comes from several fields is the newest of all of them.
      if (aToB.includes(id)) return !isShared(mappings, 'aField', aField) && lost(onA, aField, aName);
      return bToA.includes(id) && !isShared(mappings, 'bField', bField) && lost(onB, bField, bName);
    })
    .map(({ id }) => id);
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
}

function lost({ changes, syncUser }: History, field: string, called: FieldName | undefined): boolean {
  const names = [field, ...(called && !called.shared ? [called.name] : [])];
  const own = changes.flatMap(({ author, items }) => {
    const item = items.findLast((each) => names.includes(each.field));
    return item ? [{ author, item }] : [];
  });
  const last = own.at(-1);
  const byPerson = own.findLast(({ author }) => author !== syncUser);
  // Without a name it is somebody's whose history is another issue's.
  if (!last || !byPerson || byPerson.author === '' || last.author !== syncUser) return false;
  return !sameValue(last.item, byPerson.item);
}

const sameValue = (x: ChangeItem, y: ChangeItem): boolean => x.to === y.to && plain(x.text) === plain(y.text);
const plain = (text = ''): string => text.replace(/\r\n?/g, '\n').trim();
