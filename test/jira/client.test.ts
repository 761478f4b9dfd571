/** Everything else that is read from Jira. */
import { describe, expect, it } from 'vitest';
import { jqlDateIn } from '../../src/jira/jql.ts';
import { openInstances } from '../../src/jira/open.ts';
import { answering, configOf, failureOf, instanceConfig, json, type Seen } from '../http/instances.ts';

const cloud = { deployment: 'cloud' } as const;

/** Answers by path below the REST base. */
function site(answers: Record<string, unknown>, more = {}) {
  return answering(({ path }, r) => {
    const answer = answers[path.replace(/^\/rest\/api\/[23]/, '')];
    return answer === undefined ? json(r, { errorMessages: ['No such thing.'] }, 404) : json(r, answer);
  }, more);
}

describe('the Jira client', () => {
  it('reads who serves and who we are, on both products', async () => {
    const info = { baseUrl: 'https://a', version: '10.3.13', deploymentType: 'Server', serverTitle: 'A', extra: 1 };
    const dataCenter = await site({
      '/serverInfo': info,
      '/myself': { name: 'kim', key: 'JIRAUSER1', displayName: 'Kim' },
    });
    expect(await dataCenter.instance.jira.serverInfo()).toEqual({
      baseUrl: 'https://a',
      version: '10.3.13',
      deploymentType: 'Server',
      serverTitle: 'A',
    });
    expect(await dataCenter.instance.jira.myself()).toEqual({ id: 'kim', key: 'JIRAUSER1', displayName: 'Kim' });
    const me = {
      accountId: '5b10',
      name: '',
      key: '',
      displayName: 'Kim',
      emailAddress: 'k@x',
      timeZone: 'Europe/Berlin',
    };
    const site3 = await site({ '/myself': me }, cloud);
    expect(await site3.instance.jira.myself()).toEqual({
      id: '5b10',
      displayName: 'Kim',
      email: 'k@x',
      timeZone: 'Europe/Berlin',
    });
    expect(site3.seen[0]?.path).toBe('/rest/api/3/myself');
  });

  it('finds a project with its issue types, or says that there is none', async () => {
    const project = {
      id: 10001,
      key: 'PA',
      name: 'A',
      issueTypes: [{ id: '1', name: 'Aufgabe', untranslatedName: 'Task' }],
    };
    const { instance } = await site({ '/project/PA': project });
    expect(await instance.jira.project('PA')).toEqual({
      id: '10001',
      key: 'PA',
      name: 'A',
      issueTypes: [{ id: '1', name: 'Task', shownName: 'Aufgabe', subtask: false }],
    });
    expect(await instance.jira.project('GONE')).toBeUndefined();
  });

  it('knows what belongs to one team-managed project, and which option stands above another', async () => {
    const scope = { type: 'PROJECT', project: { id: '10001' } };
    const { instance } = await site({
      '/field': [
        { id: 'customfield_1', name: 'Team', custom: true, schema: { type: 'string', custom: 'x:select' }, scope },
      ],
      '/customFields/1/options': {
        options: [
          { id: 1, value: 'Europe', disabled: false, childrenIds: [2] },
          { id: 2, value: 'Berlin', disabled: false },
        ],
      },
    });
    expect(await instance.jira.fields()).toEqual([
      { id: 'customfield_1', name: 'Team', scope: '10001', custom: true, type: 'x:select' },
    ]);
    expect(await instance.jira.options('customfield_1')).toEqual([
      { id: '1', value: 'Europe', disabled: false },
      { id: '2', value: 'Berlin', disabled: false, parent: '1' },
    ]);
  });

  it('reads what few configurations point at', async () => {
    const things = [{ id: 1, name: 'One', self: 'x' }];
    const { instance } = await site({
      '/resolution': things,
      '/project/PA/components': things,
      '/project/PA/versions': things,
      '/issueLinkType': { issueLinkTypes: things },
    });
    const { jira } = instance;
    const read = await Promise.all([jira.resolutions(), jira.components('PA'), jira.versions('PA'), jira.linkTypes()]);
    expect(read).toEqual(Array.from({ length: 4 }, () => [{ id: '1', name: 'One' }]));
  });

  it('counts the issues of a query, on both products', async () => {
    const dataCenter = await site({ '/search': { total: 812, issues: [] } });
    expect(await dataCenter.instance.jira.count('project = PA')).toBe(812);
    const cloudSite = await site({ '/search/approximate-count': { count: 5 } }, cloud);
    expect(await cloudSite.instance.jira.count('project = PA')).toBe(5);
  });

  it('grants only permissions that are known and had', async () => {
    const permissions = { BROWSE_PROJECTS: { havePermission: true }, EDIT_ISSUES: { havePermission: false } };
    const { instance, seen } = await site({ '/mypermissions': { permissions } });
    expect(await instance.jira.permissions('PA', ['BROWSE_PROJECTS', 'EDIT_ISSUES', 'UNHEARD_OF'])).toEqual({
      BROWSE_PROJECTS: true,
      EDIT_ISSUES: false,
      UNHEARD_OF: false,
    });
    expect(seen[0]?.url).toBe('/rest/api/2/mypermissions?projectKey=PA');
  });

  it('reads statuses, issue types, priorities and fields from bare arrays', async () => {
    const open = { id: '1', name: 'Open', statusCategory: { key: 'new' } };
    const { instance } = await site({
      '/project/PA/statuses': [
        { id: '1', statuses: [open] },
        { id: '2', statuses: [open, { id: '3', name: 'Done' }] },
      ],
      '/status': [open],
      '/issuetype': [{ id: '5', name: 'Sub', subtask: true }],
      '/priority': [{ id: '3', name: 'Major', statusColor: '#f00' }],
      '/field': [
        { id: 'summary', name: 'Summary', custom: false, schema: { type: 'string', system: 'summary' } },
        { id: 'customfield_1', name: 'C', custom: true, schema: { type: 'option', custom: 'x:select', customId: 1 } },
        { id: 'thumbnail', name: 'Images', custom: false },
      ],
    });
    const { jira } = instance;
    expect(await jira.statuses('PA')).toEqual([
      { id: '1', name: 'Open', category: 'new' },
      { id: '3', name: 'Done', category: 'undefined' },
    ]);
    expect(await jira.allStatuses()).toHaveLength(1);
    expect(await jira.issueTypes()).toEqual([{ id: '5', name: 'Sub', subtask: true }]);
    expect(await jira.priorities()).toEqual([{ id: '3', name: 'Major' }]);
    expect((await jira.fields()).map(({ id, custom, type }) => [id, custom, type])).toEqual([
      ['summary', false, 'string'],
      ['customfield_1', true, 'x:select'],
      ['thumbnail', false, ''],
    ]);
  });

  it('reads options of Data Center by number, page by page until nothing new comes', async () => {
    const { instance, seen } = await answering(({ query }, r) => {
      const options = [1, 2, 3].map((id) => ({ id, value: `v${id}`, disabled: id === 3, childrenIds: [] }));
      json(r, { options: options.slice((Number(query.get('page')) - 1) * 2).slice(0, 2) });
    });
    expect(await instance.jira.options('customfield_10110', '10001')).toEqual([
      { id: '1', value: 'v1', disabled: false },
      { id: '2', value: 'v2', disabled: false },
      { id: '3', value: 'v3', disabled: true },
    ]);
    expect(seen[0]?.url).toBe('/rest/api/2/customFields/10110/options?page=1&maxResults=100&projectIds=10001');
    expect(seen).toHaveLength(3);
  });

  it("reads options of Cloud from the project's own context, else from the global one", async () => {
    const option = (id: string) => ({ values: [{ id, value: `v${id}` }], isLast: true });
    const context = '/field/customfield_7/context';
    const mapped = [
      { contextId: '1', isGlobalContext: true },
      { contextId: '2', projectId: '10001' },
    ];
    const { instance } = await site(
      {
        [`${context}/projectmapping`]: { values: mapped, isLast: true },
        [`${context}/1/option`]: option('11'),
        [`${context}/2/option`]: option('22'),
      },
      cloud,
    );
    const ids = async (project?: string) => (await instance.jira.options('customfield_7', project)).map(({ id }) => id);
    expect(await ids('10001')).toEqual(['22']);
    expect(await ids('10002')).toEqual(['11']);
    expect(await ids()).toEqual(['11', '22']);
  });

  it('writes JQL dates in the time zone of our user, rounded down to the minute', async () => {
    const { instance, seen } = await site({ '/myself': { name: 'kim', timeZone: 'Asia/Kolkata' } });
    expect(await instance.jira.jqlDate(Date.UTC(2026, 10, 20, 20, 0, 59))).toBe('2026/11/21 01:30');
    await instance.jira.jqlDate(0);
    expect(seen).toHaveLength(1);
    expect(jqlDateIn('UTC', Date.UTC(2026, 0, 1))).toBe('2026/01/01 00:00');
    expect(jqlDateIn('Europe/Berlin', Date.UTC(2026, 9, 25, 0, 30))).toBe('2026/10/25 02:30');
  });

  it('guesses no time zone', async () => {
    const { instance } = await site({ '/myself': { name: 'kim' } });
    expect(await failureOf(instance.jira.jqlDate(0))).toMatchObject({ code: 'UnreadableAnswer' });
  });

  it.each([
    ['serverInfo', {}],
    ['myself', { displayName: 'nobody' }],
    ['fields', { values: [] }],
    ['priorities', [{ id: '1' }]],
    ['issueTypes', null],
    ['allStatuses', [{ id: '', name: 'x' }]],
  ] as const)('refuses an answer of another shape from %s', async (method, answer) => {
    const { instance } = await answering((_, r) => json(r, answer));
    expect(await failureOf(instance.jira[method]())).toMatchObject({ code: 'UnreadableAnswer' });
  });
});

