/** Reads of the Backbone REST interface. */

import { MigratorError } from '../contract/errors.ts';
import { segment } from '../contract/key.ts';
import { isObject } from '../contract/problems.ts';
import type { Exchange, Exchanged } from '../http/exchange.ts';
import * as shapes from './shapes.ts';
import type { BackboneClient, NotRead, Synchronization, SynchronizationStatus } from './types.ts';

/** Documented for Server and Data Center; the cloud manuals print the same, which nobody has seen at work. */
export const BACKBONE_BASE = '/plugins/servlet/backbone-issue-sync/api/1';

/**
 * Values are returned as they were parsed, with unknown members and their order; the schema is only asked whether they fit. Keys
 * are sent as one path segment.
 */
export function backboneClient(exchange: Exchange): BackboneClient {
  const get = (path: string, query: Exchanged['query'] = {}): Exchanged => ({
    method: 'GET',
    path: `${BACKBONE_BASE}${path}`,
    query,
  });
  const integration = (key: string): string => `/integrations/${segment(key)}`;

  /**
   * `undefined` on 404. An HTML 404 is ambiguous (a servlet's error page, or Backbone is switched off), so the list must answer
   * before it is taken for Backbone's own.
   */
  async function findOrNothing(request: Exchanged, shape: Parameters<Exchange['find']>[1]) {
    try {
      return await exchange.find(request, shape);
    } catch (error) {
      if (!(error instanceof MigratorError && error.code === 'LoginPage' && error.status === 404)) throw error;
      await exchange.read(get('/integrations'), shapes.synchronizations);
      return undefined;
    }
  }

  return {
    async synchronizations(projectKey) {
      return exchange.read(get('/integrations', { projectKey }), shapes.synchronizations);
    },

    async synchronization(key) {
      const found = await findOrNothing(get(integration(key)), shapes.synchronization);
      return found ? { state: 'present', value: found.value as Synchronization, bytes: found.bytes } : notRead(key);
    },

    async status(key) {
      const found = await findOrNothing(get(`${integration(key)}/status`), shapes.synchronizationStatus);
      return found
        ? { state: 'present', value: found.value as SynchronizationStatus }
        : notRead(`the status of ${key}`);
    },

    async conflicts(key) {
      return conflictsIn(await exchange.read(get(`${integration(key)}/conflicts`), shapes.conflicts));
    },

    async draft(key) {
      const found = await findOrNothing(get(`${integration(key)}/draft`), shapes.synchronization);
      return found ? { state: 'present', value: found.value as Synchronization } : notRead(`the draft of ${key}`);
    },

    async draftConflicts(key) {
      return conflictsIn(await exchange.read(get(`${integration(key)}/draft/conflicts`), shapes.conflicts));
    },

    syncInformation(connectorKey, { localIssueKey, remoteIssueKey } = {}) {
      const path = `/connectors/${segment(connectorKey)}/syncInformation`;
      return exchange.stream(get(path, { localIssueKey, remoteIssueKey }));
    },
  };
}

const notRead = (what: string): NotRead => ({ state: 'notRead', why: `${what} is answered with 404` });

/** A list, or the lists in an object around them. Anything else that is not empty is one conflict, as it came. */
function conflictsIn(answer: unknown): unknown[] {
  if (Array.isArray(answer)) return answer;
  if (!isObject(answer)) return answer === null || answer === undefined || answer === '' ? [] : [answer];
  const members = Object.values(answer);
  if (members.some(Array.isArray)) return members.filter((member) => Array.isArray(member)).flat();
  return members.length === 0 ? [] : [answer];
}
