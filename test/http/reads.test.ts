/** What a read makes of every bad answer. */
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { stopSynchronization } from '../../src/backbone/requests.ts';
import { ERRORS } from '../../src/contract/errors.ts';
import { Redactor } from '../../src/http/redactor.ts';
import {
  answering,
  everything,
  failureOf,
  html,
  json,
  listOf,
  opened,
  PASSWORD,
  secret,
  serving,
  TOKEN,
  USERNAME,
} from './instances.ts';

const USER = { name: 'kim', displayName: 'Kim' };

describe('a read', () => {
  it('names instance, method, path and remedy, and nothing of the query', async () => {
    const { instance } = await answering((_, response) => json(response, { errorMessages: ['No.'] }, 400));
    const error = await failureOf(
      Array.fromAsync(instance.backbone.syncInformation('CON-1-PA', { localIssueKey: 'PA-77' })),
    );
    expect(error.message).toContain(
      'jira-old, GET /plugins/servlet/backbone-issue-sync/api/1/connectors/CON-1-PA/syncInformation',
    );
    expect(error.message).toContain(ERRORS.RequestRefused.remedy);
    expect(error.message).not.toContain('PA-77');
  });

  it.each([
    ['with a content type of HTML', { 'content-type': 'text/html' }, '{"name":"kim"}'],
    ['that begins like HTML', {}, '\n  <html><body>Log in</body></html>'],
  ])('refuses a login page %s on 200', async (_, headers, body) => {
    const { instance } = await answering((_, response) => response.writeHead(200, headers).end(body));
    expect(await failureOf(instance.jira.myself())).toMatchObject({ code: 'LoginPage', status: 200 });
  });

  it.each([
    { 'X-Seraph-LoginReason': 'AUTHENTICATED_FAILED' },
    { 'X-Seraph-LoginReason': 'AUTHENTICATION_DENIED' },
    { 'X-Seraph-LoginReason': 'OUT, AUTHENTICATED_FAILED' },
    { 'X-AUSERNAME': 'anonymous' },
  ] satisfies Record<string, string>[] as Record<string, string>[])(
    'refuses a 200 that was given to nobody: %o',
    async (headers) => {
      const { instance } = await answering((_, response) => json(response, { issues: [], total: 0 }, 200, headers));
      const read = listOf(instance.jira.issues({ jql: 'project = PA' }));
      expect(await failureOf(read)).toMatchObject({ code: 'AnonymousAnswer' });
    },
  );

  it('does not conclude absence from a 404 that was given to nobody', async () => {
    const { instance } = await answering((_, response) => json(response, {}, 404, { 'X-AUSERNAME': 'anonymous' }));
    expect(await failureOf(instance.backbone.synchronization('INT-16'))).toMatchObject({ code: 'AnonymousAnswer' });
  });

  it('believes a 200 behind single sign-on that says OUT', async () => {
    const { instance } = await answering((_, response) => json(response, USER, 200, { 'X-Seraph-LoginReason': 'OUT' }));
    expect(await instance.jira.myself()).toMatchObject({ id: 'kim' });
  });

  it('waits for new credentials on 401, as JSON or HTML', async () => {
    for (const answer of [json, html]) {
      const { instance } = await answering((_, response) =>
        answer === json ? json(response, { message: 'no' }, 401) : html(response, 401),
      );
      const error = await failureOf(instance.jira.myself());
      expect(error).toMatchObject({ code: 'CredentialsExpired', status: 401, retry: 'wait' });
    }
  });

  it('says that a CAPTCHA must be solved in the browser, and never follows its login address', async () => {
    const { instance, seen } = await answering((_, response) =>
      html(response, 403, {
        'X-Seraph-LoginReason': 'AUTHENTICATION_DENIED',
        'X-Authentication-Denied-Reason': 'CAPTCHA_CHALLENGE; login-url=http://127.0.0.1:1/login.jsp',
      }),
    );
    const error = await failureOf(instance.jira.myself());
    expect(error).toMatchObject({ code: 'CredentialsExpired', status: 403 });
    expect(error.remedy).toContain('Log in once in the browser');
    expect(seen).toHaveLength(1);
  });

  it('refuses a redirect to another host, naming that host only and sending it nothing', async () => {
    const other = await answering((_, response) => json(response, USER));
    const { instance } = await answering((_, response) =>
      response.writeHead(302, { location: `${other.url}/secret/path?token=${TOKEN}` }).end(),
    );
    const error = await failureOf(instance.jira.myself());
    expect(error).toMatchObject({ code: 'RedirectRefused', status: 302 });
    expect(error.message).toContain(new URL(other.url).host);
    expect(error.message).not.toContain('/secret/path');
    expect(other.seen).toHaveLength(0);
  });

  it.each([301, 303, 304, 307, 308])('refuses %i, also without an address', async (status) => {
    const { instance } = await answering((_, response) => response.writeHead(status).end());
    expect(await failureOf(instance.jira.myself())).toMatchObject({ code: 'RedirectRefused', status });
  });

  it.each([
    ['cut off', '{"name":"kim","displ'],
    ['empty', ''],
    ['no JSON', 'OK'],
    ['blank', '  \n'],
  ])('refuses JSON that is %s', async (_, body) => {
    const { instance } = await answering((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(body),
    );
    expect(await failureOf(instance.jira.myself())).toMatchObject({ code: 'UnreadableAnswer', status: 200 });
  });

  it('refuses bytes that are no UTF-8', async () => {
    const { instance } = await answering((_, response) =>
      response.end(Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d])),
    );
    expect(await failureOf(instance.jira.myself())).toMatchObject({ code: 'UnreadableAnswer' });
  });

  it('refuses an answer that is shorter than it said', async () => {
    const { instance } = await answering((_, response, incoming) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' }).write('{"name":');
      setTimeout(() => incoming.socket.destroy(), 20);
    });
    expect(await failureOf(instance.jira.myself())).toMatchObject({ code: 'UnreadableAnswer' });
  });

  it('names the path of every member that has another shape, and no value', async () => {
    const { instance } = await answering((_, response) =>
      json(response, { status: 'STOPPED', firstConnector: { connectorKey: 5, online: 'hush-value' } }),
    );
    const error = await failureOf(instance.backbone.status('INT-16'));
    expect(error.code).toBe('UnreadableAnswer');
    for (const path of ['firstConnector.connectorKey must be string', 'firstConnector.online', 'more']) {
      expect(error.message).toContain(path);
    }
    expect(error.message).not.toContain('hush-value');
  });

  it('keeps a refusal short and shows the words of the instance', async () => {
    const { instance } = await answering((_, response) =>
      json(
        response,
        { errorMessages: [`No project could be found. ${'x'.repeat(1000)}`], errors: { jql: 'bad' } },
        400,
      ),
    );
    const error = await failureOf(instance.jira.statuses('PA'));
    expect(error).toMatchObject({ code: 'RequestRefused', status: 400 });
    expect(error.message).toContain('No project could be found.');
    expect(error.message.length).toBeLessThan(600);
  });

  it.each([500, 502, 503])('counts %i as a failure of the server', async (status) => {
    const { instance } = await answering((_, response) => html(response, status));
    expect(await failureOf(instance.jira.myself())).toMatchObject({ code: 'ServerFailed', status, retry: 'count' });
  });
});

