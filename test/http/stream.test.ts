/** Answers that are read piece by piece. */
import type { ServerResponse } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  answering,
  everything,
  failureOf,
  html,
  json,
  opened,
  PASSWORD,
  secret,
  TOKEN,
  USERNAME,
} from './instances.ts';

const JSON_HEAD = { 'content-type': 'application/json' };
const LIST = JSON.stringify(Array.from({ length: 2000 }, (_, n) => ({ localIssueKey: `PA-${n}` })));
const ONE = { requestsPerSecond: 1000, concurrency: 1 };

type Opened = Awaited<ReturnType<typeof answering>>['instance'];

async function textOf({ backbone }: Opened): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of backbone.syncInformation('CON-1')) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

const failed = (instance: Opened) => failureOf(textOf(instance));

/** A server of bare connections: what it sends is what it sends. */
async function bare(answer: (socket: Socket) => unknown) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, sockets };
}

describe('an answer in pieces', () => {
  it('comes whole, also compressed, also as one piece, also empty', async () => {
    for (const encoding of ['identity', 'gzip']) {
      for (const body of [LIST, '[]', '']) {
        const { instance } = await answering((_, response) =>
          response
            .writeHead(200, { ...JSON_HEAD, 'content-encoding': encoding })
            .end(encoding === 'gzip' ? gzipSync(body) : body),
        );
        expect(await textOf(instance)).toBe(body);
      }
    }
  });

  it('may take longer than one request may, as long as it goes on', async () => {
    const { instance } = await answering(
      async (_, response) => {
        response.writeHead(200, JSON_HEAD);
        for (let n = 0; n < 12; n++) {
          response.write(`${n},`);
          await sleep(50);
        }
        response.end();
      },
      {},
      { httpTimeout: 250 },
    );
    expect(await textOf(instance)).toBe('0,1,2,3,4,5,6,7,8,9,10,11,');
  });

  it('waits for a reader that takes longer than one request may', async () => {
    const large = Buffer.alloc(8_000_000, 'x');
    const { instance } = await answering(
      (_, response) => response.writeHead(200, JSON_HEAD).end(large),
      {},
      { httpTimeout: 150 },
    );
    let [length, first] = [0, true];
    for await (const piece of instance.backbone.syncInformation('CON-1')) {
      length += piece.length;
      if (first) await sleep(500);
      first = false;
    }
    expect(length).toBe(large.length);
  });

  it.each([
    ['before it begins', ''],
    ['after its head', `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n`],
    ['in the middle', `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n[{"a":1},`],
  ])('that is silent for longer %s is an unreachable instance', async (_, sent) => {
    const { url, sockets } = await bare((socket) => socket.write(sent));
    const error = await failed(opened(url, {}, { httpTimeout: 150 }));
    expect(error).toMatchObject({ code: 'InstanceUnreachable', retry: 'wait' });
    await expect.poll(() => sockets.size).toBe(0);
  });

  it.each([
    ['a length', `Content-Length: ${LIST.length}\r\n\r\n${LIST.slice(0, 500)}`],
    ['a length, all but one byte', `Content-Length: ${LIST.length}\r\n\r\n${LIST.slice(0, -1)}`],
    ['a length, no byte', `Content-Length: ${LIST.length}\r\n\r\n`],
    ['chunks', `Transfer-Encoding: chunked\r\n\r\n4\r\n[{"a\r\n`],
    ['chunks, within one', `Transfer-Encoding: chunked\r\n\r\n40\r\n[{"a`],
    ['chunks, all but the last', `Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n`],
    ['chunks, none', `Transfer-Encoding: chunked\r\n\r\n`],
  ])('that breaks off is never taken for the whole: %s', async (_, sent) => {
    for (const end of ['end', 'destroy'] as const) {
      const { url } = await bare((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${sent}`);
        setTimeout(() => socket[end](), 30);
      });
      const { code } = await failed(opened(url));
      expect(['InstanceUnreachable', 'UnreadableAnswer']).toContain(code);
    }
  });

  it('that breaks off while it is compressed is never taken for the whole', async () => {
    const packed = gzipSync(LIST);
    for (const part of [
      packed.subarray(0, 40),
      packed.subarray(0, -9),
      packed.subarray(0, -4),
      packed.subarray(0, 5),
    ]) {
      const { instance } = await answering((_, response) =>
        response.writeHead(200, { ...JSON_HEAD, 'content-encoding': 'gzip' }).end(part),
      );
      const { code } = await failed(instance);
      expect(['InstanceUnreachable', 'UnreadableAnswer']).toContain(code);
    }
  });

  it('that says it is compressed and is not, or is damaged, cannot be read', async () => {
    const damaged = gzipSync(LIST);
    damaged[60] = (damaged[60] ?? 0) ^ 0xff;
    for (const body of [LIST, damaged]) {
      const { instance } = await answering((_, response) =>
        response.writeHead(200, { ...JSON_HEAD, 'content-encoding': 'gzip' }).end(body),
      );
      const { code } = await failed(instance);
      expect(['InstanceUnreachable', 'UnreadableAnswer']).toContain(code);
    }
  });
});

describe('a refusal of an answer in pieces', () => {
  it.each<[string, (response: ServerResponse) => unknown, object]>([
    ['HTML with 200', (response) => html(response), { code: 'LoginPage', status: 200 }],
    ['HTML with 404', (response) => html(response, 404), { code: 'LoginPage', status: 404 }],
    ['404', (response) => json(response, { message: 'No connector' }, 404), { code: 'RequestRefused', status: 404 }],
    ['404 without a body', (response) => response.writeHead(404).end(), { code: 'RequestRefused', status: 404 }],
    ['400', (response) => json(response, { message: 'bad' }, 400), { code: 'RequestRefused', status: 400 }],
    ['401', (response) => json(response, {}, 401), { code: 'CredentialsExpired', status: 401 }],
    ['401 without a body', (response) => response.writeHead(401).end(), { code: 'CredentialsExpired', status: 401 }],
    ['403', (response) => json(response, { message: 'no' }, 403), { code: 'RequestRefused', status: 403 }],
    ['429', (r) => json(r, {}, 429, { 'retry-after': '77' }), { code: 'RateLimited', retryAfterMs: 77_000 }],
    ['500', (response) => html(response, 500), { code: 'ServerFailed', status: 500 }],
    ['503', (response) => json(response, { message: 'busy' }, 503), { code: 'ServerFailed', status: 503 }],
    ['503 without a body', (response) => response.writeHead(503).end(), { code: 'ServerFailed', status: 503 }],
    [
      '302',
      (r) => r.writeHead(302, { location: 'http://evil.invalid/x' }).end(),
      { code: 'RedirectRefused', status: 302 },
    ],
    [
      '200 to nobody',
      (r) => json(r, [], 200, { 'x-ausername': 'anonymous' }),
      { code: 'AnonymousAnswer', status: 200 },
    ],
  ])('is told by its head: %s', async (_, answer, expected) => {
    const { instance, seen } = await answering((_, response) => answer(response), { limits: ONE });
    const error = await failed(instance);
    expect(error).toMatchObject(expected);
    expect(error.message).toContain('jira-old, GET /plugins/servlet/backbone-issue-sync/api/1/connectors/CON-1/sync');
    expect(seen).toHaveLength(1);
  });

  it('does not wait for the rest of it', async () => {
    const { url, sockets } = await bare((socket) =>
      socket.write('HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: 1000000\r\n\r\nno'),
    );
    expect(await failed(opened(url, {}, { httpTimeout: 20_000 }))).toMatchObject({ code: 'CredentialsExpired' });
    await expect.poll(() => sockets.size).toBe(0);
  });

  it('with 429 pauses the instance, and nothing is sent in the pause', async () => {
    const { instance, seen } = await answering((_, response) => json(response, {}, 429, { 'retry-after': '120' }));
    await failed(instance);
    expect(await failed(instance)).toMatchObject({ code: 'RateLimited' });
    expect((await failureOf(instance.jira.myself())).message).toContain('not sent');
    expect(seen).toHaveLength(1);
  });

  it('holds no secret, also where the instance echoes it, breaks off or is compressed with something else', async () => {
    const bearer = { credentials: { kind: 'bearer', token: secret(TOKEN) } as const };
    for (const status of [200, 302, 400, 401, 403, 404, 409, 429, 500, 503]) {
      for (const [more, hidden] of [
        [{}, PASSWORD],
        [bearer, TOKEN],
      ] as const) {
        const { instance } = await answering(({ headers }, response, incoming) => {
          const echoed = `${headers.authorization} ${hidden} ${encodeURIComponent(hidden)} by ${USERNAME}`;
          response.writeHead(status, { ...JSON_HEAD, location: `http://other.invalid/${encodeURIComponent(hidden)}` });
          response.write(JSON.stringify({ message: echoed, errorMessages: [echoed] }));
          if (status === 200) setTimeout(() => incoming.socket.destroy(), 20);
          else response.end();
        }, more);
        const shown = everything(await failed(instance));
        expect(shown).not.toContain(hidden);
        expect(shown).not.toContain(encodeURIComponent(hidden));
        if (status !== 200 && hidden === PASSWORD) expect(shown).not.toContain(USERNAME);
      }
    }
  });

  it('of a secret that cannot be read sends nothing and gives its place back', async () => {
    let readable = false;
    const read = async () => (readable ? TOKEN : Promise.reject(new Error('no file')));
    const more = { limits: ONE, credentials: { kind: 'bearer', token: { source: 'file:/run/token', read } } as const };
    const { instance, seen } = await answering((_, response) => json(response, []), more);
    expect(await failed(instance)).toMatchObject({ code: 'CredentialsExpired' });
    expect(seen).toHaveLength(0);
    readable = true;
    expect(await textOf(instance)).toBe('[]');
  });
});

