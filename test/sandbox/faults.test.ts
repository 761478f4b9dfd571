/** One promise per kind of fault: what the caller sees, whether the request had its effect, and that the record says so. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { RecordEntry } from '../../sandbox/world/record.ts';
import { type Client, eventually, open, type Reply } from './harness.ts';

const stop = (client: Client) => client.backbone('jira-old', 'POST', '/integrations/INT-16/stop');
const read = (client: Client) => client.backbone<unknown>('jira-old', 'GET', '/integrations/INT-16');

async function plant(client: Client, fault: Record<string, unknown>): Promise<void> {
  const wanted = [{ instance: 'jira-old', path: '/stop$', ...fault }];
  const { status, body } = await client.control('POST', '/sandbox/faults', wanted);
  if (status !== 200) throw new Error(JSON.stringify(body));
}

interface Seen {
  reply?: Reply<unknown>;
  error?: string;
}

/** One request, whatever becomes of it: the answer, or the code of the network's error. */
async function attempt(ask: () => Promise<Reply<unknown>>): Promise<Seen> {
  try {
    return { reply: await ask() };
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    return { error: String(code ?? (error instanceof Error ? error.name : error)) };
  }
}

/** What GET /sandbox/faults and the record say of the one planted fault. */
async function account(client: Client) {
  const { body: faults } = await client.control<{ id: number; fired: number }[]>('GET', '/sandbox/faults');
  const { body: record } = await client.control<RecordEntry[]>('GET', '/sandbox/record');
  const ofFault = record.filter((entry) => entry.detail?.faultId === faults[0]?.id);
  return {
    fired: faults[0]?.fired,
    recorded: ofFault.map((entry) => [entry.detail?.fault, entry.detail?.effect]),
    stopped: record.filter((entry) => entry.what === 'integration stopped').length === 1,
  };
}

it('refuse: no answer and no effect', async () => {
  await using client = await open();
  await plant(client, { action: 'refuse' });
  expect((await attempt(() => stop(client))).error).toBeDefined();
  expect(await account(client)).toEqual({ fired: 1, recorded: [['refuse', false]], stopped: false });
  expect((await stop(client)).status).toBe(200);
});

it('refuse with forMs: the port itself refuses connections, and comes back', async () => {
  await using client = await open();
  await plant(client, { action: 'refuse', forMs: 400 });
  await attempt(() => stop(client));
  expect((await attempt(() => read(client))).error).toBe('ECONNREFUSED');
  expect(await account(client)).toEqual({ fired: 1, recorded: [['refuse', false]], stopped: false });
  expect(await eventually(async () => (await attempt(() => read(client))).reply?.status === 200)).toBe(true);
});

it('resetBefore: the connection is reset, no effect', async () => {
  await using client = await open();
  await plant(client, { action: 'resetBefore' });
  expect((await attempt(() => stop(client))).error).toBe('ECONNRESET');
  expect(await account(client)).toEqual({ fired: 1, recorded: [['resetBefore', false]], stopped: false });
});

it('resetAfter: the connection is reset, the effect is there', async () => {
  await using client = await open();
  await plant(client, { action: 'resetAfter' });
  expect((await attempt(() => stop(client))).error).toBe('ECONNRESET');
  expect(await account(client)).toEqual({ fired: 1, recorded: [['resetAfter', true]], stopped: true });
});

it.each([
  ['before', false],
  ['after', true],
] as const)('timeout, %s the effect: never answered', async (when, effect) => {
  await using client = await open();
  await plant(client, { action: 'timeout', when });
  let answered = false;
  const asked = attempt(() => stop(client)).then((seen) => {
    answered = seen.reply !== undefined;
  });
  await eventually(async () => (await account(client)).fired === 1);
  await sleep(100);
  expect(answered).toBe(false);
  expect(await account(client)).toEqual({ fired: 1, recorded: [['timeout', effect]], stopped: effect });
  await client.sandbox.close();
  await asked;
});

it.each([{ 'Retry-After': '2' }, {}])('status 429 with headers %o: refused, no effect', async (headers) => {
  await using client = await open();
  await plant(client, { action: 'status', status: 429, headers });
  const { reply } = await attempt(() => stop(client));
  expect(reply?.status).toBe(429);
  expect(reply?.headers.get('retry-after')).toBe(headers['Retry-After'] ?? null);
  expect(reply?.body).toEqual({ message: 'Rate limit exceeded.' });
  expect(await account(client)).toEqual({ fired: 1, recorded: [['status', false]], stopped: false });
});

