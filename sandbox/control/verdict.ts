/** What became of people's work: judged from the sandbox's own record and the final state of the live projects. */
import { joinsLiveProjects } from '../backbone/replacement.ts';
import { instanceOfSide } from '../backbone/status.ts';
import { queuedMessages } from '../engine/engine.ts';
import { fieldIdFor, fieldMeaning } from '../world/lookup.ts';
import type { Issue, LiveSide, World } from '../world/model.ts';
import type { RecordEntry } from '../world/record.ts';
import { viewsOf } from '../world/undertakings.ts';
import { valueMeaning } from '../world/values.ts';
import { lostComments } from './comment-verdict.ts';
import { runTimes } from './run-times.ts';

export interface Finding {
  what: string;
  origin: string;
  instance?: string;
  keys?: string[];
  field?: string;
  expected?: unknown;
  actual?: unknown;
}

export interface Verdict {
  settled: boolean;
  edits: number;
  comments: number;
  newIssues: number;
  pairs: number;
  duplicates: number;
  /** Of several migrations: of those whose new synchronization runs. What the others have still to carry is not lost. */
  lostChanges: number;
  /** Migrations, of several, whose new synchronization does not run. */
  pending: number;
  originalDeleted: boolean;
  wrongDeletes: number;
  bothRan: boolean;
  bothRanMs: number;
  gapMs: number;
  queued: number;
  inError: number;
  /** Messages that wait for an issue which is not synced yet. */
  waiting: number;
  details: Finding[];
}

type ByOrigin = Map<string, Issue[]>;

export function judge(world: World, settled: boolean): Verdict {
  const views = viewsOf(world);
  const each = views.map((view) =>
    judgeOne(
      view,
      views.filter((other) => other !== view),
    ),
  );
  const sum = (count: (one: (typeof each)[number]) => number) => each.reduce((all, one) => all + count(one), 0);
  const doubled = each.flatMap((one) => one.doubled);
  const migrated = views.map((view) => views.length === 1 || view.original.deleted || runsAnew(view));
  const lost = each.flatMap((one, n) => (migrated[n] ? one.lost : []));
  const deletes = world.record.after(0).filter((entry) => entry.what === 'integration deleted');
  return {
    settled,
    edits: sum(({ edits }) => edits),
    comments: sum(({ comments }) => comments),
    newIssues: sum(({ newIssues }) => newIssues),
    pairs: sum(({ pairs }) => pairs),
    duplicates: doubled.length,
    lostChanges: lost.length,
    pending: migrated.filter((is) => !is).length,
    originalDeleted: views.every(({ original }) => original.deleted),
    wrongDeletes: deletes.filter(isWrong).length,
    bothRan: each.some(({ bothRan }) => bothRan),
    bothRanMs: sum(({ bothRanMs }) => bothRanMs),
    gapMs: Math.max(...each.map(({ gapMs }) => gapMs)),
    queued: world.synchronizations.reduce((all, one) => all + (one.running ? queuedMessages(one) : 0), 0),
    inError: world.synchronizations.reduce((all, one) => all + one.first.held.size + one.second.held.size, 0),
    waiting: world.synchronizations
      .flatMap((one) => [...one.first.missing.values(), ...one.second.missing.values()])
      .flat().length,
    details: [...doubled, ...lost],
  };
}

const runsAnew = (view: World): boolean =>
  view.synchronizations.some((one) => one !== view.original && one.running && joinsLiveProjects(view, one));

