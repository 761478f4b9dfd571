/** What tests of the queues have in common. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordEntry } from '../../sandbox/world/record.ts';
import { type Client, entriesOf, type Integration } from './harness.ts';

export const ORIGINAL = '/integrations/INT-16';
/** The original's own projects are the live ones here, so that one synchronization is enough to look at. */
export const WORKAROUND = { world: 'workaround' } as const;

export async function field(client: Client, instance: string, key: string, name = 'summary'): Promise<unknown> {
  const { body } = await client.call<{ fields: Record<string, unknown> }>(
    instance,
    'GET',
    `/rest/api/2/issue/${key}?fields=${name}`,
  );
  return body.fields[name];
}

export const effects = async (client: Client, what: string): Promise<RecordEntry[]> =>
  (await client.control<RecordEntry[]>('GET', '/sandbox/record')).body.filter((entry) => entry.what === what);

export async function partnerOf(client: Client, key: string): Promise<string> {
  const entries = await entriesOf(client, 'jira-old', 'CON-48-PA');
  return entries.find((entry) => entry.localIssueKey === key)?.remoteIssueKey ?? '';
}

/** A second synchronization of the same projects with the original's configuration, paired or not. */
export async function rebuild(client: Client, pairs: boolean): Promise<string> {
  const { body: configuration } = await client.backbone<Integration>('jira-old', 'GET', ORIGINAL);
  const data = {
    firstConnector: await entriesOf(client, 'jira-old', configuration.firstConnector.connectorKey),
    secondConnector: await entriesOf(client, 'jira-old', configuration.secondConnector.connectorKey),
  };
  await client.backbone('jira-old', 'POST', `${ORIGINAL}/stop`);
  const wanted = {
    instance: 'jira-new',
    firstProject: 'PA',
    secondProject: 'PB',
    secondInstance: 'jira-partner',
    by: 'kim',
  };
  const { body } = await client.control<Integration>('POST', '/sandbox/ui/create', wanted);
  const named = { instance: 'jira-new', integrationKey: body.integrationKey, by: 'kim' };
  await client.control('POST', '/sandbox/ui/import-configuration', { ...named, configuration });
  if (pairs) await client.control('POST', '/sandbox/ui/pair', { ...named, data });
  await client.backbone('jira-new', 'POST', `/integrations/${body.integrationKey}/start`);
  return body.integrationKey;
}

/** The named pages' act on the original. */
export const page = <T = Integration>(client: Client, name: string, body: Record<string, unknown> = {}) =>
  client.control<T>('POST', `/sandbox/ui/${name}`, {
    instance: 'jira-old',
    integrationKey: 'INT-16',
    by: 'kim',
    ...body,
  });

export const set = (client: Client, switches: Record<string, unknown>) =>
  client.control('POST', '/sandbox/switches', switches);

export interface Status {
  status: string;
  firstConnector: ConnectorStatus;
  secondConnector: ConnectorStatus;
}

interface ConnectorStatus {
  online: boolean;
  reconnecting: boolean;
  incomingProcessingStatus: string;
  outgoingProcessingStatus: string;
  issuesInError: number;
}

export const statusOf = async (client: Client) =>
  (await client.backbone<Status>('jira-old', 'GET', `${ORIGINAL}/status`)).body;

interface SideState {
  outgoing: { kind: string; sequence: number; localKey: string; fields: number }[];
  incoming: { kind: string; sequence: number; localKey: string }[];
  missing: Record<string, { localKey: string }[]>;
  held: Record<string, { localKey: string; error?: string }[]>;
}

/** Queues of the original, which REST does not show. */
export async function queuesOf(client: Client): Promise<{ first: SideState; second: SideState }> {
  interface State {
    instances: { synchronizations: { integrationKey: string; first: SideState; second: SideState }[] }[];
  }
  const { body } = await client.control<State>('GET', '/sandbox/state?instance=jira-old');
  const found = body.instances[0]?.synchronizations.find((one) => one.integrationKey === 'INT-16');
  if (!found) throw new Error('the original is gone');
  return found;
}

export interface Troubleshooting {
  online: boolean;
  conflicts: unknown[];
  errors: {
    issue: string;
    error: string;
    occurredIn: string;
    triggeredBy: string;
    time: number;
    waitingBehind: number;
    actions: string[];
  }[];
  missingIssues: { issue: string; waiting: string[] }[];
}

export const troubleshooting = async (client: Client) =>
  (await client.control<Troubleshooting>('GET', '/sandbox/ui/troubleshooting?instance=jira-old&integrationKey=INT-16'))
    .body;

/** Queues that move by `beat` alone, so that what is under way can be looked at whatever the machine does meanwhile. */
export const BY_HAND = { ...WORKAROUND, interval: 3_600_000 } as const;

export async function beat(client: Client, times = 1): Promise<void> {
  for (let n = 0; n < times; n++) await client.control('POST', '/sandbox/beat');
}

/** Waits until the queues are quiet. */
export async function settled(client: Client): Promise<void> {
  for (let quiet = 0, n = 0; quiet < 6 && n < 400; n++) {
    const { first, second } = await queuesOf(client);
    const under = [first, second].flatMap((side) => [...side.outgoing, ...side.incoming]);
    quiet = under.length === 0 ? quiet + 1 : 0;
    await sleep(20);
  }
}
