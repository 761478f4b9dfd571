import { expect, it } from 'vitest';
import { type Client, type Integration, open } from './harness.ts';

interface Conflict {
  tab: string;
  path: string;
  message: string;
}

async function create(client: Client, password = 'sandbox-password'): Promise<Integration> {
  const application = (name: string) => ({ baseUrl: client.sandbox.ready.instances[name], user: 'backbone', password });
  const { body, status } = await client.backbone<Integration>('jira-new', 'POST', '/integrations', {
    summary: 'PA <> PB',
    description: '',
    firstConnector: { projectKey: 'PA', connection: { application: application('jira-new') } },
    secondConnector: { projectKey: 'PB', connection: { application: application('jira-partner') } },
  });
  expect(status).toBe(201);
  return body;
}

it('finds every id that does not exist where a connector points, and starts only a valid configuration', async () => {
  await using client = await open();
  const made = await create(client);
  const key = made.integrationKey;
  const { body: configuration } = await client.backbone<Integration>('jira-old', 'GET', '/integrations/INT-16');
  await client.control('POST', '/sandbox/ui/import-configuration', {
    instance: 'jira-new',
    integrationKey: key,
    configuration,
    by: 'kim',
  });
  const { body: conflicts } = await client.backbone<Conflict[]>('jira-new', 'GET', `/integrations/${key}/conflicts`);
  expect(new Set(conflicts.map((each) => each.tab))).toEqual(
    new Set(['Issue types', 'Workflows', 'Fields - Mappings', 'Fields - Default values']),
  );
  expect(conflicts.every((each) => !each.path.includes('second'))).toBe(true);
  expect(conflicts.map((each) => each.message)).toContain('Field customfield_10105 does not exist');
  // Issue type 10002 is Task on jira-old and Bug on jira-new: an id that exists is no conflict, however wrong.
  expect(conflicts.map((each) => each.message)).not.toContain('Issue type 10002 does not exist');
  expect(conflicts.map((each) => each.message)).toContain('Issue type 10001 does not exist');
  expect((await client.backbone('jira-new', 'POST', `/integrations/${key}/start`)).status).toBe(409);
  expect((await client.backbone<Conflict[]>('jira-old', 'GET', '/integrations/INT-16/conflicts')).body).toEqual([]);
});

it('gives imported mappings new ids and never takes over connectors', async () => {
  await using client = await open();
  const made = await create(client);
  const { body: configuration } = await client.backbone<Integration>('jira-old', 'GET', '/integrations/INT-16');
  const named = { instance: 'jira-new', integrationKey: made.integrationKey, by: 'kim' };
  const { body } = await client.control<Integration>('POST', '/sandbox/ui/import-configuration', {
    ...named,
    configuration,
  });
  expect(body.firstConnector.connectorKey).toBe(made.firstConnector.connectorKey);
  expect(body.fieldMappings.map(({ id }) => id)).not.toContain('fm-1');
  expect(body.fieldMappings).toHaveLength(5);
  expect(body.comments).toEqual({ direction: 'EACH_OTHER', type: 'plain' });
  expect(JSON.stringify(body)).not.toContain('password');
});

it('edits drafts: none is 404, members are added, edited, deleted, and published at once', async () => {
  await using client = await open();
  const { integrationKey, firstConnector } = await create(client);
  const draft = `/integrations/${integrationKey}/draft`;
  const send = <T>(method: string, path: string, body?: unknown) =>
    client.backbone<T>('jira-new', method, `${draft}${path}`, body);
  expect((await send('GET', '')).status).toBe(404);
  expect((await send('POST', '/issueTypeMappings', {})).status).toBe(404);
  expect((await send('POST', '')).status).toBe(201);
  const type = { direction: 'EACH_OTHER', firstIssueTypeId: '10002', secondIssueTypeId: '10004' };
  const { body: added, status } = await send<{ id: string }>('POST', '/issueTypeMappings', type);
  expect(status).toBe(201);
  const { body: many } = await send<{ id: string }[]>('POST', '/fieldMappings/bulk', [
    { direction: 'EACH_OTHER', type: 'passthrough', firstFieldId: 'summary', secondFieldId: 'summary' },
    { direction: 'EACH_OTHER', type: 'passthrough', firstFieldId: 'customfield_1', secondFieldId: 'description' },
  ]);
  expect(await send('GET', '/conflicts')).toMatchObject({
    body: [{ tab: 'Fields - Mappings', message: 'Field customfield_1 does not exist' }],
  });
  const wrong = many[1]?.id;
  await send('PUT', '/fieldMappings', {
    id: wrong,
    direction: 'EACH_OTHER',
    type: 'passthrough',
    firstFieldId: 'description',
    secondFieldId: 'description',
  });
  expect((await send('GET', '/conflicts')).body).toEqual([]);
  const defaults = `/fieldDefaults/${firstConnector.connectorKey}`;
  const { body: standard } = await send<{ fieldDefaultKey: string }>('POST', defaults, {
    fieldId: 'customfield_10320',
    value: { id: '10711' },
  });
  expect(
    (
      await send('PUT', `${defaults}/${standard.fieldDefaultKey}`, {
        fieldId: 'customfield_10320',
        value: { id: '10712' },
      })
    ).status,
  ).toBe(200);
  expect((await send('DELETE', `${defaults}/${standard.fieldDefaultKey}`)).status).toBe(204);
  expect((await send('DELETE', `/fieldMappings?id=${wrong}`)).status).toBe(204);
  const live = async () =>
    (await client.backbone<Integration>('jira-new', 'GET', `/integrations/${integrationKey}`)).body;
  expect((await live()).issueTypeMappings).toEqual([]);
  expect((await send('POST', '/publish')).status).toBe(200);
  expect((await live()).issueTypeMappings).toEqual([{ ...type, id: added.id }]);
  expect((await live()).fieldMappings).toHaveLength(1);
  expect((await send('GET', '')).status).toBe(404);
});