/** One migration of the world, beside the others. */
function judgeOne(world: World, others: readonly World[]) {
  const record = world.record.after(0);
  const sides = [world.live.a, world.live.b].map((side) => ({ side, issues: byOrigin(side) }));
  const mapped = mappedMeanings(world);
  const isLive = (entry: RecordEntry) =>
    [world.live.a, world.live.b].some(
      ({ instance, projectKey }) => entry.instance === instance.name && keyOf(entry).startsWith(`${projectKey}-`),
    );
  const edits = record.filter((entry) => entry.kind === 'edit' && isLive(entry));
  const comments = record.filter((entry) => entry.kind === 'comment' && isLive(entry));
  const creates = record.filter((entry) => entry.kind === 'create' && isLive(entry));
  const lost: Finding[] = [];
  const doubled: Finding[] = [];

  // What people deleted or moved out of a project is not missing there.
  const takenAway = new Set(
    record
      .filter((entry) => entry.kind === 'delete' || entry.kind === 'move')
      .map((entry) => `${entry.instance} ${entry.detail?.origin}`),
  );
  const isTakenAway = (side: LiveSide, origin: string) => takenAway.has(`${side.instance.name} ${origin}`);
  const origins = new Set(sides.flatMap(({ issues }) => [...issues.keys()]));
  let pairs = 0;
  const missing = new Set<string>();
  for (const origin of origins) {
    const counts = sides.map(({ issues }) => issues.get(origin)?.length ?? 0);
    if (counts.every((count) => count === 1)) pairs += 1;
    sides.forEach(({ side, issues }, n) => {
      const found = issues.get(origin) ?? [];
      const keys = found.map((issue) => issue.key);
      for (let extra = 1; extra < found.length; extra++) {
        doubled.push({ what: 'issue exists more than once', origin, instance: side.instance.name, keys });
      }
      if ((counts[n] ?? 0) > 0 || origin.startsWith('ops-') || isTakenAway(side, origin)) return;
      missing.add(origin);
      lost.push({ what: 'issue is missing', origin, instance: side.instance.name });
    });
  }

  for (const [origin, fields] of newestEdits(edits, mapped)) {
    if (missing.has(origin)) continue;
    for (const [field, entry] of fields) {
      const expected = entry.detail?.value ?? null;
      const wrong = sides.flatMap(({ side, issues }) => {
        const values = (issues.get(origin) ?? []).map((issue) => meaningOn(side, issue, field));
        if (values.length === 0 && isTakenAway(side, origin)) return [];
        return values.some((value) => value === expected)
          ? []
          : [{ instance: side.instance.name, values, keys: (issues.get(origin) ?? []).map(({ key }) => key) }];
      });
      const [first] = wrong;
      if (!first) continue;
      const actual = Object.fromEntries(wrong.map((each) => [each.instance, each.values]));
      lost.push({
        what: 'newest edit is not there',
        origin,
        instance: first.instance,
        keys: first.keys,
        field,
        expected,
        actual,
      });
    }
  }

  const acts = record.filter((entry) => isLive(entry) && !missing.has(String(entry.detail?.origin)));
  lost.push(...lostComments(world, sides, acts, isTakenAway));
  for (const { side, issues } of sides) doubled.push(...doubledComments(side, issues));

  return {
    edits: edits.length,
    comments: comments.length,
    newIssues: creates.length,
    pairs,
    doubled,
    lost,
    ...runTimes(world, others),
  };
}

const keyOf = (entry: RecordEntry): string => String(entry.detail?.key ?? '');

/** A run may take back what it created while the original is still there; everything else must stay. */
function isWrong(entry: RecordEntry): boolean {
  const detail = entry.detail ?? {};
  if (detail.original === true) return detail.replacedBy === null;
  return !(detail.createdInSandbox === true && detail.originalStillThere === true);
}

function byOrigin({ instance, projectKey }: LiveSide): ByOrigin {
  const found: ByOrigin = new Map();
  for (const issue of instance.projects.get(projectKey)?.issues.values() ?? []) {
    const list = found.get(issue.origin);
    if (list) list.push(issue);
    else found.set(issue.origin, [issue]);
  }
  return found;
}

/** What the original carried in both directions: only that can be lost. */
function mappedMeanings(world: World): Set<string> {
  const { configuration } = world.original;
  const second = world.live.b.instance;
  const both = configuration.fieldMappings.filter((mapping) => mapping.direction === 'EACH_OTHER');
  const meanings = new Set(both.map((mapping) => fieldMeaning(second, mapping.secondFieldId)));
  if (configuration.workflowMappings.length > 0) meanings.add('status');
  return meanings;
}

function newestEdits(
  edits: readonly RecordEntry[],
  mapped: ReadonlySet<string>,
): Map<string, Map<string, RecordEntry>> {
  const newest = new Map<string, Map<string, RecordEntry>>();
  for (const entry of edits) {
    const field = String(entry.detail?.field);
    if (!mapped.has(field)) continue;
    const origin = String(entry.detail?.origin);
    const fields = newest.get(origin) ?? new Map<string, RecordEntry>();
    newest.set(origin, fields);
    if ((fields.get(field)?.at ?? 0) <= entry.at) fields.set(field, entry);
  }
  return newest;
}

function meaningOn(side: LiveSide, issue: Issue, field: string): string | null {
  const fieldId = fieldIdFor(side.instance, field);
  return fieldId === undefined ? null : valueMeaning(side.instance, fieldId, issue.values.get(fieldId));
}

function doubledComments(side: LiveSide, issues: ByOrigin): Finding[] {
  const found: Finding[] = [];
  for (const [origin, list] of issues) {
    for (const issue of list) {
      const seen = new Set<string>();
      for (const comment of issue.comments) {
        if (!seen.has(comment.origin)) seen.add(comment.origin);
        else
          found.push({
            what: 'comment exists more than once',
            origin,
            instance: side.instance.name,
            keys: [issue.key],
            actual: comment.body,
          });
      }
    }
  }
  return found;
}

/** Synchronizations whose queues must be empty before anything is judged. */
export function isQuiet(world: World): boolean {
  const views = viewsOf(world);
  return world.synchronizations.every((one) => {
    if (queuedMessages(one) > 0 && (one.running || world.switches.stopDrains)) return false;
    if (!one.running || !views.some((each) => joinsLiveProjects(each, one))) return true;
    return [one.first, one.second].every((side) => {
      const project = instanceOfSide(world, one, side)?.projects.get(side.projectKey);
      return side.readTo === project?.touched.length;
    });
  });
}
