/**
 * Reading the issues of pairs, on any side, as maps by the key that was asked for. Of a side that cannot be read there is none:
 * whoever draws a conclusion from an absent issue has to ask `side.unread` first.
 */

import type { Plan, Side } from '../contract/steps.ts';
import { jqlText } from '../jira/jql.ts';
import type { IssueQuery, JiraIssue } from '../jira/types.ts';
import type { Pair } from '../pairs/keys.ts';
import { clockOf } from './clocks.ts';
import { planOf, type StepContext } from './context.ts';

export async function issuesByKey(
  context: StepContext,
  side: Side,
  keys: string[],
  query: Omit<IssueQuery, 'jql'> = {},
): Promise<Map<string, JiraIssue>> {
  const found = new Map<string, JiraIssue>();
  if (side.unread) return found;
  for await (const issue of context.open(side.instance).jira.issuesByKey(keys, query)) {
    found.set(issue.askedAs ?? issue.key, issue);
  }
  return found;
}

/** Issues of one project created or changed since a moment of ours; JQL knows minutes only, so the exact time is compared here. */
export async function issuesTouchedSince(
  context: StepContext,
  side: Side,
  since: number,
  query: Omit<IssueQuery, 'jql'> = {},
): Promise<JiraIssue[]> {
  if (side.unread) return [];
  const { jira } = context.open(side.instance);
  const clock = await clockOf(context, side);
  const from = clock.theirs(since) - clock.within;
  const jql = jqlText`project = ${side.project} AND updated >= ${await jira.jqlDate(from)} ORDER BY key ASC`;
  return (await Array.fromAsync(jira.issues({ jql, ...query }))).filter(({ updated }) => updated >= from);
}

/** All issues of one project whose type takes part in the synchronization. */
export async function issuesInScope(context: StepContext, side: Side, issueTypeIds: string[]): Promise<JiraIssue[]> {
  if (side.unread || issueTypeIds.length === 0) return [];
  const { jira } = context.open(side.instance);
  const jql = jqlText`project = ${side.project} AND issuetype in (${issueTypeIds}) ORDER BY key ASC`;
  return Array.fromAsync(jira.issues({ jql }));
}

export interface PairedIssues {
  onA: Map<string, JiraIssue>;
  onB: Map<string, JiraIssue>;
}

type PairQuery = Omit<IssueQuery, 'jql'>;

/** Both issues of each pair, on both sides of the new synchronization, each by its own key. */
export async function issuesOfPairs(
  context: StepContext,
  pairs: Pair[],
  query: PairQuery | { a: PairQuery; b: PairQuery } = {},
): Promise<PairedIssues> {
  const { a, b } = planOf(context);
  const keys = (side: 'first' | 'second') => pairs.map((pair) => pair[side]);
  const queries = 'a' in query ? query : { a: query, b: query };
  const [onA, onB] = await Promise.all([
    issuesByKey(context, a, keys('first'), queries.a),
    issuesByKey(context, b, keys('second'), queries.b),
  ]);
  return { onA, onB };
}

/** Nobody needs the issues of all pairs at once, and they may be a hundred thousand. */
export const PAIRS_AT_ONCE = 500;

/** The same for any number of pairs, some of them at a time. */
export async function* issuesOfAllPairs(
  context: StepContext,
  pairs: Pair[],
  query?: Parameters<typeof issuesOfPairs>[2],
): AsyncGenerator<PairedIssues & { pairs: Pair[] }> {
  for (let from = 0; from < pairs.length; from += PAIRS_AT_ONCE) {
    const some = pairs.slice(from, from + PAIRS_AT_ONCE);
    yield { pairs: some, ...(await issuesOfPairs(context, some, query)) };
  }
}

/** The key an issue of old A has on new A: kept by a move, but for the project's part of it. */
export function keyOnNewA({ a, oldA }: Pick<Plan, 'a' | 'oldA'>, oldKey: string): string {
  const dash = oldKey.lastIndexOf('-');
  return oldKey.slice(0, dash) === oldA.project ? `${a.project}${oldKey.slice(dash)}` : oldKey;
}

/** A key as people tell it from others: with its instance, where both projects have the same key. */
export const keyNamed = ({ a, b }: Pick<Plan, 'a' | 'b'>, side: Side, key: string): string =>
  a.project === b.project ? `${key} on ${side.instance}` : key;
