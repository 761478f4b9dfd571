/// <reference lib="dom" />
/** The attacks of a web page that is open in the administrator's browser, and of a name that resolves to this machine. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Client } from '@temporalio/client';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { type RunningServer, startTemporalServer } from '../../src/server/start.ts';
import { findChromium } from '../starting/browser.ts';
import { openPlace } from '../starting/place.ts';
import { connectClient, temporalBinary } from '../support/temporal.ts';
import { type Request, send as sendRaw } from './socket.ts';

const EVIL = 'evil.example';
const API = '/api/v1/namespaces/default/workflows';

async function serverWithUi(): Promise<{ server: RunningServer; url: string; link: string }> {
  const server = await startTemporalServer({ binary: temporalBinary() });
  onTestFinished(() => server.stop());
  if (!server.ui) throw new Error('no UI');
  return { server, ...server.ui };
}

/** To the API, unless it is said otherwise. */
const send = (address: string, request: Request) => sendRaw(address, { target: API, ...request });

async function started(server: RunningServer, workflowId: string): Promise<boolean> {
  await using connected = await connectClient(server.address);
  try {
    await connected.client.workflow.getHandle(workflowId).describe();
    return true;
  } catch {
    return false;
  }
}

const startBody = (workflowId: string) =>
  JSON.stringify({ workflowType: { name: 'migrateSynchronization' }, taskQueue: { name: 'migrations' }, workflowId });

it('answers every request of the HTTP API with 403, whatever host, origin or type it names', async () => {
  const { server, url } = await serverWithUi();
  const own = server.httpAddress;
  const hosts = [own, `localhost:${own.split(':')[1]}`, EVIL, 'nobody', '*', new URL(url).host];
  for (const Host of hosts)
    for (const [method, target] of [
      ['GET', API],
      ['GET', '/namespaces/default/workflows'],
      ['GET', '/api/v1/cluster-info'],
      ['POST', `${API}/one`],
      ['POST', `${API}/one/signal/approve`],
      ['POST', `${API}/one/update/approve`],
      ['POST', '/namespaces/default/workflows/one'],
    ] as const)
      for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
        const headers = { Host, Origin: `http://${Host}`, 'Content-Type': type };
        const { status } = await send(own, {
          method,
          target,
          headers,
          body: method === 'POST' ? startBody('one') : '',
        });
        expect([status, method, target, Host]).toEqual([403, method, target, Host]);
      }
  // Hosts that cannot be are refused before they are looked at, and one that is not said is none.
  expect(await send(own, { version: '1.0' })).toMatchObject({ status: 403 });
  for (const Host of ['nobody at all', '"nobody at all"'])
    expect((await send(own, { headers: { Host } })).status).toBe(400);
  const absolute = await send(own, { target: `http://nobody%20at%20all${API}`, headers: { Host: own } });
  expect([400, 403]).toContain(absolute.status);
  // Nexus has its own routes there, which heed no host.
  const nexus = '/nexus/namespaces/default/task-queues/migrations/services/any/start';
  expect((await send(own, { method: 'POST', target: nexus, headers: { Host: own } })).status).toBe(404);
  expect(await started(server, 'one')).toBe(false);
});

