import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { RecordEntry } from '../../sandbox/world/record.ts';
import { type Client, eventually, open } from './harness.ts';

const record = async (client: Client, after = 0) =>
  (await client.control<RecordEntry[]>('GET', `/sandbox/record?after=${after}`)).body;
const stop = (client: Client) => client.backbone('jira-old', 'POST', '/integrations/INT-16/stop');
const stopped = async (client: Client) => (await record(client)).some((entry) => entry.what === 'integration stopped');
const plant = (client: Client, fault: Record<string, unknown>) =>
  client.control('POST', '/sandbox/faults', [{ path: '/stop$', ...fault }]);

it('records every request and every effect, in order, without gaps', async () => {
  await using client = await open();
  await client.call('jira-new', 'GET', '/rest/api/2/serverInfo');
  await stop(client);
  const all = await record(client);
  expect(all.map((entry) => entry.n)).toEqual(all.map((_, n) => n + 1));
  expect(all.map((entry) => entry.what ?? `${entry.method} ${entry.status}`)).toEqual([
    'GET 200',
    'integration stopped',
    'POST 200',
  ]);
  expect(await record(client, 2)).toHaveLength(1);
});

it('loses the answer but not the effect with resetAfter, and both with resetBefore', async () => {
  await using before = await open();
  await plant(before, { action: 'resetBefore' });
  await expect(stop(before)).rejects.toThrow();
  expect(await stopped(before)).toBe(false);
  await using after = await open();
  await plant(after, { action: 'resetAfter' });
  await expect(stop(after)).rejects.toThrow();
  expect(await stopped(after)).toBe(true);
});

it('fails the nth request as often as asked, and counts', async () => {
  await using client = await open();
  await client.control('POST', '/sandbox/faults', [
    { instance: 'jira-new', path: 'serverInfo', nth: 2, count: 2, action: 'status', status: 503 },
  ]);
  const answers = [];
  for (let n = 0; n < 4; n++) answers.push((await client.call('jira-new', 'GET', '/rest/api/2/serverInfo')).status);
  expect(answers).toEqual([200, 503, 503, 200]);
  expect((await client.control('GET', '/sandbox/faults')).body).toMatchObject([{ seen: 4, fired: 2 }]);
  expect((await client.control('DELETE', '/sandbox/faults')).body).toEqual([]);
});

it('answers HTML, redirects, half bodies and as if anonymous', async () => {
  await using client = await open();
  const ask = () => client.call<{ total: number }>('jira-new', 'GET', '/rest/api/2/search?jql=project=PA');
  await client.control(
    'POST',
    '/sandbox/faults',
    ['html', 'redirect', 'anonymous', 'truncate'].map((action, n) => ({ path: 'search', nth: n + 1, action })),
  );
  expect((await ask()).headers.get('content-type')).toContain('text/html');
  expect((await ask()).status).toBe(302);
  expect((await ask()).body.total).toBe(0);
  await expect(ask()).rejects.toThrow();
  expect((await ask()).body.total).toBe(24);
});

it('kills a process after the effect, and refuses connections of an instance that is down', async () => {
  await using client = await open();
  const victim = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const gone = once(victim, 'exit');
  await plant(client, { action: 'kill', pid: victim.pid, when: 'after' });
  await expect(stop(client)).rejects.toThrow();
  expect((await gone)[1]).toBe('SIGKILL');
  expect(await stopped(client)).toBe(true);
  await client.control('POST', '/sandbox/instances', { instance: 'jira-new', up: false });
  await expect(client.call('jira-new', 'GET', '/rest/api/2/serverInfo')).rejects.toThrow();
  await client.control('POST', '/sandbox/instances', { instance: 'jira-new', up: true });
  await sleep(50);
  expect((await client.call('jira-new', 'GET', '/rest/api/2/serverInfo')).status).toBe(200);
});