describe('instances', () => {
  it('are opened once each, by names of the configuration only', async () => {
    const instances = openInstances(configOf([instanceConfig('http://127.0.0.1:1')]));
    expect(instances.open('jira-old')).toBe(instances.open('jira-old'));
    for (const name of ['stranger', 'constructor', '__proto__']) {
      expect(() => instances.open(name)).toThrow(/migrator.yaml has no instance .* it has jira-old/);
    }
    await instances.close();
  });

  it('without access are never asked', async () => {
    const { instance, seen } = await answering((_, r) => json(r, {}), { access: 'none', credentials: null });
    const failures = [
      instance.jira.myself(),
      instance.backbone.status('INT-1'),
      instance.send({ method: 'POST', path: '/x' }),
    ];
    for (const failure of failures) expect(await failureOf(failure)).toMatchObject({ code: 'InvalidConfiguration' });
    expect(seen).toEqual([] satisfies Seen[]);
  });

  it('live below a path, too', async () => {
    const { url, seen } = await answering((_, r) => json(r, {}));
    const instances = openInstances(configOf([instanceConfig(`${url}/jira`)]));
    await failureOf(instances.open('jira-old').jira.myself());
    expect(seen[0]?.url).toBe('/jira/rest/api/2/myself');
    await instances.close();
  });
});
