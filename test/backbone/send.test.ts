/** A write is one attempt; what is certain and what is unknown are told apart. */
import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createSynchronization,
  deleteSynchronization,
  resync,
  stopSynchronization,
} from '../../src/backbone/requests.ts';
import { openInstances } from '../../src/jira/open.ts';
import {
  answering,
  configOf,
  failureOf,
  html,
  instanceConfig,
  json,
  OTHER_SYNC_PASSWORD,
  opened,
  SYNC_PASSWORD,
  secret,
  serving,
} from '../http/instances.ts';

const STOP = stopSynchronization('INT-16', 'POST');

describe('a write', () => {
  it('is sent once, to the documented path, past the XSRF check, with its body', async () => {
    const { instance, seen } = await answering((_, response) => json(response, { ok: 1 }));
    const answer = await instance.send(resync('CON-1-PA', { jql: 'key = PA-1', fieldMappings: ['fm-1'] }));
    expect(answer).toMatchObject({ status: 200, body: { ok: 1 } });
    expect(answer.responseDigest).toBe(createHash('sha256').update('{"ok":1}').digest('hex'));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/plugins/servlet/backbone-issue-sync/api/1/connectors/CON-1-PA/resync',
      body: '{"jql":"key = PA-1","fieldMappings":["fm-1"]}',
      headers: { 'x-atlassian-token': 'no-check', 'content-type': 'application/json', accept: 'application/json' },
    });
  });

  it.each([
    ['204', (r) => r.writeHead(204).end(), undefined],
    ['an empty 200', (r) => r.writeHead(200, { 'content-type': 'application/json' }).end(), undefined],
    ['plain text', (r) => r.writeHead(200, { 'content-type': 'text/plain' }).end('OK'), 'OK'],
  ] satisfies [string, (r: import('node:http').ServerResponse) => unknown, unknown][])(
    'that is answered by %s has happened',
    async (_, answer, body) => {
      const { instance } = await answering((_, response) => answer(response));
      expect((await instance.send(deleteSynchronization('INT-16'))).body).toBe(body);
    },
  );

  it.each([
    ['reset before an answer', (_, incoming) => incoming.socket.destroy()],
    [
      'cut in the middle of the answer',
      (r, incoming) => {
        r.writeHead(200, { 'content-length': '99' }).write('{');
        setTimeout(() => incoming.socket.destroy(), 20);
      },
    ],
    ['never answered', () => undefined],
    ['answered 500', (r) => json(r, { message: 'boom' }, 500)],
    ['answered 502 by a proxy', (r) => html(r, 502)],
    ['answered 503', (r) => r.writeHead(503, { 'retry-after': '1' }).end()],
    ['answered 200 with a login page', (r) => html(r)],
    [
      'answered 200 with a page that calls itself text',
      (r) => r.writeHead(200, { 'content-type': 'text/plain' }).end('<html>Log in</html>'),
    ],
    ['answered 200 with half a JSON', (r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"a":')],
    ['answered 200 as to nobody', (r) => json(r, {}, 200, { 'X-AUSERNAME': 'anonymous' })],
  ] satisfies [
    string,
    (r: import('node:http').ServerResponse, incoming: import('node:http').IncomingMessage) => unknown,
  ][])('%s has an unknown outcome, and is never sent again here', async (_, answer) => {
    const { instance, seen } = await answering((_, r, incoming) => answer(r, incoming), {}, { httpTimeout: 200 });
    expect(await failureOf(instance.send(STOP))).toMatchObject({ code: 'OutcomeUnknown' });
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['401', 'CredentialsExpired', (r) => html(r, 401)],
    [
      '403 with a CAPTCHA',
      'CredentialsExpired',
      (r) => html(r, 403, { 'X-Authentication-Denied-Reason': 'CAPTCHA_CHALLENGE' }),
    ],
    ['403 as to nobody', 'CredentialsExpired', (r) => json(r, {}, 403, { 'X-AUSERNAME': 'anonymous' })],
    ['429', 'RateLimited', (r) => json(r, {}, 429, { 'retry-after': '1' })],
  ] satisfies [string, string, (r: import('node:http').ServerResponse) => unknown][])(
    'answered %s certainly had no effect: %s',
    async (_, code, answer) => {
      const { instance, seen } = await answering((_, r) => answer(r));
      expect(await failureOf(instance.send(STOP))).toMatchObject({ code, retry: 'wait' });
      expect(seen).toHaveLength(1);
    },
  );

  it.each([400, 403, 404, 405, 409, 415])(
    'answered %i is refused with status and words of the instance',
    async (status) => {
      const { instance } = await answering((_, r) => json(r, { errorMessages: ['It is running.'] }, status));
      const error = await failureOf(instance.send(STOP));
      expect(error).toMatchObject({ code: 'RequestRefused', status });
      expect(error.message).toContain('It is running.');
    },
  );

  it.each([
    ['an HTML 403 of a firewall', (r) => html(r, 403)],
    ['a JSON 404 of a gateway', (r) => json(r, { message: 'no Route matched with those values' }, 404)],
    ['a 405 of a proxy', (r) => html(r, 405)],
  ] satisfies [string, (r: import('node:http').ServerResponse) => unknown][])(
    'answered by %s, without the headers of the instance, has an unknown outcome: what was behind it may have acted',
    async (_, answer) => {
      const signs = { 'X-AREQUESTID': '755x12x1', 'X-AUSERNAME': 'kim.migrator' };
      const { instance, seen } = await answering(({ method }, r) =>
        method === 'GET' ? json(r, [], 200, signs) : answer(r),
      );
      await instance.backbone.synchronizations();
      expect(await failureOf(instance.send(STOP))).toMatchObject({ code: 'OutcomeUnknown' });
      expect(seen).toHaveLength(2);
    },
  );

  it('refused in the words of an instance that signs its answers is refused', async () => {
    const signs = { 'X-AREQUESTID': '755x12x1', 'X-AUSERNAME': 'kim.migrator' };
    const { instance } = await answering(({ method }, r) => {
      if (method === 'GET') json(r, [], 200, signs);
      else html(r, 403, signs);
    });
    await instance.backbone.synchronizations();
    expect(await failureOf(instance.send(STOP))).toMatchObject({ code: 'RequestRefused', status: 403 });
  });

  it('answered by a redirect is refused and not followed', async () => {
    const { instance, seen } = await answering((_, r) => r.writeHead(307, { location: 'http://127.0.0.1:1/' }).end());
    expect(await failureOf(instance.send(STOP))).toMatchObject({ code: 'RedirectRefused', status: 307 });
    expect(seen).toHaveLength(1);
  });

  it('to an instance that is not there certainly had no effect', async () => {
    for (const url of ['http://127.0.0.1:1', 'http://no-such-host.invalid']) {
      expect(await failureOf(opened(url).send(STOP))).toMatchObject({ code: 'InstanceUnreachable' });
    }
  });

  it('uses no kept connection, whose silent end would make the outcome unknown for nothing', async () => {
    const { instance, seen } = await answering((_, r) => json(r, {}));
    await instance.send(STOP);
    await instance.send(STOP);
    expect(seen.map(({ headers }) => headers.connection)).toEqual(['close', 'close']);
  });
});

