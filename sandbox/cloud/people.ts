/** Many accounts at once, groups with their ids, and who was called how before accounts had ids. */
import { createHash } from 'node:crypto';
import { type Answer, type Call, jiraRefusal } from '../http/router.ts';
import { suggestedGroups } from '../jira/people.ts';
import { accountIdOf, accountJson, pageOf, userOfAccount } from './json.ts';

const ok = (body: unknown): Answer => ({ status: 200, body });

/** Other on each site. */
const groupIdOf = (site: string, name: string): string => {
  const hex = createHash('sha256').update(`${site}/${name}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
};

/** Who is not there is not in the answer. */
export function usersBulk(call: Call): Answer {
  const asked = call.query.getAll('accountId');
  if (asked.length === 0) throw jiraRefusal(400, 'The accountId parameter is missing.');
  const names = [...new Set(asked)].flatMap((id) => userOfAccount(call.instance, id) ?? []);
  const found = names.map((name) => accountJson(call.instance, name));
  return ok(pageOf(found, withDefault(call.query, 10)));
}

/** Who was called so before accounts had ids: everybody of the sandbox. A bare list, without pages. */
export function accountsOfNames(call: Call): Answer {
  const [names, keys] = [call.query.getAll('username'), call.query.getAll('key')];
  if ((names.length === 0) === (keys.length === 0))
    throw jiraRefusal(400, 'Either the key or the username parameter must be provided.');
  const maxResults = Number(call.query.get('maxResults') ?? 10);
  const found = [...new Set([...names, ...keys])].filter((name) => call.instance.users.has(name)).slice(0, maxResults);
  return ok(found.map((name) => ({ [names.length > 0 ? 'username' : 'key']: name, accountId: accountIdOf(name) })));
}

/** Everybody, as a bare list. */
export function allUsers(call: Call): Answer {
  if (!call.user) throw jiraRefusal(403, 'You do not have permission to browse users.');
  const startAt = Number(call.query.get('startAt') ?? 0);
  const maxResults = Math.min(Number(call.query.get('maxResults') ?? 50), 1000);
  const names = [...call.instance.users.keys()].slice(startAt, startAt + maxResults);
  return ok(names.map((name) => accountJson(call.instance, name)));
}

/** By exact names or by ids; all where neither is given. */
export function groupsBulk(call: Call): Answer {
  const { instance, query } = call;
  if (!call.user) throw jiraRefusal(403, 'You do not have permission to browse groups.');
  const [ids, names] = [query.getAll('groupId'), query.getAll('groupName')];
  const all = instance.groups.map((name) => ({ name, groupId: groupIdOf(instance.name, name) }));
  const wanted = all.filter(
    (group) => ids.length + names.length === 0 || ids.includes(group.groupId) || names.includes(group.name),
  );
  return ok(pageOf(wanted, query));
}

/** Looks at the case of letters, unless it is asked not to. */
export function groupsPicker(call: Call): Answer {
  const insensitive = call.query.get('caseInsensitive') === 'true';
  const { names, total, header } = suggestedGroups(call, call.query.get('query') ?? '', insensitive);
  const groups = names.map((name) => ({ name, html: name, groupId: groupIdOf(call.instance.name, name), labels: [] }));
  return ok({ header, total, groups });
}

function withDefault(query: URLSearchParams, maxResults: number): URLSearchParams {
  const asked = new URLSearchParams(query);
  if (!asked.has('maxResults')) asked.set('maxResults', String(maxResults));
  return asked;
}
