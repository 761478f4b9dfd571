/** Users, groups and transitions, many at once, from instances of the sandbox and from servers that refuse. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import type { JiraTransition } from '../../src/jira/types.ts';
import { answering, html, json, opened, type Seen, secret } from '../http/instances.ts';
import { address, crowd, names } from './crowd.ts';

/** A client of the sandbox's second instance, and what was asked of it. */
async function clientOf(deployment: 'dataCenter' | 'cloud', username = 'migrator') {
  const sandbox = await startSandbox({ file: crowd(deployment) });
  onTestFinished(() => sandbox.close());
  const credentials = {
    kind: 'basic',
    username: secret(deployment === 'cloud' ? `${username}@example.com` : username),
    password: secret('sandbox-password'),
  } as const;
  const { jira } = opened(sandbox.ready.instances.site ?? '', { deployment, credentials });
  return { jira, asked: () => askedOf(sandbox) };
}

/** Paths below the REST base, without queries. */
const askedOf = ({ world: { record } }: Sandbox): string[] =>
  record
    .after(0)
    .filter(({ kind, instance }) => kind === 'request' && instance === 'site')
    .map(({ path = '' }) => path.replace(/^.*\/rest\/api\/\d/, '').replace(/\?.*$/, ''));

/** Answers by path below the REST base; `null`: refused for want of rights. */
const site = (answers: Record<string, unknown>, more = {}) =>
  answering(({ path, query }: Seen, response) => {
    const name = path.replace(/^\/rest\/api\/[23]/, '');
    const answer = answers[`${name}?${query}`] ?? answers[name];
    if (answer === null) return json(response, { errorMessages: ['No permission.'] }, 403);
    return answer === undefined ? json(response, { errorMessages: ['No such thing.'] }, 404) : json(response, answer);
  }, more);

describe('users', () => {
  it('reads two thousand names and addresses of Data Center from a few pages of everybody', async () => {
    const { jira, asked } = await clientOf('dataCenter');
    const users = await jira.users({ ids: [...names, 'nobody'], emails: names.map(address) });
    expect(new Set(users.map(({ id }) => id))).toEqual(new Set(names));
    expect(users[0]).toMatchObject({ id: 'user-0', key: 'JIRAUSER-user-0', email: 'user-0@example.com' });
    expect(asked()).toEqual(['/user/list', '/user/list', '/user/list']);
  });

  it('reads two thousand accounts of Cloud by fifties, and addresses from pages of everybody', async () => {
    const { jira, asked } = await clientOf('cloud');
    const ids = (await jira.users({ ids: [], emails: names.map(address) })).map(({ id }) => id);
    expect(ids).toHaveLength(2000);
    expect(new Set(asked())).toEqual(new Set(['/users/search']));
    const before = asked().length;
    const users = await jira.users({ ids: [...ids, '5f0000000000000000000000'], emails: [] });
    expect(new Set(users.map(({ id }) => id))).toEqual(new Set(ids));
    expect(asked().slice(before)).toEqual(Array.from({ length: 41 }, () => '/user/bulk'));
  });

  it('asks one by one where there are few, and where a list of everybody is refused or too long', async () => {
    const kim = { name: 'kim', key: 'kim', displayName: 'Kim', emailAddress: 'Kim@example.com' };
    const other = { name: 'kimberly', displayName: 'Kimberly', emailAddress: 'kim@example.com.au' };
    const few = await site({ '/user?username=kim': kim, '/user/search': [kim, other] });
    expect(await few.instance.jira.users({ ids: ['kim', 'gone'], emails: ['kim@EXAMPLE.com'] })).toEqual([
      { id: 'kim', key: 'kim', displayName: 'Kim', email: 'Kim@example.com' },
    ]);
    expect(few.seen.map(({ path }) => path.slice('/rest/api/2'.length))).toEqual(['/user', '/user', '/user/search']);
    const many = ['kim', ...names.slice(0, 30)];
    const refused = await site({ '/user?username=kim': kim, '/user/list': null });
    expect((await refused.instance.jira.users({ ids: many, emails: [] })).map(({ id }) => id)).toEqual(['kim']);
    expect(refused.seen).toHaveLength(32);
    let cursor = 0;
    const endless = await answering(({ path }, response) => {
      if (path.endsWith('/user/list'))
        return json(response, { values: [], isLast: false, nextCursor: String(++cursor) });
      return json(response, kim);
    });
    expect((await endless.instance.jira.users({ ids: many, emails: [] })).map(({ id }) => id)).toEqual(['kim']);
    expect(cursor).toBe(4);
  });

  it('looks for each account alone where a site refuses them together', async () => {
    const kim = { accountId: '5b10', displayName: 'Kim', name: '', key: '' };
    const { instance } = await site({ '/user/bulk': null, '/user?accountId=5b10': kim }, { deployment: 'cloud' });
    expect(await instance.jira.users({ ids: ['5b10', 'Kim Jones'], emails: ['kim@example.com'] })).toEqual([
      { id: '5b10', displayName: 'Kim' },
    ]);
  });

  it('knows who was called how on a Cloud site once', async () => {
    const { jira } = await clientOf('cloud');
    const former = await jira.formerNames(['user-7', 'nobody']);
    expect([...former.keys()]).toEqual(['user-7']);
    const [user] = await jira.users({ ids: [...former.values()], emails: [] });
    expect(user?.email).toBe('user-7@example.com');
    expect(await (await clientOf('dataCenter')).jira.formerNames(['user-7'])).toEqual(new Map());
  });

  it('does not take an instance that is down for one without users', async () => {
    const { instance } = await answering((_, response) => html(response, 502));
    await expect(instance.jira.users({ ids: names.slice(0, 30), emails: [] })).rejects.toThrow('502');
  });
});