it.each([
  [500, 'before', false],
  [500, 'after', true],
  [503, 'before', false],
  [503, 'after', true],
] as const)('status %i, %s the effect', async (status, when, effect) => {
  await using client = await open();
  await plant(client, { action: 'status', status, when });
  expect((await attempt(() => stop(client))).reply?.status).toBe(status);
  expect(await account(client)).toEqual({ fired: 1, recorded: [['status', effect]], stopped: effect });
});

it('status 401 in mid-run: the same credentials are refused, and let in again', async () => {
  await using client = await open();
  await plant(client, { action: 'status', status: 401, path: '/integrations/INT-16', nth: 2, count: 2 });
  const seen = [];
  for (let n = 0; n < 4; n++) seen.push((await read(client)).status);
  expect(seen).toEqual([200, 401, 401, 200]);
  expect(await account(client)).toMatchObject({ fired: 2, recorded: Array(2).fill(['status', false]) });
});

it('html: 200 with a login page, no effect', async () => {
  await using client = await open();
  await plant(client, { action: 'html' });
  const { reply } = await attempt(() => stop(client));
  expect([reply?.status, reply?.headers.get('content-type')]).toEqual([200, 'text/html;charset=UTF-8']);
  expect(await account(client)).toEqual({ fired: 1, recorded: [['html', false]], stopped: false });
});

it('truncate: the connection ends in the middle of the answer, the effect is there', async () => {
  await using client = await open();
  await plant(client, { action: 'truncate' });
  expect((await attempt(() => stop(client))).reply).toBeUndefined();
  expect(await account(client)).toEqual({ fired: 1, recorded: [['truncate', true]], stopped: true });
});

it('halfJson: a whole answer whose JSON breaks off, the effect is there', async () => {
  await using client = await open();
  await plant(client, { action: 'halfJson' });
  expect((await attempt(() => stop(client))).error).toBe('SyntaxError');
  expect(await account(client)).toEqual({ fired: 1, recorded: [['halfJson', true]], stopped: true });
});

it('halfJson of an answer without a body: not mistaken for a whole one', async () => {
  await using client = await open();
  await plant(client, { action: 'halfJson', method: 'DELETE', path: '/integrations/INT-16$' });
  expect((await attempt(() => client.backbone('jira-old', 'DELETE', '/integrations/INT-16'))).error).toBe(
    'SyntaxError',
  );
});

it('redirect: to a login page, no effect', async () => {
  await using client = await open();
  await plant(client, { action: 'redirect' });
  const { reply } = await attempt(() => stop(client));
  expect([reply?.status, reply?.headers.get('location')]).toEqual([302, '/login.jsp?os_destination=%2F']);
  expect(await account(client)).toEqual({ fired: 1, recorded: [['redirect', false]], stopped: false });
});

it('anonymous: handled as if no credentials had been sent', async () => {
  await using client = await open();
  await plant(client, { action: 'anonymous', path: '/search' });
  const { body, headers } = await client.call<{ total: number }>(
    'jira-old',
    'GET',
    '/rest/api/2/search?jql=project=PA',
  );
  expect([body.total, headers.get('x-ausername')]).toEqual([0, 'anonymous']);
  expect(await account(client)).toMatchObject({ fired: 1, recorded: [['anonymous', true]] });
});

it.each([
  ['before', false],
  ['after', true],
] as const)('kill, %s the effect: the process is gone, the caller gets no answer', async (when, effect) => {
  await using client = await open();
  const victim = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const gone = once(victim, 'exit');
  await plant(client, { action: 'kill', pid: victim.pid, when });
  expect((await attempt(() => stop(client))).error).toBeDefined();
  expect((await gone)[1]).toBe('SIGKILL');
  expect(await account(client)).toEqual({ fired: 1, recorded: [['kill', effect]], stopped: effect });
});

it('happens at the request, method and instance it was planted for, and tells that it never fired', async () => {
  await using client = await open();
  await plant(client, { instance: 'jira-new', action: 'status' });
  await stop(client);
  expect(await account(client)).toEqual({ fired: 0, recorded: [], stopped: true });
});

it('refuses a fault that could never fire: a member, an instance or an action that does not exist', async () => {
  await using client = await open();
  for (const wrong of [{ action: 'status', retryAfter: 2 }, { action: 'html', instance: 'jira-x' }, { action: 'x' }]) {
    expect((await client.control('POST', '/sandbox/faults', wrong)).status).toBe(400);
  }
  expect((await client.control('GET', '/sandbox/faults')).body).toEqual([]);
});
