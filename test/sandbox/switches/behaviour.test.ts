/** Switches of what Backbone, Jira and licences do at run time: each test is named by the switch. */
import { expect, it } from 'vitest';
import {
  BY_HAND,
  beat,
  effects,
  field,
  ORIGINAL,
  page,
  rebuild,
  set,
  settled,
  statusOf,
  troubleshooting,
  WORKAROUND,
} from '../acts.ts';
import { type Client, entriesOf, eventually, type Integration, open, person } from '../harness.ts';

const ask = <T = unknown>(client: Client, method: string, path: string, body?: unknown) =>
  client.backbone<T>('jira-old', method, path, body);
const edit = (client: Client, instance: string, key: string, value: string) =>
  person(client, { kind: 'edit', instance, key, field: 'summary', value });
const search = (client: Client, jql: string, more = '') =>
  client.call<{ total: number; maxResults: number; issues: { key: string }[] }>(
    'jira-new',
    'GET',
    `/rest/api/2/search?jql=${encodeURIComponent(jql)}${more}`,
  );

it('startSendsUnpaired: issues from before without a pair are sent by a start, or left alone', async () => {
  await using sends = await open({ ...WORKAROUND, issues: 3 });
  await rebuild(sends, false);
  expect((await sends.sandbox.verdict()).duplicates).toBe(3);
  await using leaves = await open({ ...WORKAROUND, issues: 3, switches: { startSendsUnpaired: false } });
  await rebuild(leaves, false);
  expect((await leaves.sandbox.verdict()).duplicates).toBe(0);
});

it('startCarriesSinceLastChangeSeen: the first start carries what is later than imported entries, or forgets it', async () => {
  const carried = async (startCarriesSinceLastChangeSeen: boolean) => {
    await using client = await open({ ...WORKAROUND, switches: { startCarriesSinceLastChangeSeen } });
    await ask(client, 'POST', `${ORIGINAL}/stop`);
    await edit(client, 'jira-new', 'PA-1', 'Between the two');
    await rebuild(client, true);
    await client.sandbox.verdict();
    return (await field(client, 'jira-partner', 'PB-4')) === 'Between the two';
  };
  expect([await carried(true), await carried(false)]).toEqual([true, false]);
});

it('stopDrains: messages under way are delivered after a stop, or stay in the queues', async () => {
  const delivered = async (stopDrains: boolean) => {
    await using client = await open({ ...BY_HAND, switches: { stopDrains } });
    await edit(client, 'jira-new', 'PA-1', 'Under way');
    await beat(client);
    await ask(client, 'POST', `${ORIGINAL}/stop`);
    await beat(client, 5);
    return (await field(client, 'jira-partner', 'PB-4')) === 'Under way';
  };
  expect([await delivered(true), await delivered(false)]).toEqual([true, false]);
});

it('missingIssueIsBusy: messages that wait for an issue show in the status, or nowhere in REST', async () => {
  await using client = await open(WORKAROUND);
  const { body } = await ask<Integration>(client, 'GET', ORIGINAL);
  const subtask = { direction: 'EACH_OTHER', firstIssueTypeId: '10105', secondIssueTypeId: '10008' };
  await page(client, 'edit-configuration', { members: { issueTypeMappings: [...body.issueTypeMappings, subtask] } });
  await set(client, { failIssues: ['jira-new/PA-25'] });
  await person(client, { kind: 'create', instance: 'jira-new' });
  await person(client, { kind: 'create', instance: 'jira-new', parent: 'PA-25' });
  expect(await eventually(async () => (await troubleshooting(client)).missingIssues.length === 1)).toBe(true);
  await settled(client);
  expect((await statusOf(client)).secondConnector.incomingProcessingStatus).toBe('IDLE');
  await set(client, { missingIssueIsBusy: true });
  expect((await statusOf(client)).secondConnector.incomingProcessingStatus).toBe('BUSY');
});

it('unlistedAttachments: files from before the first start are left alone, or sent', async () => {
  const copies = async (unlistedAttachments: string) => {
    await using client = await open({ ...WORKAROUND, switches: { unlistedAttachments } });
    await person(client, { kind: 'attach', instance: 'jira-new', key: 'PA-1', value: 'old.txt' });
    await settled(client);
    const key = await rebuild(client, true);
    const named = { instance: 'jira-new', integrationKey: key };
    await page(client, 'edit-configuration', { ...named, members: { attachments: { direction: 'EACH_OTHER' } } });
    await edit(client, 'jira-new', 'PA-1', 'A message of this issue');
    await client.sandbox.verdict();
    return ((await field(client, 'jira-partner', 'PB-4', 'attachment')) as unknown[]).length;
  };
  expect([await copies('kept'), await copies('sent')]).toEqual([0, 1]);
});

