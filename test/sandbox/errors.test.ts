/** Messages in error, and issues that are missing, deleted, moved, archived or hidden. */
import { expect, it } from 'vitest';
import {
  BY_HAND,
  beat,
  effects,
  field,
  page,
  partnerOf,
  queuesOf,
  set,
  settled,
  statusOf,
  troubleshooting,
  WORKAROUND,
} from './acts.ts';
import { type Client, entriesOf, eventually, type Issue, issuesOf, open, person } from './harness.ts';

const edit = (client: Client, instance: string, key: string, value: string, name = 'summary') =>
  person(client, { kind: 'edit', instance, key, field: name, value });
const act = (client: Client, kind: string, instance: string, key: string, more: Record<string, string> = {}) =>
  person(client, { kind, instance, key, ...more });
const inError = (client: Client, count: number) =>
  eventually(async () => (await troubleshooting(client)).errors.length === count);

/** Sub-tasks travel too, which the seeded configuration leaves out. */
async function mapSubtasks(client: Client): Promise<void> {
  const { body } = await client.backbone<{ issueTypeMappings: unknown[] }>('jira-old', 'GET', '/integrations/INT-16');
  const subtask = { direction: 'EACH_OTHER', firstIssueTypeId: '10105', secondIssueTypeId: '10008' };
  await page(client, 'edit-configuration', { members: { issueTypeMappings: [...body.issueTypeMappings, subtask] } });
}

it('counts issues in error, not messages, and names the error, both sides and what waits behind it', async () => {
  await using client = await open({ ...WORKAROUND, switches: { failIssues: ['jira-partner/PB-4'] } });
  await edit(client, 'jira-new', 'PA-1', 'One');
  await inError(client, 1);
  await edit(client, 'jira-new', 'PA-1', 'Two', 'description');
  await settled(client);
  const { errors } = await troubleshooting(client);
  expect(errors).toMatchObject([
    { issue: 'PB-4', error: 'Component(s) not valid', occurredIn: 'PB', triggeredBy: 'PA: PA-1', waitingBehind: 1 },
  ]);
  expect((await statusOf(client)).secondConnector.issuesInError).toBe(1);
  expect((await statusOf(client)).firstConnector.issuesInError).toBe(0);
});

it('retries one issue and leaves the others in error', async () => {
  await using client = await open({ ...WORKAROUND, switches: { failIssues: ['jira-partner/PB-4', 'jira-new/PA-2'] } });
  await edit(client, 'jira-new', 'PA-1', 'Fixed');
  await edit(client, 'jira-new', 'PA-2', 'Not yet');
  await inError(client, 2);
  await set(client, { failIssues: ['jira-new/PA-2'] });
  expect((await page(client, 'retry', { issue: 'PA-1' })).status).toBe(200);
  expect(await eventually(async () => (await field(client, 'jira-partner', 'PB-4')) === 'Fixed')).toBe(true);
  expect((await troubleshooting(client)).errors).toHaveLength(1);
  expect((await page(client, 'retry', { issue: 'PA-9' })).status).toBe(404);
});

it('discards the message in error and applies what waited behind it', async () => {
  await using client = await open({ ...WORKAROUND, switches: { failIssues: ['jira-partner/PB-4'] } });
  await edit(client, 'jira-new', 'PA-1', 'Discarded');
  await inError(client, 1);
  await edit(client, 'jira-new', 'PA-1', 'Kept', 'description');
  await settled(client);
  await set(client, { failIssues: [] });
  await page(client, 'discard', { issue: 'PB-4' });
  expect(await eventually(async () => (await field(client, 'jira-partner', 'PB-4', 'description')) === 'Kept')).toBe(
    true,
  );
  expect(await field(client, 'jira-partner', 'PB-4')).not.toBe('Discarded');
  expect((await client.sandbox.verdict()).lostChanges).toBe(1);
});

