/** What is read from and sent to the Backbone REST interface. Shapes: docs/assumptions.md. Unknown members are kept. */
import type { z } from 'zod';
import type { synchronization, synchronizationStatus } from './shapes.ts';

export type Synchronization = z.infer<typeof synchronization>;
export type Connector = Synchronization['firstConnector'];
export type SynchronizationStatus = z.infer<typeof synchronizationStatus>;

/** Documented entry of sync information, in REST arrays and in the "Download synchronized issues" file. */
export interface SyncInformation {
  id?: number;
  connectorKey: string;
  localIssueKey: string;
  remoteIssueKey: string;
  firstSyncDate?: number;
  lastOutgoingChange?: number;
  lastChangeSeen?: number;
  outgoingMessageSequenceId?: number;
  lastIncomingChange?: number;
  incomingMessageSequenceId?: number;
  comments?: { localId: string; [member: string]: unknown }[];
  incomingChangesIgnored?: boolean;
  [member: string]: unknown;
}

/** The "Download synchronized issues" file. */
export interface SyncedIssueData {
  firstConnector: SyncInformation[];
  secondConnector: SyncInformation[];
}

export interface ResyncEntity {
  jql?: string;
  fieldMappings: string[];
}

/** A write as data. It is sent by one function only, under a committed intent, by one attempt. */
export interface WriteRequest {
  method: 'POST' | 'PUT' | 'DELETE';
  /** Path below the REST base, for example `/integrations/INT-16/stop`. */
  path: string;
  body?: unknown;
  /** Members of the body that are filled in when it is sent, and stay out of digests and logs: path → secret name. */
  secrets?: Record<string, 'syncUser.username' | 'syncUser.password'>;
  /** Sent instead, under an intent of its own, when this one is answered 405 (documented start/stop verbs differ). */
  otherwise?: WriteRequest;
}

/** What came back of a write that was answered with 2xx. */
export interface WriteAnswer {
  status: number;
  body: unknown;
  responseDigest: string;
}

/** A 404 is no word on whether a thing is there: a node that is behind says the same. Who proves absence: `activities/presence.ts`. */
export interface NotRead {
  state: 'notRead';
  why: string;
}

/** What one request for one thing answered. */
export type Read<T> = ({ state: 'present' } & T) | NotRead;

export interface BackboneClient {
  synchronizations(projectKey?: string): Promise<Synchronization[]>;
  /** With the exact bytes of the answer, which are the exported configuration. */
  synchronization(key: string): Promise<Read<{ value: Synchronization; bytes: Uint8Array }>>;
  status(key: string): Promise<Read<{ value: SynchronizationStatus }>>;
  /** Their shape is not documented: each as it came. */
  conflicts(key: string): Promise<unknown[]>;
  draft(key: string): Promise<Read<{ value: Synchronization }>>;
  draftConflicts(key: string): Promise<unknown[]>;
  /** The bytes of the list as they come, a million entries or none; `src/pairs` reads them. */
  syncInformation(
    connectorKey: string,
    filter?: { localIssueKey?: string; remoteIssueKey?: string },
  ): AsyncIterable<Uint8Array>;
}
