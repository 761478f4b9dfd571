/** The door of the UI as docker-compose.yml starts it, before a UI that notes what reaches it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { freePort, isListening } from '../../src/server/ports.ts';
import { type Request, send } from '../server/socket.ts';
import { ROOT, readCompose, serviceOf } from './compose.ts';
import { nativeOf } from './native.ts';
import { runNode } from './run.ts';

/** As `password` of docs/operating.md makes one. */
const TOKEN = 'Zm9yLXRoZS10ZXN0LW9mLXRoZS1kb29y';
const compose = await readCompose();

interface Reached {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

let reached: Reached[] = [];
const ui = createServer({ maxHeaderSize: 2_000_000 }, async (request, response) => {
  const pieces = await request.setEncoding('utf8').toArray();
  const { method = '', url = '', headers } = request;
  reached.push({ method, url, headers, body: pieces.join('') });
  response.setHeader('Set-Cookie', 'of-the-ui=1');
  response.end('of the ui');
});

let folder = '';
/** Where the container's 8080 is here. */
let port = 0;
let door: ChildProcess;
const here = () => `127.0.0.1:${port}`;

async function commandOf(token: string, upstream: string) {
  const file = join(folder, `ui_token-${token.length}`);
  await writeFile(file, `${token}\n`);
  const { command, env } = nativeOf(compose, 'temporal-ui-door', {
    ports: { 'temporal-ui': { '8080': Number(upstream) } },
    secrets: { ui_token: file },
    configs: {},
    programs: { node: [process.execPath] },
  });
  return { command, env };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbone-migrator-test-'));
  await once(ui.listen(0, '127.0.0.1'), 'listening');
  const { command, env } = await commandOf(TOKEN, String((ui.address() as AddressInfo).port));
  port = await freePort('0.0.0.0');
  const [program = '', ...args] = command;
  // Of a container it has every port: here another one than 8080 is free.
  door = spawn(program, args, { cwd: ROOT, env: { ...env, UI_PORT: String(port) }, stdio: 'inherit' });
  while (!(await isListening('127.0.0.1', port))) await sleep(50);
  const { text } = await ask({ target: `/?token=${TOKEN}` });
  cookie = /\r\nSet-Cookie: ([^;]+);/.exec(text)?.[1] ?? '';
});
afterAll(async () => {
  const exited = once(door, 'exit');
  door.kill('SIGTERM');
  // As a container is stopped: in order.
  expect(await exited).toEqual([0, null]);
  ui.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  reached = [];
});

/** What the link of this start was answered with. */
let cookie = '';
const ask = (request: Request) => send(here(), { ...request, headers: { Host: here(), ...request.headers } });
const askIn = (request: Request) => ask({ ...request, headers: { Cookie: cookie, ...request.headers } });

