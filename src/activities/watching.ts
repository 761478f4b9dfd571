/** What the watcher looks for, and what a look means for whom. Pure over pictures and readings; it remembers the last look. */
import type { Synchronization } from '../backbone/types.ts';
import type { BackboneCapabilities } from '../config/types.ts';
import type { MigrationState } from '../contract/names.ts';
import { alarmIn, type Sight } from '../contract/watch.ts';
import { digestOf } from '../store/canonical.ts';
import type { ProjectionRow } from '../store/store.ts';

/**
 * `stayStopped` the original, from its stop to the end · `stopped`, `running` a person is to stop or start it · `changed` a person is
 * to change its configuration · `listed` a person is to create one.
 */
export interface Watch {
  row: ProjectionRow;
  until: 'stayStopped' | 'stopped' | 'running' | 'changed' | 'listed';
  /** Empty for one that is to be created. */
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

/** Of one instance, in one process, and forgotten with it. */
export interface Memory {
  /** When the status was read last, by key. */
  readAt: Map<string, number>;
  /** What an open task was told of last, by task; the first look at a task tells it in any case. */
  tasks: Map<string, string>;
  /** What was told of its original and is not shown yet, by migration. */
  originals: Map<string, Told>;
  /** Of which policy a gate was told, by migration. */
  policies: Map<string, string>;
}

interface Told {
  what: Sight;
  looks: number;
}

const TELL_AGAIN_LOOKS = 10;

/** Where nothing else reads whether it is there until people act. */
const RESTS_ON_ORIGINAL: readonly MigrationState[] = ['AwaitingApproval', 'Deleting'];

export const newMemory = (): Memory => ({
  readAt: new Map(),
  tasks: new Map(),
  originals: new Map(),
  policies: new Map(),
});

/** At a gate that was judged under another policy of the operator. The watcher of the original's home tells, and no other. */
export const judgedOtherwise = ({ picture }: ProjectionRow, instance: string, policy: string): boolean =>
  picture.original.startsWith(`${instance}/`) &&
  picture.step === 'approval' &&
  picture.gate !== undefined &&
  picture.gate.policy !== policy;

/** What this instance is to be looked at for. The key of a new one may be another's on the wrong instance: one look too many. */
export function needed(row: ProjectionRow, instance: string): Watch[] {
  const { original, steps, state, tasks, created } = row.picture;
  const at = original.lastIndexOf('/');
  const [home, key] = [original.slice(0, at), original.slice(at + 1)];
  const watches: Watch[] = [];
  const isStopped = steps.some((status) => status.step === 'stopOriginal' && status.state === 'done');
  if (home === instance && isStopped && state !== 'RollingBack') watches.push({ row, until: 'stayStopped', key });
  switch (state === 'WaitingForPerson' || state === 'Deleting' ? tasks[0]?.step : undefined) {
    case 'stopOriginal':
      if (home === instance) watches.push({ row, until: 'stopped', key });
      break;
    case 'createSynchronization':
      watches.push({ row, until: 'listed', key: '' });
      break;
    case 'importConfiguration':
    case 'correctConfiguration':
      if (created) watches.push({ row, until: 'changed', key: created });
      break;
    case 'startSynchronization':
      if (created) watches.push({ row, until: 'running', key: created });
      break;
    case 'deleteOriginal':
      // That it does not is what nobody deletes on.
      if (created) watches.push({ row, until: 'stopped', key: created });
      break;
  }
  return watches;
}

/** The keys whose status has to be known. */
export const statusKeys = (watches: readonly Watch[]): string[] => [
  ...new Set(watches.filter(({ until }) => until !== 'changed' && until !== 'listed').map(({ key }) => key)),
];

/** Who is to be told what; the memory is brought up to date. */
export function sightings(
  watches: readonly Watch[],
  view: View,
  memory: Memory,
  vocabulary: BackboneCapabilities['vocabulary'],
): Sighting[] {
  const found: Sighting[] = [];
  const [tasks, originals] = [new Map<string, string>(), new Map<string, Told>()];
  for (const { row, until, key } of watches) {
    const { migration } = row;
    const status = view.statuses.get(key);
    if (until === 'stayStopped') {
      const isListed = view.entries === undefined || view.entries.has(key);
      if (!isListed) {
        // Once: it is read again there, and where it is only hidden from this list, that would have no end.
        const isTold = memory.originals.get(migration)?.what === 'originalGone';
        const isAwaited = RESTS_ON_ORIGINAL.includes(row.picture.state);
        if (isAwaited && !isTold) found.push({ row, what: 'originalGone' });
        if (isAwaited || isTold) originals.set(migration, { what: 'originalGone', looks: 0 });
        continue;
      }
      if (status === undefined) continue;
      const now = status === vocabulary.stopped ? 'originalStopped' : 'originalRuns';
      if (now === shown(row)) continue;
      // A run may die before it shows what it was told; the one that takes over is told again.
      const told = memory.originals.get(migration);
      const looks = told?.what === now ? told.looks + 1 : 0;
      originals.set(migration, { what: now, looks });
      if (looks % TELL_AGAIN_LOOKS === 0) found.push({ row, what: now });
      continue;
    }
    const task = `${migration} ${row.picture.tasks[0]?.since}`;
    const before = memory.tasks.get(task);
    const now = seenOf(until, key, view, vocabulary) ?? before;
    if (now === undefined) continue;
    tasks.set(task, now);
    if (now !== before) found.push({ row, what: 'changed' });
  }
  Object.assign(memory, { tasks, originals } satisfies Partial<Memory>);
  return found;
}

/** What can be seen of what a task waits for; it is told when it differs from what was told before. `undefined`: nothing. */
function seenOf(
  until: Exclude<Watch['until'], 'stayStopped'>,
  key: string,
  { entries, statuses }: View,
  vocabulary: BackboneCapabilities['vocabulary'],
): string | undefined {
  switch (until) {
    case 'stopped':
    case 'running':
      return statuses.get(key) === vocabulary[until] ? until : undefined;
    case 'listed':
      return entries && digestOf([...entries.keys()].toSorted());
    case 'changed': {
      const entry = entries?.get(key);
      if (!entry) return undefined;
      // Its counters move by themselves.
      const { status: _, ...configuration } = entry;
      return digestOf(configuration);
    }
  }
}

/** What the migration itself shows; nothing else is believed. */
const shown = ({ picture }: ProjectionRow): Sight => (alarmIn(picture) ? 'originalRuns' : 'originalStopped');
