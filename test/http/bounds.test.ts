/** Answers of a broken or hostile instance: longer, deeper or slower than anything a Jira sends. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { stopSynchronization } from '../../src/backbone/requests.ts';
import { LIMITS } from '../../src/contract/limits.ts';
import type { Instance } from '../../src/jira/instance.ts';
import type { JiraClient } from '../../src/jira/types.ts';
import { scanEntries } from '../../src/pairs/scanner.ts';
import { answering, failureOf, json, listOf } from './instances.ts';

const ZEROS = Buffer.alloc(1_000_000, ' ');
const packed = gzipSync(Buffer.concat(Array.from({ length: 400 }, () => ZEROS)));
const JSON_HEAD = { 'content-type': 'application/json' };

/** 400 MB of white space before a value, in 0.4 MB. */
const bomb = (response: ServerResponse, status = 200) =>
  response.writeHead(status, { ...JSON_HEAD, 'content-encoding': 'gzip' }).end(packed);

/** A body that goes on until nobody listens any more. */
async function endless(response: ServerResponse, status = 200): Promise<void> {
  response.writeHead(status, JSON_HEAD);
  while (!response.destroyed) {
    if (!response.write(ZEROS)) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
  }
}

async function heldBy<T>(work: () => Promise<T>): Promise<{ result: T; bytes: number }> {
  const before = process.memoryUsage();
  let most = 0;
  const timer = setInterval(() => {
    const now = process.memoryUsage();
    most = Math.max(most, now.heapUsed + now.arrayBuffers - before.heapUsed - before.arrayBuffers);
  }, 5);
  const result = await work().finally(() => clearInterval(timer));
  return { result, bytes: most };
}

describe('an answer that is larger than any Jira gives', () => {
  it.each<[string, (response: ServerResponse) => unknown]>([
    ['packed small', bomb],
    ['that never ends', endless],
  ])('asks a person and is never held in memory: one %s', async (_, answer) => {
    const { instance, seen } = await answering((_, response) => answer(response), {}, { httpTimeout: 60_000 });
    const { result: error, bytes } = await heldBy(() => failureOf(instance.jira.fields()));
    expect(error).toMatchObject({ code: 'BeyondLimit', retry: 'never' });
    expect(error.message).toContain('jira-old, GET /rest/api/2/field: the answer is longer than 16 MB');
    expect(bytes).toBeLessThan(4 * LIMITS.answer);
    expect(seen).toHaveLength(1);
  });

  it('has room for a page of 100 issues with long comments', async () => {
    const body = 'x'.repeat(300_000);
    const issues = Array.from({ length: 100 }, (_, n) => ({ ...ISSUE, id: String(n), key: `PA-${n}`, body }));
    const { instance } = await answering((_, response) => json(response, { total: 100, issues }));
    expect(await listOf(instance.jira.issues({ jql: 'project = PA' }))).toHaveLength(100);
  });

  it('leaves the outcome of a write to be read', async () => {
    const { instance } = await answering((_, response) => bomb(response));
    const error = await failureOf(instance.send(stopSynchronization('INT-16', 'POST')));
    expect(error).toMatchObject({ code: 'OutcomeUnknown', status: 200 });
  });

  it.each([
    [401, 'CredentialsExpired'],
    [400, 'RequestRefused'],
    [503, 'ServerFailed'],
  ])('and refuses with %i is that refusal, by its beginning', async (status, code) => {
    for (const answer of [bomb, endless]) {
      const { instance } = await answering((_, response) => answer(response, status), {}, { httpTimeout: 60_000 });
      const { result: error, bytes } = await heldBy(() => failureOf(instance.jira.fields()));
      expect(error).toMatchObject({ code, status });
      expect(bytes).toBeLessThan(4 * LIMITS.answer);
    }
  });

  it('is no part of the synced issue data: an entry without an end stops the reading', async () => {
    const endlessEntry = gzipSync(Buffer.concat([Buffer.from('[{"localIssueKey":"'), Buffer.alloc(400_000_000, 'x')]));
    const { instance } = await answering((_, response) =>
      response.writeHead(200, { ...JSON_HEAD, 'content-encoding': 'gzip' }).end(endlessEntry),
    );
    const { result: error, bytes } = await heldBy(() =>
      failureOf(scanEntries(instance.backbone.syncInformation('CON-1'), { entry: () => {} }, { list: 'first' })),
    );
    expect(error).toMatchObject({ code: 'BeyondLimit' });
    expect(error.message).toContain('entry 1 of firstConnector is longer than 16 MB');
    expect(bytes).toBeLessThan(8 * LIMITS.entry);
  });
});

