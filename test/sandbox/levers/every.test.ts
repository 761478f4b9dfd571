/** Faults that come again and again: every n-th request, and for a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Client, open } from '../harness.ts';

const ask = async (client: Client) => (await client.call('jira-new', 'GET', '/rest/api/2/serverInfo')).status;
const plant = (client: Client, fault: Record<string, unknown>) =>
  client.control<{ id: number }[]>('POST', '/sandbox/faults', { path: 'serverInfo', action: 'status', ...fault });

async function asked(client: Client, times: number): Promise<number[]> {
  const seen = [];
  for (let n = 0; n < times; n++) seen.push(await ask(client));
  return seen;
}

it('happens at every n-th request from the nth on, without end', async () => {
  await using client = await open();
  await plant(client, { every: 3, nth: 2 });
  expect(await asked(client, 9)).toEqual([200, 503, 200, 200, 503, 200, 200, 503, 200]);
});

it('happens at every n-th request so many times as count says', async () => {
  await using client = await open();
  await plant(client, { every: 2, count: 2 });
  expect(await asked(client, 6)).toEqual([503, 200, 503, 200, 200, 200]);
  expect((await client.control('GET', '/sandbox/faults')).body).toMatchObject([{ seen: 6, fired: 2 }]);
});

it('happens for a time, counted from its first request', async () => {
  await using client = await open();
  await plant(client, { forMs: 200 });
  await sleep(250);
  expect(await asked(client, 3)).toEqual([503, 503, 503]);
  await sleep(250);
  expect(await ask(client)).toBe(200);
});

it('is taken away alone by its id, while others stay', async () => {
  await using client = await open();
  await plant(client, { every: 1, status: 500 });
  const { body } = await plant(client, { every: 1, status: 502 });
  expect(await ask(client)).toBe(500);
  await client.control('DELETE', `/sandbox/faults?id=${body[0]?.id}`);
  expect(await ask(client)).toBe(502);
  expect((await client.control('DELETE', '/sandbox/faults?id=0')).status).toBe(404);
});

it.each([{ every: 0 }, { every: 1.5 }, { every: '2' }, { count: '3' }, { nth: 0 }, { forMs: -1 }])(
  'refuses %o, which would never happen',
  async (wrong) => {
    await using client = await open();
    expect((await plant(client, wrong)).status).toBe(400);
  },
);