describe('a connection', () => {
  it('that is refused, or has no such host, is an unreachable instance', async () => {
    for (const url of ['http://127.0.0.1:1', 'http://no-such-host.invalid']) {
      const error = await failureOf(opened(url).jira.myself());
      expect(error).toMatchObject({ code: 'InstanceUnreachable', retry: 'wait' });
      expect(error.message).toContain('nothing was sent');
    }
  });

  it('that speaks no TLS where TLS is due is an unreachable instance, and nothing was sent', async () => {
    const { url } = await answering((_, response) => json(response, USER));
    const error = await failureOf(opened(url.replace('http:', 'https:')).jira.myself());
    expect(error.code).toBe('InstanceUnreachable');
    expect(error.message).toContain('nothing was sent');
  });

  it('that is reset before an answer is tried again twice, then unreachable', async () => {
    const { instance, seen } = await answering((_, __, incoming) => incoming.socket.destroy());
    expect(await failureOf(instance.jira.myself())).toMatchObject({ code: 'InstanceUnreachable' });
    expect(seen).toHaveLength(3);
  });

  it('that is reset once does not disturb a read', async () => {
    const { instance, seen } = await answering((_, response, incoming) =>
      seen.length === 1 ? incoming.socket.destroy() : json(response, USER),
    );
    expect(await instance.jira.myself()).toMatchObject({ id: 'kim' });
  });

  it('that ends in the middle of a chunked answer gives no half of it', async () => {
    const { instance } = await answering((_, response, incoming) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"name":"kim"}');
      setTimeout(() => incoming.socket.destroy(), 20);
    });
    const { code } = await failureOf(instance.jira.myself());
    expect(['InstanceUnreachable', 'UnreadableAnswer']).toContain(code);
  });

  it.each([
    ['before', false],
    ['in the middle of', true],
  ])('that hangs %s the answer ends after the configured time', async (_, begun) => {
    const { instance } = await answering(
      (_, response) => begun && response.writeHead(200, { 'content-type': 'application/json' }).write('{'),
      {},
      { httpTimeout: 150 },
    );
    const began = Date.now();
    expect(await failureOf(instance.jira.myself())).toMatchObject({ code: 'InstanceUnreachable' });
    expect(Date.now() - began).toBeLessThan(1500);
  });

  it('that answers no HTTP at all is unreachable', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    expect(await failureOf(opened(`http://127.0.0.1:${address.port}`).jira.myself())).toMatchObject({
      code: 'InstanceUnreachable',
    });
    server.close();
  });
});