it('lets a sub-task wait for its parent, without calling it an error, until the parent arrives', async () => {
  await using client = await open(WORKAROUND);
  await mapSubtasks(client);
  // The parent fails on its way; its sub-task needs it.
  const next = `PA-${(await issuesOf(client, 'jira-new', 'PA')).size + 1}`;
  await set(client, { failIssues: [`jira-new/${next}`] });
  const parent = await person(client, { kind: 'create', instance: 'jira-new' });
  expect(parent.key).toBe(next);
  const child = await person(client, { kind: 'create', instance: 'jira-new', parent: parent.key });
  await inError(client, 1);
  await eventually(async () => (await effects(client, 'message waits for an issue')).length === 1);
  expect((await troubleshooting(client)).missingIssues).toEqual([{ issue: parent.key, waiting: [child.key] }]);
  expect((await statusOf(client)).secondConnector).toMatchObject({
    issuesInError: 1,
    incomingProcessingStatus: 'IDLE',
  });
  expect(await client.sandbox.verdict()).toMatchObject({ settled: true, waiting: 1 });
  await set(client, { failIssues: [] });
  await page(client, 'retry');
  const partner = async (key: string) => (await partnerOf(client, key)) || undefined;
  expect(await eventually(async () => (await partner(child.key)) !== undefined)).toBe(true);
  const copy = await client.call<Issue>('jira-partner', 'GET', `/rest/api/2/issue/${await partner(child.key)}`);
  expect(copy.body.fields.parent).toMatchObject({ key: await partner(parent.key) });
  expect(await client.sandbox.verdict()).toMatchObject({ waiting: 0, duplicates: 0, lostChanges: 0 });
});

it('does not carry a deletion; a later change of the survivor is in error, "Issue Does Not Exist"', async () => {
  await using client = await open(WORKAROUND);
  await act(client, 'delete', 'jira-new', 'PA-1');
  expect((await client.call('jira-new', 'GET', '/rest/api/2/issue/PA-1')).status).toBe(404);
  expect(await client.sandbox.verdict()).toMatchObject({ settled: true, lostChanges: 0 });
  expect((await client.call('jira-partner', 'GET', '/rest/api/2/issue/PB-4')).status).toBe(200);
  await edit(client, 'jira-partner', 'PB-4', 'To nobody');
  await inError(client, 1);
  const { errors } = await troubleshooting(client);
  expect(errors).toMatchObject([
    { issue: 'PA-1', error: 'Issue Does Not Exist', actions: ['newIssue', 'ignoreFutureChanges', 'discard'] },
  ]);
});

it('syncs the survivor to a new issue when a person chooses so', async () => {
  await using client = await open(WORKAROUND);
  await act(client, 'delete', 'jira-new', 'PA-1');
  await edit(client, 'jira-partner', 'PB-4', 'Born again');
  await inError(client, 1);
  await page(client, 'resolve', { issue: 'PA-1', choice: 'newIssue' });
  const partner = async () =>
    (await entriesOf(client, 'jira-old', 'CON-49-PB')).find((entry) => entry.localIssueKey === 'PB-4')?.remoteIssueKey;
  expect(await eventually(async () => !['PA-1', undefined].includes(await partner()))).toBe(true);
  expect(await field(client, 'jira-new', (await partner()) ?? '')).toBe('Born again');
  expect((await entriesOf(client, 'jira-old', 'CON-48-PA')).some((entry) => entry.localIssueKey === 'PA-1')).toBe(
    false,
  );
  expect(await client.sandbox.verdict()).toMatchObject({ lostChanges: 0, duplicates: 0, inError: 0 });
});

it('ignores future changes when a person chooses so, and sync information says it', async () => {
  await using client = await open(WORKAROUND);
  await act(client, 'delete', 'jira-new', 'PA-1');
  await edit(client, 'jira-partner', 'PB-4', 'Ignored');
  await inError(client, 1);
  expect((await page(client, 'resolve', { issue: 'PA-1', choice: 'something' })).status).toBe(400);
  await page(client, 'resolve', { issue: 'PA-1', choice: 'ignoreFutureChanges' });
  await edit(client, 'jira-partner', 'PB-4', 'Ignored too');
  await settled(client);
  expect((await troubleshooting(client)).errors).toEqual([]);
  const { body } = await client.backbone<{ incomingChangesIgnored: boolean }[]>(
    'jira-old',
    'GET',
    '/connectors/CON-48-PA/syncInformation?localIssueKey=PA-1',
  );
  expect(body).toMatchObject([{ incomingChangesIgnored: true }]);
});

