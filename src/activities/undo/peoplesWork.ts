/** What people did on a side of the new synchronization that the original does not know of: comments and fields, by their histories. */

import type { SyncedIssueData, Synchronization } from '../../backbone/types.ts';
import { append } from '../../contract/lists.ts';
import type { Side } from '../../contract/steps.ts';
import type { JiraIssue } from '../../jira/types.ts';
import type { Pair } from '../../pairs/keys.ts';
import { factOf, planOf, type StepContext, sideName } from '../context.ts';
import { entriesIn } from '../issueData.ts';
import { issuesByKey, issuesTouchedSince, PAIRS_AT_ONCE } from '../issues.ts';
import { readPreImage } from '../pairing/preImage.ts';
import { syncUsersOf } from '../reading.ts';
import { type SideOfNew, type Since, sinceOriginal } from '../sinceOriginal.ts';
import { changesOnOld, isNear, missingOnOld, rewritten, twinsOf } from './twins.ts';

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

/**
 * Without what old A has as well: people worked there while its project was copied, and the copy took that along; or the original has
 * carried it there. With what became on the new A of comments that are as old as the copy.
 */
export async function workOn(
  context: StepContext,
  side: SideOfNew,
  issues: Map<string, JiraIssue>,
  { theirs, syncUser }: Since,
  { comments: listed = NONE, carried = new Set() }: { comments?: Comments; carried?: ReadonlySet<string> } = {},
): Promise<Work> {
  const twins = side === 'a' && planOf(context).moved ? await twinsOf(context, issues.keys()) : undefined;
  const had = twins ? listedBy(await entriesGiven(context, ({ first }) => issues.has(first)), 'a') : NONE.given;
  const work: Work = { comments: [], changed: [] };
  for (const [key, issue] of issues) {
    const { comments = [], changes = [] } = issue;
    const [given, live] = [listed.given.get(key), listed.live.get(key)];
    const isTheirs = (author: string) => author !== syncUser || carried.has(key);
    const added = comments.filter(
      ({ id, created, author }) =>
        (created >= theirs || live?.has(id) === true) && given?.has(id) !== true && isTheirs(author),
    );
    for (const { id } of twins ? await missingOnOld(twins, key, added) : added) work.comments.push({ key, id });
    const isOnOld = twins && changesOnOld(twins, issue);
    const own = changes
      .filter(({ at, author }) => at >= theirs && isTheirs(author))
      .flatMap(({ at, items }) => items.map((item) => ({ at, ...item })))
      .filter((change) => !isOnOld?.(change));
    const fields = [...new Set(own.map(({ field }) => field))].sort();
    const touched = [...fields, ...(twins ? rewritten(twins, issue, theirs, had.get(key)) : [])];
    if (touched.length > 0) work.changed.push({ key, fields: touched });
  }
  return work;
}

/** Ids of comments by issue key. */
export type Listed = ReadonlyMap<string, ReadonlySet<string>>;

/** The sync information of these pairs, as the new one was given it. */
export const entriesGiven = async (
  { facts: { translatedData }, store }: StepContext,
  wanted: (pair: Pair) => boolean,
): Promise<SyncedIssueData> =>
  translatedData ? entriesIn(store.artifacts.get(translatedData), wanted) : { firstConnector: [], secondConnector: [] };

/** Ids of comments by issue key, as the entries of one connector list them. */
export const listedBy = ({ firstConnector, secondConnector }: SyncedIssueData, side: SideOfNew): Listed =>
  new Map(
    (side === 'a' ? firstConnector : secondConnector).map(({ localIssueKey, comments }) => [
      localIssueKey,
      new Set((comments ?? []).map(({ localId }) => String(localId))),
    ]),
  );

interface Left {
  /** What becomes of it. */
  end: string;
  since: Since;
  /** Keys of issues where what the sync user brought counts, too. */
  carried?: ReadonlySet<string>;
}

