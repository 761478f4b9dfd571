/** What tests say of a finished migration: from the sandbox's record, the history, the store and the worker's log. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';
import { expect } from 'vitest';
import type { Sandbox } from '../../sandbox/start.ts';
import type { RecordEntry } from '../../sandbox/world/record.ts';
import type { Store } from '../../src/store/store.ts';
import { SECRETS } from './migration.ts';
import { ledgerOf } from './rehearsal.ts';

/** A rehearsal with a worker process, or a scene in this one. */
export interface Stage {
  sandbox: Sandbox;
  store: Store;
  control<T>(method: string, path: string, body?: unknown): Promise<T>;
  record(): RecordEntry[] | Promise<RecordEntry[]>;
  /** Lines of a worker process. */
  log?: string[];
}

/** A write to an instance: which one, as a method and a pattern of its path. */
export interface WriteKind {
  name: string;
  method: 'POST' | 'DELETE';
  path: string;
}

const API = '/backbone-issue-sync/api/1';

/** Every kind of write a migration sends, in their order. */
export const WRITE_KINDS: readonly WriteKind[] = [
  { name: 'stop', method: 'POST', path: `${API}/integrations/INT-16/stop$` },
  { name: 'create', method: 'POST', path: `${API}/integrations$` },
  { name: 'draft', method: 'POST', path: '/draft$' },
  { name: 'draft, issue types', method: 'POST', path: '/draft/issueTypeMappings/bulk$' },
  { name: 'draft, fields', method: 'POST', path: '/draft/fieldMappings/bulk$' },
  { name: 'draft, default on A', method: 'POST', path: '/draft/fieldDefaults/[^/]*-PA$' },
  { name: 'draft, default on B', method: 'POST', path: '/draft/fieldDefaults/[^/]*-PB$' },
  { name: 'publish', method: 'POST', path: '/draft/publish$' },
  { name: 'pair A', method: 'POST', path: '-PA/syncInformation$' },
  { name: 'pair B', method: 'POST', path: '-PB/syncInformation$' },
  { name: 'start', method: 'POST', path: `${API}/integrations/[^/]+/start$` },
  { name: 'resync A to B', method: 'POST', path: '-PA/resync$' },
  { name: 'resync B to A', method: 'POST', path: '-PB/resync$' },
  { name: 'delete', method: 'DELETE', path: `${API}/integrations/INT-16$` },
];

export const isWrite = ({ kind, method, path = '' }: RecordEntry): boolean =>
  kind === 'request' && method !== 'GET' && !path.includes('/rest/api/');

/** Requests of one kind of write, whatever became of them. */
export const sentOf = (record: RecordEntry[], { method, path }: Omit<WriteKind, 'name'>): RecordEntry[] =>
  record.filter((entry) => isWrite(entry) && entry.method === method && new RegExp(path).test(entry.path ?? ''));

/** How often Backbone did something, by REST or in its pages. */
export const effects = (record: RecordEntry[], what: string): number =>
  record.filter((entry) => entry.kind === 'effect' && entry.what === what).length;

/** People stop working, queues run empty, and nothing was doubled, lost or deleted that should not be. */
export async function expectSoundEnd({ control, sandbox, record }: Stage, migrations = 1): Promise<void> {
  await control('POST', 'people', { action: 'stop' });
  const verdict = await sandbox.verdict();
  expect(verdict, JSON.stringify(verdict.details)).toMatchObject({
    settled: true,
    duplicates: 0,
    lostChanges: 0,
    originalDeleted: true,
    wrongDeletes: 0,
    bothRan: false,
  });
  const happened = await record();
  expect(effects(happened, 'integration deleted')).toBe(migrations);
  expect(effects(happened, 'integration created')).toBe(migrations);
}

/** Waits for something in the sandbox's record. */
export async function happens(
  { record }: Pick<Stage, 'record'>,
  what: (entry: RecordEntry) => boolean,
  name: string,
  timeoutMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await record()).some(what)) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${name}`);
    await sleep(20);
  }
}

/** No secret in the history, the ledger, its texts and artifacts, the pictures, or the worker's log. */
export async function expectNoSecret(stage: Stage, handle: WorkflowHandle): Promise<void> {
  const { store, log = [] } = stage;
  const entries = await ledgerOf(stage);
  const migration = entries[0]?.migration ?? '';
  const places: Record<string, Uint8Array | string> = {
    history: proto.temporal.api.history.v1.History.encode(await handle.fetchHistory()).finish(),
    ledger: JSON.stringify([entries, await store.ledger.texts(migration)]),
    pictures: JSON.stringify(await store.projections.list()),
    log: log.join('\n'),
  };
  const artifacts = new Set(entries.flatMap(({ digests }) => Object.values(digests)));
  for (const digest of artifacts) {
    if (await store.artifacts.has(digest)) places[digest] = await bytesOf(store.artifacts.get(digest));
  }
  expect(Object.keys(places).length).toBeGreaterThan(8);
  const basic = Buffer.from(`migrator:${SECRETS.SANDBOX_PASSWORD}`).toString('base64');
  const found = Object.entries(places).flatMap(([place, content]) =>
    [...Object.values(SECRETS), basic].filter((secret) => Buffer.from(content).includes(secret)).map(() => place),
  );
  expect(found, 'places with a secret').toEqual([]);
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
