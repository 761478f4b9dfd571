/** One Jira instance with its Backbone, as the steps use it. */
import type { BackboneClient, WriteAnswer, WriteRequest } from '../backbone/types.ts';
import type { InstanceConfig } from '../config/types.ts';
import type { ClockReading } from '../http/clock.ts';
import type { JiraClient } from './types.ts';

/**
 * Reads retry by themselves within bounds. `send` is called by the store-fenced write function alone
 * (`src/activities/write.ts`): one attempt, never a retry. It throws MigratorError:
 * `InstanceUnreachable`, `RateLimited`, `CredentialsExpired` when it is certain that nothing happened (connection refused, 429,
 * 401); `RequestRefused` for other 4xx (message of the instance inside, `status` member); `OutcomeUnknown` when the answer was
 * lost, timed out, was 5xx, or was no JSON where JSON was due.
 */
export interface Instance {
  config: InstanceConfig;
  jira: JiraClient;
  backbone: BackboneClient;
  /** How far its clock is from this machine's, by its latest answers; `undefined` where none of them told the time. */
  clock(): ClockReading | undefined;
  /** Not sent after `notAfter` (`performance.now`): `TooLate`. */
  send(request: WriteRequest, notAfter?: number): Promise<WriteAnswer>;
  /** Whom Backbone will act as here in what we create, where the configuration says it. */
  syncUser(): Promise<string | undefined>;
}

/** Opens instances by the names of the configuration; one client, limiter and connection pool per instance and process. */
export interface Instances {
  open(name: string): Instance;
  close(): Promise<void>;
}
