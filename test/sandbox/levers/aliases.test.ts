/** One Jira that is reached under two addresses and configured under two names. */
import { expect, it } from 'vitest';
import type { RecordEntry } from '../../../sandbox/world/record.ts';
import { eventually, type Integration, open } from '../harness.ts';

interface Info {
  baseUrl: string;
  serverId: string;
}

const aliases = { 'jira-legacy': 'jira-old' };

it('answers under both addresses as one server: its own base URL, its id, its synchronizations', async () => {
  await using client = await open({ aliases });
  const { instances } = client.sandbox.ready;
  expect(instances['jira-legacy']).not.toBe(instances['jira-old']);
  const infos = [];
  for (const name of ['jira-old', 'jira-legacy']) {
    infos.push((await client.call<Info>(name, 'GET', '/rest/api/2/serverInfo')).body);
  }
  expect(infos.map(({ baseUrl, serverId }) => [baseUrl, serverId])).toEqual(
    Array(2).fill([instances['jira-old'], 'B8O1-D000-0LD1-0001']),
  );
  // What is done under one name is done.
  await client.backbone('jira-legacy', 'POST', '/integrations/INT-16/stop');
  expect(
    (await client.backbone<Integration & { status: string }>('jira-old', 'GET', '/integrations/INT-16/status')).body
      .status,
  ).toBe('STOPPED');
  const { body: record } = await client.control<RecordEntry[]>('GET', '/sandbox/record');
  expect(new Set(record.map(({ instance }) => instance))).toEqual(new Set(['jira-old']));
});

it('is configured under both names, each with its address and its credentials', async () => {
  await using client = await open({ aliases: { ...aliases, 'jira-fresh': 'jira-new' } });
  const yaml = client.sandbox.configuration();
  for (const [name, url] of Object.entries(client.sandbox.ready.instances)) {
    expect(yaml).toContain(`  ${name}:\n    baseUrl: ${url}\n`);
  }
  expect(yaml.match(/token: env:SANDBOX_TOKEN/g)).toHaveLength(2);
});

it('is reached by connectors that name the other address', async () => {
  await using client = await open({ aliases: { 'jira-branch': 'jira-partner' } });
  const application = (name: string) => ({
    connection: {
      application: { baseUrl: client.sandbox.ready.instances[name], user: 'backbone', password: 'sandbox-password' },
    },
  });
  const { body: made } = await client.backbone<Integration>('jira-new', 'POST', '/integrations', {
    summary: 'PA <> PB',
    firstConnector: { projectKey: 'PA', ...application('jira-new') },
    secondConnector: { projectKey: 'PB', ...application('jira-branch') },
  });
  const { body: status } = await client.backbone<Record<string, { online: boolean }>>(
    'jira-new',
    'GET',
    `/integrations/${made.integrationKey}/status`,
  );
  expect(status.secondConnector?.online).toBe(true);
});

it('is down under both addresses, and up again', async () => {
  await using client = await open({ aliases });
  const ask = async (name: string) => {
    try {
      return (await client.call(name, 'GET', '/rest/api/2/serverInfo')).status;
    } catch {
      return 0;
    }
  };
  const both = async () => [await ask('jira-old'), await ask('jira-legacy')];
  await client.control('POST', '/sandbox/instances', { instance: 'jira-old', up: false });
  expect(await eventually(async () => (await both()).every((status) => status === 0))).toBe(true);
  await client.control('POST', '/sandbox/instances', { instance: 'jira-old', up: true });
  expect(await eventually(async () => (await both()).every((status) => status === 200))).toBe(true);
});

it('refuses a name that is taken, and an instance that there is not', async () => {
  await expect(open({ aliases: { 'jira-new': 'jira-old' } })).rejects.toThrow('jira-new is an instance already');
  await expect(open({ aliases: { 'jira-x': 'jira-y' } })).rejects.toThrow('There is no instance jira-y');
});