describe('the door of docker-compose.yml', () => {
  it('listens where the published port leads', () => {
    expect(serviceOf(compose, 'temporal-ui-door').ports).toEqual(['127.0.0.1:8233:8080']);
    expect(serviceOf(compose, 'temporal-ui').ports).toEqual([]);
  });

  it.each<[string, Request, number]>([
    ['without a token', {}, 401],
    ['with another token', { headers: { Cookie: `migrator-ui-0=${TOKEN.replace(/./g, 'A')}` } }, 401],
    ['with the token under another name', { headers: { Cookie: `migrator-ui-1=${TOKEN}` } }, 401],
    ['with an empty token', { target: '/?token=' }, 401],
    ['with a part of the token', { target: `/?token=${TOKEN.slice(0, -1)}` }, 401],
    ['with the token twice, the first one wrong', { target: `/?token=x&token=${TOKEN}` }, 401],
    ['with a name that resolves to this machine', { headers: { Host: 'evil.example' } }, 403],
    ['with the name that it has in its network', { headers: { Host: 'temporal-ui-door:8080' } }, 403],
    ['with no host', { version: '1.0', headers: { Host: '' } }, 403],
    ['with HEAD', { method: 'HEAD' }, 401],
    ['with HEAD and the token in the address', { method: 'HEAD', target: `/?token=${TOKEN}` }, 401],
    ['with OPTIONS', { method: 'OPTIONS' }, 401],
    ['with OPTIONS for the server', { method: 'OPTIONS', target: '*' }, 400],
    ['with POST and the token in the address', { method: 'POST', target: `/?token=${TOKEN}`, body: 'x' }, 401],
    ['with TRACE', { method: 'TRACE' }, 401],
    ['by a path that could be a host', { target: '//temporal-ui:8080/api' }, 401],
    ['by a path with dots', { target: '/../../api' }, 401],
  ])('lets nobody in %s', async (_, request, status) => {
    expect((await ask(request)).status).toBe(status);
    expect(reached).toEqual([]);
  });

  it.each<[string, Request, number]>([
    ['of another site', { headers: { Origin: 'http://evil.example' } }, 403],
    ['without an origin to name', { headers: { Origin: 'null' } }, 403],
    ['of another port of this machine', { headers: { Origin: 'http://127.0.0.1:1' } }, 403],
    ['of another site, by a form', { method: 'POST', body: 'x', headers: { 'Sec-Fetch-Site': 'cross-site' } }, 403],
    ['of another host', { headers: { Host: 'evil.example' } }, 403],
    ['that names a whole address', { target: 'http://temporal-ui:8080/api' }, 400],
    ['that names a whole address of its own', { target: `http://127.0.0.1:1/api` }, 400],
  ])('lets no page in whose request, with the cookie, is one %s', async (_, request, status) => {
    expect((await askIn(request)).status).toBe(status);
    expect(reached).toEqual([]);
  });

  it.each<[string, Request]>([
    ['an upgrade', { headers: { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Key': 'x' } }],
    ['an upgrade to HTTP/2', { headers: { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c' } }],
    ['a tunnel', { method: 'CONNECT', target: 'temporal:7233' }],
  ])('answers nothing to %s, with the cookie', async (_, request) => {
    expect((await askIn(request)).status).toBe(0);
    expect(reached).toEqual([]);
    expect((await askIn({})).status).toBe(200);
  });

  it('takes the token out of the link into a cookie that no script reads and no other site sends', async () => {
    const { status, text } = await ask({ target: `//evil.example/a?b=1&token=${TOKEN}` });
    expect(status).toBe(303);
    const set = /\r\nSet-Cookie: (migrator-ui-\d+=[\w-]+); Path=\/; HttpOnly; SameSite=Strict\r\n/.exec(text)?.[1];
    expect(set).toMatch(new RegExp(`^migrator-ui-${port}=`));
    expect(text).not.toContain(TOKEN);
    expect(text).toContain('\r\nLocation: /evil.example/a?b=1\r\n');
    expect(text).toContain('\r\nCache-Control: no-store\r\n');
    expect(text.match(/Set-Cookie/g)).toHaveLength(1);
    expect(reached).toEqual([]);
  });

  it('brings to the UI what it needs, and neither the token nor where the page is', async () => {
    const headers = {
      Origin: `http://${here()}`,
      Referer: `http://${here()}/?token=${TOKEN}`,
      Cookie: `a=b; ${cookie}`,
    };
    const { status, text } = await askIn({ method: 'POST', target: '/api?x=1', headers, body: '{"a":1}' });
    expect(status).toBe(200);
    expect(text).toMatch(/\r\nSet-Cookie: of-the-ui=1\r\n/i);
    expect(text).toMatch(/\r\nX-Frame-Options: SAMEORIGIN\r\n/i);
    expect(reached).toMatchObject([{ method: 'POST', url: '/api?x=1', body: '{"a":1}', headers: { cookie: 'a=b' } }]);
    expect(JSON.stringify(reached)).not.toContain(TOKEN);
    expect(reached[0]?.headers).not.toHaveProperty('origin');
  });

  it.each(['HEAD', 'OPTIONS', 'GET'])('passes %s on, and the answer has a body where it should', async (method) => {
    const { status, text } = await askIn({ method });
    expect(status).toBe(200);
    expect(text.endsWith('\r\n\r\n')).toBe(method === 'HEAD');
    expect(reached).toMatchObject([{ method }]);
  });

  it('takes as long a header as the UI needs, refuses a longer one, and goes on', async () => {
    expect((await askIn({ target: `/render?content=${'x'.repeat(500_000)}` })).status).toBe(200);
    // What it still sends may cut the answer off.
    expect([431, 0]).toContain((await askIn({ headers: { 'X-Long': 'x'.repeat(1_200_000) } })).status);
    expect(reached).toHaveLength(1);
    expect((await askIn({})).status).toBe(200);
  });

  it('goes on after whatever is no HTTP', async () => {
    for (const method of ['GET\u0000', '\u0016\u0003\u0001', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'])
      expect([400, 0]).toContain((await ask({ method })).status);
    for (const target of ['/%', '/%00', '/?token=%ff', '/?%', '/\u00e9'])
      expect([target, [400, 401].includes((await ask({ target })).status)]).toEqual([target, true]);
    expect((await askIn({})).status).toBe(200);
  });
});

describe('a start of the door that cannot be meant', () => {
  async function starting(token: string, change: Record<string, string>) {
    const { command, env } = await commandOf(token, '1');
    return runNode(command.slice(1), { ...env, UI_PORT: String(await freePort('0.0.0.0')), ...change });
  }

  it.each<[string, string, Record<string, string>, RegExp]>([
    ['no file of a token', TOKEN, { UI_TOKEN_FILE: '' }, /UI_TOKEN_FILE/],
    ['a file that is not there', TOKEN, { UI_TOKEN_FILE: '/nowhere/ui_token' }, /ENOENT.*\/nowhere\/ui_token/],
    ['an empty token', '', {}, /24/],
    ['a short token', 'short', {}, /24/],
    ['a token that would end the cookie', `${TOKEN};Domain=x`, {}, /letters/],
    ['a token that no header can have', 'пароль'.repeat(6), {}, /letters/],
    ['no UI', TOKEN, { UI_UPSTREAM: '' }, /UI_UPSTREAM/],
    ['a UI that is no address', TOKEN, { UI_UPSTREAM: 'temporal-ui:8080' }, /UI_UPSTREAM/],
    ['a port that is none', TOKEN, { UI_PORT: 'x' }, /UI_PORT/],
  ])('ends with one line that says what is wrong: %s', async (_, token, change, what) => {
    const { code, lines } = await starting(token, change);
    expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringMatching(what)] });
    if (token !== '') expect(lines.join()).not.toContain(token);
  });

  it('ends with one line when the port is taken', async () => {
    const other = createServer();
    await once(other.listen(0, '0.0.0.0'), 'listening');
    onTestFinished(() => void other.close());
    const taken = String((other.address() as AddressInfo).port);
    const { code, lines } = await starting(TOKEN, { UI_PORT: taken });
    expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringContaining(taken)] });
  });
});