describe('a name, key or address that is longer than any', () => {
  const long = (most: number) => 'x'.repeat(most + 1);
  const { name, address, key } = LIMITS;
  const info = { baseUrl: 'https://jira.example.com', version: '9', deploymentType: 'Server' };
  const issue = (more: object, fields: object = {}) => ({
    total: 1,
    issues: [{ ...ISSUE, ...more, fields: { ...ISSUE.fields, ...fields } }],
  });

  it.each<[string, unknown, (jira: JiraClient) => Promise<unknown>]>([
    ['the name of a field', [{ id: 'customfield_1', name: long(name) }], (jira) => jira.fields()],
    ['the id of a field', [{ id: long(name), name: 'F' }], (jira) => jira.fields()],
    ['a base URL', { ...info, baseUrl: `https://${long(address)}` }, (jira) => jira.serverInfo()],
    ['the key of an issue', issue({ key: long(key) }), (jira) => listOf(jira.issues({ jql: 'project = PA' }))],
    [
      'the name of a reporter',
      issue({}, { reporter: { name: long(name) } }),
      (jira) => listOf(jira.issues({ jql: 'project = PA' })),
    ],
    [
      'the name of a status',
      issue({}, { status: { id: '1', name: long(name) } }),
      (jira) => listOf(jira.issues({ jql: 'project = PA' })),
    ],
  ])('asks a person, and at once: %s', async (_, answer, read) => {
    const { instance, seen } = await answering((_, response) => json(response, answer));
    const error = await failureOf(read(instance.jira));
    expect(error).toMatchObject({ code: 'BeyondLimit', retry: 'never' });
    expect(error.message).toContain('jira-old');
    expect(error.message.length).toBeLessThan(name);
    expect(seen).toHaveLength(1);
  });

  it('is taken up to there', async () => {
    const fields = [{ id: 'customfield_1', name: 'x'.repeat(name) }];
    const { instance } = await answering((_, response) => json(response, fields));
    expect(await instance.jira.fields()).toHaveLength(1);
  });
});

describe('an answer of lists within lists', () => {
  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

  it('asks a person when it is deeper than what anybody could walk', async () => {
    const { instance } = await answering((_, response) => response.writeHead(200, JSON_HEAD).end(nested(200_000)));
    const error = await failureOf(instance.backbone.conflicts('INT-16'));
    expect(error).toMatchObject({ code: 'BeyondLimit', retry: 'never' });
    expect(error.message).toContain('deeper than 500 levels');
  });

  it('is taken up to there, and brackets within texts are not counted', async () => {
    const text = JSON.stringify({ conflicts: ['[{'.repeat(5000), '\\"[[', nested(3)] });
    for (const body of [text, nested(LIMITS.depth)]) {
      const { instance } = await answering((_, response) => response.writeHead(200, JSON_HEAD).end(body));
      expect((await instance.backbone.conflicts('INT-16')).length).toBeGreaterThan(0);
    }
  });

  it('that answers a write leaves its outcome to be read', async () => {
    const { instance } = await answering((_, response) => response.writeHead(200, JSON_HEAD).end(nested(200_000)));
    const error = await failureOf(instance.send(stopSynchronization('INT-16', 'POST')));
    expect(error).toMatchObject({ code: 'OutcomeUnknown', status: 200 });
  });
});