describe('a refusal', () => {
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;

  it.each([
    ['an object whose members are named as functions', '{"errors":{"a":{"toString":1,"valueOf":1,"toJSON":1}}}'],
    ['lists within each other', `{"errors":{"a":${deep}}}`],
    ['lists within each other alone', deep],
    ['a member __proto__', '{"errorMessages":[{"toString":1}],"errors":{"__proto__":{"toString":1}},"message":[]}'],
  ])('of which a part is %s is that refusal, of reads and of writes', async (_, body) => {
    const { instance } = await answering((_, response) =>
      response.writeHead(400, { 'content-type': 'application/json' }).end(body),
    );
    expect(await failureOf(instance.jira.fields())).toMatchObject({ code: 'RequestRefused' });
    const writing = failureOf(instance.send(stopSynchronization('INT-16', 'POST')));
    expect(await writing).toMatchObject({ code: 'RequestRefused' });
  });

  it('still shows the words of the instance beside what is none', async () => {
    const body = { errors: { a: { toString: 1 }, jql: 'does not parse' } };
    const { instance } = await answering((_, response) => json(response, body, 400));
    expect((await failureOf(instance.jira.fields())).message).toContain('a: {"toString":1} jql: does not parse');
  });
});

describe('a user name', () => {
  const SIGNS = Array.from({ length: 94 }, (_, n) => String.fromCharCode(0x21 + n)).filter((sign) => sign !== ':');
  const names = ['svc-migrator', 'kim+jira@example.com', 'EXAMPLE\\kim', '[kim]', ...SIGNS.map((sign) => `a${sign}b`)];

  it('of any signs is taken out of what others write, as a whole word', () => {
    for (const name of names) {
      const redactor = new Redactor();
      redactor.learnName(name);
      const text = `${name} may not; x${name}, ${name}9 and (${name})`;
      expect([name, redactor.foreignText(text)]).toEqual([name, `*** may not; x${name}, ${name}9 and (***)`]);
    }
  });

  it('of any signs lets every failure be the one that it is', async () => {
    let status = 400;
    const { url } = await serving((_, response) => {
      if (status === 0) response.destroy();
      else json(response, { errorMessages: ['no'] }, status);
    });
    for (const name of names) {
      const instance = opened(url, { credentials: { kind: 'basic', username: secret(name), password: secret('pw') } });
      for (const [answered, read, write] of [
        [400, 'RequestRefused', 'RequestRefused'],
        [503, 'ServerFailed', 'OutcomeUnknown'],
        [0, 'InstanceUnreachable', 'OutcomeUnknown'],
      ] as const) {
        status = answered;
        if (answered !== 0 || name === names[0]) {
          const reading = await failureOf(instance.jira.fields());
          expect([name, answered, reading.code]).toEqual([name, answered, read]);
        }
        const writing = await failureOf(instance.send(stopSynchronization('INT-16', 'POST')));
        expect([name, answered, writing.code]).toEqual([name, answered, write]);
      }
    }
  });
});

