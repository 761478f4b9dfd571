/** A synchronization as Backbone keeps it: configuration as in docs/assumptions.md, and what runs inside. */
import type { SequenceId } from './sequence-id.ts';

export type Direction = 'EACH_OTHER' | 'FIRST_TO_SECOND' | 'SECOND_TO_FIRST' | 'NONE';
export type SideName = 'first' | 'second';

export interface IssueTypeMapping {
  id: string;
  direction: Direction;
  firstIssueTypeId: string;
  secondIssueTypeId: string;
}

export interface FieldMapping {
  id: string;
  direction: Direction;
  type: string;
  firstFieldId: string;
  secondFieldId: string;
  values?: { firstOptionId: string; secondOptionId: string }[];
}

export interface FieldDefault {
  fieldDefaultKey: string;
  fieldId: string;
  /** `{id}` for choices, a text otherwise. */
  value: unknown;
}

export interface WorkflowMapping {
  id: string;
  editor: string;
  firstIssueTypeId: string;
  secondIssueTypeId: string;
  statuses: { firstStatusId: string; secondStatusId: string }[];
}

export interface ConnectorConfiguration {
  fieldDefaults: FieldDefault[];
  advancedSettings: Record<string, unknown>;
}

export interface Configuration {
  first: ConnectorConfiguration;
  second: ConnectorConfiguration;
  issueTypeMappings: IssueTypeMapping[];
  fieldMappings: FieldMapping[];
  workflowMappings: WorkflowMapping[];
  comments: { direction: Direction; type: string };
  attachments: { direction: Direction };
  filter: { firstJql: string; secondJql: string };
  /** Members the sandbox does not know, kept as they came. */
  extra: Record<string, unknown>;
}

/** Sync information, members as documented. */
export interface Entry {
  id: number;
  connectorKey: string;
  localIssueKey: string;
  remoteIssueKey: string;
  firstSyncDate: number;
  lastOutgoingChange: number;
  lastChangeSeen: number;
  outgoingMessageSequenceId: SequenceId;
  lastIncomingChange: number;
  incomingMessageSequenceId: SequenceId;
  comments: { localId: string }[];
  incomingChangesIgnored: boolean;
}

export interface PanelRow {
  partnerKey: string;
  lastSent: number | null;
  lastReceived: number | null;
}

export interface Application {
  baseUrl: string;
  user: string;
  password: string;
}

export interface MessageComment {
  localId: string;
  origin: string;
  author: string;
  body: string;
}

export interface MessageFile {
  localId: string;
  origin: string;
  filename: string;
  size: number;
  mimeType: string;
}

export interface Message {
  id: number;
  kind: 'create' | 'change' | 'resync';
  from: SideName;
  sequence: SequenceId;
  localKey: string;
  remoteKey?: string;
  origin: string;
  issueTypeId: string;
  madeAt: number;
  /** The sender's `updated` when the message was made. */
  seen: number;
  fields: { mappingId: string; value: string | null; at: number }[];
  status?: { value: string; at: number; force: boolean };
  comments: MessageComment[];
  /** Comments that were carried before, with their new text. */
  editedComments: MessageComment[];
  /** Origins of comments that were carried before and are gone. */
  deletedComments: string[];
  files: MessageFile[];
  /** Ids, at the receiver, of copies whose original was deleted. */
  deletedFiles: string[];
  /** Of a new sub-task: its parent on the sender's side, which must be synced first. */
  parentKey?: string;
  error?: string;
  failedAt?: number;
}

export interface Side {
  name: SideName;
  connectorKey: string;
  projectKey: string;
  /** Absent: the instance where the synchronization is configured. */
  application?: Application;
  entries: Map<string, Entry>;
  panel: Map<string, PanelRow>;
  outgoing: Message[];
  incoming: Message[];
  /** By receiving issue key (or `new:<sender key>`): a message in error and all that wait behind it. */
  held: Map<string, Message[]>;
  /** By the sender's key of an issue that is not synced yet: the messages that need it. */
  missing: Map<string, Message[]>;
  /** By the sender's key, of issues whose messages never arrive: those that were sent since. */
  stuck: Map<string, Message[]>;
  /** Files of this side that were carried, by id: the id of their issue and of the copy. Not part of sync information. */
  files: Map<string, { issue: string; copy: string }>;
  /** Ids of comments and files that are on their way. */
  sending: Set<string>;
  /** Keys of issues whose creation is on its way. */
  creating: Set<string>;
  /** `key:mapping` → when the partner got a person's change of that field; protects it from older resync messages. */
  carried: Map<string, number>;
  /** How far detection has read the project's list of touched issues; -1 reads every issue once. */
  readTo: number;
}

export interface Synchronization {
  key: string;
  /** Name of the instance where it is configured. */
  home: string;
  summary: string;
  description: string;
  createdUser: string;
  createdAt: number;
  modifiedUser: string;
  modifiedAt: number;
  configuration: Configuration;
  draft?: Configuration;
  first: Side;
  second: Side;
  running: boolean;
  deleted: boolean;
  firstStartedAt?: number;
  runs: { from: number; to?: number }[];
}

export function otherSide(name: SideName): SideName {
  return name === 'first' ? 'second' : 'first';
}

/** Whether a mapping of this direction carries what `from` sends. */
export function carries(direction: Direction, from: SideName): boolean {
  return direction === 'EACH_OTHER' || direction === (from === 'first' ? 'FIRST_TO_SECOND' : 'SECOND_TO_FIRST');
}

export function newSide(name: SideName, connectorKey: string, projectKey: string, application?: Application): Side {
  return {
    name,
    connectorKey,
    projectKey,
    ...(application ? { application } : {}),
    entries: new Map(),
    panel: new Map(),
    outgoing: [],
    incoming: [],
    held: new Map(),
    missing: new Map(),
    stuck: new Map(),
    files: new Map(),
    sending: new Set(),
    creating: new Set(),
    carried: new Map(),
    readTo: -1,
  };
}

export function emptyConfiguration(): Configuration {
  return {
    first: { fieldDefaults: [], advancedSettings: {} },
    second: { fieldDefaults: [], advancedSettings: {} },
    issueTypeMappings: [],
    fieldMappings: [],
    workflowMappings: [],
    comments: { direction: 'NONE', type: 'plain' },
    attachments: { direction: 'NONE' },
    filter: { firstJql: '', secondJql: '' },
    extra: {},
  };
}
