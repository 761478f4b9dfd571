/** Switches of Backbone's REST surface: each test is named by the switch whose other behaviour it shows. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { BY_HAND, beat, ORIGINAL, page, type Status, set, statusOf } from '../acts.ts';
import { BACKBONE, type Client, eventually, type Integration, open, person } from '../harness.ts';

const BASIC = { Authorization: `Basic ${Buffer.from('migrator:sandbox-password').toString('base64')}` };
const ask = <T = unknown>(client: Client, method: string, path: string, body?: unknown) =>
  client.backbone<T>('jira-old', method, path, body);
const made = (client: Client) => {
  const connector = (name: string, projectKey: string) => ({
    projectKey,
    connection: {
      application: { baseUrl: client.sandbox.ready.instances[name], user: 'backbone', password: 'sandbox-password' },
    },
  });
  return client.backbone<Integration>('jira-new', 'POST', '/integrations', {
    summary: 'PA <> PB',
    firstConnector: connector('jira-new', 'PA'),
    secondConnector: connector('jira-partner', 'PB'),
  });
};
const raw = (client: Client, method: string, path: string, headers: Record<string, string>) =>
  client.call('jira-new', method, `${BACKBONE}${path}`, undefined, headers);

it('startStopVerb: POST, PUT or both', async () => {
  await using client = await open();
  const stop = async (verb: string) => (await ask(client, verb, `${ORIGINAL}/stop`)).status;
  expect([await stop('PUT'), await stop('POST')]).toEqual([405, 200]);
  await set(client, { startStopVerb: 'PUT' });
  expect([await stop('PUT'), await stop('POST')]).toEqual([200, 405]);
  await set(client, { startStopVerb: 'both' });
  expect([await stop('PUT'), await stop('POST')]).toEqual([200, 200]);
});

it('startStopStatus: 200, 202, or 204 without a body', async () => {
  await using client = await open();
  await set(client, { startStopStatus: 202 });
  const stopped = await ask<Status>(client, 'POST', `${ORIGINAL}/stop`);
  expect([stopped.status, stopped.body.status]).toEqual([202, 'STOPPED']);
  await set(client, { startStopStatus: 204 });
  expect(await ask(client, 'POST', `${ORIGINAL}/start`)).toMatchObject({ status: 204, body: '' });
});

it('startStopDelayMs: the answer comes before the effect', async () => {
  await using client = await open({ switches: { startStopDelayMs: 150 } });
  expect((await ask<Status>(client, 'POST', `${ORIGINAL}/stop`)).body.status).toBe('RUNNING');
  expect((await statusOf(client)).status).toBe('RUNNING');
  expect(await eventually(async () => (await statusOf(client)).status === 'STOPPED')).toBe(true);
  await page(client, 'edit-configuration', { members: { issueTypeMappings: [] } });
  expect((await ask(client, 'POST', `${ORIGINAL}/start`)).status).toBe(409);
});

it('invalidStartStatus: how a start that is not possible is refused', async () => {
  await using client = await open({ switches: { invalidStartStatus: 400 } });
  await ask(client, 'POST', `${ORIGINAL}/stop`);
  await page(client, 'edit-configuration', { members: { issueTypeMappings: [] } });
  expect((await ask(client, 'POST', `${ORIGINAL}/start`)).status).toBe(400);
});

it('statusEmbedded: a list with or without status', async () => {
  await using client = await open();
  const embedded = async () => (await ask<{ status?: unknown }>(client, 'GET', ORIGINAL)).body.status;
  expect(await embedded()).toBeUndefined();
  await set(client, { statusEmbedded: true });
  expect(await embedded()).toEqual(await statusOf(client));
});

it('runningWord: what status and routes say', async () => {
  await using client = await open({ switches: { runningWord: 'STARTED' } });
  expect(await statusOf(client)).toMatchObject({
    status: 'STARTED',
    firstConnector: { incomingRouteStatus: 'STARTED', externalRouteStatus: 'STARTED' },
  });
});

it('busyWord: what a side with messages says', async () => {
  await using client = await open({ ...BY_HAND, switches: { busyWord: 'PROCESSING' } });
  await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-1' });
  expect((await statusOf(client)).firstConnector.outgoingProcessingStatus).toBe('IDLE');
  await beat(client);
  expect((await statusOf(client)).firstConnector.outgoingProcessingStatus).toBe('PROCESSING');
});

it('restartRequired: it says so and carries nothing until it is stopped and started', async () => {
  await using client = await open({ world: 'workaround', switches: { restartRequired: ['jira-old/INT-16'] } });
  expect((await statusOf(client)).status).toBe('RESTART_REQUIRED');
  const { value } = await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-1', field: 'summary' });
  await sleep(150);
  const summary = async () =>
    (await client.call<{ fields: { summary: string } }>('jira-partner', 'GET', '/rest/api/2/issue/PB-4')).body.fields
      .summary;
  expect(await summary()).not.toBe(value);
  await ask(client, 'POST', `${ORIGINAL}/stop`);
  await ask(client, 'POST', `${ORIGINAL}/start`);
  expect((await statusOf(client)).status).toBe('RUNNING');
  expect(await eventually(async () => (await summary()) === value)).toBe(true);
});

it('reconnectingWhileOffline: what an offline connector says', async () => {
  await using client = await open({ switches: { reconnectingWhileOffline: true } });
  await client.control('POST', '/sandbox/instances', { instance: 'jira-partner', up: false });
  const { firstConnector, secondConnector } = await statusOf(client);
  expect([firstConnector.reconnecting, secondConnector.reconnecting]).toEqual([false, true]);
});

it('healthBody: JSON, text or nothing', async () => {
  await using client = await open();
  const health = async () => (await ask(client, 'GET', '/health')).body;
  expect(await health()).toEqual({ status: 'OK' });
  await set(client, { healthBody: 'text' });
  expect(await health()).toBe('OK');
  await set(client, { healthBody: 'empty' });
  expect(await health()).toBe('');
});

it('errorsSay: stands behind what every refusal says', async () => {
  await using client = await open();
  await set(client, { errorsSay: 'and\n<b>more</b>' });
  const says = 'Integration INT-99 does not exist and\n<b>more</b>';
  expect(await ask(client, 'GET', '/integrations/INT-99')).toMatchObject({ status: 404, body: { message: says } });
  await set(client, { errorBody: 'errorMessages' });
  const { body } = await ask(client, 'GET', '/integrations/INT-99');
  expect(body).toMatchObject({ errorMessages: ['Integration INT-99 does not exist', 'and\n<b>more</b>'] });
});

it('errorBody: message, errorMessages, text, html or nothing, for every refusal', async () => {
  await using client = await open();
  const missing = () => ask(client, 'GET', '/integrations/INT-99');
  const message = 'Integration INT-99 does not exist';
  const bodies: Record<string, unknown> = {
    message: { message },
    errorMessages: { errorMessages: [message], errors: {} },
    text: message,
    html: `<html><body><h1>${message}</h1></body></html>`,
    empty: '',
  };
  for (const [errorBody, body] of Object.entries(bodies)) {
    await set(client, { errorBody });
    expect(await missing(), errorBody).toMatchObject({ status: 404, body });
  }
});

it('conflictShape: objects, texts, codes, or wrapped', async () => {
  await using client = await open();
  await page(client, 'edit-configuration', { members: { issueTypeMappings: [] } });
  const conflicts = async () => (await ask(client, 'GET', `${ORIGINAL}/conflicts`)).body;
  const [tab, message] = ['Issue types', 'No issue type is mapped'];
  expect(await conflicts()).toMatchObject([{ tab, message }]);
  await set(client, { conflictShape: 'texts' });
  expect(await conflicts()).toEqual([message]);
  await set(client, { conflictShape: 'codes' });
  expect(await conflicts()).toEqual([{ code: 'ISSUE_TYPES', ids: [] }]);
  await set(client, { conflictShape: 'wrapped' });
  expect(await conflicts()).toMatchObject({ conflicts: [{ tab, message }] });
});

it('unknownConflicts: stand in the list of what was never started, and nowhere else', async () => {
  await using client = await open({ switches: { unknownConflicts: ['{"kind":17}', 'odd'] } });
  expect((await ask(client, 'GET', `${ORIGINAL}/conflicts`)).body).toEqual([]);
  const made = await client.control<{ integrationKey: string }>('POST', '/sandbox/ui/create', {
    instance: 'jira-new',
    firstProject: 'PA',
    secondProject: 'PB',
    secondInstance: 'jira-partner',
  });
  const { body } = await client.backbone('jira-new', 'GET', `/integrations/${made.body.integrationKey}/conflicts`);
  expect(body).toEqual(expect.arrayContaining([{ kind: 17 }, 'odd']));
});

it('deleteStatus: 204 or 200', async () => {
  await using client = await open({ switches: { deleteStatus: 200 } });
  expect((await ask(client, 'DELETE', ORIGINAL)).status).toBe(200);
  expect((await ask(client, 'GET', ORIGINAL)).status).toBe(404);
});

it('deleteStopsRunning: a running one may have to be stopped first', async () => {
  await using client = await open({ switches: { deleteStopsRunning: false } });
  expect((await ask(client, 'DELETE', ORIGINAL)).status).toBe(409);
  await ask(client, 'POST', `${ORIGINAL}/stop`);
  expect((await ask(client, 'DELETE', ORIGINAL)).status).toBe(204);
});

it('backboneTakesBearer: a token that Jira takes may be refused by Backbone', async () => {
  await using client = await open();
  const Authorization = 'Bearer sandbox-token';
  expect((await raw(client, 'GET', '/integrations', { Authorization })).status).toBe(200);
  await set(client, { backboneTakesBearer: false });
  expect((await raw(client, 'GET', '/integrations', { Authorization })).status).toBe(401);
  expect((await client.call('jira-new', 'GET', '/rest/api/2/myself', undefined, { Authorization })).status).toBe(200);
  expect((await raw(client, 'GET', '/integrations', BASIC)).status).toBe(200);
});

it('xsrfHeader: writes say nocheck, no-check, either, or nothing; reads never need it', async () => {
  await using client = await open();
  const write = async (token?: string) => {
    const headers = token === undefined ? BASIC : { ...BASIC, 'X-Atlassian-Token': token };
    const { status, body } = await raw(client, 'POST', '/integrations/INT-4/stop', headers);
    return status === 403 ? body : status;
  };
  const asked: Record<string, unknown[]> = {
    none: [200, 200, 200],
    nocheck: ['XSRF check failed', 200, 'XSRF check failed'],
    'no-check': ['XSRF check failed', 'XSRF check failed', 200],
    either: ['XSRF check failed', 200, 200],
  };
  for (const [xsrfHeader, answers] of Object.entries(asked)) {
    await set(client, { xsrfHeader });
    expect([await write(), await write('nocheck'), await write('no-check')], xsrfHeader).toEqual(answers);
    expect((await raw(client, 'GET', '/integrations', BASIC)).status).toBe(200);
  }
});

it('callerRights: a project administrator must name a project, whom a group setting leaves out may nothing', async () => {
  await using client = await open({ switches: { callerRights: 'project' } });
  expect((await ask(client, 'GET', '/integrations')).status).toBe(400);
  expect((await ask<unknown[]>(client, 'GET', '/integrations?projectKey=PA')).body).toHaveLength(1);
  await set(client, { callerRights: 'restricted' });
  expect((await ask(client, 'GET', '/integrations?projectKey=PA')).status).toBe(403);
});

it('filterByBaseUrl: jiraBaseUrl may not be known', async () => {
  await using client = await open();
  const list = async () =>
    (await ask<unknown[]>(client, 'GET', '/integrations?projectKey=PB&jiraBaseUrl=http://elsewhere')).body.length;
  expect(await list()).toBe(0);
  await set(client, { filterByBaseUrl: false });
  expect(await list()).toBe(1);
});

it('connectorBaseUrl: with or without a slash at the end', async () => {
  await using client = await open({ switches: { connectorBaseUrl: 'slash' } });
  interface Shown {
    firstConnector: { connection: { application: { baseUrl: string } } };
  }
  const { body } = await ask<Shown>(client, 'GET', ORIGINAL);
  expect(body.firstConnector.connection.application.baseUrl).toBe(`${client.sandbox.ready.instances['jira-old']}/`);
});

it('applicationConnectionByRest: the entity may not be understood', async () => {
  await using client = await open();
  const entity = { connectorKey: 'CON-49-PB', baseUrl: client.sandbox.ready.instances['jira-partner'], user: 'x' };
  const change = () => ask(client, 'PUT', `${ORIGINAL}/applicationConnection`, entity);
  expect((await change()).status).toBe(200);
  expect((await statusOf(client)).secondConnector.online).toBe(false);
  await set(client, { applicationConnectionByRest: false });
  expect((await change()).status).toBe(400);
});

it('createIntegrationByRest: the entity may not be understood', async () => {
  await using client = await open({ switches: { createIntegrationByRest: false } });
  expect((await made(client)).status).toBe(400);
});

it('createAnswer: 201 or 200', async () => {
  await using client = await open({ switches: { createAnswer: 200 } });
  expect(await made(client)).toMatchObject({ status: 200, body: { summary: 'PA <> PB' } });
});

it('connectorKeyStyle: CON-<n>-<project> or <project>-<n>', async () => {
  await using client = await open();
  expect((await made(client)).body.firstConnector.connectorKey).toMatch(/^CON-\d+-PA$/);
  await set(client, { connectorKeyStyle: 'project' });
  expect((await made(client)).body.firstConnector.connectorKey).toMatch(/^PA-\d+$/);
});

it('importKeepsMappingIds: imported mappings keep their ids or get new ones', async () => {
  await using client = await open();
  const { body: configuration } = await ask<Integration>(client, 'GET', ORIGINAL);
  const ids = async () => {
    const { body } = await page(client, 'import-configuration', { configuration });
    return body.fieldMappings.map(({ id }) => id);
  };
  expect(await ids()).not.toContain('fm-1');
  await set(client, { importKeepsMappingIds: true });
  expect(await ids()).toEqual(configuration.fieldMappings.map(({ id }) => id));
});

it('publishRefusesConflicts: a draft with conflicts is published or refused', async () => {
  await using client = await open({ switches: { publishRefusesConflicts: true } });
  await ask(client, 'POST', `${ORIGINAL}/draft`);
  const type = { direction: 'EACH_OTHER', firstIssueTypeId: '1', secondIssueTypeId: '10004' };
  await ask(client, 'POST', `${ORIGINAL}/draft/issueTypeMappings`, type);
  expect((await ask(client, 'POST', `${ORIGINAL}/draft/publish`)).status).toBe(409);
  await set(client, { publishRefusesConflicts: false });
  expect((await ask(client, 'POST', `${ORIGINAL}/draft/publish`)).status).toBe(200);
});

it('draftDeleteAddressing: a mapping is named in the query or in the body', async () => {
  await using client = await open();
  await ask(client, 'POST', `${ORIGINAL}/draft`);
  const remove = async (inQuery: string, inBody?: string) =>
    (await ask(client, 'DELETE', `${ORIGINAL}/draft/fieldMappings${inQuery}`, inBody && { id: inBody })).status;
  expect([await remove('', 'fm-1'), await remove('?id=fm-1')]).toEqual([404, 204]);
  await set(client, { draftDeleteAddressing: 'body' });
  expect([await remove('?id=fm-2'), await remove('', 'fm-2')]).toEqual([404, 204]);
});

it('userChangeByGet: the address that guides open in a browser', async () => {
  await using client = await open();
  const change = async () => (await ask(client, 'GET', '/connectors/CON-49-PB/user?newUser=paula')).status;
  expect(await change()).toBe(200);
  await set(client, { userChangeByGet: false });
  expect(await change()).toBe(405);
});

it('latencyMs: every answer of a Jira comes that much later', async () => {
  await using client = await open({ switches: { latencyMs: 120 } });
  const asked = raw(client, 'GET', '/integrations', BASIC).then(() => 'answered');
  expect(await Promise.race([asked, sleep(60).then(() => 'waiting')])).toBe('waiting');
  expect(await asked).toBe('answered');
});