it('lets nobody into the UI without the token, or by another address, or from another page', async () => {
  const { url, link } = await serverWithUi();
  const { host, port } = new URL(url);
  const token = new URL(link).searchParams.get('token') ?? '';
  const cookie = `migrator-ui-${port}=${token}`;
  const status = async (headers: Record<string, string>, target = API) => (await send(url, { target, headers })).status;

  expect(await status({ Host: host })).toBe(401);
  expect(await status({ Host: host, Cookie: `migrator-ui-${port}=${token.replaceAll(/./g, 'A')}` })).toBe(401);
  expect(await status({ Host: host }, '/?token=')).toBe(401);
  expect(await status({ Host: host }, `/?token=${token.slice(1)}`)).toBe(401);
  // The UI reaches its server a moment after it listens.
  await expect.poll(() => status({ Host: host, Cookie: cookie }), { timeout: 20_000 }).toBe(200);
  expect(await status({ Host: `LOCALHOST:${port}`, Cookie: cookie })).toBe(200);
  // As it arrives through a tunnel that begins at another port.
  expect(await status({ Host: 'localhost:9000', Cookie: `migrator-ui-9000=${token}` })).toBe(200);

  for (const Host of [
    EVIL,
    `${EVIL}:${port}`,
    `127.0.0.1.${EVIL}:${port}`,
    `localhost.${EVIL}`,
    `127.0.0.1@${EVIL}`,
    '[::1',
    '',
  ])
    expect([Host, await status({ Host, Cookie: cookie })]).toEqual([Host, 403]);
  for (const Origin of [`http://${EVIL}`, 'null', 'http://127.0.0.1:1', `https://${host}`, `http://localhost:${port}`])
    expect([Origin, await status({ Host: host, Cookie: cookie, Origin })]).toEqual([Origin, 403]);
  for (const site of ['cross-site', 'same-site'])
    expect(await status({ Host: host, Cookie: cookie, 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'no-cors' })).toBe(403);
  const frame = { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' };
  expect(await status({ Host: host, Cookie: cookie, ...frame })).toBe(403);
  expect(await status({ Host: host, Cookie: cookie }, `http://${EVIL}${API}`)).toBe(400);
  // What would be hosts, read as paths, harms nobody.
  for (const target of ['//evil.example:99999/', '/\\evil.example:99999/', '/%'])
    expect(await status({ Host: host }, target)).toBe(401);
});

it('takes the token once, out of the address and into a cookie that no script reads and no other site sends', async () => {
  const { url, link } = await serverWithUi();
  const { host, port } = new URL(url);
  const token = new URL(link).searchParams.get('token') ?? '';
  expect(token.length).toBeGreaterThanOrEqual(32);
  const { status, text } = await send(url, { target: `//${EVIL}/a?b=1&token=${token}&c=2`, headers: { Host: host } });
  expect(status).toBe(303);
  expect(text).toContain(`\r\nSet-Cookie: migrator-ui-${port}=${token}; Path=/; HttpOnly; SameSite=Strict\r\n`);
  expect(text).toContain(`\r\nLocation: /${EVIL}/a?b=1&c=2\r\n`);
  expect(text).toContain('\r\nCache-Control: no-store\r\n');
  const other = await serverWithUi();
  expect(new URL(other.link).searchParams.get('token')).not.toBe(token);
});

/** A browser in which the name of the attacker resolves to this machine, after a look at the administrator's open UI. */
async function browserWithEvil(executablePath: string, link: string): Promise<{ browser: Browser; ui: Page }> {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', `--host-resolver-rules=MAP ${EVIL} 127.0.0.1`],
  });
  onTestFinished(() => browser.close());
  const ui = await (await browser.newContext()).newPage();
  await ui.goto(link);
  await ui.waitForURL(/\/namespaces\//);
  return { browser, ui };
}

/** The ways in which a page can send something to another address without asking it: each starts, signals, approves and answers. */
async function attacked(page: Page, targets: readonly string[], client: Client): Promise<void> {
  const victim = await client.workflow.start('migrateSynchronization', { workflowId: 'victim', taskQueue: 'nobody' });
  const message = JSON.stringify({ input: { payloads: [{ by: 'lee@example.com', decision: 'f19980b9' }] } });
  const posts = targets.flatMap((to, at) =>
    ['fetch', 'form'].flatMap((way) => [
      { to: `${to}${API}/${way}-${at}`, way, body: startBody(`${way}-${at}`), starts: `${way}-${at}` },
      ...['signal/approve', 'signal/answer', 'update/approve', 'update/answer', 'terminate', 'cancel'].map((what) => ({
        ...{ to: `${to}${API}/victim/${what}`, way, body: message, starts: '' },
      })),
    ]),
  );
  await page.evaluate(async (all) => {
    for (const [at, { to, way, body }] of all.entries()) {
      if (way === 'fetch') {
        await fetch(to, { method: 'POST', mode: 'no-cors', credentials: 'include', body }).catch(() => undefined);
        continue;
      }
      const form = document.createElement('form');
      form.action = to;
      form.method = 'post';
      form.enctype = 'text/plain';
      form.target = `frame-${at}`;
      const frame = document.createElement('iframe');
      frame.name = form.target;
      const field = document.createElement('input');
      // The `=` between name and value becomes part of a member that nobody reads.
      field.name = body.replace(/}$/, ',"x":"');
      field.value = '"}';
      form.append(field);
      document.body.append(frame, form);
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
      form.submit();
      await Promise.race([loaded, new Promise((resolve) => setTimeout(resolve, 1_000))]);
    }
  }, posts);
  for (const { starts } of posts.filter(({ starts }) => starts !== ''))
    await expect(client.workflow.getHandle(starts).describe(), starts).rejects.toThrow();
  const { events } = await victim.fetchHistory();
  expect(events?.map(({ eventId }) => Number(eventId))).toEqual([1, 2]);
  expect((await victim.describe()).status.name).toBe('RUNNING');
  await victim.terminate('the test is over');
}

