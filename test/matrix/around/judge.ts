/**
 * What must never have happened, whatever went wrong: read from the sandbox's record alone. What the migrator says of itself counts
 * in one place, and there against it: the end that it claims.
 */
import type { RecordEntry } from '../../../sandbox/world/record.ts';
import {
  type Change,
  type Closeness,
  isOurs,
  isThere,
  isUnseen,
  lastOf,
  leftNothing,
  readSince,
  runsAt,
  type Thing,
  thingsOf,
} from './timeline.ts';

export interface Happened {
  record: readonly RecordEntry[];
  /** Length of the record when somebody approved the delete, or took back that anything is to be deleted. */
  approvals: number[];
  withdrawals: number[];
  /** The final state, what it says that remains, and the length of the record when it was seen. */
  end?: { state: string; residue: readonly string[]; n: number };
}

export interface Findings {
  wrongDeletes: string[];
  bothRan: string[];
  falseEnds: string[];
  /** Both ran because a person started one: no fault of ours. */
  bothRanByPersons: string[];
}

/** Both are read right before something is sent, with room for a watcher's look. */
const RIGHT_BEFORE: Closeness = { requests: 8, ms: 1_000 };

export function judge(happened: Happened): Findings {
  const things = thingsOf(happened.record);
  return {
    wrongDeletes: [
      ...things.flatMap((thing) => wrongDeletesOf(thing, things, happened)),
      ...deletesOfTheGone(things, happened),
    ],
    ...overlaps(things, happened),
    falseEnds: happened.end ? falseEnd(happened.end, things, happened) : [],
  };
}

function wrongDeletesOf(thing: Thing, things: readonly Thing[], happened: Happened): string[] {
  return thing.changes
    .filter(({ what, byUs }) => what === 'deleted' && byUs)
    .flatMap((deleted) =>
      thing.original
        ? wrongWithOriginal(thing, deleted, things, happened)
        : wrongWithNew(thing, deleted, things, happened),
    );
}

/** The conditions of the gate, each at the moment of the delete. */
function wrongWithOriginal(
  original: Thing,
  deleted: Change,
  things: readonly Thing[],
  { record, approvals, withdrawals }: Happened,
): string[] {
  const { name } = original;
  const wrong: string[] = [];
  const approved = approvals.findLast((n) => n < deleted.n);
  if (approved === undefined || withdrawals.some((n) => n > approved && n < deleted.n))
    wrong.push(`${name} was deleted without an approval that stood`);
  wrong.push(...wasRunning(original, deleted, record));
  const successor = things.find((thing) => !thing.original && thing.name.endsWith(`/${deleted.replacedBy}`));
  if (!successor) {
    // It ran, and a person stopped or deleted it in the moment in which nobody reads any more.
    const missed = things.some((thing) => {
      const last = isOurs(thing) ? lastOf(thing, deleted.n, 'started', 'stopped', 'deleted') : undefined;
      return last && last.what !== 'started' && isUnseen(record, thing, last, deleted.n, RIGHT_BEFORE);
    });
    if (!missed) wrong.push(`${name} was deleted while nothing ran with its pairs`);
  } else if (!isOurs(successor)) wrong.push(`${name} was deleted, and ${successor.name}, which ran, is not ours`);
  for (const thing of [original, ...(successor ? [successor] : [])]) {
    const drift = thing.changes.find(
      ({ n, what, byUs }) =>
        !byUs &&
        approved !== undefined &&
        n > approved &&
        n < deleted.n &&
        (what === 'edited' || (thing.original && what === 'started' && !leftNothing(record, thing, n))),
    );
    if (drift && !isUnseen(record, thing, drift, deleted.n, RIGHT_BEFORE))
      wrong.push(`${name} was deleted on an approval given before a person ${drift.what} ${thing.name}`);
  }
  return wrong;
}

function wrongWithNew(thing: Thing, deleted: Change, things: readonly Thing[], { record }: Happened): string[] {
  const wrong = wasRunning(thing, deleted, record);
  if (!isOurs(thing)) wrong.push(`${thing.name}, which is not ours, was deleted`);
  const original = things.find((other) => other.original);
  const gone = original && lastOf(original, deleted.n, 'deleted');
  if (original && gone && !isUnseen(record, original, gone, deleted.n, RIGHT_BEFORE))
    wrong.push(`${thing.name} was deleted after ${original.name} was gone`);
  return wrong;
}

