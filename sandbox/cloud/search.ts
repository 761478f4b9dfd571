/** Search and bulk reading of Jira Cloud: pages by token and without a total, queries that must be bounded. */
import { asList, asObject, namesOf, numberOf, textOf } from '../http/json.ts';
import { type Answer, type Call, jiraRefusal } from '../http/router.ts';
import { visibleTo } from '../jira/visible.ts';
import { findIssues } from '../jql/evaluate.ts';
import { parseJql } from '../jql/parse.ts';
import { JqlError } from '../jql/tokens.ts';
import { issueOf } from '../world/lookup.ts';
import type { Issue } from '../world/model.ts';
import { stampOf } from '../world/stamps.ts';
import { cloudIssue } from './json.ts';

const BULK = 100;

/** The old search is gone: the text is Atlassian's own. */
export function removedSearch(): Answer {
  const message =
    'The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046';
  return { status: 410, body: { errorMessages: [message], errors: {} } };
}

export const searchByPost = (call: Call): Answer => search(call, asObject(call.body));

export function searchByGet(call: Call): Answer {
  const { maxResults, ...rest } = Object.fromEntries(call.query);
  return search(call, { ...rest, ...(maxResults === undefined ? {} : { maxResults: Number(maxResults) }) });
}

function search(call: Call, asked: Record<string, unknown>): Answer {
  // An endpoint open to everybody: who is nobody sees nothing.
  if (!call.user) return { status: 200, body: { issues: [], isLast: true } };
  const jql = textOf(asked, 'jql') ?? '';
  const found = issuesFor(call, jql);
  const startAt = readToken(textOf(asked, 'nextPageToken'), jql);
  const most = call.world.switches.searchCap;
  const page = found.slice(startAt, startAt + Math.min(numberOf(asked, 'maxResults') ?? 50, most));
  const [fields, expand] = [namesOf(asked.fields), namesOf(asked.expand)];
  const issues = page.map((issue) => cloudIssue(call.instance, issue, fields, expand));
  const next = startAt + page.length;
  if (next >= found.length || page.length === 0) return { status: 200, body: { issues, isLast: true } };
  return { status: 200, body: { issues, isLast: false, nextPageToken: tokenOf(jql, next) } };
}

function issuesFor(call: Call, jql: string): Issue[] {
  try {
    if (parseJql(jql).where.kind === 'all') {
      throw new JqlError('Unbounded JQL queries are not allowed here. Please add a search restriction to your query.');
    }
    const { instance, world } = call;
    const timeZone = call.user?.timeZone ?? instance.timeZone;
    const reader = { instance, timeZone, now: stampOf(instance, Date.now()), visible: visibleTo(call) };
    // Keys that do not exist find nothing here, instead of failing the whole query.
    const followMoved = world.switches.searchFollowsMovedKeys;
    return findIssues(jql, { ...reader, followMoved, validate: false }).filter((issue) => !issue.archived);
  } catch (error) {
    if (error instanceof JqlError) throw jiraRefusal(400, error.message);
    throw error;
  }
}

const tokenOf = (jql: string, at: number) => Buffer.from(JSON.stringify({ jql, at })).toString('base64url');

/** A token belongs to its query. */
function readToken(token: string | undefined, jql: string): number {
  if (token === undefined || token === '') return 0;
  const wrong = jiraRefusal(400, 'The provided next page token is invalid or does not belong to this query.');
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (textOf(read, 'jql') !== jql) throw wrong;
    return numberOf(read, 'at') ?? 0;
  } catch {
    throw wrong;
  }
}

export function approximateCount(call: Call): Answer {
  if (!call.user) return { status: 200, body: { count: 0 } };
  return { status: 200, body: { count: issuesFor(call, textOf(call.body, 'jql') ?? '').length } };
}

/** In the order of ids, not of the request; follows moved issues; what is missing or hidden stands apart. */
export function bulkFetch(call: Call): Answer {
  const body = asObject(call.body);
  const wanted = asList(body.issueIdsOrKeys).map(String);
  if (wanted.length > BULK) throw jiraRefusal(400, `The number of issues must not exceed the limit '${BULK}'`);
  const visible = visibleTo(call);
  const found = new Set<Issue>();
  const issueErrors = [];
  for (const id of wanted) {
    const issue = issueOf(call.instance, id);
    if (issue && visible(issue)) found.add(issue);
    else issueErrors.push({ id, errorMessage: 'Issue does not exist or you do not have permission to see it.' });
  }
  const fields = body.fields === undefined ? ['*navigable'] : namesOf(body.fields);
  const inOrder = [...found].sort((one, other) => Number(one.id) - Number(other.id));
  const issues = inOrder.map((issue) => cloudIssue(call.instance, issue, fields, namesOf(body.expand)));
  return { status: 200, body: { issues, issueErrors } };
}
