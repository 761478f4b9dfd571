/** What people did on a side of the new synchronization that the original does not know of: comments and fields, by their histories. */
import type { Synchronization } from '../../backbone/types.ts';
import type { JiraIssue } from '../../jira/types.ts';
import { clockOf } from '../clocks.ts';
import { planOf, type StepContext, sideName } from '../context.ts';
import { issuesByKey, issuesTouchedSince } from '../issues.ts';
import { syncUsersOf } from '../reading.ts';
import { stopBegan } from '../verify/oldHome.ts';

export type SideOfNew = 'a' | 'b';

export interface Work {
  comments: { key: string; id: string }[];
  changed: { key: string; fields: string[] }[];
}

/** A moment by our clock and by the side's; and whose changes there came from the other side. */
export interface Since {
  ours: number;
  theirs: number;
  syncUser: string;
}

/**
 * What was done before is in the original, or it carries it as soon as it runs. What neither carried counts from the stop, since the new
 * one carries it when it is started; on the A of a project that moved from the copy, since no original ever carries it.
 */
export async function sinceOriginal(
  context: StepContext,
  side: SideOfNew,
  configuration?: Synchronization,
): Promise<Since> {
  const plan = planOf(context);
  const { move } = context.start;
  const stop = () => (context.facts.issueData ? stopBegan(context, 0) : creationBegan(context));
  const ours = side === 'a' && plan.moved && move ? Date.parse(move.copyStarted) : await stop();
  const clock = await clockOf(context, plan[side]);
  // Of a partner that cannot be read, what the sync user brought to A is all that is seen.
  const unseen = side === 'a' && plan.b.unread;
  const syncUser = configuration && !unseen ? syncUsersOf(configuration)[side] : '';
  return { ours, theirs: clock.theirs(ours) - clock.within, syncUser };
}

/** Before there was one nobody worked under it. */
async function creationBegan({ known, store }: StepContext): Promise<number> {
  const entries = await known.all();
  const first = entries.find(({ subject }) => subject.step === 'createSynchronization');
  return first ? Date.parse(first.at) : store.now();
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

/** `listed`: what the new one was given of an issue's comments, and what it carried. Absent: it carried none. */
export function workOn(
  issues: Map<string, JiraIssue>,
  { theirs, syncUser }: Since,
  listed: { given: Listed; live: Listed } = { given: new Map(), live: new Map() },
): Work {
  const work: Work = { comments: [], changed: [] };
  for (const [key, { comments = [], changes = [] }] of issues) {
    const [given, live] = [listed.given.get(key), listed.live.get(key)];
    for (const { id, created, author } of comments) {
      const isNew = (created >= theirs || live?.has(id) === true) && given?.has(id) !== true;
      if (isNew && author !== syncUser) work.comments.push({ key, id });
    }
    const own = changes.filter(({ at, author }) => at >= theirs && author !== syncUser);
    const fields = [...new Set(own.flatMap(({ items }) => items.map(({ field }) => field)))].sort();
    if (fields.length > 0) work.changed.push({ key, fields });
  }
  return work;
}

/** Ids of comments by issue key, as the entries of one connector list them. */
export type Listed = ReadonlyMap<string, ReadonlySet<string>>;

/** A sentence for each issue: nobody carries this to old A. */
export async function workLeftOnNewA(context: StepContext): Promise<string[]> {
  const { a, original } = planOf(context);
  const since = await sinceOriginal(context, 'a');
  const issues = await issuesSince(context, 'a', since);
  const { comments, changed } = workOn(issues, since);
  const done = new Map<string, string[]>();
  const note = (key: string, what: string) => done.set(key, [...(done.get(key) ?? []), what]);
  for (const { key, created } of issues.values()) if (created >= since.theirs) note(key, 'new issue');
  for (const { key, fields } of changed) note(key, `changed ${fields.join(', ')}`);
  for (const { key, id } of comments) note(key, `comment ${id}`);
  return [...done].map(
    ([key, what]) => `${key} of ${sideName(a)}: ${what.join('; ')}. ${original.key} does not carry it.`,
  );
}
