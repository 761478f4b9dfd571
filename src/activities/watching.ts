/** What the watcher looks for, and what a look means for whom. Pure over pictures and readings; it remembers the last look. */
import type { Synchronization } from '../backbone/types.ts';
import type { BackboneCapabilities } from '../config/types.ts';
import type { Sight } from '../contract/watch.ts';
import { ORIGINAL_RUNS_AGAIN } from '../contract/watch.ts';
import { digestOf } from '../store/canonical.ts';
import type { ProjectionRow } from '../store/store.ts';

/**
 * `stayStopped` the original, from its stop to the end · `stopped`, `running` a person is to stop or start it · `change` a person is
 * to change its configuration · `appear` a person is to create one.
 */
export interface Watch {
  row: ProjectionRow;
  for: 'stayStopped' | 'stopped' | 'running' | 'change' | 'appear';
  /** Empty for one that is to appear. */
  key: string;
}

export interface View {
  /** By key; absent where the list is not for us. */
  entries: Map<string, Synchronization> | undefined;
  /** The status words that were read this time, by key. */
  statuses: Map<string, string>;
  reads: number;
}

export interface Sighting {
  row: ProjectionRow;
  what: Sight;
}

/** Of one instance, in one process. Forgotten with it: then a wait ends by its own looks, as without a watcher. */
export interface Memory {
  /** When the status was read last, by key. */
  readAt: Map<string, number>;
  /** Digests of configurations at the last look, by key. */
  prints: Map<string, string>;
  keys: Set<string> | undefined;
  /** What was told last: by migration of its original, and by task that it is done. */
  told: Map<string, Sight>;
}

export const newMemory = (): Memory => ({ readAt: new Map(), prints: new Map(), keys: undefined, told: new Map() });

/** What this instance is to be looked at for. The key of a new one may be that of another on the wrong instance: one look too many. */
export function needed(row: ProjectionRow, instance: string): Watch[] {
  const { picture } = row;
  const [home, original] = split(picture.original);
  const watches: Watch[] = [];
  const isStopped = picture.steps.some(({ step, state }) => step === 'stopOriginal' && state === 'done');
  if (home === instance && isStopped && picture.state !== 'RollingBack')
    watches.push({ row, for: 'stayStopped', key: original });
  const task = picture.state === 'WaitingForPerson' ? picture.tasks[0] : undefined;
  switch (task?.step) {
    case 'stopOriginal':
      if (home === instance) watches.push({ row, for: 'stopped', key: original });
      break;
    case 'createSynchronization':
      watches.push({ row, for: 'appear', key: '' });
      break;
    case 'startSynchronization':
      if (picture.created) watches.push({ row, for: 'running', key: picture.created });
      break;
  }
  // Before it is asked for too: who changes it in the moment of being asked is seen.
  const isStarted = picture.steps.some(({ step, state }) => step === 'startSynchronization' && state === 'done');
  if (picture.created && !isStarted) watches.push({ row, for: 'change', key: picture.created });
  return watches;
}

const split = (original: string): [string, string] => {
  const at = original.lastIndexOf('/');
  return [original.slice(0, at), original.slice(at + 1)];
};

/** The keys whose status has to be known. */
export const statusKeys = (watches: readonly Watch[]): string[] => [
  ...new Set(
    watches.filter(({ for: what }) => ['stayStopped', 'stopped', 'running'].includes(what)).map(({ key }) => key),
  ),
];

/** Who is to be told what; the memory is brought up to date. */
export function sightings(
  watches: readonly Watch[],
  view: View,
  memory: Memory,
  vocabulary: BackboneCapabilities['vocabulary'],
): Sighting[] {
  const found: Sighting[] = [];
  const prints = new Map<string, string>();
  const told = new Map<string, Sight>();
  const once = (row: ProjectionRow, name: string, what: Sight) => {
    if (memory.told.get(name) !== what) found.push({ row, what });
    told.set(name, what);
  };
  for (const { row, for: what, key } of watches) {
    const { migration, picture } = row;
    const status = view.statuses.get(key);
    const task = `${migration} ${picture.tasks[0]?.since}`;
    switch (what) {
      case 'stayStopped': {
        const before = memory.told.get(migration) ?? shown(row);
        if (before) told.set(migration, before);
        if (status === undefined) break;
        const now = status === vocabulary.stopped ? 'originalStopped' : 'originalRuns';
        told.set(migration, now);
        if (now !== (before ?? 'originalStopped')) found.push({ row, what: now });
        break;
      }
      case 'stopped':
        if (status === vocabulary.stopped) once(row, task, 'changed');
        break;
      case 'running':
        if (status === vocabulary.running) once(row, task, 'changed');
        break;
      case 'change': {
        const entry = view.entries?.get(key);
        if (!entry) break;
        const { status: _, ...configuration } = entry;
        const print = digestOf(configuration);
        const before = memory.prints.get(key);
        prints.set(key, print);
        if (before !== undefined && before !== print && picture.state === 'WaitingForPerson')
          found.push({ row, what: 'changed' });
        break;
      }
      case 'appear':
        if (memory.keys && [...(view.entries?.keys() ?? [])].some((each) => !memory.keys?.has(each)))
          found.push({ row, what: 'changed' });
        break;
    }
  }
  Object.assign(memory, { prints, told, keys: view.entries && new Set(view.entries.keys()) } satisfies Partial<Memory>);
  return found;
}

/** What the migration itself says that it was told: after a restart of the worker nothing is remembered here. */
const shown = ({ picture }: ProjectionRow): Sight | undefined =>
  picture.blockers.some(({ code }) => code === ORIGINAL_RUNS_AGAIN) ? 'originalRuns' : undefined;
