/**
 * One promise per row of what is documented of Backbone's behaviour at run time, in the order of the facts that were
 * collected. Rows about errors, missing and deleted issues are in errors.test.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import {
  BY_HAND,
  beat,
  effects,
  field,
  ORIGINAL,
  page,
  partnerOf,
  queuesOf,
  rebuild,
  set,
  settled,
  statusOf,
  troubleshooting,
  WORKAROUND,
} from './acts.ts';
import { type Client, eventually, type Integration, issuesOf, open, person } from './harness.ts';

const edit = (client: Client, instance: string, key: string, value: string, name = 'summary') =>
  person(client, { kind: 'edit', instance, key, field: name, value });
const start = (client: Client) => client.backbone('jira-old', 'POST', `${ORIGINAL}/start`);
const stop = (client: Client) => client.backbone('jira-old', 'POST', `${ORIGINAL}/stop`);
const configuration = async (client: Client) => (await client.backbone<Integration>('jira-old', 'GET', ORIGINAL)).body;

interface File {
  id: string;
  filename: string;
  author: { name: string };
}
const files = (client: Client, instance: string, key: string) =>
  field(client, instance, key, 'attachment') as Promise<File[]>;

it('queues: a change goes to the outgoing queue of its side, then to the incoming one of the other, then is applied', async () => {
  await using client = await open(BY_HAND);
  await edit(client, 'jira-new', 'PA-1', 'On its way');
  await beat(client);
  expect((await queuesOf(client)).first.outgoing).toMatchObject([{ localKey: 'PA-1' }]);
  await beat(client);
  expect(await queuesOf(client)).toMatchObject({
    first: { outgoing: [] },
    second: { incoming: [{ localKey: 'PA-1' }] },
  });
  expect(await field(client, 'jira-partner', 'PB-4')).not.toBe('On its way');
  await beat(client);
  expect(await queuesOf(client)).toMatchObject({ second: { incoming: [] } });
  expect(await field(client, 'jira-partner', 'PB-4')).toBe('On its way');
});

it('detection: one look per interval finds all changes of an issue and makes one message of them', async () => {
  await using client = await open(BY_HAND);
  await edit(client, 'jira-new', 'PA-1', 'One');
  await edit(client, 'jira-new', 'PA-1', 'Two');
  await edit(client, 'jira-new', 'PA-1', 'Three', 'description');
  await beat(client);
  expect((await queuesOf(client)).first.outgoing).toMatchObject([{ localKey: 'PA-1', fields: 2 }]);
});

it('sync user: what it changes is never synchronized, and no page changes who it is, or the project key', async () => {
  await using client = await open(WORKAROUND);
  const Authorization = `Basic ${Buffer.from('backbone:sandbox-password').toString('base64')}`;
  const body = { fields: { description: 'By the sync user' } };
  await client.call('jira-new', 'PUT', '/rest/api/2/issue/PA-1', body, { Authorization });
  await edit(client, 'jira-new', 'PA-1', 'By a person');
  expect(await eventually(async () => (await field(client, 'jira-partner', 'PB-4')) === 'By a person')).toBe(true);
  expect(await field(client, 'jira-partner', 'PB-4', 'description')).not.toBe('By the sync user');
  for (const members of [{ secondConnector: { projectKey: 'OPS' } }, { firstConnector: { connection: {} } }]) {
    expect((await page(client, 'edit-configuration', { members })).status).toBe(400);
  }
  expect((await configuration(client)).secondConnector.projectKey).toBe('PB');
});

it('restart: all changes since the last successful sync are sent, one after another', async () => {
  await using client = await open(WORKAROUND);
  await stop(client);
  for (const key of ['PA-1', 'PA-2', 'PA-3']) await edit(client, 'jira-new', key, `Changed ${key}`);
  await sleep(100);
  expect((await queuesOf(client)).first.outgoing).toEqual([]);
  await start(client);
  await settled(client);
  for (const key of ['PA-1', 'PA-2', 'PA-3']) {
    expect(await field(client, 'jira-partner', await partnerOf(client, key))).toBe(`Changed ${key}`);
  }
});

it('conflict, different fields: both apply', async () => {
  await using client = await open(WORKAROUND);
  await edit(client, 'jira-new', 'PA-1', 'Summary of A');
  await edit(client, 'jira-partner', 'PB-4', 'Description of B', 'description');
  await settled(client);
  for (const [instance, key] of [
    ['jira-new', 'PA-1'],
    ['jira-partner', 'PB-4'],
  ] as const) {
    expect(await field(client, instance, key)).toBe('Summary of A');
    expect(await field(client, instance, key, 'description')).toBe('Description of B');
  }
});

it('conflict, same field in both directions: the newer one wins on both sides', async () => {
  await using client = await open(WORKAROUND);
  await edit(client, 'jira-partner', 'PB-4', 'Older');
  await edit(client, 'jira-new', 'PA-1', 'Newer');
  await settled(client);
  expect(await field(client, 'jira-new', 'PA-1')).toBe('Newer');
  expect(await field(client, 'jira-partner', 'PB-4')).toBe('Newer');
});

it('conflict, same field in one direction: the target is overwritten, however new it is', async () => {
  await using client = await open(WORKAROUND);
  const { fieldMappings } = await configuration(client);
  const oneWay = fieldMappings.map((mapping) => ({ ...mapping, direction: 'FIRST_TO_SECOND' }));
  await page(client, 'edit-configuration', { members: { fieldMappings: oneWay } });
  await edit(client, 'jira-new', 'PA-1', 'From the source');
  await edit(client, 'jira-partner', 'PB-4', 'Newer, at the target');
  await settled(client);
  expect(await field(client, 'jira-partner', 'PB-4')).toBe('From the source');
  expect(await field(client, 'jira-new', 'PA-1')).toBe('From the source');
});

it('start: only a synchronization with a valid configuration can be started', async () => {
  await using client = await open(WORKAROUND);
  await stop(client);
  await page(client, 'edit-configuration', { members: { issueTypeMappings: [] } });
  expect((await start(client)).status).toBe(409);
  expect((await statusOf(client)).status).toBe('STOPPED');
});

it('files: one that is deleted at its origin is deleted at the copy', async () => {
  await using client = await open(WORKAROUND);
  await page(client, 'edit-configuration', { members: { attachments: { direction: 'EACH_OTHER' } } });
  await person(client, { kind: 'attach', instance: 'jira-new', key: 'PA-1', value: 'log.txt' });
  expect(await eventually(async () => (await files(client, 'jira-partner', 'PB-4')).length === 1)).toBe(true);
  expect(await files(client, 'jira-partner', 'PB-4')).toMatchObject([
    { filename: 'log.txt', author: { name: 'backbone' } },
  ]);
  await person(client, { kind: 'detach', instance: 'jira-new', key: 'PA-1', value: 'log.txt' });
  expect(await eventually(async () => (await files(client, 'jira-partner', 'PB-4')).length === 0)).toBe(true);
});

it('files: deleting the copy does not delete the origin, and does not bring the copy back', async () => {
  await using client = await open(WORKAROUND);
  await page(client, 'edit-configuration', { members: { attachments: { direction: 'EACH_OTHER' } } });
  await person(client, { kind: 'attach', instance: 'jira-new', key: 'PA-1', value: 'log.txt' });
  await eventually(async () => (await files(client, 'jira-partner', 'PB-4')).length === 1);
  await person(client, { kind: 'detach', instance: 'jira-partner', key: 'PB-4', value: 'log.txt' });
  await edit(client, 'jira-new', 'PA-1', 'Another message of this issue');
  await settled(client);
  expect(await files(client, 'jira-new', 'PA-1')).toHaveLength(1);
  expect(await files(client, 'jira-partner', 'PB-4')).toHaveLength(0);
});

it('partner offline: messages queue and are applied later', async () => {
  await using client = await open(WORKAROUND);
  const up = (instance: string, is: boolean) => client.control('POST', '/sandbox/instances', { instance, up: is });
  await up('jira-partner', false);
  expect((await statusOf(client)).secondConnector.online).toBe(false);
  await edit(client, 'jira-new', 'PA-1', 'Said while you were away');
  expect(await eventually(async () => (await queuesOf(client)).second.incoming.length === 1)).toBe(true);
  await sleep(100);
  expect((await queuesOf(client)).second.incoming).toHaveLength(1);
  await up('jira-partner', true);
  expect(
    await eventually(async () => (await field(client, 'jira-partner', 'PB-4')) === 'Said while you were away'),
  ).toBe(true);
});

it('home offline: nothing is carried while the Jira where it is configured is down', async () => {
  await using client = await open(WORKAROUND);
  const up = (is: boolean) => client.control('POST', '/sandbox/instances', { instance: 'jira-old', up: is });
  await up(false);
  await edit(client, 'jira-new', 'PA-1', 'Nobody looks');
  await sleep(150);
  expect(await field(client, 'jira-partner', 'PB-4')).not.toBe('Nobody looks');
  await up(true);
  expect(await eventually(async () => (await field(client, 'jira-partner', 'PB-4')) === 'Nobody looks')).toBe(true);
});

it('resync: the issue’s current content goes to the partner, only the asked field mappings', async () => {
  await using client = await open({ ...WORKAROUND, switches: { dropMessages: 1 } });
  await edit(client, 'jira-new', 'PA-1', 'Lost');
  await eventually(async () => (await effects(client, 'message dropped')).length === 1);
  await client.backbone('jira-old', 'POST', '/connectors/CON-48-PA/resync', { fieldMappings: ['fm-2'] });
  await settled(client);
  expect(await field(client, 'jira-partner', 'PB-4')).not.toBe('Lost');
  await client.backbone('jira-old', 'POST', '/connectors/CON-48-PA/resync', {
    fieldMappings: ['fm-1'],
    jql: 'key = PA-1',
  });
  expect(await eventually(async () => (await field(client, 'jira-partner', 'PB-4')) === 'Lost')).toBe(true);
});

it('existing unpaired issues: a start without pairing creates duplicates', async () => {
  await using client = await open({ ...WORKAROUND, issues: 4 });
  await rebuild(client, false);
  expect((await client.sandbox.verdict()).duplicates).toBe(4);
  const counts = [await issuesOf(client, 'jira-new', 'PA'), await issuesOf(client, 'jira-partner', 'PB')];
  // Each issue is sent by the side on which a person made it.
  expect(counts.reduce((sum, issues) => sum + issues.size, 0)).toBe(12);
});

it('troubleshooting: the analysis tells connection, configuration and queues', async () => {
  await using client = await open(WORKAROUND);
  expect(await troubleshooting(client)).toEqual({ online: true, conflicts: [], errors: [], missingIssues: [] });
  await page(client, 'edit-configuration', { members: { issueTypeMappings: [] } });
  await client.control('POST', '/sandbox/instances', { instance: 'jira-partner', up: false });
  expect(await troubleshooting(client)).toMatchObject({ online: false, conflicts: [{ tab: 'Issue types' }] });
});

it('fix rule: a change on the sender needs a resync, since a retry sends what was said before', async () => {
  await using client = await open({ ...WORKAROUND, switches: { failIssues: ['jira-partner/PB-4'] } });
  await edit(client, 'jira-new', 'PA-1', 'Wrong');
  await eventually(async () => (await troubleshooting(client)).errors.length === 1);
  await set(client, { failIssues: [] });
  const said = await queuesOf(client);
  expect(said.second.held['PB-4']).toMatchObject([{ localKey: 'PA-1', error: 'Component(s) not valid' }]);
  await page(client, 'discard', { issue: 'PB-4' });
  await settled(client);
  expect(await field(client, 'jira-partner', 'PB-4')).not.toBe('Wrong');
  await page(client, 'resync', { connector: 'first', fieldMappings: ['fm-1'], jql: 'key = PA-1' });
  expect(await eventually(async () => (await field(client, 'jira-partner', 'PB-4')) === 'Wrong')).toBe(true);
});

it('error "No project administration permissions": statuses need them, other fields do not', async () => {
  await using client = await open(WORKAROUND);
  await client.backbone('jira-old', 'GET', '/connectors/CON-49-PB/user?newUser=paula');
  await edit(client, 'jira-new', 'PA-1', 'No status in it');
  expect(await eventually(async () => (await field(client, 'jira-partner', 'PB-4')) === 'No status in it')).toBe(true);
  await client.call('jira-new', 'POST', '/rest/api/2/issue/PA-1/transitions', { transition: { id: '910111' } });
  expect(await eventually(async () => (await troubleshooting(client)).errors.length === 1)).toBe(true);
  expect((await troubleshooting(client)).errors[0]?.error).toBe('No project administration permissions');
});

it('sync panel: partner, status of the issue and of the synchronization, last received and sent', async () => {
  await using client = await open(BY_HAND);
  interface Row {
    integrationKey: string;
    partnerKey: string | null;
    issueStatus: string;
    synchronizationStatus: string;
    lastSent: number | null;
  }
  const row = async (issue: string) =>
    (await client.control<Row[]>('GET', `/sandbox/ui/sync-panel?instance=jira-new&issue=${issue}`)).body[0];
  expect(await row('PA-1')).toMatchObject({
    integrationKey: 'INT-16',
    partnerKey: 'PB-4',
    issueStatus: 'up to date',
    synchronizationStatus: 'RUNNING',
  });
  expect(await row('PA-99')).toMatchObject({ partnerKey: null, issueStatus: 'empty' });
  const before = (await row('PA-1'))?.lastSent ?? 0;
  await set(client, { failIssues: ['jira-partner/PB-4'] });
  await edit(client, 'jira-new', 'PA-1', 'Shown');
  await beat(client);
  expect(await row('PA-1')).toMatchObject({ issueStatus: 'pending' });
  await beat(client, 2);
  expect(await row('PA-1')).toMatchObject({ issueStatus: 'error' });
  expect((await row('PA-1'))?.lastSent).toBeGreaterThan(before);
});

it('files for a person: the exported configuration and the downloaded data are what REST shows, both sides in one', async () => {
  await using client = await open(WORKAROUND);
  const of = '?instance=jira-old&integrationKey=INT-16';
  const exported = await client.control('GET', `/sandbox/ui/export-configuration${of}`);
  expect(exported.body).toEqual(await configuration(client));
  interface Data {
    firstConnector: { localIssueKey: string; remoteIssueKey: string }[];
    secondConnector: { localIssueKey: string; remoteIssueKey: string }[];
  }
  const { body } = await client.control<Data>('GET', `/sandbox/ui/download-synced-issue-data${of}`);
  expect(body.firstConnector).toHaveLength(24);
  const mirrored = body.secondConnector.map(({ localIssueKey, remoteIssueKey }) => [remoteIssueKey, localIssueKey]);
  expect(mirrored).toEqual(body.firstConnector.map((entry) => [entry.localIssueKey, entry.remoteIssueKey]));
});

it('not documented in REST: pairing, import, export, troubleshooting, queue length and key changes are 404', async () => {
  await using client = await open();
  for (const path of ['pair', 'import', 'export', 'troubleshooting', 'queue', 'errors', 'messages', 'projectKey']) {
    expect((await client.backbone('jira-old', 'GET', `${ORIGINAL}/${path}`)).status, path).toBe(404);
    expect((await client.backbone('jira-old', 'POST', `/connectors/CON-48-PA/${path}`)).status, path).toBe(404);
  }
});

it('database restore: what both sides know of each other no longer agrees', async () => {
  await using client = await open(WORKAROUND);
  const database = (instance: string, act: string) =>
    client.control('POST', '/sandbox/instances', { instance, database: act });
  expect((await database('jira-new', 'restore')).status).toBe(409);
  await database('jira-new', 'backup');
  const { key } = await person(client, { kind: 'create', instance: 'jira-new' });
  expect(await eventually(async () => (await partnerOf(client, key)) !== '')).toBe(true);
  const partner = await partnerOf(client, key);
  await database('jira-new', 'restore');
  expect((await client.call('jira-new', 'GET', `/rest/api/2/issue/${key}`)).status).toBe(404);
  await edit(client, 'jira-partner', partner, 'For an issue that is no more');
  expect(await eventually(async () => (await troubleshooting(client)).errors.length === 1)).toBe(true);
  expect((await troubleshooting(client)).errors[0]).toMatchObject({ issue: key, error: 'Issue Does Not Exist' });
});

it('database restore of the home: comments that were carried since are carried again', async () => {
  await using client = await open(WORKAROUND);
  const database = (act: string) =>
    client.control('POST', '/sandbox/instances', { instance: 'jira-old', database: act });
  await database('backup');
  await person(client, { kind: 'comment', instance: 'jira-new', key: 'PA-1', value: 'Said once' });
  await settled(client);
  expect((await client.sandbox.verdict()).duplicates).toBe(0);
  await database('restore');
  expect((await statusOf(client)).status).toBe('STOPPED');
  await start(client);
  expect((await client.sandbox.verdict()).duplicates).toBe(1);
});