describe('groups', () => {
  it('finds them by name on Data Center, those also that its picker does not show, and others akin', async () => {
    const { jira } = await clientOf('dataCenter');
    const groups = await jira.groups(['devs', 'team', 'new-devs']);
    const found = groups?.map(({ name }) => name) ?? [];
    expect(found).toEqual(expect.arrayContaining(['devs', 'old-devs', 'team']));
    expect(found).not.toContain('new-devs');
  });

  it('does not take a group of another case for it, though Data Center finds its members so', async () => {
    const { jira } = await clientOf('dataCenter');
    expect(await jira.groups(['Devs'])).toEqual([
      { id: 'devs', name: 'devs' },
      { id: 'old-devs', name: 'old-devs' },
    ]);
  });

  it('finds them by name and by id on Cloud', async () => {
    const { jira } = await clientOf('cloud');
    const [devs] = (await jira.groups(['devs'])) ?? [];
    expect(devs).toMatchObject({ name: 'devs', id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(await jira.groups([devs?.id ?? ''])).toEqual([devs]);
    expect((await jira.groups(['OLD-devs']))?.map(({ name }) => name)).toContain('old-devs');
  });

  it('says that nothing was read where no group at all is shown', async () => {
    const none = { header: '', total: 0, groups: [] };
    const dataCenter = await site({ '/groups/picker': none, '/group/member': null });
    expect(await dataCenter.instance.jira.groups(['devs'])).toBeUndefined();
    const cloud = await site({ '/groups/picker': null, '/group/bulk': null }, { deployment: 'cloud' });
    expect(await cloud.instance.jira.groups(['devs'])).toBeUndefined();
  });
});

describe('transitions', () => {
  const ofSandbox: JiraTransition[] = [
    { id: '91', name: 'Open', to: 'Open', issueTypes: ['Bug'] },
    { id: '92', name: 'Done', to: 'Done', issueTypes: ['Bug'] },
    { id: '711', name: 'Update', issueTypes: ['Bug'] },
  ];
  const inOrder = (all: JiraTransition[]) => all.sort((x, y) => Number(x.id) - Number(y.id));

  it('are those that issues of each type and status show on Data Center', async () => {
    const { jira, asked } = await clientOf('dataCenter');
    const project = await jira.project('PA');
    expect(project && inOrder(await jira.transitions(project))).toEqual(ofSandbox);
    expect(asked().filter((path) => path.includes('/transitions'))).toHaveLength(2);
  });

  it('are those of the workflows on Cloud, also where no issue is', async () => {
    const { jira, asked } = await clientOf('cloud');
    const project = await jira.project('PB');
    expect(project && inOrder(await jira.transitions(project))).toEqual(ofSandbox);
    expect(asked().filter((path) => path.includes('/transitions'))).toEqual([]);
  });

  it('are those that issues show where our user is no administrator of the Cloud site', async () => {
    const { jira } = await clientOf('cloud', 'user-7');
    const project = await jira.project('PA');
    expect(project && inOrder(await jira.transitions(project))).toEqual(ofSandbox);
    const empty = await jira.project('PB');
    expect(empty && (await jira.transitions(empty))).toEqual([]);
  });

  it('knows a directed transition of a workflow that goes back to where it began', async () => {
    const transition = (id: string, from: string, to: string) => ({
      ...{ id, name: `T${id}`, type: 'DIRECTED', toStatusReference: to },
      links: [{ fromStatusReference: from }],
    });
    const statuses = [{ statusReference: 'x', name: 'Open' }];
    const workflows = [{ transitions: [transition('1', 'x', 'x'), transition('2', 'y', 'x')] }];
    const { instance } = await site({ '/workflows': { statuses, workflows } }, { deployment: 'cloud' });
    const issueTypes = [{ id: '1', name: 'Bug', subtask: false }];
    expect(await instance.jira.transitions({ id: '7', key: 'PA', name: 'A', issueTypes })).toEqual([
      { id: '1', name: 'T1', issueTypes: ['Bug'] },
      { id: '2', name: 'T2', to: 'Open', issueTypes: ['Bug'] },
    ]);
  });
});
