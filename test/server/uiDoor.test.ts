/** What stands behind the door hears each request as it was let in, and nothing that was hidden in one; what opens the door stays with it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { openUiDoor, type UiDoor } from '../../src/server/uiDoor.ts';

interface Heard {
  method?: string;
  url?: string;
  headers: Record<string, unknown>;
  body: string;
}

async function openScene() {
  const heard: Heard[] = [];
  const upstream = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      const { method, url, headers } = request;
      heard.push({ ...(method && { method }), ...(url && { url }), headers, body });
      response.setHeader('Connection', 'keep-alive, X-Of-This-Hop');
      response.setHeader('X-Of-This-Hop', '1');
      response.end('ok');
    });
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const door = await openDoor((upstream.address() as AddressInfo).port);
  onTestFinished(() => {
    upstream.closeAllConnections();
    upstream.close();
  });
  return { door, heard, cookie: await cookieOf(door) };
}

async function openDoor(upstreamPort: number): Promise<UiDoor> {
  const door = await openUiDoor({ upstream: `http://127.0.0.1:${upstreamPort}`, ip: '127.0.0.1', port: 0 });
  onTestFinished(() => door.close());
  return door;
}

/** As a browser that opened the link has it. */
async function cookieOf({ link }: UiDoor): Promise<string> {
  const { headers } = await fetch(link, { redirect: 'manual' });
  return headers.getSetCookie()[0]?.split(';')[0] ?? 'none';
}

/** All that the door answers until it closes the connection. */
async function send({ url }: UiDoor, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answers = '';
  socket.setEncoding('latin1').on('data', (piece: string) => {
    answers += piece;
  });
  socket.write(text);
  await once(socket, 'close');
  return answers;
}

const HIDDEN = 'POST /smuggled HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n';
const chunked = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

it.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'POST'])(
  '%s with a body is one request behind the door, however the body is framed and whatever stands in it',
  async (method) => {
    const { door, heard, cookie } = await openScene();
    const { host } = new URL(door.url);
    const head = `${method} /a HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n`;
    await send(door, `${head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(HIDDEN)}`);
    await send(door, `${head}Connection: close\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`);
    // The frame is named as one that ends at the door.
    await send(door, `${head}Connection: close, Content-Length\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`);
    // The next request may use the same connection upstream.
    expect(
      await send(door, `GET /b HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 200 /);
    expect(heard.map((one) => `${one.method} ${one.url} ${one.body}`)).toEqual([
      ...[1, 2, 3].map(() => `${method} /a ${HIDDEN}`),
      'GET /b ',
    ]);
  },
);

it.each(['gzip, chunked', 'chunked, chunked', 'identity', 'xchunked'])(
  'a body whose coding is "%s" does not come in',
  async (coding) => {
    const { door, heard, cookie } = await openScene();
    const { host } = new URL(door.url);
    const answer = await send(
      door,
      `POST /a HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\nTransfer-Encoding: ${coding}\r\n\r\n${chunked(HIDDEN)}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(heard).toEqual([]);
  },
);

it('a request that names two hosts does not come in, whichever comes first', async () => {
  const { door, heard, cookie } = await openScene();
  const { host } = new URL(door.url);
  for (const hosts of [
    [host, 'evil.example.com'],
    ['evil.example.com', host],
    [host, host],
  ]) {
    const named = hosts.map((each) => `Host: ${each}\r\n`).join('');
    const answer = await send(door, `GET /a HTTP/1.1\r\n${named}Cookie: ${cookie}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  }
  expect(heard).toEqual([]);
});

it('passes on no header that is of one connection only, in either direction', async () => {
  const { door, heard, cookie } = await openScene();
  const { host } = new URL(door.url);
  const answer = await send(
    door,
    `GET /a HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}; b=c\r\nConnection: close, X-Foo ,cookie\r\nX-Foo: 1\r\nX-Bar: 2\r\nExpect: 100-continue\r\n\r\n`,
  );
  const [{ headers } = { headers: {} }] = heard;
  expect(headers).toMatchObject({ 'x-bar': '2' });
  for (const name of ['x-foo', 'expect']) expect(headers).not.toHaveProperty(name);
  expect(JSON.stringify(headers)).not.toContain(cookie.split('=')[1]);
  expect(answer.toLowerCase()).not.toContain('x-of-this-hop');
});

it('gives a browser a cookie that opens no link, and that is another one at each start', async () => {
  const { door, cookie } = await openScene();
  const [name = '', value = ''] = cookie.split('=');
  const { port } = new URL(door.url);
  const token = new URL(door.link).searchParams.get('token') ?? '';
  expect(name).toBe(`migrator-ui-${port}`);
  expect(value.length).toBeGreaterThanOrEqual(32);
  expect(cookie).not.toContain(token);
  const status = async (target: string, headers = {}) =>
    (await fetch(`${door.url}${target}`, { headers, redirect: 'manual' })).status;
  expect(await status('/', { cookie })).toBe(200);
  // Neither takes the other's place.
  expect(await status(`/?token=${value}`)).toBe(401);
  expect(await status('/', { cookie: `${name}=${token}` })).toBe(401);
  const other = await openDoor(1);
  expect((await cookieOf(other)).split('=')[1]).not.toBe(value);
});
