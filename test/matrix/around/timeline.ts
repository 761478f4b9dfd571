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
export function isRace(
  record: readonly RecordEntry[],
  before: number,
  after: number,
  { requests, ms }: Closeness,
): boolean {
  const [first, last] = [record[before - 1], record[after - 1]];
  if (!first || !last) return false;
  const between = record.slice(before, after - 1).filter(isOwnRequest).length;
  return between < requests && last.at - first.at < ms;
}

/** Whether we read the thing after entry `n`, and got a true answer. */
export function readSince(record: readonly RecordEntry[], { name }: Thing, n: number, until: number): boolean {
  const [instance = '', key = ''] = name.split('/');
  const path = new RegExp(`/integrations(?:/${key}(?:/status)?)?(?:\\?|$)`);
  return record
    .slice(n, until)
    .some(
      (entry) =>
        isOwnRequest(entry) &&
        entry.instance === instance &&
        entry.method === 'GET' &&
        path.test(entry.path ?? '') &&
        entry.detail?.fault === undefined,
    );
}
