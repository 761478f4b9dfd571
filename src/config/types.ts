/** The configuration as the rest of the code sees it: read once, checked, passed on as one object. */
import type { PolicySnapshot } from '../contract/steps.ts';

export type Credentials = { kind: 'basic'; username: Secret; password: Secret } | { kind: 'bearer'; token: Secret };

/** A secret's source. Read when it is needed, so that a rotated file counts without a restart. Never printed. */
export interface Secret {
  /** `env:NAME` or `file:/path`, for messages. */
  source: string;
  read(): Promise<string>;
}

/** What this instance can do for us, stated by the operator, never guessed. Defaults follow what the vendor documents. */
export interface BackboneCapabilities {
  /** POST /integrations: its body is not documented. */
  createSynchronization: 'rest' | 'person';
  /** Drafts carry issue type mappings, field mappings and field defaults only. */
  importConfiguration: 'drafts' | 'person';
  /** POST syncInformation: what it does to existing entries is not documented. */
  pairIssues: 'rest' | 'person';
  stopSynchronization: 'rest' | 'person';
  startSynchronization: 'rest' | 'person';
  resync: 'rest' | 'person';
  deleteSynchronization: 'rest' | 'person';
  /** Server manuals 3.9 and 4.1 print POST, cloud manuals PUT. The other one is tried on 405. */
  startStopVerb: 'POST' | 'PUT';
  /** Only STOPPED and IDLE were ever seen in the manual. */
  vocabulary: { stopped: string; running: string; idle: string };
  /** What stays as it is while a synchronization is stopped, so that another value means that it ran. */
  stoppedTraces: StoppedTrace[];
}

export const STOPPED_TRACES = ['sequenceIds', 'lastChanges', 'lastChangeSeen', 'lastModified'] as const;
export type StoppedTrace = (typeof STOPPED_TRACES)[number];

export interface InstanceConfig {
  name: string;
  baseUrl: string;
  deployment: 'dataCenter' | 'cloud';
  /** `none`: a partner's Jira that we cannot reach. */
  access: 'full' | 'none';
  credentials: Credentials | null;
  /** The user Backbone writes as on this instance; needed for createSynchronization: rest. */
  syncUser: { username: Secret; password: Secret } | null;
  backbone: BackboneCapabilities;
  limits: { requestsPerSecond: number; concurrency: number };
}

export interface Reminders {
  /** Milliseconds after which a wait for a person is told again, and again. Default a day. */
  every: number;
  /** Its URL, a secret like those of chat services, gets a POST for each reminder. */
  webhook: Secret | null;
  /** What each POST is signed with; without it none is. */
  secret?: Secret;
}

/** Durations in milliseconds. */
export interface Timing {
  /** Backbone's `sync.outgoingInterval`: idle is believed after three of these. Default 5 s. */
  outgoingInterval: number;
  /** The longest that a node of an instance is assumed to be behind the others. Default twelve of `outgoingInterval`. */
  staleness: number;
  /** One HTTP exchange. Default 30 s. */
  httpTimeout: number;
  /** Waits for machines, default 1 s to 30 s. */
  machineWait: { from: number; to: number };
  /** Waits for people, default 15 s to 10 min. */
  personWait: { from: number; to: number };
  /** The watcher's pause between two looks at an instance, default 30 s. */
  watchEvery: number;
}

export interface Config {
  /** File it was read from. */
  file: string;
  instances: Record<string, InstanceConfig>;
  policy: PolicySnapshot;
  timing: Timing;
  reminders: Reminders;
  /** Where the operator serves artifacts (`migrator artifact serve`), without a slash at the end. */
  artifacts: { url: string | null };
  /** Connection string of a PostgreSQL database. `null`: a SQLite file in the home folder. */
  store: { postgres: Secret | null };
  /** Prefix of all task queues. Default empty. */
  taskQueuePrefix: string;
  /** Every `env:` and `file:` that the file names: what the worker is given of its starter's environment. */
  secretSources: readonly string[];
}