it('filesInHistory: a history says that a file was attached, or does not', async () => {
  await using client = await open();
  await person(client, { kind: 'attach', instance: 'jira-partner', key: 'PB-4', value: 'log.txt' });
  const names = async () => {
    const path = '/rest/api/2/issue/PB-4?fields=summary&expand=changelog';
    const { body } = await client.call<{ changelog: { histories: { items: { toString: string }[] }[] } }>(
      'jira-partner',
      'GET',
      path,
    );
    return body.changelog.histories.flatMap(({ items }) => items.map(({ toString: name }) => name));
  };
  expect(await names()).toContain('log.txt');
  await set(client, { filesInHistory: false });
  expect(await names()).not.toContain('log.txt');
});

it('movedIssueReceives: a change for an issue that was moved away is applied there, or in error', async () => {
  await using client = await open(WORKAROUND);
  const { key } = await person(client, { kind: 'move', instance: 'jira-new', key: 'PA-1', project: 'OPS' });
  await edit(client, 'jira-partner', 'PB-4', 'Follows');
  expect(await eventually(async () => (await field(client, 'jira-new', key)) === 'Follows')).toBe(true);
  await set(client, { movedIssueReceives: false });
  await edit(client, 'jira-partner', 'PB-4', 'Fails');
  expect(await eventually(async () => (await troubleshooting(client)).errors.length === 1)).toBe(true);
  expect((await troubleshooting(client)).errors[0]).toMatchObject({ issue: 'PA-1', error: 'Issue Does Not Exist' });
});

it('historyFieldIds: a history names fields by id, or by name only', async () => {
  await using client = await open();
  await edit(client, 'jira-partner', 'PB-4', 'Changed');
  const items = async () => {
    const path = '/rest/api/2/issue/PB-4?fields=summary&expand=changelog';
    const { body } = await client.call<{ changelog: { histories: { items: object[] }[] } }>(
      'jira-partner',
      'GET',
      path,
    );
    return body.changelog.histories.at(-1)?.items;
  };
  expect(await items()).toMatchObject([{ field: 'summary', fieldId: 'summary' }]);
  await set(client, { historyFieldIds: false });
  expect(await items()).toMatchObject([{ field: 'summary' }]);
  expect((await items())?.[0]).not.toHaveProperty('fieldId');
});

it('searchFollowsMovedKeys: JQL finds a moved issue by its old key, or nothing', async () => {
  await using client = await open();
  const { key } = await person(client, { kind: 'move', instance: 'jira-new', key: 'PA-1', project: 'OPS' });
  const found = async () => (await search(client, 'key = PA-1', '&validateQuery=false')).body.issues;
  expect(await found()).toMatchObject([{ key }]);
  await set(client, { searchFollowsMovedKeys: false });
  expect(await found()).toEqual([]);
});

it('pairByKeyNeedsBothWays: pairing by key with one-way issue types is refused, or done', async () => {
  await using client = await open({ ...WORKAROUND, switches: { pairByKeyNeedsBothWays: true } });
  await ask(client, 'POST', `${ORIGINAL}/stop`);
  for (const [connector, key] of [
    ['CON-48-PA', 'PA-4'],
    ['CON-49-PB', 'PB-4'],
  ]) {
    await ask(client, 'DELETE', `/connectors/${connector}/syncInformation?localIssueKey=${key}`);
  }
  const { body } = await ask<Integration>(client, 'GET', ORIGINAL);
  const oneWay = body.issueTypeMappings.map((mapping) => ({ ...mapping, direction: 'FIRST_TO_SECOND' }));
  await page(client, 'edit-configuration', { members: { issueTypeMappings: oneWay } });
  expect((await page(client, 'pair-by-key')).status).toBe(409);
  await set(client, { pairByKeyNeedsBothWays: false });
  expect((await page(client, 'pair-by-key')).status).toBe(200);
  const pairs = await entriesOf(client, 'jira-old', 'CON-48-PA');
  expect(pairs.find((entry) => entry.localIssueKey === 'PA-4')?.remoteIssueKey).toBe('PB-4');
});

it('remoteEndpoints: with too few of them a start is refused until others are stopped', async () => {
  await using client = await open({ ...WORKAROUND, switches: { remoteEndpoints: 1 } });
  // The original reaches two partners, jira-new and jira-partner.
  await ask(client, 'POST', `${ORIGINAL}/stop`);
  const refused = await ask<{ message: string }>(client, 'POST', `${ORIGINAL}/start`);
  expect(refused.status).toBe(409);
  expect(refused.body.message).toContain('1 endpoints of the remote license');
  await set(client, { remoteEndpoints: 2 });
  expect((await ask(client, 'POST', `${ORIGINAL}/start`)).status).toBe(200);
});

