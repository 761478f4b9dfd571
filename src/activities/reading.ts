/** Readings of a synchronization that several steps share. */
import type { Connector, Read, Synchronization, SynchronizationStatus } from '../backbone/types.ts';
import type { BackboneCapabilities } from '../config/types.ts';
import type { Plan, Side, SynchronizationIdentity } from '../contract/steps.ts';
import { jiraOf } from '../jira/identity.ts';
import type { Instance } from '../jira/instance.ts';
import type { StepContext } from './context.ts';
import { instanceAt } from './instanceAt.ts';

export interface Reading {
  stopped: boolean;
  running: boolean;
  /** Both connectors process nothing. */
  idle: boolean;
  online: boolean;
  errors: number;
  raw: SynchronizationStatus;
}

/** The vocabulary is the instance's own (capability): only STOPPED and IDLE were ever seen in the manual. */
export function interpretStatus(raw: SynchronizationStatus, { vocabulary }: BackboneCapabilities): Reading {
  const connectors = [raw.firstConnector, raw.secondConnector];
  return {
    stopped: raw.status === vocabulary.stopped,
    running: raw.status === vocabulary.running,
    idle: connectors.every(
      (c) => c.incomingProcessingStatus === vocabulary.idle && c.outgoingProcessingStatus === vocabulary.idle,
    ),
    online: connectors.every((c) => c.online),
    errors: connectors.reduce((sum, c) => sum + c.issuesInError, 0),
    raw,
  };
}

/** One look at a status. A 404 is no word on whether the synchronization is there: `presence.ts`. */
export async function readStatus(instance: Instance, key: string): Promise<Read<Reading>> {
  const found = await instance.backbone.status(key);
  return found.state === 'present' ? { ...found, ...interpretStatus(found.value, instance.config.backbone) } : found;
}

/** By one look; `undefined` where it was not read. */
export async function stoppedNow(instance: Instance, key: string): Promise<boolean | undefined> {
  const status = await readStatus(instance, key);
  return status.state === 'present' ? status.stopped : undefined;
}

/** Never a bare key: instance identity, key, creation date and both connector keys (design §3). */
export async function identityOf(instance: Instance, value: Synchronization): Promise<SynchronizationIdentity> {
  return { instance: instance.config.name, instanceIdentity: await jiraOf(instance), ...ownIdentity(value) };
}

/** What of an identity stands in the synchronization itself; the rest is where it was read. */
export const ownIdentity = (
  value: Synchronization,
): Omit<SynchronizationIdentity, 'instance' | 'instanceIdentity'> => ({
  key: value.integrationKey,
  created: value.createdDate ?? '',
  firstConnector: value.firstConnector.connectorKey,
  secondConnector: value.secondConnector.connectorKey,
});

/** The members in which two identities differ; empty when they are the same thing. */
export function identityDifferences(recorded: SynchronizationIdentity, now: SynchronizationIdentity): string[] {
  return (Object.keys(recorded) as (keyof SynchronizationIdentity)[])
    .filter((member) => recorded[member] !== now[member])
    .map((member) => `${member}: recorded ${recorded[member]}, now ${now[member]}`);
}

/** Synchronizations on A's instance between exactly the two projects of the new one; the original is never among them. */
export async function synchronizationsBetween(
  context: Pick<StepContext, 'config' | 'open'>,
  plan: Pick<Plan, 'a' | 'b' | 'original'>,
): Promise<Synchronization[]> {
  const { a, b, original } = plan;
  const found: Synchronization[] = [];
  for (const candidate of await context.open(a.instance).backbone.synchronizations(a.project)) {
    if (original.instance === a.instance && candidate.integrationKey === original.key) continue;
    const isEnd = async (side: Side) => {
      for (const end of [candidate.firstConnector, candidate.secondConnector])
        if (end.projectKey === side.project && (await instanceAt(context, end, [a, b]))?.name === side.instance)
          return true;
      return false;
    };
    if ((await isEnd(a)) && (await isEnd(b))) found.push(candidate);
  }
  return found;
}

/** The user that Backbone writes as behind a connector; empty where the instance does not name one. */
export const syncUserOf = ({ connection }: Connector): string => connection?.application?.user ?? '';

/** On both sides of the new synchronization; or of the original, given whether its ends stand the other way round. */
export const syncUsersOf = (
  { firstConnector, secondConnector }: Synchronization,
  { swapped = false }: Partial<Pick<Plan, 'swapped'>> = {},
): { a: string; b: string } => ({
  a: syncUserOf(swapped ? secondConnector : firstConnector),
  b: syncUserOf(swapped ? firstConnector : secondConnector),
});
