/** A node that is behind answers reads from an earlier picture of its instance, in the product's own words. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { RecordEntry } from '../../../sandbox/world/record.ts';
import { type Client, type Integration, open, person } from '../harness.ts';

const picture = (client: Client, instance: string, name: string) =>
  client.control('POST', '/sandbox/instances', { instance, picture: name });

async function plant(client: Client, fault: Record<string, unknown>): Promise<void> {
  const { status, body } = await client.control('POST', '/sandbox/faults', { action: 'stale', ...fault });
  if (status !== 200) throw new Error(JSON.stringify(body));
}

async function create(client: Client): Promise<string> {
  const wanted = { instance: 'jira-new', firstProject: 'PA', secondProject: 'PB', secondInstance: 'jira-partner' };
  return (await client.control<Integration>('POST', '/sandbox/ui/create', { ...wanted, by: 'kim' })).body
    .integrationKey;
}

const keysOf = async (client: Client, instance: string) =>
  (await client.backbone<Integration[]>(instance, 'GET', '/integrations')).body.map((each) => each.integrationKey);
const read = (client: Client, instance: string, path: string) =>
  client.backbone<{ message?: string; status?: string }>(instance, 'GET', `/integrations/${path}`);

it('does not know a synchronization that was created since: not in the list, 404 by its key and for its status', async () => {
  await using client = await open();
  await picture(client, 'jira-new', 'before');
  const key = await create(client);
  await plant(client, { instance: 'jira-new', path: '/integrations', picture: 'before', forMs: 60_000 });
  expect(await keysOf(client, 'jira-new')).toEqual(['INT-4']);
  const missing = await read(client, 'jira-new', 'INT-99');
  for (const path of [key, `${key}/status`]) {
    const { status, body, headers } = await read(client, 'jira-new', path);
    expect([status, body.message]).toEqual([404, missing.body.message?.replace('INT-99', key)]);
    expect(headers.get('x-anodeid')).toBe('jira-new-node2');
  }
  // Others see what is.
  expect(await keysOf(client, 'jira-old')).toEqual(['INT-16']);
  await client.control('DELETE', '/sandbox/faults');
  expect(await keysOf(client, 'jira-new')).toEqual(['INT-4', key]);
});

it('still shows a synchronization that was deleted since, with the status and the issues of then', async () => {
  await using client = await open();
  await plant(client, { instance: 'jira-old', path: '/integrations|/issue/', nth: 2, forMs: 60_000 });
  const issue = () =>
    client.call<{ fields: { summary: string } }>('jira-old', 'GET', '/rest/api/2/issue/PA-1?fields=summary');
  const before = (await issue()).body.fields.summary;
  await person(client, { kind: 'edit', instance: 'jira-old', key: 'PA-1', field: 'summary', value: 'Later' });
  await client.backbone('jira-old', 'POST', '/integrations/INT-16/stop');
  await client.backbone('jira-old', 'DELETE', '/integrations/INT-16');
  expect((await issue()).body.fields.summary).toBe(before);
  expect(await keysOf(client, 'jira-old')).toEqual(['INT-16']);
  expect((await read(client, 'jira-old', 'INT-16/status')).body.status).toBe('RUNNING');
});

it('is behind for one route, for some of the answers, and only where something is read', async () => {
  await using client = await open();
  await plant(client, { instance: 'jira-old', method: 'GET', path: '/INT-16/status$', every: 2, count: 2 });
  // A write is never answered from a picture, whatever the path says.
  await plant(client, { instance: 'jira-old', path: '/stop$|/start$|/user[?]', every: 1 });
  await client.backbone('jira-old', 'POST', '/integrations/INT-16/stop');
  const seen = [];
  for (let n = 0; n < 6; n++) seen.push((await read(client, 'jira-old', 'INT-16/status')).body.status);
  expect(seen).toEqual(['RUNNING', 'STOPPED', 'RUNNING', 'STOPPED', 'STOPPED', 'STOPPED']);
  const changed = await client.backbone('jira-old', 'GET', '/connectors/CON-48-PA/user?newUser=admin');
  expect(changed.status).toBe(200);
  expect(client.sandbox.world.original.first.application?.user).toBe('admin');
});

it('catches up when its time is over', async () => {
  await using client = await open();
  await plant(client, { instance: 'jira-old', path: '/status$', forMs: 150 });
  await client.backbone('jira-old', 'POST', '/integrations/INT-16/stop');
  expect((await read(client, 'jira-old', 'INT-16/status')).body.status).toBe('RUNNING');
  await sleep(200);
  expect((await read(client, 'jira-old', 'INT-16/status')).body.status).toBe('STOPPED');
});

it('is told in the record: the picture, and each answer that came from it', async () => {
  await using client = await open();
  await picture(client, 'jira-new', 'before');
  await plant(client, { instance: 'jira-new', path: '/integrations$', picture: 'before' });
  await keysOf(client, 'jira-new');
  const { body } = await client.control<RecordEntry[]>('GET', '/sandbox/record');
  expect(body.map(({ kind, what, path, detail }) => [kind, what ?? path?.replace(/.*api.1/, ''), detail])).toEqual([
    ['fault', 'picture taken', { picture: 'before' }],
    ['request', '/integrations', expect.objectContaining({ fault: 'stale', effect: false })],
    ['fault', 'answered from an earlier picture', expect.objectContaining({ picture: 'before' })],
  ]);
});

it('refuses what could never be behind: no instance, an unknown picture, a method that only writes', async () => {
  await using client = await open();
  const stale = { action: 'stale', instance: 'jira-new' };
  for (const wrong of [{ action: 'stale' }, { ...stale, picture: 'never taken' }, { ...stale, method: 'DELETE' }]) {
    expect((await client.control('POST', '/sandbox/faults', wrong)).status).toBe(400);
  }
});
