import { expect, it } from 'vitest';
import { type Client, open } from '../harness.ts';

const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const search = (client: Client, instance: string, jql: string, more = '') =>
  client.call<{ total: number; maxResults: number; issues: { key: string }[]; errorMessages: string[] }>(
    instance,
    'GET',
    `/rest/api/2/search?jql=${encodeURIComponent(jql)}${more}`,
  );

it('has Data Center’s authentication traps', async () => {
  await using client = await open();
  const ask = (path: string, headers: Record<string, string>) =>
    client.call<{ total?: number }>('jira-new', 'GET', path, undefined, headers);
  const wrong = await ask('/rest/api/2/myself', basic('migrator:nonsense'));
  expect([wrong.status, wrong.headers.get('x-seraph-loginreason')]).toEqual([401, 'AUTHENTICATED_FAILED']);
  expect(wrong.headers.get('content-type')).toContain('text/html');
  const dead = await ask('/rest/api/2/search?jql=project=PA', { Authorization: 'Bearer dead' });
  expect([dead.status, dead.body.total, dead.headers.get('x-ausername')]).toEqual([200, 0, 'anonymous']);
  expect(dead.headers.get('x-seraph-loginreason')).toBeNull();
  expect((await ask('/rest/api/2/myself', { Authorization: 'Bearer dead' })).status).toBe(401);
  expect((await ask('/rest/api/2/serverInfo', { Authorization: 'Bearer dead' })).status).toBe(401);
  expect((await ask('/rest/api/2/serverInfo', {})).status).toBe(200);
  const good = await ask('/rest/api/2/search?jql=project=PA', { Authorization: 'Bearer sandbox-token' });
  expect([good.body.total, good.headers.get('x-ausername')]).toEqual([24, 'migrator']);
  expect(good.headers.get('x-anodeid')).toBeTruthy();
  const path = '/plugins/servlet/backbone-issue-sync/api/1/integrations';
  expect((await ask(path, basic('anna:sandbox-password'))).status).toBe(403);
  expect((await ask(path, {})).status).toBe(401);
});

it('caps pages in silence and pages by offset', async () => {
  await using client = await open({ switches: { searchCap: 10 } });
  const { body } = await search(
    client,
    'jira-old',
    'project = PA ORDER BY key ASC',
    '&startAt=20&maxResults=500&fields=summary',
  );
  expect([body.total, body.maxResults, body.issues.map(({ key }) => key)]).toEqual([
    24,
    10,
    ['PA-21', 'PA-22', 'PA-23', 'PA-24'],
  ]);
});

it('fails a whole query for one missing or hidden key, unless it is not validated', async () => {
  await using client = await open({ switches: { hiddenIssues: ['jira-old/PA-2'] } });
  for (const key of ['PA-999', 'PA-2']) {
    const { status, body } = await search(client, 'jira-old', `key in (PA-1, ${key})`);
    expect([status, body.errorMessages]).toEqual([400, [`An issue with key '${key}' does not exist for field 'key'.`]]);
    expect((await search(client, 'jira-old', `key in (PA-1, ${key})`, '&validateQuery=false')).body.total).toBe(1);
  }
  expect((await client.call('jira-old', 'GET', '/rest/api/2/issue/PA-2')).status).toBe(404);
});

it('reads date literals in the user’s zone, to the minute', async () => {
  await using client = await open();
  await client.control('POST', '/sandbox/people', {
    action: 'once',
    kind: 'edit',
    instance: 'jira-partner',
    key: 'PB-4',
  });
  const literal = (at: number, offset: number) =>
    new Date(at + offset * 60_000).toISOString().slice(0, 16).replace('T', ' ');
  const minute = Math.floor(Date.now() / 60_000) * 60_000 - 60_000;
  const count = async (text: string) =>
    (await search(client, 'jira-partner', `project = PB AND updated >= "${text}"`)).body.total;
  expect(await count(literal(minute, 330))).toBe(1);
  expect(await count(literal(minute, 330).replaceAll('-', '/'))).toBe(1);
  expect(await count(literal(minute + 3_600_000, 330))).toBe(0);
});

it('understands the JQL of whole projects', async () => {
  await using client = await open();
  const total = async (jql: string) => (await search(client, 'jira-new', jql)).body.total;
  const bugs = await total('project = PA AND issuetype = Bug');
  expect(bugs + (await total('project = PA AND (issuetype in (Task, Story))'))).toBe(24);
  expect(await total('project = PA AND NOT issuetype = Bug')).toBe(24 - bugs);
  expect(await total('project in (PA, OPS) AND cf[10299] is not EMPTY')).toBe(2);
  expect(await total('project = PA AND cf[10321] is not EMPTY')).toBe(24);
  expect(await total('key = PA-3 OR key = PA-4')).toBe(2);
  expect((await search(client, 'jira-new', 'project = NOPE')).body.errorMessages).toEqual([
    "The value 'NOPE' does not exist for the field 'project'.",
  ]);
  expect((await search(client, 'jira-new', 'project = ')).status).toBe(400);
});

it('shows dates in the site’s zone without colon, and the changelog with field ids', async () => {
  await using client = await open();
  interface Shown {
    fields: { created: string };
    changelog: {
      histories: {
        author: { name: string };
        created: string;
        items: { field: string; fieldId: string; toString: string }[];
      }[];
    };
  }
  const { body } = await client.call<Shown>(
    'jira-partner',
    'GET',
    '/rest/api/2/issue/PB-4?fields=created&expand=changelog',
  );
  expect(body.fields.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0530$/);
  const [history] = body.changelog.histories;
  expect(history?.items[0]).toMatchObject({
    field: expect.any(String),
    fieldId: expect.any(String),
    toString: expect.any(String),
  });
  expect(body).not.toHaveProperty('fields.summary');
});

it('lists options by numeric id only, and lists as bare arrays', async () => {
  await using client = await open();
  const { body } = await client.call<{ options: { id: number; value: string }[] }>(
    'jira-old',
    'GET',
    '/rest/api/2/customFields/10105/options',
  );
  expect(body.options[0]).toMatchObject({ id: 10301, value: 'Critical' });
  expect((await client.call('jira-old', 'GET', '/rest/api/2/customFields/customfield_10105/options')).status).toBe(404);
  for (const list of ['project', 'issuetype', 'status', 'priority', 'resolution', 'field', 'project/PA/statuses']) {
    expect(Array.isArray((await client.call('jira-old', 'GET', `/rest/api/2/${list}`)).body)).toBe(true);
  }
});
