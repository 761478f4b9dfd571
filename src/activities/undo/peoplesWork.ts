/** What people did on a side of the new synchronization that the original does not know of: comments and fields, by their histories. */
import type { Synchronization } from '../../backbone/types.ts';
import type { Change, JiraIssue } from '../../jira/types.ts';
import { factOf, planOf, type StepContext, sideName } from '../context.ts';
import { issuesByKey, issuesTouchedSince, keyOnNewA } from '../issues.ts';
import { syncUsersOf } from '../reading.ts';
import { type SideOfNew, type Since, sinceOriginal } from '../sinceOriginal.ts';

export interface Work {
  comments: { key: string; id: string }[];
  changed: { key: string; fields: string[] }[];
}

/** Touched since then, and those that are named, by key. */
export async function issuesSince(
  context: StepContext,
  side: SideOfNew,
  { ours }: Since,
  named: Iterable<string> = [],
): Promise<Map<string, JiraIssue>> {
  const where = planOf(context)[side];
  const query = { changes: true, comments: true };
  const touched = await issuesTouchedSince(context, where, ours, query);
  const found = new Map(touched.map((issue) => [issue.key, issue]));
  const others = [...named].filter((key) => !found.has(key));
  for (const [key, issue] of await issuesByKey(context, where, others, query)) found.set(key, issue);
  return found;
}

/** What the new one was given of the issues' comments, and what it carried. */
interface Comments {
  given: Listed;
  live: Listed;
}

const NONE: Comments = { given: new Map(), live: new Map() };

/** Without what old A has as well: people worked there while its project was copied, and the copy took that along. */
export async function workOn(
  context: StepContext,
  side: SideOfNew,
  issues: Map<string, JiraIssue>,
  since: Since,
  comments: Comments = NONE,
): Promise<Work> {
  const work = workIn(issues, since, comments);
  const plan = planOf(context);
  if (side === 'b' || !plan.moved) return work;
  const keys = new Set([...work.comments, ...work.changed].map(({ key }) => key));
  const old = await onOldA(context, keys);
  return workIn(new Map([...issues].filter(([key]) => keys.has(key))), since, comments, old);
}

/** By their keys on the new A. */
export async function onOldA(context: StepContext, keys: Iterable<string>): Promise<Map<string, JiraIssue>> {
  const { a, oldA } = planOf(context);
  const oldKeys = [...keys].map((key) => keyOnNewA({ a: oldA, oldA: a }, key));
  const found = await issuesByKey(context, oldA, oldKeys, { changes: true, comments: true });
  return new Map([...found].map(([key, issue]) => [keyOnNewA({ a, oldA }, key), issue]));
}

function workIn(
  issues: Map<string, JiraIssue>,
  { theirs, syncUser }: Since,
  listed: Comments,
  old: Map<string, JiraIssue> = new Map(),
): Work {
  const work: Work = { comments: [], changed: [] };
  for (const [key, { comments = [], changes = [] }] of issues) {
    const [given, live, before] = [listed.given.get(key), listed.live.get(key), old.get(key)];
    for (const { id, created, author, body } of comments) {
      const isNew = (created >= theirs || live?.has(id) === true) && given?.has(id) !== true;
      const isCopy = before?.comments?.some(
        (each) => isNear(each.created, created) && each.body.trim() === body.trim(),
      );
      if (isNew && author !== syncUser && isCopy !== true) work.comments.push({ key, id });
    }
    const own = changes
      .filter(({ at, author }) => at >= theirs && author !== syncUser)
      .flatMap(({ at, items }) => items.map(({ field }) => ({ at, field })))
      .filter((change) => before?.changes?.some((each) => isSame(each, change)) !== true);
    const fields = [...new Set(own.map(({ field }) => field))].sort();
    if (fields.length > 0) work.changed.push({ key, fields });
  }
  return work;
}

/** Copies keep the second, not always the millisecond. */
const isNear = (x: number, y: number): boolean => Math.abs(x - y) <= 1000;

const isSame = ({ at, items }: Change, change: { at: number; field: string }): boolean =>
  isNear(at, change.at) && items.some(({ field }) => field === change.field);

/** Ids of comments by issue key, as the entries of one connector list them. */
export type Listed = ReadonlyMap<string, ReadonlySet<string>>;

/** A sentence for each issue that people worked on since the original was stopped; `end` says what becomes of it. */
export async function workLeftOn(
  context: StepContext,
  side: SideOfNew,
  { end, since }: { end: string; since: Since },
): Promise<string[]> {
  const { moved, [side]: place } = planOf(context);
  const issues = await issuesSince(context, side, since);
  const { comments, changed } = await workOn(context, side, issues, since);
  const made = [...issues.values()].filter(({ created }) => created >= since.theirs);
  const keys = made.map(({ key }) => key);
  const old: Map<string, JiraIssue> = moved && side === 'a' ? await onOldA(context, keys) : new Map();
  const done = new Map<string, string[]>();
  const note = (key: string, what: string) => done.set(key, [...(done.get(key) ?? []), what]);
  for (const { key, created } of made) if (!isNear(old.get(key)?.created ?? 0, created)) note(key, 'new issue');
  for (const { key, fields } of changed) note(key, `changed ${fields.join(', ')}`);
  for (const { key, id } of comments) note(key, `comment ${id}`);
  return [...done].map(([key, what]) => `${key} of ${sideName(place)}: ${what.join('; ')}. ${end}`);
}

/** Nobody carries this to old A. */
export const workLeftOnNewA = async (context: StepContext): Promise<string[]> =>
  workLeftOn(context, 'a', {
    end: `${planOf(context).original.key} does not carry it.`,
    since: await sinceOriginal(context, 'a'),
  });

/** On both sides, where nothing is left to tell what was carried: whoever reads it looks. */
export async function workPerhapsCarried(context: StepContext, by: string): Promise<string[]> {
  const { a, b, moved, original, swapped } = planOf(context);
  const exported = await context.store.artifacts.getJson<Synchronization>(factOf(context, 'configuration'));
  const { a: first, b: second } = syncUsersOf(exported);
  const syncUsers = swapped ? { a: second, b: first } : { a: first, b: second };
  const lines: string[] = [];
  for (const side of ['a', 'b'] as const) {
    if (planOf(context)[side].unread) continue;
    const other = side === 'a' ? b : a;
    const again = moved && side === 'a' ? 'does not carry it' : 'carries it, perhaps a second time';
    const end = `${by} may have carried it to ${sideName(other)}; ${original.key} ${again}. Compare both.`;
    lines.push(...(await workLeftOn(context, side, { end, since: await sinceOriginal(context, side, syncUsers) })));
  }
  return lines;
}