it('a foreign page in the browser of the open UI starts nothing, by fetch or by form', { timeout: 60_000 }, async ({
  skip,
}) => {
  const found = await findChromium();
  if ('missing' in found) return skip(found.missing);
  const { server, url, link } = await serverWithUi();
  const { ui } = await browserWithEvil(found.path, link);
  const page = await ui.context().newPage();
  // Any page will do: the door's own refusal, under the attacker's name.
  await page.goto(url.replace('127.0.0.1', EVIL));
  const at = [url, url.replace('127.0.0.1', 'localhost'), `http://${server.httpAddress}`];
  await using connected = await connectClient(server.address);
  await attacked(page, at, connected.client);
});

it('a foreign page does nothing to the whole service, either', { timeout: 120_000 }, async ({ skip }) => {
  const found = await findChromium();
  if ('missing' in found) return skip(found.missing);
  await using place = await openPlace();
  const { uiUrl: url = '', uiLink: link = '' } = place.service;
  const { ui } = await browserWithEvil(found.path, link);
  const page = await ui.context().newPage();
  await page.goto(url.replace('127.0.0.1', EVIL));
  const { hostname } = new URL(url);
  await attacked(page, [url, url.replace(hostname, 'localhost')], place.client);
});

it('a name that resolves to this machine reads nothing and starts nothing', { timeout: 60_000 }, async ({ skip }) => {
  const found = await findChromium();
  if ('missing' in found) return skip(found.missing);
  const { server, url, link } = await serverWithUi();
  const { ui } = await browserWithEvil(found.path, link);
  const ports = [new URL(url).port, server.httpAddress.split(':')[1] ?? '', server.address.split(':')[1] ?? ''];
  for (const port of ports) {
    const page = await ui.context().newPage();
    await page.goto(`http://${EVIL}:${port}/`).catch(() => undefined);
    const read = await page
      .evaluate(
        async ({ API, body }) => {
          const get = await fetch(API).then((answer) => answer.text(), String);
          const csrf = /_csrf=([^;]+)/.exec(document.cookie)?.[1] ?? '';
          const headers = { 'Content-Type': 'application/json', 'X-CSRF-TOKEN': csrf };
          const post = await fetch(`${API}/rebound`, { method: 'POST', headers, body }).then((a) => a.text(), String);
          return `${get}\n${post}`;
        },
        { API, body: startBody('rebound') },
      )
      .catch(String);
    expect(read).not.toMatch(/executions|runId|nextPageToken/);
  }
  expect(await started(server, 'rebound')).toBe(false);
});

it('profiles itself for nobody: no port of the server answers pprof', async ({ skip }) => {
  if (process.platform !== 'linux') return skip('ports are told from /proc');
  const { server } = await serverWithUi();
  const ports = await portsOf(server.pid);
  expect(ports).toEqual(
    expect.arrayContaining([server.address, server.httpAddress].map((one) => Number(one.split(':')[1]))),
  );
  for (const port of ports) {
    const target = '/debug/pprof/goroutine?debug=1';
    const { status, text } = await send(`127.0.0.1:${port}`, { target, headers: { Host: `127.0.0.1:${port}` } });
    expect([port, status === 200, /goroutine profile/.test(text)]).toEqual([port, false, false]);
  }
});

/** Where a process listens. */
async function portsOf(pid: number): Promise<number[]> {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all((await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')));
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8')));
  const rows = tables
    .join('\n')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  // 0A: it listens.
  const own = rows.filter(([, , , state, , , , , , inode]) => state === '0A' && links.includes(`socket:[${inode}]`));
  return [...new Set(own.map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16)))];
}