it('offers the two choices for "Issue Does Not Exist" only', async () => {
  await using client = await open({ ...WORKAROUND, switches: { failIssues: ['jira-new/PA-1'] } });
  await edit(client, 'jira-partner', 'PB-4', 'Other error');
  await inError(client, 1);
  expect((await page(client, 'resolve', { issue: 'PA-1', choice: 'newIssue' })).status).toBe(409);
});

it('finds a moved issue under its old key, and leaves its pair where it was', async () => {
  await using client = await open(WORKAROUND);
  const moved = await act(client, 'move', 'jira-new', 'PA-1', { project: 'OPS' });
  expect(moved.key).toMatch(/^OPS-/);
  const { body } = await client.call<Issue>('jira-new', 'GET', '/rest/api/2/issue/PA-1?expand=changelog');
  expect(body.key).toBe(moved.key);
  expect(JSON.stringify(body)).toContain('"toString":"OPS-');
  expect((await issuesOf(client, 'jira-new', 'PA')).has('PA-1')).toBe(false);
  expect(await partnerOf(client, 'PA-1')).toBe('PB-4');
  // Nobody looks at OPS: what is changed there stays there.
  await edit(client, 'jira-new', moved.key, 'Elsewhere');
  expect(await client.sandbox.verdict()).toMatchObject({ lostChanges: 0, duplicates: 0 });
  expect(await field(client, 'jira-partner', 'PB-4')).not.toBe('Elsewhere');
});

it('lets an archived issue be read and neither found nor changed; what arrives for it is in error', async () => {
  await using client = await open(WORKAROUND);
  const put = (path: string, body?: unknown) => client.call('jira-new', 'PUT', `/rest/api/2/issue/PA-1${path}`, body);
  expect((await put('/archive')).status).toBe(204);
  const { body, status } = await client.call<Issue>('jira-new', 'GET', '/rest/api/2/issue/PA-1');
  expect([status, typeof body.fields.archiveddate]).toEqual([200, 'string']);
  expect((await issuesOf(client, 'jira-new', 'PA')).has('PA-1')).toBe(false);
  expect((await put('', { fields: { summary: 'No' } })).status).toBe(400);
  await edit(client, 'jira-partner', 'PB-4', 'To the archive');
  await inError(client, 1);
  expect((await put('/restore')).status).toBe(204);
  await page(client, 'retry');
  expect(await eventually(async () => (await field(client, 'jira-new', 'PA-1')) === 'To the archive')).toBe(true);
});

it('hides an issue from REST and not from the synchronization', async () => {
  await using client = await open({ ...WORKAROUND, switches: { hiddenIssues: ['jira-new/PA-1'] } });
  expect((await client.call('jira-new', 'GET', '/rest/api/2/issue/PA-1')).status).toBe(404);
  await edit(client, 'jira-partner', 'PB-4', 'Seen by the sync user');
  await settled(client);
  await set(client, { hiddenIssues: [] });
  expect(await field(client, 'jira-new', 'PA-1')).toBe('Seen by the sync user');
});

it('deletes sub-tasks with their parent', async () => {
  await using client = await open(WORKAROUND);
  const { key } = await person(client, { kind: 'create', instance: 'jira-new', parent: 'PA-1' });
  expect((await client.call('jira-new', 'DELETE', '/rest/api/2/issue/PA-1')).status).toBe(204);
  expect((await client.call('jira-new', 'GET', `/rest/api/2/issue/${key}`)).status).toBe(404);
});

it('keeps messages of a synchronization that is deleted from ever arriving', async () => {
  await using client = await open(BY_HAND);
  await edit(client, 'jira-new', 'PA-1', 'Never arrives');
  await beat(client);
  expect((await queuesOf(client)).first.outgoing).toHaveLength(1);
  await client.backbone('jira-old', 'DELETE', '/integrations/INT-16');
  await beat(client, 5);
  expect(await field(client, 'jira-partner', 'PB-4')).not.toBe('Never arrives');
});