describe('the place of an answer in pieces', () => {
  it.each<[string, (response: ServerResponse) => unknown]>([
    ['a refusal', (response) => json(response, {}, 503)],
    ['HTML', (response) => html(response)],
    [
      'an answer that breaks off',
      (response) => response.writeHead(200, JSON_HEAD).write('[', () => response.destroy()),
    ],
  ])('is given back after %s, and the next one is whole', async (_, answer) => {
    const { instance, seen } = await answering(
      (_, response) => (seen.length <= 3 ? answer(response) : response.writeHead(200, JSON_HEAD).end(LIST)),
      { limits: ONE },
    );
    for (let n = 0; n < 3; n++) await failed(instance);
    expect(await textOf(instance)).toBe(LIST);
  });

  it('is given back by a reader that stops early or throws, and the connection is closed', async () => {
    const open = new Set<ServerResponse>();
    const { instance } = await answering(
      ({ path }, response) => {
        if (!path.includes('syncInformation')) return json(response, { name: 'kim' });
        open.add(response);
        response.on('close', () => open.delete(response));
        return response.writeHead(200, JSON_HEAD).write(Buffer.alloc(3_000_000, 'x'));
      },
      { limits: ONE },
    );
    for (let n = 0; n < 5; n++) {
      for await (const _ of instance.backbone.syncInformation('CON-1')) break;
      const thrown = (async () => {
        for await (const _ of instance.backbone.syncInformation('CON-1')) throw new Error('of the reader');
      })();
      await expect(thrown).rejects.toThrow('of the reader');
    }
    expect(await instance.jira.myself()).toMatchObject({ id: 'kim' });
    await expect.poll(() => open.size).toBe(0);
  });

  it('is not asked for by what nobody reads', async () => {
    const { instance, seen } = await answering((_, response) => json(response, { name: 'kim' }), { limits: ONE });
    instance.backbone.syncInformation('CON-1');
    expect(await instance.jira.myself()).toMatchObject({ id: 'kim' });
    expect(seen).toHaveLength(1);
  });
});
