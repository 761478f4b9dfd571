/** The clock of one instance is ahead or behind: everything that the instance writes or compares goes by it. */
import { expect, it } from 'vitest';
import { worldFileOf } from '../../../sandbox/world-file/write.ts';
import { BY_HAND, beat, field, ORIGINAL, page, partnerOf } from '../acts.ts';
import { type Client, entriesOf, type Integration, open, person } from '../harness.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Dated {
  fields: { created: string; updated: string; comment: { comments: { created: string; updated: string }[] } };
  changelog: { histories: { created: string }[] };
}

const issue = async (client: Client, instance: string, key: string) =>
  (await client.call<Dated>(instance, 'GET', `/rest/api/2/issue/${key}?expand=changelog`)).body;

/** Of everything an instance shows, in epoch milliseconds. */
async function datesOf(client: Client, home = 'jira-old'): Promise<Record<string, number>> {
  const { fields, changelog } = await issue(client, home, 'PA-1');
  const [entry] = (
    await client.backbone<Record<string, number>[]>('jira-old', 'GET', '/connectors/CON-48-PA/syncInformation')
  ).body;
  const { body: one } = await client.backbone<Record<string, string>>('jira-old', 'GET', ORIGINAL);
  const { firstSyncDate = 0, lastOutgoingChange = 0, lastIncomingChange = 0, lastChangeSeen = 0 } = entry ?? {};
  const texts = {
    created: fields.created,
    updated: fields.updated,
    comment: fields.comment.comments[0]?.created,
    history: changelog.histories[0]?.created,
    createdDate: one.createdDate,
    lastModifiedDate: one.lastModifiedDate,
  };
  const dates = Object.entries(texts).map(([name, text]): [string, number] => [name, Date.parse(text ?? '')]);
  return { ...Object.fromEntries(dates), firstSyncDate, lastOutgoingChange, lastIncomingChange, lastChangeSeen };
}

it.each([-5 * 60_000, 90_000])('stamps everything that the instance writes, %i ms off', async (ms) => {
  const now = Date.now();
  await using client = await open({ now, clocks: { 'jira-old': ms } });
  await using same = await open({ now });
  const [before, after] = [await datesOf(same), await datesOf(client)];
  expect(Object.values(before)).not.toContain(Number.NaN);
  // "Never" is never, whatever the clock says.
  const moved = (at: number) => (at === 0 ? 0 : at + ms);
  // Backbone's dates have no milliseconds.
  const whole = (name: string, at: number) => (name.endsWith('edDate') ? Math.floor(at / 1000) * 1000 : at);
  const expected = Object.entries(before).map(([name, at]) => [name, whole(name, moved(at))]);
  expect(after).toEqual(Object.fromEntries(expected));
  // What people do from now on is stamped by the same clock.
  await person(client, { kind: 'comment', instance: 'jira-old', key: 'PA-1', value: 'Now' });
  const stamp = Date.parse((await issue(client, 'jira-old', 'PA-1')).fields.comment.comments.at(-1)?.created ?? '');
  expect(Math.abs(stamp - Date.now() - ms)).toBeLessThan(20_000);
});

it.each(['dataCenter', 'cloud'] as const)(
  'says it in the Date of each answer and as its server’s time: %s',
  async (deployment) => {
    await using client = await open({
      clocks: { 'jira-partner': 2 * DAY },
      ...(deployment === 'cloud' ? { cloud: ['jira-partner'] } : {}),
    });
    const api = deployment === 'cloud' ? 3 : 2;
    const { headers, body } = await client.call<{ serverTime: string }>(
      'jira-partner',
      'GET',
      `/rest/api/${api}/serverInfo`,
    );
    for (const text of [headers.get('date'), body.serverTime]) {
      expect(Math.abs(Date.parse(text ?? '') - Date.now() - 2 * DAY)).toBeLessThan(20_000);
    }
    const { headers: others } = await client.call('jira-new', 'GET', '/rest/api/2/serverInfo');
    expect(Math.abs(Date.parse(others.get('date') ?? '') - Date.now())).toBeLessThan(20_000);
  },
);

it('reads dates in JQL by its own clock, relative and absolute ones', async () => {
  await using client = await open({ clocks: { 'jira-old': -3 * DAY, 'jira-new': -3 * DAY } });
  const total = async (jql: string) =>
    (await client.call<{ total: number }>('jira-new', 'GET', `/rest/api/2/search?jql=${encodeURIComponent(jql)}`)).body
      .total;
  await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-3', field: 'summary', value: 'Now' });
  expect(await total('project = PA and updated >= -2m')).toBe(1);
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  expect(
    await total(`key = PA-3 and updated >= ${day(Date.now() - 4 * DAY)} and updated < ${day(Date.now() - DAY)}`),
  ).toBe(1);
  expect(await total(`key = PA-3 and updated >= ${day(Date.now() - DAY)}`)).toBe(0);
});