it('refuses a resync without fieldMappings, with unknown ones, or while stopped', async () => {
  await using client = await open();
  const resync = async (body: unknown) =>
    (await client.backbone('jira-old', 'POST', '/connectors/CON-48-PA/resync', body)).status;
  expect(await resync({ jql: 'project = PA' })).toBe(400);
  expect(await resync({ fieldMappings: ['fm-1', 'fm-99'] })).toBe(400);
  expect(await resync({ fieldMappings: ['fm-1'], jql: 'key = PA-999' })).toBe(400);
  expect(await resync({ fieldMappings: ['fm-1'] })).toBe(200);
  await client.backbone('jira-old', 'POST', '/integrations/INT-16/stop');
  expect(await resync({ fieldMappings: ['fm-1'] })).toBe(409);
});

it('answers the wrong verb of start and stop with 405, as the switch says', async () => {
  await using client = await open();
  const stop = async (method: string) =>
    (await client.backbone('jira-old', method, '/integrations/INT-16/stop')).status;
  expect(await stop('PUT')).toBe(405);
  await client.control('POST', '/sandbox/switches', { startStopVerb: 'PUT' });
  expect(await stop('POST')).toBe(405);
  expect(await stop('PUT')).toBe(200);
});

it('shows status with all documented members, and a connector with a wrong password as offline', async () => {
  await using client = await open();
  const { body } = await client.backbone<Record<string, unknown>>('jira-old', 'GET', '/integrations/INT-16/status');
  expect(body).toMatchObject({
    status: 'RUNNING',
    firstConnector: { online: true, issuesInError: 0, outgoingProcessingStatus: 'IDLE' },
  });
  expect(Object.keys(body.firstConnector as object)).toHaveLength(11);
  const made = await create(client, 'wrong');
  const status = await client.backbone('jira-new', 'GET', `/integrations/${made.integrationKey}/status`);
  expect(status.body).toMatchObject({
    status: 'STOPPED',
    firstConnector: { online: false },
    secondConnector: { online: false },
  });
});

it('reads, writes and deletes sync information one connector at a time', async () => {
  await using client = await open();
  const { firstConnector } = await create(client);
  const path = `/connectors/${firstConnector.connectorKey}/syncInformation`;
  const entry = {
    id: 7,
    connectorKey: 'CON-1-XX',
    localIssueKey: 'PA-1',
    remoteIssueKey: 'PB-1',
    comments: [{ localId: '5' }],
  };
  expect((await client.backbone('jira-new', 'POST', path, { not: 'an array' })).status).toBe(400);
  await client.backbone('jira-new', 'POST', path, [entry]);
  const { body } = await client.backbone<Record<string, unknown>[]>('jira-new', 'GET', `${path}?localIssueKey=PA-1`);
  expect(body).toMatchObject([
    { connectorKey: firstConnector.connectorKey, remoteIssueKey: 'PB-1', comments: [{ localId: '5' }] },
  ]);
  expect(body[0]?.id).not.toBe(7);
  await client.control('POST', '/sandbox/switches', { syncInformationPolicy: 'conflict' });
  expect((await client.backbone('jira-new', 'POST', path, [entry])).status).toBe(409);
  expect((await client.backbone('jira-new', 'DELETE', `${path}?localIssueKey=PA-1`)).status).toBe(204);
  expect((await client.backbone('jira-new', 'GET', path)).body).toEqual([]);
  expect((await client.backbone('jira-old', 'GET', path)).status).toBe(404);
});

it('stops a running synchronization before it deletes it', async () => {
  await using client = await open();
  expect((await client.backbone('jira-old', 'DELETE', '/integrations/INT-16')).status).toBe(204);
  expect((await client.backbone('jira-old', 'GET', '/integrations/INT-16')).status).toBe(404);
  const { body } = await client.control<{ what?: string }[]>('GET', '/sandbox/record');
  const effects = body.flatMap((entry) => entry.what ?? []);
  expect(effects).toEqual(['integration stopped', 'integration deleted']);
});
