import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { BY_HAND, beat, effects, field, ORIGINAL, partnerOf, rebuild, statusOf, WORKAROUND } from './acts.ts';
import { entriesOf, eventually, type Integration, issuesOf, open, person } from './harness.ts';

it('carries an edit, a comment and a new issue to the partner as its sync user', async () => {
  await using client = await open(WORKAROUND);
  const partner = await partnerOf(client, 'PA-3');
  await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-3', field: 'severity', value: 'Trivial' });
  await person(client, { kind: 'comment', instance: 'jira-new', key: 'PA-3', value: 'Hello there' });
  await person(client, { kind: 'create', instance: 'jira-partner' });
  expect(await client.sandbox.verdict()).toMatchObject({ settled: true, pairs: 25, lostChanges: 0, duplicates: 0 });
  const issues = await issuesOf(client, 'jira-partner', 'PB');
  expect(issues.get(partner)?.fields.customfield_10207).toMatchObject({ value: 'Trivial' });
  expect(issues.get(partner)?.fields.comment.comments.at(-1)).toMatchObject({
    body: 'Hello there',
    author: { name: 'backbone' },
  });
});

it('never carries what the sync user itself changed', async () => {
  await using client = await open(WORKAROUND);
  const partner = await partnerOf(client, 'PA-3');
  const before = await field(client, 'jira-partner', partner);
  const Authorization = `Basic ${Buffer.from('backbone:sandbox-password').toString('base64')}`;
  await client.call(
    'jira-new',
    'PUT',
    '/rest/api/2/issue/PA-3',
    { fields: { summary: 'By the sync user' } },
    { Authorization },
  );
  await client.call(
    'jira-new',
    'POST',
    '/rest/api/2/issue/PA-3/comment',
    { body: 'By the sync user' },
    { Authorization },
  );
  await sleep(300);
  expect(await field(client, 'jira-new', 'PA-3')).toBe('By the sync user');
  expect(await field(client, 'jira-partner', partner)).toBe(before);
  expect(await effects(client, 'issue changed by sync')).toEqual([]);
});

it('makes no duplicate when a paired synchronization starts', async () => {
  await using client = await open(WORKAROUND);
  await rebuild(client, true);
  const verdict = await client.sandbox.verdict();
  expect(verdict).toMatchObject({ settled: true, pairs: 24, duplicates: 0, lostChanges: 0 });
  expect(await effects(client, 'issue created by sync')).toEqual([]);
});

it('makes duplicates when an unpaired synchronization starts, and the verdict says so', async () => {
  await using client = await open(WORKAROUND);
  await rebuild(client, false);
  expect((await client.sandbox.verdict()).duplicates).toBe(24);
});

it('sends nothing that existed before when the switch says so', async () => {
  await using client = await open({ ...WORKAROUND, switches: { startSendsUnpaired: false } });
  await rebuild(client, false);
  expect((await client.sandbox.verdict()).duplicates).toBe(0);
});

it('loses exactly one change when one message is dropped', async () => {
  await using client = await open({ ...WORKAROUND, switches: { dropMessages: 1 } });
  await person(client, {
    kind: 'edit',
    instance: 'jira-partner',
    key: 'PB-4',
    field: 'description',
    value: 'Lost on the way',
  });
  const verdict = await client.sandbox.verdict();
  expect(verdict.lostChanges).toBe(1);
  expect(verdict.details).toMatchObject([{ field: 'description', expected: 'Lost on the way', instance: 'jira-new' }]);
});

it('holds later messages of an issue behind one in error, while other issues go on', async () => {
  await using client = await open({ ...WORKAROUND, switches: { failIssues: ['jira-new/PA-3'] } });
  const partner = await partnerOf(client, 'PA-3');
  const edit = (key: string, name: string, value: string) =>
    person(client, { kind: 'edit', instance: 'jira-partner', key, field: name, value });
  await edit(partner, 'summary', 'First');
  await eventually(async () => (await effects(client, 'message in error')).length === 1);
  await client.control('POST', '/sandbox/switches', { failIssues: [] });
  await edit(partner, 'description', 'Second');
  await edit(await partnerOf(client, 'PA-5'), 'summary', 'Another issue');
  expect(await eventually(async () => (await field(client, 'jira-new', 'PA-5')) === 'Another issue')).toBe(true);
  await sleep(100);
  expect(await field(client, 'jira-new', 'PA-3', 'description')).not.toBe('Second');
  const { body } = await client.backbone<{ firstConnector: { issuesInError: number } }>(
    'jira-old',
    'GET',
    `${ORIGINAL}/status`,
  );
  expect(body.firstConnector.issuesInError).toBe(1);
  await client.control('POST', '/sandbox/ui/retry', { instance: 'jira-old', integrationKey: 'INT-16', by: 'kim' });
  expect(await client.sandbox.verdict()).toMatchObject({ lostChanges: 0, inError: 0 });
});

it('lets the newer of two edits of one field win, and keeps edits of different fields', async () => {
  await using client = await open(WORKAROUND);
  const partner = await partnerOf(client, 'PA-6');
  await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-6', field: 'summary', value: 'Older' });
  await person(client, { kind: 'edit', instance: 'jira-partner', key: partner, field: 'summary', value: 'Newer' });
  await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-6', field: 'description', value: 'Mine' });
  expect(await client.sandbox.verdict()).toMatchObject({ lostChanges: 0 });
  expect(await field(client, 'jira-new', 'PA-6')).toBe('Newer');
  expect(await field(client, 'jira-partner', partner, 'description')).toBe('Mine');
});

