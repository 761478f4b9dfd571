/** The configuration as the rest of the code sees it: read once, checked, passed on as one object. */
import type { PolicySnapshot } from '../contract/steps.ts';
import type { ConfigurationFile, InstanceEntry } from './schema.ts';

export type Credentials = { kind: 'basic'; username: Secret; password: Secret } | { kind: 'bearer'; token: Secret };

/** A secret's source. Read when it is needed, so that a rotated file counts without a restart. Never printed. */
export interface Secret {
  /** `env:NAME` or `file:/path`, for messages. */
  source: string;
  read(): Promise<string>;
}

/** What this instance can do for us, stated by the operator, never guessed. */
export type BackboneCapabilities = InstanceEntry['backbone'];

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
  limits: InstanceEntry['limits'];
}

export interface Reminders {
  /** Milliseconds after which a wait for a person is told again, and again. Default a day. */
  every: number;
  /** Its URL, a secret like those of chat services, gets a POST for each reminder. */
  webhook: Secret | null;
  /** What each POST is signed with; without it none is. */
  secret?: Secret;
}

/** Durations in milliseconds. `staleness`: the longest that a node of an instance is assumed to be behind the others. */
export type Timing = ConfigurationFile['timing'] & { staleness: number };

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
