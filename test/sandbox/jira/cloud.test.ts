/** A Cloud site: other REST, other paging, other errors, and no Backbone that could be asked. */
import { Version3Client } from 'jira.js';
import { expect, it } from 'vitest';
import { type Client, open } from '../harness.ts';

const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const GOOD = basic('migrator@example.com:sandbox-password');
const CLOUD = { world: 'workaround', cloud: ['jira-partner'] } as const;

const ask = <T = Record<string, unknown>>(client: Client, method: string, path: string, body?: unknown, who = GOOD) =>
  client.call<T>('jira-partner', method, `/rest/api/3${path}`, body, who);

interface Page {
  issues: { id: string; key?: string; fields?: Record<string, unknown> }[];
  nextPageToken?: string;
  isLast: boolean;
}
const search = (client: Client, body: Record<string, unknown>) => ask<Page>(client, 'POST', '/search/jql', body);

it('pages by a token that belongs to its query, without a total, and leaves it out on the last page', async () => {
  await using client = await open(CLOUD);
  const jql = 'project = PB ORDER BY key ASC';
  const first = (await search(client, { jql, maxResults: 20, fields: ['summary'] })).body;
  expect(first).not.toHaveProperty('total');
  expect([first.issues.length, first.isLast]).toEqual([20, false]);
  const nextPageToken = first.nextPageToken;
  const last = (await search(client, { jql, maxResults: 20, fields: ['summary'], nextPageToken })).body;
  expect(last.isLast).toBe(true);
  expect(last).not.toHaveProperty('nextPageToken');
  expect(new Set([...first.issues, ...last.issues].map(({ id }) => id)).size).toBe(24);
  expect((await search(client, { jql: 'project = PB', nextPageToken })).status).toBe(400);
});

it('answers with ids only where no fields are asked for', async () => {
  await using client = await open(CLOUD);
  const { body } = await search(client, { jql: 'key = PB-4' });
  expect(body.issues).toEqual([{ id: expect.stringMatching(/^\d+$/) }]);
});

it('refuses unbounded queries in Atlassian’s words, and ignores keys that do not exist', async () => {
  await using client = await open(CLOUD);
  const unbounded = await search(client, { jql: 'ORDER BY created' });
  expect(unbounded).toMatchObject({
    status: 400,
    body: {
      errorMessages: ['Unbounded JQL queries are not allowed here. Please add a search restriction to your query.'],
    },
  });
  expect((await search(client, { jql: 'key in (PB-4, PB-999)' })).body.issues).toHaveLength(1);
  expect((await ask(client, 'POST', '/search/approximate-count', { jql: 'project = PB' })).body).toEqual({ count: 24 });
});

it('has no old search: 410 with where to go', async () => {
  await using client = await open(CLOUD);
  const { status, body } = await ask<{ errorMessages: string[] }>(client, 'GET', '/search?jql=project=PB');
  expect([status, body.errorMessages[0]]).toEqual([410, expect.stringContaining('/rest/api/3/search/jql')]);
});

it('reads in bulk in the order of ids, follows moved issues, names what is missing, and takes a hundred', async () => {
  await using client = await open({ ...CLOUD, switches: { hiddenIssues: ['jira-partner/PB-5'] } });
  await client.control('POST', '/sandbox/people', {
    ...{ action: 'once', kind: 'move', instance: 'jira-partner', key: 'PB-4', project: 'OPS' },
  });
  const all = (await search(client, { jql: 'project = PB ORDER BY key ASC', fields: ['summary'] })).body.issues;
  const third = all[2]?.key ?? '';
  const { body } = await ask<Page & { issueErrors: { id: string }[] }>(client, 'POST', '/issue/bulkfetch', {
    issueIdsOrKeys: [third.toLowerCase(), 'PB-4', 'PB-5', 'PB-999'],
    fields: ['summary'],
  });
  expect(body.issues.map(({ key }) => key)).toEqual(['OPS-1', third]);
  expect(body.issueErrors.map(({ id }) => id)).toEqual(['PB-5', 'PB-999']);
  const many = { issueIdsOrKeys: Array.from({ length: 101 }, (_, n) => `PB-${n}`) };
  expect((await ask(client, 'POST', '/issue/bulkfetch', many)).status).toBe(400);
});