it('oneLicence: the new one starts only when the old one is stopped', async () => {
  await using client = await open({ switches: { remoteEndpoints: 1, oneLicence: true } });
  const wanted = { instance: 'jira-new', firstProject: 'PA', secondProject: 'PB', secondInstance: 'jira-partner' };
  const { body } = await client.control<Integration>('POST', '/sandbox/ui/create', { ...wanted, by: 'kim' });
  const type = { direction: 'EACH_OTHER', firstIssueTypeId: '10102', secondIssueTypeId: '10006' };
  await page(client, 'edit-configuration', {
    ...{ instance: 'jira-new', integrationKey: body.integrationKey },
    members: { issueTypeMappings: [type] },
  });
  const start = async () =>
    (await client.backbone('jira-new', 'POST', `/integrations/${body.integrationKey}/start`)).status;
  expect(await start()).toBe(409);
  await ask(client, 'POST', `${ORIGINAL}/stop`);
  expect(await start()).toBe(200);
  expect((await ask(client, 'POST', `${ORIGINAL}/start`)).status).toBe(409);
  await set(client, { oneLicence: false });
  expect((await ask(client, 'POST', `${ORIGINAL}/start`)).status).toBe(200);
});

it('unlicensed: without a valid licence nothing starts', async () => {
  await using client = await open({ switches: { unlicensed: ['jira-old'] } });
  await ask(client, 'POST', `${ORIGINAL}/stop`);
  expect((await ask(client, 'POST', `${ORIGINAL}/start`)).status).toBe(409);
  await set(client, { unlicensed: [] });
  expect((await ask(client, 'POST', `${ORIGINAL}/start`)).status).toBe(200);
});

it('searchCap: larger pages are lowered in silence', async () => {
  await using client = await open({ switches: { searchCap: 5 } });
  const { body } = await search(client, 'project = PA', '&maxResults=1000');
  expect([body.maxResults, body.issues.length, body.total]).toEqual([5, 5, 24]);
});

it('hiddenIssues: they look like missing ones', async () => {
  await using client = await open({ switches: { hiddenIssues: ['jira-new/PA-2'] } });
  expect((await client.call('jira-new', 'GET', '/rest/api/2/issue/PA-2')).status).toBe(404);
  expect((await search(client, 'project = PA')).body.total).toBe(23);
});

it('dropMessages: so many messages are lost, and no more', async () => {
  await using client = await open({ ...WORKAROUND, switches: { dropMessages: 1 } });
  await edit(client, 'jira-new', 'PA-1', 'Lost');
  await eventually(async () => (await effects(client, 'message dropped')).length === 1);
  await edit(client, 'jira-new', 'PA-2', 'Arrives');
  const verdict = await client.sandbox.verdict();
  expect(verdict.details).toMatchObject([{ expected: 'Lost' }]);
  expect(verdict.lostChanges).toBe(1);
});

it('failIssues: messages of these issues are in error', async () => {
  await using client = await open({ ...WORKAROUND, switches: { failIssues: ['jira-partner/PB-4'] } });
  await edit(client, 'jira-new', 'PA-1', 'Fails');
  expect(await eventually(async () => (await statusOf(client)).secondConnector.issuesInError === 1)).toBe(true);
});

it('restoreStarts: after a restore synchronizations are stopped, or as they were', async () => {
  await using client = await open();
  const database = (act: string) =>
    client.control('POST', '/sandbox/instances', { instance: 'jira-old', database: act });
  await database('backup');
  await client.backbone('jira-old', 'DELETE', ORIGINAL);
  await database('restore');
  expect((await statusOf(client)).status).toBe('STOPPED');
  await set(client, { restoreStarts: true });
  await database('restore');
  expect((await statusOf(client)).status).toBe('RUNNING');
});

/** What stands at the partner after anna's comment on PA-1 was carried and then edited, or deleted. */
async function afterwards(kind: 'editComment' | 'deleteComment', switches: Record<string, unknown>) {
  await using client = await open({ ...BY_HAND, switches });
  const entries = await entriesOf(client, 'jira-old', 'CON-48-PA');
  const there = entries.find(({ localIssueKey }) => localIssueKey === 'PA-1')?.remoteIssueKey ?? '';
  const one = { instance: 'jira-new', key: 'PA-1', by: 'anna' };
  const { comment } = await person(client, { kind: 'comment', ...one, value: 'Before' });
  await beat(client, 4);
  await person(client, { kind, ...one, comment, value: 'After' });
  await beat(client, 4);
  const path = `/rest/api/2/issue/${there}/comment`;
  const { body } = await client.call<{ comments: { body: string }[] }>('jira-partner', 'GET', path);
  return body.comments.map((each) => each.body).filter((text) => text === 'Before' || text === 'After');
}

it('commentEdits: an edited comment is edited at the partner, or stays as it was carried', async () => {
  expect(await afterwards('editComment', {})).toEqual(['After']);
  expect(await afterwards('editComment', { commentEdits: false })).toEqual(['Before']);
});

it('commentDeletes: a deleted comment is deleted at the partner, or stays there', async () => {
  expect(await afterwards('deleteComment', {})).toEqual([]);
  expect(await afterwards('deleteComment', { commentDeletes: false })).toEqual(['Before']);
});