describe('a creation', () => {
  const request = (first: string, second: string) =>
    createSynchronization({
      summary: 'PA <> PB',
      description: '',
      first: { projectKey: 'PA', baseUrl: first },
      second: { projectKey: 'PB', baseUrl: second },
    });

  async function twoInstances(partner: Parameters<typeof instanceConfig>[1] = {}) {
    const { url, seen } = await serving(({ body }, r) => json(r, JSON.parse(body), 201));
    const other = instanceConfig('https://partner.example/jira', {
      name: 'partner',
      syncUser: { username: secret('sync-b'), password: secret(OTHER_SYNC_PASSWORD) },
      ...partner,
    });
    const instances = openInstances(configOf([instanceConfig(url), other]));
    onTestFinished(() => instances.close());
    return { instance: instances.open('jira-old'), url, seen };
  }

  it('sends each sync user beside its own base URL only, and leaves them out of the request', async () => {
    const { instance, url, seen } = await twoInstances();
    const planned = request(url, 'https://partner.example/jira/');
    const before = JSON.stringify(planned);
    const answer = await instance.send(planned);
    const sent = JSON.parse(seen[0]?.body ?? '');
    expect(sent.firstConnector.connection.application).toEqual({
      baseUrl: url,
      user: 'backbone',
      password: SYNC_PASSWORD,
    });
    expect(sent.secondConnector.connection.application).toMatchObject({
      user: 'sync-b',
      password: OTHER_SYNC_PASSWORD,
    });
    expect(JSON.stringify(planned)).toBe(before);
    expect(answer.status).toBe(201);
    expect(JSON.stringify(answer)).not.toContain(SYNC_PASSWORD);
    expect(JSON.stringify(answer)).not.toContain(OTHER_SYNC_PASSWORD);
  });

  it('sends nothing where a base URL belongs to nobody, or its instance names no sync user', async () => {
    const known = await twoInstances();
    const stranger = await failureOf(known.instance.send(request(known.url, 'https://stranger.example')));
    expect(stranger.code).toBe('InvalidConfiguration');
    const without = await twoInstances({ syncUser: null });
    const error = await failureOf(without.instance.send(request(without.url, 'https://partner.example/jira')));
    expect(error.message).toContain('partner names no syncUser');
    expect([...known.seen, ...without.seen]).toEqual([]);
  });
});
