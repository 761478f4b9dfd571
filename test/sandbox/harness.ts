/** Talking to a sandbox over real sockets, as any client would. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/start.ts';

export const BACKBONE = '/plugins/servlet/backbone-issue-sync/api/1';
const BASIC = `Basic ${Buffer.from('migrator:sandbox-password').toString('base64')}`;

export interface Reply<T> {
  status: number;
  headers: Headers;
  body: T;
}

export interface Client {
  sandbox: Sandbox;
  /** As the administrator, unless headers say otherwise. */
  call<T = unknown>(
    instance: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Reply<T>>;
  backbone<T = unknown>(instance: string, method: string, path: string, body?: unknown): Promise<Reply<T>>;
  control<T = unknown>(method: string, path: string, body?: unknown): Promise<Reply<T>>;
}

async function exchange<T>(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Reply<T>> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    redirect: 'manual',
    ...content,
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as T };
}

/** A sandbox with a quick beat, closed by `await using`. */
export async function open(options: SandboxOptions = {}): Promise<Client & AsyncDisposable> {
  const sandbox = await startSandbox({ interval: 20, ...options });
  const client: Client = {
    sandbox,
    call: (instance, method, path, body, headers = { Authorization: BASIC }) =>
      exchange(`${sandbox.ready.instances[instance]}${path}`, method, body, headers),
    backbone: (instance, method, path, body) => client.call(instance, method, `${BACKBONE}${path}`, body),
    control: (method, path, body) => exchange(`${sandbox.ready.control}${path}`, method, body, {}),
  };
  return { ...client, [Symbol.asyncDispose]: () => sandbox.close() };
}

export interface Entry {
  localIssueKey: string;
  remoteIssueKey: string;
  lastChangeSeen: number;
  outgoingMessageSequenceId: number;
  incomingMessageSequenceId: number;
  comments: { localId: string }[];
}

export interface Connector {
  connectorKey: string;
  projectKey: string;
  fieldDefaults: { fieldDefaultKey: string; fieldId: string; value: { id: string } }[];
  advancedSettings: Record<string, unknown>;
}

export interface Integration {
  integrationKey: string;
  summary: string;
  firstConnector: Connector;
  secondConnector: Connector;
  issueTypeMappings: { id: string; direction: string; firstIssueTypeId: string; secondIssueTypeId: string }[];
  fieldMappings: {
    id: string;
    direction: string;
    type: string;
    firstFieldId: string;
    secondFieldId: string;
    values?: { firstOptionId: string; secondOptionId: string }[];
  }[];
  workflowMappings: {
    id: string;
    firstIssueTypeId: string;
    statuses: { firstStatusId: string; secondStatusId: string }[];
  }[];
  comments: { direction: string; type: string };
}

export interface Issue {
  id: string;
  key: string;
  fields: {
    summary: string;
    created: string;
    reporter: { name: string };
    comment: { comments: { id: string; body: string; created: string; author: { name: string } }[] };
    [member: string]: unknown;
  };
}

/** Every issue of a project, by key. */
export async function issuesOf(client: Client, instance: string, project: string): Promise<Map<string, Issue>> {
  const found = new Map<string, Issue>();
  for (;;) {
    const jql = encodeURIComponent(`project = ${project} ORDER BY key ASC`);
    const path = `/rest/api/2/search?jql=${jql}&startAt=${found.size}&maxResults=500&fields=*all`;
    const { body } = await client.call<{ total: number; issues: Issue[] }>(instance, 'GET', path);
    for (const issue of body.issues) found.set(issue.key, issue);
    if (found.size >= body.total || body.issues.length === 0) return found;
  }
}

export async function entriesOf(client: Client, instance: string, connector: string): Promise<Entry[]> {
  return (await client.backbone<Entry[]>(instance, 'GET', `/connectors/${connector}/syncInformation`)).body;
}

/** One act of a scripted person. */
export async function person(
  client: Client,
  act: Record<string, string>,
): Promise<{ key: string; value: string; comment: string }> {
  const { body, status } = await client.control<{ key: string; value: string; comment: string }>(
    'POST',
    '/sandbox/people',
    { action: 'once', ...act },
  );
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

/** Asks until the answer is there. */
export async function eventually(holds: () => Promise<boolean>, ms = 15_000): Promise<boolean> {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    if (await holds()) return true;
    await sleep(15);
  }
  return false;
}
