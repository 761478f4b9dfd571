/** Real HTTP servers on loopback that answer as told, and instances configured for them. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { STOPPED_TRACES } from '../../src/config/schema.ts';
import type { Config, InstanceConfig, Secret, Timing } from '../../src/config/types.ts';
import { MigratorError } from '../../src/contract/errors.ts';
import { openInstances } from '../../src/jira/open.ts';

export interface Seen {
  method: string;
  /** Path and query. */
  url: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Handler = (request: Seen, response: ServerResponse, incoming: IncomingMessage) => unknown;

export const PASSWORD = 'corr3ct-horse/battery "staple"';
export const TOKEN = 'pat-0123456789abcdef';
export const USERNAME = 'kim.migrator';
export const SYNC_PASSWORD = 'sync-s3cret';
export const OTHER_SYNC_PASSWORD = 'partner-s3cret';
export const SECRETS = [
  PASSWORD,
  TOKEN,
  SYNC_PASSWORD,
  OTHER_SYNC_PASSWORD,
  Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64'),
];

export const secret = (value: string, source = 'env:TEST'): Secret => ({ source, read: async () => value });

/** A server that lives as long as the test. */
export async function serving(handler: Handler): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://x');
    const request: Seen = {
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      path: pathname,
      query: searchParams,
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString(),
    };
    seen.push(request);
    await handler(request, response, incoming);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

export const json = (response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

export const html = (response: ServerResponse, status = 200, headers: Record<string, string> = {}) =>
  response
    .writeHead(status, { 'content-type': 'text/html;charset=UTF-8', ...headers })
    .end('<!DOCTYPE html><html><body>Log in</body></html>');

const TIMING: Timing = {
  outgoingInterval: 5000,
  staleness: 60_000,
  httpTimeout: 2000,
  machineWait: { from: 1000, to: 30_000 },
  personWait: { from: 15_000, to: 600_000 },
  watchEvery: 30_000,
};

export function instanceConfig(baseUrl: string, more: Partial<InstanceConfig> = {}): InstanceConfig {
  return {
    name: 'jira-old',
    baseUrl,
    deployment: 'dataCenter',
    access: 'full',
    credentials: { kind: 'basic', username: secret(USERNAME), password: secret(PASSWORD) },
    syncUser: { username: secret('backbone'), password: secret(SYNC_PASSWORD) },
    backbone: {
      createSynchronization: 'rest',
      importConfiguration: 'drafts',
      pairIssues: 'rest',
      stopSynchronization: 'rest',
      startSynchronization: 'rest',
      resync: 'rest',
      deleteSynchronization: 'rest',
      startStopVerb: 'POST',
      vocabulary: { stopped: 'STOPPED', running: 'RUNNING', idle: 'IDLE' },
      stoppedTraces: [...STOPPED_TRACES],
    },
    limits: { requestsPerSecond: 1000, concurrency: 4 },
    ...more,
  };
}

export function configOf(instances: InstanceConfig[], timing: Partial<Timing> = {}): Config {
  return {
    file: 'migrator.yaml',
    instances: Object.fromEntries(instances.map((each) => [each.name, each])),
    policy: { approvers: [], required: 1, selfApproval: false, identity: 'claimed', deleteOnAttested: false },
    timing: { ...TIMING, ...timing },
    reminders: { every: 86_400_000, webhook: null },
    artifacts: { url: null },
    store: { postgres: null },
    taskQueuePrefix: '',
    secretSources: [],
  };
}

/** One opened instance for a base URL. */
export function opened(baseUrl: string, more: Partial<InstanceConfig> = {}, timing: Partial<Timing> = {}) {
  const instances = openInstances(configOf([instanceConfig(baseUrl, more)], timing));
  onTestFinished(() => instances.close());
  return instances.open(more.name ?? 'jira-old');
}

/** An instance whose every request is answered by the handler. */
export async function answering(handler: Handler, more: Partial<InstanceConfig> = {}, timing: Partial<Timing> = {}) {
  const { url, seen } = await serving(handler);
  return { instance: opened(url, more, timing), seen, url };
}

export async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The failure of a promise. No failure that any test sees may hold a secret in any part that could be stored or logged. */
export async function failureOf(promise: Promise<unknown>): Promise<MigratorError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MigratorError)) throw new Error(`expected a MigratorError, got ${String(error)}`);
  const leaked = SECRETS.filter((each) => everything(error).includes(each));
  if (leaked.length > 0) throw new Error(`a secret is in: ${everything(error)}`);
  return error;
}

/** Message, remedy, stack and all members, also of the causes. */
export function everything(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? '';
  const members = Object.getOwnPropertyNames(error)
    .filter((name) => name !== 'cause')
    .map((name) => String(Reflect.get(error, name)));
  return [...members, everything(error.cause)].join('\n');
}