describe('a text in an answer', () => {
  const long = (characters: number) => 'x'.repeat(characters + 1);
  const [name, text] = [long(LIMITS.name), long(LIMITS.text)];
  const user = { name: 'kim', displayName: 'Kim' };
  const comment = { id: '1', created: '2026-09-27T10:03:11.123+0200', author: user, body: 'ok' };
  const history = { id: '1', created: '2026-09-27T10:03:11.123+0200', author: user, items: [] };
  const issueWith = (fields: object, more: object = {}) => ({
    total: 1,
    issues: [{ ...ISSUE, ...more, fields: { ...ISSUE.fields, ...fields } }],
  });
  const synchronization = {
    integrationKey: 'INT-16',
    firstConnector: { connectorKey: 'CON-1', projectKey: 'PA' },
    secondConnector: { connectorKey: 'CON-2', projectKey: 'PB' },
  };
  const issues = ({ jira }: Instance) => listOf(jira.issues({ jql: '', changes: true, comments: true }));
  const read = ({ backbone }: Instance) => backbone.synchronization('INT-16');

  it.each<[string, object, (instance: Instance) => Promise<unknown>]>([
    ['a name of a field', [{ id: 'x', name }], ({ jira }) => jira.fields()],
    ['a type of a field', [{ id: 'x', name: 'X', schema: { type: name } }], ({ jira }) => jira.fields()],
    ['a name of a status', [{ id: '1', name }], ({ jira }) => jira.allStatuses()],
    ['a name of a user', { name: 'kim', displayName: name }, ({ jira }) => jira.myself()],
    ['an e-mail address', { ...user, emailAddress: name }, ({ jira }) => jira.myself()],
    ['a time zone', { ...user, timeZone: name }, ({ jira }) => jira.myself()],
    [
      'a title of a server',
      { baseUrl: 'x', version: '1', deploymentType: 'x', serverTitle: name },
      ({ jira }) => jira.serverInfo(),
    ],
    ['a summary', issueWith({ summary: name }), issues],
    ['a reporter', issueWith({ reporter: { name } }), issues],
    ['an author of a comment', issueWith({ comment: { comments: [{ ...comment, author: { name } }] } }), issues],
    [
      'a field in a history',
      issueWith({}, { changelog: { histories: [{ ...history, items: [{ field: name }] }] } }),
      issues,
    ],
    ['a comment', issueWith({ comment: { comments: [{ ...comment, body: text }] } }), issues],
    [
      'a value in a history',
      issueWith({}, { changelog: { histories: [{ ...history, items: [{ field: 'x', to: text }] }] } }),
      issues,
    ],
    ['a member that nobody knows', issueWith({ unknown: [{ deep: text }] }), issues],
    ['a key in a configuration', { ...synchronization, [text]: 1 }, read],
    ['a text in a configuration', { ...synchronization, templates: { comment: text } }, read],
    [
      'a user of a connector',
      {
        ...synchronization,
        firstConnector: { ...synchronization.firstConnector, connection: { application: { user: name } } },
      },
      read,
    ],
  ])('that is longer than any Jira has, like %s, asks a person', async (_, answer, ask) => {
    const { instance } = await answering((_, response) => json(response, answer));
    const error = await failureOf(ask(instance));
    expect(error).toMatchObject({ code: 'BeyondLimit', retry: 'never' });
    expect(error.message).toContain('is longer than');
    expect(error.message.length).toBeLessThan(1000);
  });

  it('is taken up to its limit, also where each of its characters is written as an escape', async () => {
    const description = '\n'.repeat(LIMITS.text / 2);
    const { instance } = await answering((_, response) =>
      json(response, issueWith({ summary: 'x'.repeat(LIMITS.name), description })),
    );
    const [issue] = await listOf(instance.jira.issues({ jql: '', fields: ['description'] }));
    expect(issue?.fields.description).toBe(description);
  });

  it('comes with no more comments of one issue than are compared with each other', async () => {
    const { instance } = await answering((_, response) =>
      json(response, issueWith({ comment: { total: LIMITS.comments + 1, comments: [comment] } })),
    );
    expect(await failureOf(listOf(instance.jira.issues({ jql: '', comments: true })))).toMatchObject({
      code: 'BeyondLimit',
      message: expect.stringContaining('jira-old/PA-1 has 50001 comments'),
    });
  });
});

describe('an answer that drips', () => {
  /** A byte now and then, never silent for long. */
  const dripping = async (response: ServerResponse) => {
    response.writeHead(200, JSON_HEAD).write('[');
    while (!response.destroyed) {
      response.write(' ');
      await sleep(10);
    }
  };

  it('ends with the time of one exchange, as of an instance that cannot be reached', async () => {
    const { instance } = await answering((_, response) => dripping(response), {}, { httpTimeout: 300 });
    expect(await failureOf(instance.jira.fields())).toMatchObject({ code: 'InstanceUnreachable', retry: 'wait' });
  });

  it('asks a person after forty times of it, where a long answer is read piece by piece', async () => {
    const { instance } = await answering((_, response) => dripping(response), {}, { httpTimeout: 150 });
    const reading = scanEntries(instance.backbone.syncInformation('CON-1'), { entry: () => {} }, { list: 'first' });
    const error = await failureOf(reading);
    expect(error).toMatchObject({ code: 'BeyondLimit', retry: 'never' });
    expect(error.message).toContain('still coming after 6 s');
    expect(error.remedy).toContain('timing.httpTimeout');
  });
});

describe('a list without an end', () => {
  it('asks a person, whether its pages go by offset or by token', async () => {
    let n = 0;
    const page = () => ({ ...ISSUE, id: String(++n), key: `PA-${n}` });
    const { instance: old } = await answering((_, response) => json(response, { total: 1e9, issues: [page()] }));
    const { instance: cloud } = await answering(
      (_, response) => json(response, { issues: [page()], nextPageToken: String(n) }),
      { deployment: 'cloud' },
    );
    for (const { jira } of [old, cloud]) {
      const { pages } = LIMITS;
      Reflect.set(LIMITS, 'pages', 50);
      const error = await failureOf(listOf(jira.issues({ jql: 'project = PA' })));
      Reflect.set(LIMITS, 'pages', pages);
      expect(error).toMatchObject({ code: 'BeyondLimit' });
    }
  });
});

const ISSUE = {
  id: '1',
  key: 'PA-1',
  fields: {
    summary: 's',
    issuetype: { id: '1', name: 'Bug' },
    status: { id: '1', name: 'Open' },
    reporter: null,
    created: '2026-09-27T10:03:11.123+0200',
    updated: '2026-09-27T10:03:11.123+0200',
  },
};
