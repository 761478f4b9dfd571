/** Reads of Jira, the same for Data Center (REST v2; v3 is not there) and Cloud (v3). */

import type { z } from 'zod';
import type { InstanceConfig } from '../config/types.ts';
import { MigratorError } from '../contract/errors.ts';
import { segment } from '../contract/key.ts';
import type { Exchange, Query } from '../http/exchange.ts';
import { groupsOf } from './groups.ts';
import { IssueReader } from './issues.ts';
import { jqlDateIn } from './jql.ts';
import { fieldOptions } from './options.ts';
import { formerNames, usersOf } from './people.ts';
import * as shapes from './shapes.ts';
import { transitionsOf } from './transitions.ts';
import type { JiraClient, JiraUser } from './types.ts';

export function jiraClient(exchange: Exchange, config: InstanceConfig): JiraClient {
  const cloud = config.deployment === 'cloud';
  const base = cloud ? '/rest/api/3' : '/rest/api/2';
  const issues = new IssueReader(exchange, config, base);
  let timeZone: Promise<string> | undefined;

  const get = <T>(path: string, shape: z.ZodType<T>, query: Query = {}): Promise<T> =>
    exchange.read({ method: 'GET', path: `${base}${path}`, query }, shape);

  const find = async <T>(path: string, shape: z.ZodType<T>, query: Query = {}): Promise<T | undefined> =>
    (await exchange.find({ method: 'GET', path: `${base}${path}`, query }, shape))?.data;

  const myself = (): Promise<JiraUser> => get('/myself', shapes.user);

  async function readTimeZone(): Promise<string> {
    const user = await myself();
    if (user.timeZone !== undefined) return user.timeZone;
    // A guessed zone would shift every query by hours and hide changes.
    throw new MigratorError('UnreadableAnswer', `${config.name}, GET ${base}/myself: our user has no timeZone.`);
  }

  return {
    serverInfo: () => get('/serverInfo', shapes.serverInfo),
    myself,

    async project(key) {
      const path = `/project/${segment(key)}`;
      const query = cloud ? { expand: 'issueTypes' } : {};
      return find(path, shapes.project, query);
    },

    /** Data Center ignores `permissions` and answers with all; a key it does not know is not granted. */
    async permissions(projectKey, keys) {
      const query = { projectKey, ...(cloud ? { permissions: keys.join(',') } : {}) };
      const { permissions } = await get('/mypermissions', shapes.permissions, query);
      return Object.fromEntries(keys.map((key) => [key, permissions[key]?.havePermission ?? false]));
    },

    async statuses(projectKey) {
      const byType = await get(`/project/${segment(projectKey)}/statuses`, shapes.statusesByType);
      const byId = new Map(byType.flatMap(({ statuses }) => statuses).map((status) => [status.id, status]));
      return [...byId.values()];
    },

    allStatuses: () => get('/status', shapes.statuses),
    issueTypes: () => get('/issuetype', shapes.issueTypes),
    priorities: () => get('/priority', shapes.namedThings),
    resolutions: () => get('/resolution', shapes.namedThings),
    components: (projectKey) => get(`/project/${segment(projectKey)}/components`, shapes.namedThings),
    versions: (projectKey) => get(`/project/${segment(projectKey)}/versions`, shapes.namedThings),
    linkTypes: async () => (await get('/issueLinkType', shapes.linkTypes)).issueLinkTypes,

    users: (wanted) => usersOf({ get, find, cloud }, wanted),
    formerNames: async (names) => (cloud ? formerNames(get, names) : new Map()),
    groups: (names) => groupsOf(get, cloud, names),
    transitions: (project) => transitionsOf(exchange, base, project),

    count: (jql) =>
      cloud
        ? exchange.read({ method: 'POST', path: `${base}/search/approximate-count`, body: { jql } }, shapes.count)
        : exchange.read({ method: 'POST', path: `${base}/search`, body: { jql, maxResults: 0 } }, shapes.total),

    fields: () => get('/field', shapes.fields),
    options: (fieldId, projectId) => fieldOptions(get, cloud, fieldId, projectId),
    issues: (query) => issues.byQuery(query),
    issuesByKey: (keys, query = {}) => issues.byKeys(keys, query),

    async jqlDate(epochMs) {
      timeZone ??= readTimeZone();
      try {
        return jqlDateIn(await timeZone, epochMs);
      } catch (error) {
        timeZone = undefined;
        throw error;
      }
    },
  };
}
