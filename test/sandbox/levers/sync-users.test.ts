/** Each connection has its sync user; what somebody else's sync user writes is a person's change. */
import { expect, it } from 'vitest';
import { BY_HAND, beat, field, ORIGINAL, partnerOf } from '../acts.ts';
import { type Client, type Integration, open, person } from '../harness.ts';

interface Connected {
  firstConnector: { connection: { application: { user: string } } };
  secondConnector: { connection: { application: { user: string } } };
}

const usersOf = ({ firstConnector, secondConnector }: Connected) =>
  [firstConnector, secondConnector].map(({ connection }) => connection.application.user);

const administrate = (client: Client, body: Record<string, unknown>) =>
  client.control('POST', '/sandbox/catalogue', { by: 'otto', ...body });

/** INT-5 between PB and a new project PC of jira-new, with every pair that a start makes. `user` is the one it has in PB. */
async function onward(client: Client, user: string): Promise<string> {
  await administrate(client, { act: 'addProject', instance: 'jira-new', key: 'PC', name: 'Project C' });
  if (user !== 'backbone')
    await administrate(client, { act: 'addUser', instance: 'jira-partner', name: user, admin: true });
  const { body } = await client.control<Integration & Connected>('POST', '/sandbox/ui/create', {
    ...{ instance: 'jira-new', firstProject: 'PC', secondProject: 'PB', secondInstance: 'jira-partner' },
    ...{ secondUser: user, by: 'otto' },
  });
  expect(usersOf(body)).toEqual(['backbone', user]);
  const { body: configuration } = await client.backbone<Integration>('jira-old', 'GET', ORIGINAL);
  const named = { instance: 'jira-new', integrationKey: body.integrationKey, by: 'otto' };
  await client.control('POST', '/sandbox/ui/import-configuration', { ...named, configuration });
  expect((await client.control('POST', '/sandbox/ui/start', named)).status).toBe(200);
  await beat(client, 4);
  return body.integrationKey;
}

const summariesOf = (client: Client, project: string) =>
  [...(client.sandbox.world.instances.get('jira-new')?.projects.get(project)?.issues.values() ?? [])].map((issue) =>
    issue.values.get('summary'),
  );

it.each([
  ['backbone', false],
  ['backbone.pc', true],
] as const)(
  'what INT-16 writes in PB as backbone travels on where the other one acts there as %s: %s',
  async (user, travels) => {
    await using client = await open({ ...BY_HAND, issues: 8 });
    await onward(client, user);
    const there = await partnerOf(client, 'PA-1');
    // The partner's people have touched it, so that it is in PC in either case.
    await person(client, { kind: 'edit', instance: 'jira-partner', key: there, field: 'summary', value: 'Of PB' });
    await beat(client, 4);
    expect(summariesOf(client, 'PC')).toContain('Of PB');
    await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-1', field: 'summary', value: 'Of PA' });
    await beat(client, 8);
    expect(await field(client, 'jira-partner', there)).toBe('Of PA');
    expect(summariesOf(client, 'PC').includes('Of PA')).toBe(travels);
  },
);

it('new synchronizations act as the sync user of the world; the original keeps its own, and both carry', async () => {
  await using client = await open({ world: 'moved', syncUsers: { 'jira-partner': 'backbone.new' } });
  const wanted = { instance: 'jira-new', firstProject: 'PA', secondProject: 'PB', secondInstance: 'jira-partner' };
  const { body: made } = await client.control<Connected>('POST', '/sandbox/ui/create', { ...wanted, by: 'kim' });
  const { body: original } = await client.backbone<Connected>('jira-old', 'GET', ORIGINAL);
  expect([usersOf(made), usersOf(original)]).toEqual([
    ['backbone', 'backbone.new'],
    ['backbone', 'backbone'],
  ]);
  expect(client.sandbox.configuration()).toMatch(/jira-partner:[^#]*username: backbone\.new/);
  // The user exists, and is let in.
  const { status } = await client.call('jira-partner', 'GET', '/rest/api/2/myself', undefined, {
    Authorization: `Basic ${Buffer.from('backbone.new:sandbox-password').toString('base64')}`,
  });
  expect(status).toBe(200);
});

it('refuses users and projects that cannot be', async () => {
  await using client = await open();
  const act = async (body: Record<string, unknown>) =>
    (await administrate(client, { instance: 'jira-new', ...body })).status;
  expect(await act({ act: 'addUser', name: 'anna' })).toBe(409);
  expect(await act({ act: 'addProject', key: 'PA' })).toBe(409);
  expect(await act({ act: 'addUser' })).toBe(400);
  await expect(open({ syncUsers: { 'jira-x': 'backbone' } })).rejects.toThrow('There is no instance jira-x');
});
