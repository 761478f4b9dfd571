/** What Data Center would show, in the terms of Jira Cloud's REST interface v3: accounts, documents, other addresses. */
import { isObject, type JsonObject } from '../http/json.ts';
import { commentsJson, issueJson } from '../jira/issue-json.ts';
import type { Instance, Issue } from '../world/model.ts';
import { jiraStamp } from '../world/stamps.ts';
import { documentOf } from './document.ts';

/** Opaque, and the same on every Cloud site. */
export const accountIdOf = (name: string): string => `5f${Buffer.from(name).toString('hex')}`.padEnd(24, '0');

export function userOfAccount(instance: Instance, accountId: string): string | undefined {
  return [...instance.users.keys()].find((name) => accountIdOf(name) === accountId);
}

export function accountJson(instance: Instance, name: string): JsonObject {
  const user = instance.users.get(name);
  const accountId = accountIdOf(name);
  return {
    self: `${instance.baseUrl}/rest/api/3/user?accountId=${accountId}`,
    accountId,
    accountType: name === instance.syncUser ? 'app' : 'atlassian',
    emailAddress: user?.email ?? `${name}@example.com`,
    avatarUrls: {},
    displayName: user?.displayName ?? 'Former user',
    active: user !== undefined,
    timeZone: user?.timeZone ?? instance.timeZone,
  };
}

/** Users become accounts and addresses those of v3, wherever they stand. */
export function inCloudTerms(instance: Instance, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => inCloudTerms(instance, each));
  const old = `${instance.baseUrl}/rest/api/2/`;
  if (typeof value === 'string' && value.startsWith(old)) return value.replace(old, `${instance.baseUrl}/rest/api/3/`);
  if (!isObject(value)) return value;
  const isUser = typeof value.self === 'string' && value.self.includes('/user?username=');
  if (isUser && typeof value.name === 'string') return accountJson(instance, value.name);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inCloudTerms(instance, each)]));
}

function withDocuments(instance: Instance, fields: JsonObject): JsonObject {
  const { archivedby: _by, archiveddate: _at, ...rest } = fields;
  const long = ['description', ...instance.fields.filter(({ type }) => type === 'textarea').map(({ id }) => id)];
  for (const id of long) if (typeof rest[id] === 'string') rest[id] = documentOf(rest[id]);
  return rest;
}

export function cloudComments(instance: Instance, issue: Issue, startAt = 0, maxResults = 5000) {
  const { comments, ...page } = commentsJson(instance, issue, startAt, maxResults);
  const shown = comments.map((comment) => ({ ...comment, body: documentOf(comment.body), jsdPublic: true }));
  return inCloudTerms(instance, { ...page, comments: shown });
}

/** The default of a search is the id and nothing else. */
export function cloudIssue(instance: Instance, issue: Issue, asked: readonly string[], expand: readonly string[]) {
  if (asked.length === 0) return { id: issue.id };
  const { fields, ...rest } = issueJson(instance, issue, asked, expand);
  const shown = inCloudTerms(instance, { ...rest, fields: withDocuments(instance, fields) });
  if (!isObject(shown) || !isObject(shown.fields)) return shown;
  const comment = 'comment' in fields ? { comment: cloudComments(instance, issue) } : {};
  return { ...shown, fields: { ...shown.fields, ...comment } };
}

export function pageOf<T>(all: readonly T[], query: URLSearchParams, most = 100) {
  const startAt = Number(query.get('startAt') ?? 0);
  const maxResults = Math.min(Number(query.get('maxResults') ?? 50), most);
  const values = all.slice(startAt, startAt + maxResults);
  return { startAt, maxResults, total: all.length, isLast: startAt + values.length >= all.length, values };
}

export function serverInfoJson(instance: Instance) {
  return {
    baseUrl: instance.baseUrl,
    displayUrl: instance.baseUrl,
    version: '1001.0.0-SNAPSHOT',
    versionNumbers: [1001, 0, 0],
    deploymentType: 'Cloud',
    buildNumber: 100_290,
    buildDate: '2026-01-12T00:00:00.000+0000',
    serverTime: jiraStamp(instance, Date.now()),
    scmInfo: 'sandbox',
    serverTitle: instance.title,
    serverTimeZone: instance.timeZone,
    defaultLocale: { locale: 'en_US' },
  };
}