/** A sentence for each issue that people worked on since the original was stopped, or since the copy; `end` says what becomes of it. */
export async function workLeftOn(
  context: StepContext,
  side: SideOfNew,
  { end, since, carried }: Left,
): Promise<string[]> {
  const { moved, [side]: place } = planOf(context);
  const issues = await issuesSince(context, side, since);
  const { comments, changed } = await workOn(context, side, issues, since, carried ? { carried } : {});
  const made = [...issues.values()].filter(
    ({ created, reporter }) => created >= since.theirs && reporter !== since.syncUser,
  );
  const isMoved = moved && side === 'a';
  const keys = made.map(({ key }) => key);
  const old = isMoved ? (await twinsOf(context, keys)).issues : new Map<string, JiraIssue>();
  const done = new Map<string, string[]>();
  const note = (key: string, what: string) => done.set(key, [...(done.get(key) ?? []), what]);
  for (const { key, created } of made) if (!isNear(old.get(key)?.created ?? 0, created)) note(key, 'new issue');
  for (const { key, fields } of changed) note(key, `changed ${fields.join(', ')}`);
  for (const { key, id } of comments) note(key, `comment ${id}`);
  if (isMoved) for (const [key, what] of await goneFromNewA(context)) note(key, what);
  return [...done].map(([key, what]) => `${issueOf(place, key)} ${what.join('; ')}. ${end}`);
}

/** How a sentence about an issue begins. */
export const issueOf = (place: Side, key: string): string => `${key} of ${sideName(place)}:`;

/** Issues that the new A had when they were paired, and old A still has. */
async function goneFromNewA(context: StepContext): Promise<[string, string][]> {
  const { a } = planOf(context);
  const { preImage } = context.facts;
  const keys: string[] = [];
  if (preImage) for await (const { side, key } of readPreImage(context, preImage)) if (side === 'a') keys.push(key);
  const gone: [string, string][] = [];
  for (let from = 0; from < keys.length; from += PAIRS_AT_ONCE) {
    const some = keys.slice(from, from + PAIRS_AT_ONCE);
    const found = await issuesByKey(context, a, some);
    for (const key of some) {
      const now = found.get(key)?.key;
      if (now === undefined) gone.push([key, 'deleted, or hidden from us']);
      else if (now !== key) gone.push([key, `moved to ${now}`]);
    }
  }
  const { issues } = await twinsOf(
    context,
    gone.map(([key]) => key),
  );
  return gone.filter(([key]) => issues.has(key));
}

/** Nobody carries this to old A. */
export const workLeftOnNewA = async (context: StepContext, carried?: ReadonlySet<string>): Promise<string[]> =>
  workLeftOn(context, 'a', {
    end: `${planOf(context).original.key} does not carry it.`,
    since: await sinceOriginal(
      context,
      'a',
      context.facts.configuration && carried ? await recordedSyncUsers(context) : undefined,
    ),
    ...(carried ? { carried } : {}),
  });

/** On both sides, where nothing is left to tell what was carried: whoever reads it looks. */
export async function workPerhapsCarried(context: StepContext, by: string): Promise<string[]> {
  const { a, b, moved, original } = planOf(context);
  const syncUsers = await recordedSyncUsers(context);
  const lines: string[] = [];
  for (const side of ['a', 'b'] as const) {
    if (planOf(context)[side].unread) continue;
    const other = side === 'a' ? b : a;
    const again = moved && side === 'a' ? 'does not carry it' : 'carries it, perhaps a second time';
    const end = `${by} may have carried it to ${sideName(other)}; ${original.key} ${again}. Compare both.`;
    append(lines, await workLeftOn(context, side, { end, since: await sinceOriginal(context, side, syncUsers) }));
  }
  return lines;
}

/** Of the original, as it was recorded: the new one may be gone. */
export async function recordedSyncUsers(context: StepContext): Promise<{ a: string; b: string }> {
  const exported = await context.store.artifacts.getJson<Synchronization>(factOf(context, 'configuration'));
  return syncUsersOf(exported, planOf(context));
}
