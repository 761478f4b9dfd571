/** People's work that is nowhere, or doubled, and that nobody was told of. */
import { judge as judgeWorld } from '../../../sandbox/control/verdict.ts';
import { fieldIdFor } from '../../../sandbox/world/lookup.ts';
import type { Issue, LiveSide, World } from '../../../sandbox/world/model.ts';
import type { RecordEntry } from '../../../sandbox/world/record.ts';
import { valueMeaning } from '../../../sandbox/world/values.ts';
import { isOurs, runsAt, thingsOf } from './timeline.ts';

export interface Judged {
  world: World;
  /** The final state of the migration. */
  state: string;
  /** Everything that people were told: tasks, evidence, what remains. */
  told: string;
  /** Both ran because a person started one: what that doubles is not ours. */
  bothRanByPersons: boolean;
}

/** A sentence for each. Where the new one does not run, because a person stopped it, nobody expects that it carries anything. */
export function lostWork(judged: Judged): string[] {
  const { world, state, bothRanByPersons } = judged;
  const goesForward = state === 'Completed' || state === 'KeptBoth';
  const stays = state.startsWith('RolledBack');
  if (!goesForward && !stays) return [];
  if (stays && world.moved) return notOnOldSides(judged);
  const record = world.record.after(0);
  const now = record.length + 1;
  const carries = thingsOf(record).some(
    (thing) => (goesForward ? isOurs(thing) : thing.original) && runsAt(thing, now),
  );
  const { details } = judgeWorld(world, true);
  const found = details
    .filter(({ what }) => carries || what.includes('more than once'))
    .filter(({ what }) => !(bothRanByPersons && what.includes('more than once')))
    .filter(({ origin }) => !isNamed(judged, origin))
    .map(({ what, origin, instance, keys = [], field, expected, actual }) =>
      [`${what}: ${instance} ${keys.join()} (${origin})`, field, JSON.stringify({ expected, actual })]
        .filter((word) => word !== undefined)
        .join(' '),
    );
  return [...found, ...(carries ? leftOnOldA(judged, record) : [])];
}

/** Made on the old A while the original must not run: on the new sides, or named. */
function leftOnOldA(judged: Judged, record: readonly RecordEntry[]): string[] {
  const { world } = judged;
  if (!world.moved) return [];
  const { from } = world.moved;
  const stopped =
    record.find(({ what, detail }) => what === 'integration stopped' && detail?.original === true)?.n ?? 0;
  return newest(
    record.filter((entry) => entry.n > stopped && isWorkOn(from, entry)),
    record,
  )
    .filter((entry) => ![world.live.a, world.live.b].every((side) => holds(side, entry)))
    .filter((entry) => !isNamed(judged, originOf(entry)))
    .map((entry) => `left behind on the old A: ${sentence(entry)}`);
}

/** The original joins the old A with B again: what was made on either is on both. What was made on the new A is there at least. */
function notOnOldSides(judged: Judged): string[] {
  const { world } = judged;
  const { moved, live } = world;
  if (!moved) return [];
  const record = world.record.after(0);
  const sides = [moved.from, moved.to, live.b];
  const runs = world.original.running && !world.original.deleted;
  return newest(record, record).flatMap((entry) => {
    const home = sides.find((side) => isWorkOn(side, entry));
    if (!home || isNamed(judged, originOf(entry))) return [];
    if (!holds(home, entry)) return [`overwritten: ${sentence(entry)}`];
    const expected = home === moved.to || !runs ? [] : [moved.from, live.b];
    const missing = expected.filter((side) => !holds(side, entry)).map(({ instance }) => instance.name);
    return missing.length > 0 ? [`not on ${missing.join()}: ${sentence(entry)}`] : [];
  });
}

const WORK = ['edit', 'comment', 'create'];
/** What the original carries in both directions, in every world of the sandbox. */
const CARRIED = ['summary', 'description', 'severity', 'customerReference', 'priority'];

const originOf = ({ detail }: RecordEntry): string => String(detail?.origin);

function isWorkOn({ instance, projectKey }: LiveSide, { kind, instance: name, detail }: RecordEntry): boolean {
  return WORK.includes(kind) && name === instance.name && String(detail?.key).startsWith(`${projectKey}-`);
}

/** Of several edits of one field only the newest has to be there, wherever it was made. */
function newest(entries: readonly RecordEntry[], among: readonly RecordEntry[]): RecordEntry[] {
  const later = (entry: RecordEntry) =>
    among.some(
      (other) =>
        other.n > entry.n &&
        other.kind === 'edit' &&
        originOf(other) === originOf(entry) &&
        other.detail?.field === entry.detail?.field,
    );
  return entries.filter((entry) => {
    if (!WORK.includes(entry.kind)) return false;
    return entry.kind !== 'edit' || (CARRIED.includes(String(entry.detail?.field)) && !later(entry));
  });
}

function issuesOf({ instance, projectKey }: LiveSide, origin: string): Issue[] {
  const issues = instance.projects.get(projectKey)?.issues.values() ?? [];
  return [...issues].filter((issue) => issue.origin === origin);
}

function holds(side: LiveSide, entry: RecordEntry): boolean {
  const issues = issuesOf(side, originOf(entry));
  if (entry.kind === 'create') return issues.length > 0;
  if (entry.kind === 'comment')
    return issues.some(({ comments }) => comments.some(({ origin }) => origin === entry.detail?.comment));
  const field = fieldIdFor(side.instance, String(entry.detail?.field));
  return issues.some(
    (issue) =>
      field !== undefined &&
      valueMeaning(side.instance, field, issue.values.get(field)) === (entry.detail?.value ?? null),
  );
}

/** By one of the keys that the issue has anywhere. */
function isNamed({ world, told }: Judged, origin: string): boolean {
  const sides = [...(world.moved ? [world.moved.from] : []), world.live.a, world.live.b];
  const keys = sides.flatMap((side) => issuesOf(side, origin).map(({ key }) => key));
  return keys.some((key) => new RegExp(`\\b${key}\\b`).test(told));
}

const sentence = ({ kind, instance, detail = {} }: RecordEntry): string =>
  `${kind} on ${instance}/${detail.key} ${detail.field ?? ''} ${JSON.stringify(detail.value ?? detail.body ?? '')}`;
