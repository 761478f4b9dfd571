import { expect, it } from 'vitest';
import { type Client, entriesOf, type Integration, issuesOf, open } from './harness.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

async function whole(client: Client): Promise<string> {
  const parts = [];
  for (const [name, project] of [
    ['jira-old', 'PA'],
    ['jira-new', 'PA'],
    ['jira-partner', 'PB'],
  ] as const) {
    parts.push([...(await issuesOf(client, name, project)).values()]);
  }
  parts.push((await client.backbone('jira-old', 'GET', '/integrations')).body);
  parts.push(await entriesOf(client, 'jira-old', 'CON-48-PA'));
  return JSON.stringify(parts).replaceAll(/127\.0\.0\.1:\d+/g, 'host');
}

it('makes the same world from the same seed, and another one from another seed', async () => {
  await using one = await open({ seed: 7, now: NOW });
  await using same = await open({ seed: 7, now: NOW });
  await using other = await open({ seed: 8, now: NOW });
  const text = await whole(one);
  expect(await whole(same)).toBe(text);
  expect(await whole(other)).not.toBe(text);
});

it('keeps keys, people, dates and history in the copy, and gives every issue and comment a new id', async () => {
  await using client = await open();
  const [old, copy] = [await issuesOf(client, 'jira-old', 'PA'), await issuesOf(client, 'jira-new', 'PA')];
  expect([...copy.keys()]).toEqual([...old.keys()]);
  for (const [key, issue] of old) {
    const its = copy.get(key);
    expect(its?.id).not.toBe(issue.id);
    expect(its?.fields.reporter.name).toBe(issue.fields.reporter.name);
    expect(Date.parse(its?.fields.created ?? '')).toBe(Date.parse(issue.fields.created));
    const comments = (each: typeof issue | undefined) =>
      each?.fields.comment.comments.map(({ author, body, created }) => [author.name, body, Date.parse(created)]);
    expect(comments(its)).toEqual(comments(issue));
    const ids = new Set(issue.fields.comment.comments.map(({ id }) => id));
    expect(its?.fields.comment.comments.some(({ id }) => ids.has(id))).toBe(false);
  }
});

it('holds each pair twice: outgoing of one side is incoming of the other, every comment is listed', async () => {
  await using client = await open();
  const first = await entriesOf(client, 'jira-old', 'CON-48-PA');
  const second = await entriesOf(client, 'jira-old', 'CON-49-PB');
  const issues = await issuesOf(client, 'jira-old', 'PA');
  expect(first).toHaveLength(24);
  for (const entry of first) {
    const mirror = second.find((each) => each.localIssueKey === entry.remoteIssueKey);
    expect(mirror?.remoteIssueKey).toBe(entry.localIssueKey);
    expect(mirror?.incomingMessageSequenceId).toBe(entry.outgoingMessageSequenceId);
    expect(mirror?.outgoingMessageSequenceId).toBe(entry.incomingMessageSequenceId);
    const comments = issues.get(entry.localIssueKey)?.fields.comment.comments.map(({ id }) => id);
    expect(entry.comments.map(({ localId }) => localId)).toEqual(comments);
    expect(mirror?.comments).toHaveLength(entry.comments.length);
  }
  expect(first.some((entry) => entry.localIssueKey.slice(3) !== entry.remoteIssueKey.slice(3))).toBe(true);
});

it('has exactly one ambiguous field on jira-new, or none when asked', async () => {
  const names = async (client: Client) => {
    const { body } = await client.call<{ name: string; schema: { custom?: string } }[]>(
      'jira-new',
      'GET',
      '/rest/api/2/field',
    );
    return body
      .filter((field) => field.schema.custom !== undefined)
      .map((field) => `${field.name} ${field.schema.custom}`);
  };
  await using client = await open();
  await using plain = await open({ ambiguous: false });
  const ambiguous = await names(client);
  expect(ambiguous.length - new Set(ambiguous).size).toBe(1);
  expect(new Set(await names(plain)).size).toBe((await names(plain)).length);
});

it('configures the original of the workaround world on a third instance, and carries changes there', async () => {
  await using client = await open({ world: 'workaround' });
  const { body } = await client.backbone<
    Integration & { firstConnector: { connection: { application: { baseUrl: string } } } }
  >('jira-old', 'GET', '/integrations/INT-16');
  expect(body.firstConnector.connection.application.baseUrl).toBe(client.sandbox.ready.instances['jira-new']);
  await client.control('POST', '/sandbox/people', {
    action: 'once',
    kind: 'edit',
    instance: 'jira-new',
    key: 'PA-2',
    field: 'summary',
    value: 'Hello',
  });
  await client.control('POST', '/sandbox/people', { action: 'once', kind: 'create', instance: 'jira-partner' });
  expect(await client.sandbox.verdict()).toMatchObject({
    settled: true,
    pairs: 25,
    duplicates: 0,
    lostChanges: 0,
    gapMs: 0,
  });
});