/** The product stops what it deletes: both are entered at once. */
function wasRunning(thing: Thing, deleted: Change, record: readonly RecordEntry[]): string[] {
  const before = thing.changes[thing.changes.indexOf(deleted) - 1];
  const stoppedByDelete = before?.what === 'stopped' && before.byUs && before.n === deleted.n - 1;
  if (!stoppedByDelete) return [];
  const started = lastOf(thing, before.n, 'started');
  if (started && isUnseen(record, thing, started, deleted.n, RIGHT_BEFORE)) return [];
  return [`${thing.name} was deleted while it ran`];
}

/** Sent although an earlier one had its effect. */
function deletesOfTheGone(things: readonly Thing[], { record }: Happened): string[] {
  return things.flatMap((thing) => {
    const deleted = thing.changes.find(({ what, byUs }) => what === 'deleted' && byUs);
    const [instance, key] = thing.name.split('/');
    const again = record.find(
      (entry) =>
        deleted &&
        entry.n > deleted.n + 1 &&
        entry.kind === 'request' &&
        entry.method === 'DELETE' &&
        entry.instance === instance &&
        entry.path?.endsWith(`/integrations/${key}`),
    );
    return again ? [`the delete of ${thing.name} was sent again after it had taken effect`] : [];
  });
}

/** Whoever started the later one of two that run at once is to blame, unless another one had started in that very moment. */
function overlaps(things: readonly Thing[], { record }: Happened): Pick<Findings, 'bothRan' | 'bothRanByPersons'> {
  const found: Pick<Findings, 'bothRan' | 'bothRanByPersons'> = { bothRan: [], bothRanByPersons: [] };
  for (const thing of things) {
    for (const start of thing.changes.filter(({ what }) => what === 'started')) {
      for (const other of things) {
        if (other === thing || !runsAt(other, start.n)) continue;
        const earlier = lastOf(other, start.n, 'started');
        const unseen = earlier && isUnseen(record, other, earlier, start.n, RIGHT_BEFORE);
        const list = start.byUs && !unseen ? found.bothRan : found.bothRanByPersons;
        list.push(`${thing.name} was started while ${other.name} ran`);
      }
    }
  }
  return found;
}

/** The end that was claimed, against what is there. What a person changed after our last look is no untruth of ours. */
function falseEnd(end: NonNullable<Happened['end']>, things: readonly Thing[], { record }: Happened): string[] {
  const now = record.length + 1;
  const unseen = (thing: Thing): boolean => {
    const last = lastOf(thing, now, 'started', 'stopped', 'deleted');
    if (!last || last.byUs) return false;
    return (
      last.n > end.n || !readSince(record, thing, last.n, end.n) || isUnseen(record, thing, last, end.n, RIGHT_BEFORE)
    );
  };
  const claim = (holds: boolean, thing: Thing, sentence: string): string[] =>
    holds || unseen(thing) ? [] : [`${end.state}, and ${thing.name} ${sentence}`];
  const original: Thing = things.find((thing) => thing.original) ?? {
    name: 'the original',
    original: true,
    changes: [],
  };
  const made = things.filter(isOurs);
  const left = made.filter((thing) => isThere(thing, now));
  const running = (thing: Thing) => runsAt(thing, now);
  const oneRuns = left.some(running) || made.some(unseen) ? [] : [`${end.state}, and nothing of ours runs`];
  const oneOnly = left.length > 1 ? [`${end.state}, and ${left.map(({ name }) => name).join(' and ')} are ours`] : [];
  switch (end.state) {
    case 'Completed':
      return [...claim(!isThere(original, now), original, 'is still there'), ...oneRuns, ...oneOnly];
    case 'KeptBoth':
      return [
        ...claim(isThere(original, now), original, 'is gone'),
        ...claim(!running(original), original, 'runs'),
        ...oneRuns,
        ...oneOnly,
      ];
    case 'RolledBack':
    case 'RolledBackWithResidue':
      return [
        ...claim(isThere(original, now) && running(original), original, 'does not run'),
        ...left.flatMap((thing) => {
          const named = end.residue.some((line) => line.includes(thing.name));
          return claim(named && !running(thing), thing, 'is left, and not named');
        }),
      ];
    case 'Refused':
      return things.some(({ changes }) => changes.some(({ byUs }) => byUs))
        ? ['Refused, and something was written']
        : [];
    default:
      return [];
  }
}