it('answers a dead token anonymously where anybody may ask, with the header that says so, and 401 elsewhere', async () => {
  await using client = await open(CLOUD);
  const dead = basic('migrator@example.com:expired');
  const open200 = await ask<Page>(client, 'POST', '/search/jql', { jql: 'project = PB' }, dead);
  expect([open200.status, open200.body.issues]).toEqual([200, []]);
  const closed = await ask(client, 'GET', '/myself', undefined, dead);
  expect(closed.status).toBe(401);
  for (const { headers } of [open200, closed]) expect(headers.get('x-seraph-loginreason')).toBe('AUTHENTICATED_FAILED');
  expect((await ask(client, 'GET', '/myself')).headers.get('x-aaccountid')).toBeTruthy();
});

it('shows accounts, documents and untranslated names', async () => {
  await using client = await open(CLOUD);
  const { body } = await ask<{ fields: Record<string, { type?: string; accountId?: string; name?: string }> }>(
    client,
    'GET',
    '/issue/PB-4',
  );
  expect(body.fields.description?.type).toBe('doc');
  expect(body.fields.reporter).toMatchObject({
    accountId: expect.stringMatching(/^5f/),
    emailAddress: expect.stringContaining('@'),
  });
  expect(body.fields.reporter).not.toHaveProperty('name');
  expect(JSON.stringify(body)).not.toContain('/rest/api/2/');
  const types = (await ask<{ untranslatedName: string; hierarchyLevel: number }[]>(client, 'GET', '/issuetype')).body;
  expect(types.find((type) => type.untranslatedName === 'Sub-task')?.hierarchyLevel).toBe(-1);
});

it('lists options of a field to administrators only', async () => {
  await using client = await open(CLOUD);
  const path = '/field/customfield_10207/context';
  const { body } = await ask<{ values: { id: string }[] }>(client, 'GET', path);
  const options = await ask<{ values: { value: string }[] }>(client, 'GET', `${path}/${body.values[0]?.id}/option`);
  expect(options.body.values.map(({ value }) => value)).toEqual(['Critical', 'Major', 'Minor', 'Trivial']);
  const anna = basic('paula@example.com:sandbox-password');
  expect((await ask(client, 'GET', path, undefined, anna)).status).toBe(403);
});

it('has no Backbone to ask and no older REST, but is synchronized all the same', async () => {
  await using client = await open(CLOUD);
  const none = await client.call(
    'jira-partner',
    'GET',
    '/plugins/servlet/backbone-issue-sync/api/1/integrations',
    undefined,
    GOOD,
  );
  expect([none.status, none.headers.get('content-type')]).toEqual([404, 'text/html;charset=UTF-8']);
  const host = client.sandbox.ready.instances['jira-partner'] ?? '';
  const jira = new Version3Client({
    host,
    authentication: { basic: { email: 'paula@example.com', apiToken: 'sandbox-password' } },
  });
  const made = await jira.issues.createIssue({
    fields: {
      project: { key: 'PB' },
      issuetype: { name: 'Bug' },
      summary: 'Made on Cloud',
      description: {
        ...{ type: 'doc', version: 1 },
        content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Two words' }] }],
      },
    },
  });
  await jira.issueComments.addComment({ issueIdOrKey: made.key, comment: 'Said on Cloud' });
  const read = await jira.issues.getIssue({ issueIdOrKey: made.key, expand: 'changelog' });
  expect(read.fields).toMatchObject({ summary: 'Made on Cloud', description: { type: 'doc' } });
  const { comments = [] } = await jira.issueComments.getComments({ issueIdOrKey: made.key });
  expect(JSON.stringify(comments[0]?.body)).toContain('Said on Cloud');
  const found = await jira.issueSearch.searchForIssuesUsingJqlEnhancedSearchPost({
    jql: 'project = PB',
    fields: ['summary'],
  });
  expect(found.issues).toHaveLength(25);
  expect(await client.sandbox.verdict()).toMatchObject({ pairs: 25, lostChanges: 0, duplicates: 0 });
});

it('is named a Cloud site in the migrator’s configuration', async () => {
  await using client = await open(CLOUD);
  const text = client.sandbox.configuration();
  expect(text.slice(text.indexOf('jira-partner'))).toContain('deployment: cloud');
  expect(text.match(/deployment: cloud/g)).toHaveLength(1);
});
