/** What became of each synchronization, and by whom: the sandbox's record, read once from its beginning to its end. */
import type { RecordEntry } from '../../../sandbox/world/record.ts';

/** The user that the migrator's requests carry; everybody else is a person. */
const SERVICE = 'migrator';

export interface Change {
  /** Number and time of the entry. */
  n: number;
  at: number;
  what: 'created' | 'started' | 'stopped' | 'deleted' | 'edited';
  byUs: boolean;
  /** Of a delete: the key of the synchronization that then ran with all of its pairs. */
  replacedBy?: string;
}

export interface Thing {
  /** `jira-old/INT-16`. */
  name: string;
  original: boolean;
  changes: Change[];
}

const EFFECTS: Record<string, Change['what']> = {
  'integration created': 'created',
  'integration started': 'started',
  'integration stopped': 'stopped',
  'integration deleted': 'deleted',
  'edit-configuration': 'edited',
};

/** Every synchronization that something happened to. */
export function thingsOf(record: readonly RecordEntry[]): Thing[] {
  const things = new Map<string, Thing>();
  for (const { n, at, what = '', instance, user, detail = {} } of record) {
    const kind = EFFECTS[what];
    if (!kind) continue;
    const name = `${instance}/${detail.integrationKey}`;
    const thing = things.get(name) ?? { name, original: false, changes: [] };
    things.set(name, thing);
    thing.original ||= detail.original === true;
    const replacedBy = typeof detail.replacedBy === 'string' ? { replacedBy: detail.replacedBy } : {};
    thing.changes.push({ n, at, what: kind, byUs: user === SERVICE, ...replacedBy });
  }
  return [...things.values()];
}

export const isOurs = ({ changes }: Thing): boolean => changes.some(({ what, byUs }) => what === 'created' && byUs);

/** The last change before entry `n` that a sentence about its state rests on. */
export const lastOf = (thing: Thing, n: number, ...kinds: Change['what'][]): Change | undefined =>
  thing.changes.findLast((change) => change.n < n && kinds.includes(change.what));

/** Before entry `n`. An original runs from the beginning. */
export function runsAt(thing: Thing, n: number): boolean {
  const last = lastOf(thing, n, 'started', 'stopped', 'deleted');
  return last ? last.what === 'started' : thing.original;
}

export const isThere = (thing: Thing, n: number): boolean => lastOf(thing, n, 'deleted') === undefined;

const isOwnRequest = ({ kind, user }: RecordEntry): boolean => kind === 'request' && user === SERVICE;

/** How closely one thing follows another: fewer requests of ours in between, and less time. */
export interface Closeness {
  requests: number;
  ms: number;
}

/**
 * A person's act that comes so closely before ours cannot have been seen by whoever read right before it sent: a race, which every
 * client of an interface without conditional requests can lose.
 */
function isRace(record: readonly RecordEntry[], before: number, after: number, { requests, ms }: Closeness): boolean {
  const [first, last] = [record[before - 1], record[after - 1]];
  if (!first || !last) return false;
  const between = record.slice(before, after - 1).filter(isOwnRequest).length;
  return between < requests && last.at - first.at < ms;
}

/** A look of ours at the thing: whether it is there, or only how it stands. */
const looksAt = (
  record: readonly RecordEntry[],
  { name }: Thing,
  n: number,
  until: number,
  status: boolean,
): RecordEntry[] => {
  const [instance = '', key = ''] = name.split('/');
  const path = new RegExp(status ? `/integrations/${key}/status$` : `/integrations(?:/${key}(?:/status)?)?(?:\\?|$)`);
  return record
    .slice(n, until - 1)
    .filter(
      (entry) =>
        isOwnRequest(entry) && entry.instance === instance && entry.method === 'GET' && path.test(entry.path ?? ''),
    );
};

/** Whether we read the thing after entry `n`, and got a true answer. */
export const readSince = (record: readonly RecordEntry[], thing: Thing, n: number, until: number): boolean =>
  looksAt(record, thing, n, until, false).some(({ detail }) => detail?.fault === undefined);

/** What a person did before entry `n` and nobody could see: a race, or every look since then was at a node that was behind. */
export function isUnseen(
  record: readonly RecordEntry[],
  thing: Thing,
  done: Change,
  n: number,
  closeness: Closeness,
): boolean {
  if (done.byUs) return false;
  if (isRace(record, done.n, n, closeness)) return true;
  const looks = looksAt(record, thing, done.n, n, done.what !== 'deleted' && done.what !== 'edited');
  return looks.length > 0 && looks.every(({ detail }) => detail?.fault === 'stale');
}

/** Started at entry `n`, and stopped by a person before any look of ours, and it carried nothing: there is nothing that anybody could find. */
export function leftNothing(record: readonly RecordEntry[], thing: Thing, n: number): boolean {
  const stopped = thing.changes.find((change) => change.n > n && change.what === 'stopped');
  if (!stopped || stopped.byUs || readSince(record, thing, n, stopped.n)) return false;
  const key = thing.name.split('/')[1];
  return !record
    .slice(n, stopped.n)
    .some(({ kind, user, detail }) => kind === 'effect' && user === 'backbone' && detail?.integrationKey === key);
}
