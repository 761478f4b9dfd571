/** Whoever is waited for hears of it again: durable timers, the ledger, the inbox, and a webhook over real HTTP. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { tell } from '../../src/activities/remind.ts';
import { itemsOf } from '../../src/cli/inbox.ts';
import { ledgerOf, openScene, send, statusOf, untilState } from '../support/migration.ts';
import { until } from '../support/processes.ts';

const QUICK = { interval: 40, issues: 6, gap: 1, ambiguous: false } as const;

async function chat(status: number) {
  const received: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    received.push(JSON.parse(body));
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/hook/very-secret`;
  return { url, received, [Symbol.asyncDispose]: async () => void server.close() };
}

const remindBy = (url: string) => ({ every: 200, webhook: { source: 'env:HOOK', read: async () => url } });

it('reminds until somebody answers, counts, and keeps since when it waits', async () => {
  await using hook = await chat(200);
  await using scene = await openScene({
    ...QUICK,
    configure: (config) => {
      config.reminders = remindBy(hook.url);
    },
  });
  const handle = await scene.start();
  const { personSince } = await untilState(handle, 'WaitingForPerson');
  await until(() => hook.received.length >= 2, 'two reminders');
  expect(hook.received.map(({ reminder }) => reminder).slice(0, 2)).toEqual([1, 2]);
  expect(hook.received[0]).toMatchObject({
    workflowId: handle.workflowId,
    original: 'jira-old/INT-16',
    state: 'WaitingForPerson',
    step: 'preflight',
    since: personSince,
    text: expect.stringContaining('Decide'),
  });
  await until(async () => ((await statusOf(handle))?.reminders ?? 0) >= 2, 'the status to count');
  await until(async () => {
    const [item] = itemsOf(await scene.store.projections.list({ open: true }));
    return (item?.reminders ?? 0) >= 2 && item?.since === personSince;
  }, 'the inbox to count');

  const answer = await send(handle, 'answer', {
    by: 'kim@example.com',
    task: 'preflight',
    answers: { copyGap: 'resync' },
  });
  expect(answer).toMatchObject({ accepted: true });
  await until(async () => (await statusOf(handle))?.steps[0]?.state === 'done', 'preflight to end');
  const entered = (await ledgerOf(scene, handle)).filter(
    ({ subject }) => subject.reminder && subject.task === 'preflight',
  );
  expect(entered.length).toBeGreaterThanOrEqual(2);
  expect(entered[0]?.subject).toMatchObject({ reminder: 1, webhook: 'told' });
  // Not one for a wait that is over.
  expect((await statusOf(handle))?.tasks.some(({ id }) => id === 'preflight')).toBe(false);
});

it('goes on without the webhook when it fails, and tells nobody its address', async () => {
  await using hook = await chat(500);
  await using scene = await openScene({
    ...QUICK,
    configure: (config) => {
      config.reminders = remindBy(hook.url);
    },
  });
  const handle = await scene.start();
  await until(
    async () => (await ledgerOf(scene, handle)).filter(({ subject }) => subject.webhook === 'failed').length >= 2,
    'two that failed',
  );
  expect(await statusOf(handle)).toMatchObject({ state: 'WaitingForPerson', blockers: [] });
  const { history } = await handle.fetchHistory().then((found) => ({ history: JSON.stringify(found) }));
  expect(history).not.toContain('very-secret');
  expect(JSON.stringify(await ledgerOf(scene, handle))).not.toContain('very-secret');
});

describe('the webhook', () => {
  const reminder = {
    text: 'x',
    migration: 'm-1',
    workflowId: 'w',
    original: 'jira-old/INT-16',
    state: 's',
    step: 'verify',
    since: null,
    reminder: 1,
  };
  const told = (webhook: string, secret?: string) => {
    const reminders = {
      ...remindBy(webhook),
      ...(secret === undefined ? {} : { secret: { source: 'env:HOOK_SECRET', read: async () => secret } }),
    };
    const deps = { config: { reminders }, log: { warn: () => {} } };
    return tell(deps as unknown as Parameters<typeof tell>[0], reminder);
  };

  it('is not followed to where it sends the reminder on', async () => {
    await using other = await chat(200);
    const sending = createServer((_, response) => response.writeHead(307, { location: other.url }).end());
    await new Promise<void>((resolve) => sending.listen(0, '127.0.0.1', resolve));
    const { port } = sending.address() as AddressInfo;
    expect(await told(`http://127.0.0.1:${port}/`)).toBe('failed');
    sending.close();
    expect(other.received).toEqual([]);
  });

  it('can tell by its signature that the reminder is ours', async () => {
    const seen: { body: string; signature: unknown }[] = [];
    const hook = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      seen.push({ body, signature: request.headers['x-hub-signature-256'] });
      response.writeHead(200).end();
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    const { port } = hook.address() as AddressInfo;
    expect(await told(`http://127.0.0.1:${port}/`, 'shared')).toBe('told');
    expect(await told(`http://127.0.0.1:${port}/`)).toBe('told');
    hook.close();
    const [signed, unsigned] = seen;
    const wanted = createHmac('sha256', 'shared')
      .update(signed?.body ?? '')
      .digest('hex');
    expect(signed?.signature).toBe(`sha256=${wanted}`);
    expect(unsigned?.signature).toBeUndefined();
    expect(JSON.parse(signed?.body ?? '')).toEqual(reminder);
  });
});