describe('a secret', () => {
  it('is in no message, cause or member of any failure, also where the instance echoes it', async () => {
    const bearer = { credentials: { kind: 'bearer', token: secret(TOKEN) } as const };
    for (const status of [400, 401, 403, 404, 409, 429, 500, 503]) {
      for (const [more, hidden] of [
        [{}, PASSWORD],
        [bearer, TOKEN],
      ] as const) {
        const { instance } = await answering(({ headers }, response) => {
          const echoed = `${headers.authorization} ${hidden} ${encodeURIComponent(hidden)} by ${USERNAME}`;
          const body = { errorMessages: [echoed], errors: { [echoed]: echoed }, message: echoed };
          json(response, body, status, { 'retry-after': '600' });
        }, more);
        const shown = everything(await failureOf(instance.jira.statuses('PA')));
        expect(shown).not.toContain(hidden);
        expect(shown).not.toContain(encodeURIComponent(hidden));
        if (hidden === PASSWORD) expect(shown).not.toContain(USERNAME);
      }
    }
  });

  const basic = Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64');
  const escaped = [...basic].map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  it.each([
    ['the password', JSON.stringify(PASSWORD)],
    ['what Authorization has', JSON.stringify(`Basic ${basic}`)],
    ['it with every sign escaped', `"${escaped}"`],
    ['it encoded as in an address', JSON.stringify(encodeURIComponent(PASSWORD))],
  ])('that a good answer repeats is not read: %s', async (_, text) => {
    const body = `[{"id":"customfield_1","name":${text},"custom":true,"schema":{"type":"string"}}]`;
    const { instance } = await answering((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(body),
    );
    const error = await failureOf(instance.jira.fields());
    expect(error).toMatchObject({ code: 'SecretRepeated', retry: 'never' });
    expect(error.message).toContain('jira-old, GET /rest/api/2/field: ');
  });

  it('is found between two pieces of a long answer, of which nothing further is read', async () => {
    const { instance } = await answering(async (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(`[{"localIssueKey":"PA-1","note":"${basic.slice(0, 9)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      response.end(`${basic.slice(9)}"}]`);
    });
    const error = await failureOf(Array.fromAsync(instance.backbone.syncInformation('CON-1')));
    expect(error).toMatchObject({ code: 'SecretRepeated' });
  });

  it('that is as short as a word does not keep anything from being read', async () => {
    const credentials = { kind: 'bearer', token: secret('migrator') } as const;
    const { instance } = await answering((_, response) => json(response, { ...USER, displayName: 'migrator' }), {
      credentials,
    });
    expect(await instance.jira.myself()).toMatchObject({ displayName: 'migrator' });
  });

  it('that was rotated counts at the next request, without a restart', async () => {
    let current = 'first';
    const credentials = { kind: 'bearer', token: { source: 'file:/t', read: async () => current } } as const;
    const { instance, seen } = await answering((_, response) => json(response, USER), { credentials });
    await instance.jira.myself();
    current = 'second';
    await instance.jira.myself();
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
  });

  it.each([
    ['cannot be read', () => Promise.reject(new Error(`no file, it held ${PASSWORD}`))],
    ['is empty', async () => ''],
    ['holds a line break', async () => `${TOKEN}\nX-Evil: 1`],
  ])('that %s sends nothing and waits, naming its source', async (_, read) => {
    const credentials = { kind: 'bearer', token: { source: 'file:/run/token', read } } as const;
    const { instance, seen } = await answering((_, response) => json(response, USER), { credentials });
    const error = await failureOf(instance.jira.myself());
    expect(error).toMatchObject({ code: 'CredentialsExpired', retry: 'wait' });
    expect(error.message).toContain('file:/run/token');
    expect(seen).toHaveLength(0);
  });
});
