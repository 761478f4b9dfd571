/** The writes of the Backbone REST interface as data. Pure: nothing is sent here. Bodies: docs/assumptions.md. */
import { segment } from '../contract/key.ts';
import type { PairsHeld } from '../pairs/held.ts';
import type { ResyncEntity, SyncInformation, WriteRequest } from './types.ts';

/** Server manuals 3.9 and 4.1 print POST for start and stop, cloud manuals PUT. */
export type StartStopVerb = 'POST' | 'PUT';

/** A mapping or field default of a draft, as it stands in the configuration, without `id` when it is added. */
export type DraftElement = Record<string, unknown>;

/** One side of a synchronization to be created. The sync user comes from the configuration of the instance with this URL. */
export interface NewConnector {
  projectKey: string;
  baseUrl: string;
}

export interface NewSynchronization {
  summary: string;
  description: string;
  /** Where it is created: the instance that the request is sent to. */
  first: NewConnector;
  second: NewConnector;
}

export const stopSynchronization = (key: string, verb: StartStopVerb): WriteRequest => switched(key, 'stop', verb);

/** Of one that was read to hold its pairs: whatever starts without them creates their issues a second time. */
export const startSynchronization = ({ key }: PairsHeld, verb: StartStopVerb): WriteRequest =>
  switched(key, 'start', verb);

/**
 * The body is assumed, not documented. Users and passwords of both sides are filled in when it is sent: each from the instance
 * whose base URL stands beside it.
 */
export function createSynchronization({ summary, description, first, second }: NewSynchronization): WriteRequest {
  return {
    method: 'POST',
    path: '/integrations',
    body: { summary, description, firstConnector: connector(first), secondConnector: connector(second) },
    secrets: {
      'firstConnector.connection.application.user': 'syncUser.username',
      'firstConnector.connection.application.password': 'syncUser.password',
      'secondConnector.connection.application.user': 'syncUser.username',
      'secondConnector.connection.application.password': 'syncUser.password',
    },
  };
}

/** A draft of the live configuration. */
export const createDraft = (key: string): WriteRequest => ({ method: 'POST', path: `${integration(key)}/draft` });

export const discardDraft = (key: string): WriteRequest => ({ method: 'DELETE', path: `${integration(key)}/draft` });

/** A part of a draft that can be changed: a list of mappings, or the field defaults of one connector. */
export type DraftPart = 'issueTypeMappings' | 'fieldMappings' | { defaultsOf: string };

/** Mappings are added many at once, defaults of fields one by one. */
export const addToDraft = (key: string, part: DraftPart, elements: DraftElement[]): WriteRequest => ({
  method: 'POST',
  path: `${inDraft(key, part)}${typeof part === 'string' ? '/bulk' : ''}`,
  body: typeof part === 'string' ? elements : elements[0],
});

/** Assumed: the element with its `id`, which the draft has; a default of a field is named by its key. */
export const editInDraft = (key: string, part: DraftPart, id: string, element: DraftElement): WriteRequest => ({
  method: 'PUT',
  path: `${inDraft(key, part)}${typeof part === 'string' ? '' : `/${segment(id)}`}`,
  body: element,
});

const inDraft = (key: string, part: DraftPart): string =>
  `${integration(key)}/draft/${typeof part === 'string' ? part : `fieldDefaults/${segment(part.defaultsOf)}`}`;

export const publishDraft = (key: string): WriteRequest => ({
  method: 'POST',
  path: `${integration(key)}/draft/publish`,
});

/** What it does to entries that are already there is not documented. */
export const importSyncInformation = (connectorKey: string, entries: SyncInformation[]): WriteRequest => ({
  method: 'POST',
  path: `/connectors/${segment(connectorKey)}/syncInformation`,
  body: entries,
});

/** Sends issues of this connector to the other one; `jql` is combined with the synchronization's own. */
export const resync = (connectorKey: string, entity: ResyncEntity): WriteRequest => ({
  method: 'POST',
  path: `/connectors/${segment(connectorKey)}/resync`,
  body: entity,
});

/** Permanent; a running one is stopped by it. */
export const deleteSynchronization = (key: string): WriteRequest => ({ method: 'DELETE', path: integration(key) });

const integration = (key: string): string => `/integrations/${segment(key)}`;

function switched(key: string, action: 'start' | 'stop', verb: StartStopVerb): WriteRequest {
  const path = `${integration(key)}/${action}`;
  return { method: verb, path, otherwise: { method: verb === 'POST' ? 'PUT' : 'POST', path } };
}

const connector = ({ projectKey, baseUrl }: NewConnector) => ({ projectKey, connection: { application: { baseUrl } } });