it('carries what changed while it was stopped, and statuses by the workflow mapping', async () => {
  await using client = await open(WORKAROUND);
  const partner = await partnerOf(client, 'PA-2');
  await client.backbone('jira-old', 'POST', `${ORIGINAL}/stop`);
  await client.call('jira-new', 'POST', '/rest/api/2/issue/PA-2/transitions', { transition: { id: '910111' } });
  await sleep(100);
  expect(await field(client, 'jira-partner', partner, 'status')).not.toMatchObject({ name: 'Done' });
  await client.backbone('jira-old', 'POST', `${ORIGINAL}/start`);
  const verdict = await client.sandbox.verdict();
  expect(verdict.lostChanges).toBe(0);
  expect(verdict.gapMs).toBeGreaterThan(90);
  expect(await field(client, 'jira-partner', partner, 'status')).toMatchObject({ name: 'Done' });
});

it('leaves messages in the queues after a stop when the switch says so', async () => {
  await using client = await open({ ...BY_HAND, switches: { stopDrains: false } });
  await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-2', field: 'summary', value: 'Under way' });
  await beat(client);
  await client.backbone('jira-old', 'POST', `${ORIGINAL}/stop`);
  await beat(client, 5);
  expect((await statusOf(client)).firstConnector.outgoingProcessingStatus).toBe('BUSY');
  await client.backbone('jira-old', 'POST', `${ORIGINAL}/start`);
  await beat(client, 5);
  expect((await statusOf(client)).firstConnector.outgoingProcessingStatus).toBe('IDLE');
  expect(await field(client, 'jira-partner', await partnerOf(client, 'PA-2'))).toBe('Under way');
});

it('overwrites the receiver with a resync, except what its people wrote and is not carried yet', async () => {
  await using client = await open({ ...WORKAROUND, switches: { dropMessages: 1 } });
  const partner = await partnerOf(client, 'PA-8');
  await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-8', field: 'summary', value: 'Dropped' });
  await eventually(async () => (await effects(client, 'message dropped')).length === 1);
  const resync = (key: string) =>
    client.backbone('jira-old', 'POST', '/connectors/CON-48-PA/resync', {
      fieldMappings: ['fm-1'],
      jql: `key = ${key}`,
    });
  expect((await resync('PA-8')).status).toBe(200);
  expect(await eventually(async () => (await field(client, 'jira-partner', partner)) === 'Dropped')).toBe(true);
  await person(client, { kind: 'edit', instance: 'jira-partner', key: partner, field: 'summary', value: 'Pending' });
  await resync('PA-8');
  expect(await client.sandbox.verdict()).toMatchObject({ lostChanges: 0 });
  expect(await field(client, 'jira-new', 'PA-8')).toBe('Pending');
});

it('carries a comment that sync information does not list with the next message of its issue', async () => {
  await using client = await open(WORKAROUND);
  const said = await person(client, { kind: 'comment', instance: 'jira-new', key: 'PA-9', value: 'Said once' });
  await client.sandbox.verdict();
  const entry = (await entriesOf(client, 'jira-old', 'CON-48-PA')).find((each) => each.localIssueKey === 'PA-9');
  const comments = entry?.comments.filter(({ localId }) => localId !== said.comment);
  expect(entry?.comments.length).toBe((comments?.length ?? 0) + 1);
  await client.backbone('jira-old', 'POST', '/connectors/CON-48-PA/syncInformation', [{ ...entry, comments }]);
  // Nothing changed since: nothing is sent, so nothing happens yet.
  expect((await client.sandbox.verdict()).duplicates).toBe(0);
  const body = { fieldMappings: ['fm-1'], jql: 'key = PA-9' };
  await client.backbone('jira-old', 'POST', '/connectors/CON-48-PA/resync', body);
  // It had been carried before, so forgetting it doubles it.
  expect((await client.sandbox.verdict()).duplicates).toBe(1);
});

it('keeps the sync info panel apart from sync information, and takes it along when deleted', async () => {
  await using client = await open(WORKAROUND);
  const key = await rebuild(client, true);
  interface State {
    instances: {
      synchronizations: { integrationKey: string; first: { panel: Record<string, unknown>; pairs: unknown[] } }[];
    }[];
  }
  const rows = async (name: string, integration: string) => {
    const { body } = await client.control<State>('GET', `/sandbox/state?instance=${name}`);
    const one = body.instances[0]?.synchronizations.find((each) => each.integrationKey === integration);
    return one === undefined ? undefined : Object.keys(one.first.panel).length;
  };
  await client.sandbox.verdict(500);
  expect(await rows('jira-new', key)).toBe(0);
  const { body } = await client.backbone<Integration>('jira-new', 'GET', `/integrations/${key}`);
  const fieldMappings = body.fieldMappings.slice(0, 1).map((mapping) => mapping.id);
  await client.backbone('jira-new', 'POST', `/connectors/${body.firstConnector.connectorKey}/resync`, {
    fieldMappings,
  });
  await client.sandbox.verdict(500);
  expect(await rows('jira-new', key)).toBe(24);
  await client.backbone('jira-old', 'DELETE', ORIGINAL);
  expect(await rows('jira-old', 'INT-16')).toBeUndefined();
});
