/** What stands between the migrator and a Jira answers for it: a gateway without a route, a firewall, a proxy's page. */
import { expect, it } from 'vitest';
import { type Client, open } from '../harness.ts';

const ask = (client: Client) => client.backbone<string>('jira-old', 'GET', '/integrations/INT-16');
const plant = (client: Client, fault: Record<string, unknown>) =>
  client.control('POST', '/sandbox/faults', { instance: 'jira-old', ...fault });

it('noRoute: the JSON 404 of an API gateway, which is not the product’s', async () => {
  await using client = await open();
  await plant(client, { action: 'noRoute', every: 1 });
  const { status, body, headers } = await ask(client);
  expect([status, body]).toEqual([404, { message: 'no Route matched with those values' }]);
  // Nothing of Jira answered.
  expect([headers.get('x-ausername'), headers.get('server')]).toEqual([null, 'kong/3.4.2']);
});

it('firewall: an HTML 403 with a support id of its own each time', async () => {
  await using client = await open();
  await plant(client, { action: 'firewall', every: 1 });
  const pages = [await ask(client), await ask(client)];
  expect(pages.map(({ status }) => status)).toEqual([403, 403]);
  expect(pages.map(({ headers }) => headers.get('content-type'))).toEqual(Array(2).fill('text/html;charset=UTF-8'));
  const ids = pages.map(({ body }) => /Your support ID is: (\d+)/.exec(body)?.[1]);
  expect(new Set(ids).size).toBe(2);
  expect(ids).not.toContain(undefined);
});

it.each([
  [undefined, 502, 'Bad Gateway'],
  [503, 503, 'Service Temporarily Unavailable'],
  [504, 504, 'Gateway Time-out'],
])('gatewayPage with status %s: the HTML page of a proxy', async (wanted, status, title) => {
  await using client = await open();
  await plant(client, { action: 'gatewayPage', ...(wanted === undefined ? {} : { status: wanted }) });
  const answer = await ask(client);
  expect(answer.status).toBe(status);
  expect(answer.body).toContain(`<title>${status} ${title}</title>`);
  expect(answer.headers.get('x-anodeid')).toBeNull();
});

it('gatewayPage after the effect: the proxy gives up, Jira does not', async () => {
  await using client = await open();
  await plant(client, { action: 'gatewayPage', status: 504, path: '/stop$', when: 'after' });
  expect((await client.backbone('jira-old', 'POST', '/integrations/INT-16/stop')).status).toBe(504);
  expect(client.sandbox.world.original.running).toBe(false);
});