it('keeps the dates of a copied project as its old home had stamped them', async () => {
  await using client = await open({ clocks: { 'jira-old': -7 * 60_000, 'jira-new': 4 * 60_000 } });
  const [old, copy] = [await issue(client, 'jira-old', 'PA-2'), await issue(client, 'jira-new', 'PA-2')];
  const at = ({ fields }: Dated) => [fields.created, fields.updated].map((text) => Date.parse(text));
  expect(at(copy)).toEqual(at(old));
});

it('keeps imported sync information as it was given, and carries changes all the same', async () => {
  await using client = await open({
    ...BY_HAND,
    clocks: { 'jira-new': -3 * HOUR, 'jira-partner': 2 * HOUR, 'jira-old': HOUR },
  });
  const entries = await entriesOf(client, 'jira-old', 'CON-48-PA');
  await client.backbone('jira-old', 'POST', '/connectors/CON-48-PA/syncInformation', entries);
  expect(await entriesOf(client, 'jira-old', 'CON-48-PA')).toEqual(entries);
  // Nothing is carried that nobody changed.
  await beat(client, 4);
  expect(await entriesOf(client, 'jira-old', 'CON-48-PA')).toEqual(entries);
  for (const [instance, key, other, there] of [
    ['jira-new', 'PA-4', 'jira-partner', await partnerOf(client, 'PA-4')],
    ['jira-partner', await partnerOf(client, 'PA-5'), 'jira-new', 'PA-5'],
  ] as const) {
    await person(client, { kind: 'edit', instance, key, field: 'summary', value: `By ${instance}` });
    await beat(client, 4);
    expect(await field(client, other, there)).toBe(`By ${instance}`);
  }
  // The two files of the guides have the same stamps as REST.
  const file = await client.control<{ firstConnector: unknown[] }>(
    'GET',
    '/sandbox/ui/download-synced-issue-data?instance=jira-old&integrationKey=INT-16',
  );
  expect(file.body.firstConnector).toEqual(await entriesOf(client, 'jira-old', 'CON-48-PA'));
});

it('is set over the control port as well, as if it had always been so', async () => {
  await using client = await open({ ...BY_HAND });
  const before = await datesOf(client, 'jira-new');
  const set = (instance: string, clockAheadMs: number) =>
    client.control('POST', '/sandbox/instances', { instance, clockAheadMs });
  expect((await set('jira-old', -HOUR)).status).toBe(200);
  await set('jira-new', HOUR);
  await set('jira-partner', 2 * HOUR);
  const after = await datesOf(client, 'jira-new');
  // Backbone runs on jira-old; the issue, and so what was seen of it, is on jira-new.
  const off = Object.fromEntries(Object.entries(after).map(([name, at]) => [name, at - (before[name] ?? 0)]));
  expect(off).toMatchObject({ updated: HOUR, lastChangeSeen: HOUR, firstSyncDate: -HOUR, createdDate: -HOUR });
  const entries = await entriesOf(client, 'jira-old', 'CON-48-PA');
  await page<Integration>(client, 'stop');
  await page<Integration>(client, 'start');
  await beat(client, 4);
  expect(await entriesOf(client, 'jira-old', 'CON-48-PA')).toEqual(entries);
});

it('is kept in a world file, whose own dates are true', async () => {
  const now = Date.now();
  const clocks = { 'jira-old': -HOUR, 'jira-partner': HOUR };
  await using right = await open({ now, issues: 3, interval: HOUR });
  await using client = await open({ now, issues: 3, interval: HOUR, clocks });
  const file = worldFileOf(client.sandbox.world);
  expect(file.instances.map((each) => each.clockAheadMs)).toEqual([-HOUR, undefined, HOUR]);
  const withoutClocks = file.instances.map(({ clockAheadMs: _, ...rest }) => rest);
  expect({ ...file, instances: withoutClocks }).toEqual(worldFileOf(right.sandbox.world));
  await using again = await open({ file, interval: HOUR });
  expect(worldFileOf(again.sandbox.world)).toEqual(file);
  expect(await datesOf(again)).toEqual(await datesOf(client));
});
