/** Many users at once, and groups, as Data Center v2 shows them. */
import { type Answer, type Call, jiraRefusal } from '../http/router.ts';
import { userJson } from './issue-json.ts';

/** `jira.ajax.autocomplete.limit`, as it is delivered. */
export const SUGGESTED = 20;

const ok = (body: unknown): Answer => ({ status: 200, body });

/** Everybody, for administrators. The cursor is a place in a stream; the next call must use the one that was given. */
export function userList(call: Call): Answer {
  const { instance, query } = call;
  if (!call.user?.admin) throw jiraRefusal(403, 'You do not have permission to list users.');
  const maxResults = Math.min(Number(query.get('maxResults') ?? 2000), 2000);
  const from = Number(query.get('cursor') ?? 0);
  const names = [...instance.users.keys()];
  const next = from + maxResults;
  return ok({
    self: `${instance.baseUrl}/rest/api/2/user/list?maxResults=${maxResults}`,
    maxResults,
    isLast: next >= names.length,
    ...(next >= names.length ? {} : { nextCursor: String(next) }),
    values: names.slice(from, next).map((name) => userJson(instance, name)),
  });
}

/** Names that hold the query; on Data Center whatever their case. */
export function suggestedGroups(call: Call, query: string, caseInsensitive: boolean) {
  const fold = (text: string) => (caseInsensitive ? text.toLowerCase() : text);
  const found = call.user ? call.instance.groups.filter((name) => fold(name).includes(fold(query))) : [];
  const shown = found.slice(0, Math.min(Number(call.query.get('maxResults') ?? SUGGESTED), SUGGESTED));
  return { names: shown, total: found.length, header: `Showing ${shown.length} of ${found.length} matching groups` };
}

export function groupsPicker(call: Call): Answer {
  const { names, total, header } = suggestedGroups(call, call.query.get('query') ?? '', true);
  return ok({ header, total, groups: names.map((name) => ({ name, html: name, labels: [] })) });
}

/** For administrators. Nobody of the sandbox is in a group; that it is there is what can be read. */
export function groupMembers(call: Call): Answer {
  const { instance, query } = call;
  const asked = query.get('groupname') ?? '';
  if (asked === '') throw jiraRefusal(400, "Query parameter 'groupname' was not provided");
  if (!call.user?.admin) throw jiraRefusal(403, 'You do not have permission to view group members.');
  if (!instance.groups.some((name) => name.toLowerCase() === asked.toLowerCase()))
    throw jiraRefusal(404, `The group named '${asked}' does not exist`);
  const self = `${instance.baseUrl}/rest/api/2/group/member?groupname=${encodeURIComponent(asked)}`;
  return ok({ self, maxResults: 50, startAt: 0, total: 0, isLast: true, values: [] });
}