it('keeps people at work with edits, comments and new issues on both live projects only', async () => {
  await using client = await open();
  await client.control('POST', '/sandbox/people', { action: 'start', everyMs: 10, seed: 2 });
  const actsOf = async () =>
    (await record(client)).filter(({ kind }) => kind === 'edit' || kind === 'comment' || kind === 'create');
  // However slow the machine is: by their number, not by the time they take.
  await eventually(async () => (await actsOf()).length >= 40);
  await client.control('POST', '/sandbox/people', { action: 'stop' });
  const acts = (await actsOf()).slice(0, 40);
  const count = (kind: string, instance?: string) =>
    acts.filter((act) => act.kind === kind && (instance ?? act.instance) === act.instance).length;
  expect(acts).toHaveLength(40);
  expect(count('edit')).toBeGreaterThanOrEqual(20);
  expect(count('comment')).toBeGreaterThanOrEqual(5);
  expect(count('create')).toBeGreaterThanOrEqual(3);
  for (const kind of ['edit', 'comment', 'create']) {
    expect(count(kind, 'jira-new')).toBeGreaterThan(0);
    expect(count(kind, 'jira-partner')).toBeGreaterThan(0);
    expect(count(kind, 'jira-old')).toBe(0);
  }
});

it('lists its switches with a sentence each, and documents them, and refuses unknown ones', async () => {
  await using client = await open();
  const { body } = await client.control<Record<string, { value: unknown; about: string }>>('GET', '/sandbox/switches');
  expect(Object.values(body).every((each) => each.about.length > 10)).toBe(true);
  const page = await readFile(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');
  for (const name of Object.keys(body)) expect(page).toContain(`| \`${name}\` |`);
  expect((await client.control('POST', '/sandbox/switches', { nonsense: 1 })).status).toBe(400);
  expect((await client.control('POST', '/sandbox/switches', { dropMessages: 'two' })).status).toBe(400);
});

it('answers a thousand requests at once, each of them recorded, and costs next to nothing when idle', async () => {
  await using client = await open({ interval: 200 });
  for (let n = 0; n < 20; n++) {
    await Promise.all(Array.from({ length: 50 }, () => client.call('jira-new', 'GET', '/rest/api/2/issue/PA-1')));
  }
  expect((await record(client)).filter((entry) => entry.kind === 'request' && entry.status === 200)).toHaveLength(1000);
  const before = process.cpuUsage();
  await sleep(1000);
  // Time of the processor, not of the clock: other processes do not count.
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(150);
});

it('deletes and makes options and fields, as an administrator of Jira does', async () => {
  await using client = await open();
  const act = (act: string, more: object) =>
    client.control<{ id: string; message?: string }>('POST', '/sandbox/catalogue', {
      ...{ instance: 'jira-new', field: 'customfield_10320', by: 'otto', act },
      ...more,
    });
  const conflicts = async () => {
    const { original } = client.sandbox.world;
    const at = `/integrations/${original.key}/conflicts`;
    return (await client.backbone<{ message: string }[]>(original.home, 'GET', at)).body.map(({ message }) => message);
  };
  expect((await act('deleteOption', { option: '10713' })).body.id).toBe('10713');
  expect((await act('addOption', { name: 'Trivial' })).body.id).toBe('10714');
  expect((await act('deleteOption', { option: '10713' })).status).toBe(404);
  expect((await act('rename', {})).status).toBe(400);
  expect(await conflicts()).toEqual([]);
  // The partner's field is mapped by the original.
  const partner = { instance: 'jira-partner', field: 'customfield_10207' };
  expect((await act('deleteField', partner)).status).toBe(200);
  expect(await conflicts()).toContain('Field customfield_10207 does not exist');
  const effects = (await record(client)).filter(({ kind, user }) => kind === 'effect' && user === 'otto');
  expect(effects.map(({ what }) => what)).toEqual(['option deleted', 'option added', 'field deleted']);
});
