/** Which Jira and whose synchronization it is, whatever the configuration calls them. */
import { expect, it } from 'vitest';
import { planOf } from '../../src/activities/context.ts';
import { instanceAt } from '../../src/activities/instanceAt.ts';
import { jiraAt } from '../../src/jira/identity.ts';
import { direct } from '../support/activity.ts';
import { alias, elsewhere, withLegacy } from '../support/aliases.ts';
import { openScene, retry, runToEnd, runToGate, type Scene, untilState } from '../support/migration.ts';
import { until as untilTrue } from '../support/processes.ts';
import { rehearse } from '../support/rehearsal.ts';
import { failureOf, refusalsOf } from './refused.ts';

const byLegacy = {
  original: { instance: 'jira-legacy', synchronization: 'INT-16' },
  new: { instance: 'jira-new', projects: { 'jira-legacy/PA': 'jira-new/PA' } },
};

const requestsTo = ({ record }: Scene, instance: string) =>
  record().filter((entry) => entry.kind === 'request' && entry.instance === instance);

it('never migrates one synchronization twice because its Jira has two names in the configuration', {
  timeout: 120_000,
}, async () => {
  await using scene = await openScene({ configure: alias('jira-legacy', 'jira-old') });
  const first = await scene.start();
  const { migration } = await untilState(first, 'WaitingForPerson');
  const expectRefused = async (changes: Parameters<Scene['start']>[0]) => {
    const writes = scene.writes().length;
    const failure = await failureOf(await scene.start({ ...byLegacy, ...changes }));
    expect(failure.type).toBe('Refused');
    expect(failure.message).toContain(
      `ClaimHeld: jira-legacy/INT-16 is held by migration ${migration} of jira-old/INT-16, workflow ${first.workflowId}`,
    );
    expect(scene.writes()).toHaveLength(writes);
  };
  // While the first one is still asked, and when it waits for its approval; a plan is told, too.
  await expectRefused({});
  await runToGate(scene, first);
  await expectRefused({});
  await expectRefused({ dryRun: true });
  await runToEnd(scene, first);
  expect(await scene.sandbox.verdict()).toMatchObject({ originalDeleted: true, duplicates: 0, lostChanges: 0 });
});

it('migrates by the one name as well as by the other, when nobody else does', { timeout: 90_000 }, async () => {
  await using scene = await openScene({ configure: alias('jira-legacy', 'jira-old') });
  await runToEnd(scene, await scene.start(byLegacy));
  expect(await scene.sandbox.verdict()).toMatchObject({ originalDeleted: true, duplicates: 0, lostChanges: 0 });
});

it('stops before it writes to a Jira that states another base URL than before, and goes on when it is set back', {
  timeout: 90_000,
}, async () => {
  await using scene = await openScene();
  const handle = await scene.start();
  await runToGate(scene, handle);
  const old = scene.world.instances.get('jira-old');
  if (!old) throw new Error('no jira-old');
  const { baseUrl } = old;
  const writes = scene.writes().length;
  old.baseUrl = 'https://jira-archive.example.com';
  const { decision } = await untilState(handle, 'AwaitingApproval');
  await handle.executeUpdate('approve', { args: [{ by: 'lee@example.com', decision }] });
  const { blockers } = await untilState(handle, 'NeedsAttention');
  expect(blockers).toMatchObject([{ code: 'IdentityChanged', reason: expect.stringContaining('jira-archive') }]);
  expect(scene.writes()).toHaveLength(writes);
  // Under its name it is held all the same.
  expect((await failureOf(await scene.start())).type).toBe('ClaimHeld');
  old.baseUrl = baseUrl;
  // What was approved is what is there again.
  await retry(handle);
  await handle.result();
  expect(scene.world.original.deleted).toBe(true);
});

it.each([
  [
    'original and new one',
    alias('jira-legacy', 'jira-old'),
    { new: { instance: 'jira-legacy', projects: { 'jira-old/PA': 'jira-legacy/PA' } } },
    ['jira-old', 'jira-legacy'],
  ],
  [
    'A and B',
    alias('jira-mirror', 'jira-partner'),
    { new: { instance: 'jira-partner', projects: { 'jira-old/PA': 'jira-mirror/PA' } } },
    ['jira-mirror', 'jira-partner'],
  ],
  [
    'original and the project that moved',
    alias('jira-legacy', 'jira-old'),
    { new: { instance: 'jira-new', projects: { 'jira-legacy/PA': 'jira-new/PA' } } },
    ['jira-old', 'jira-legacy'],
  ],
] as const)('refuses %s on one Jira under two names, and says which names', async (_, configure, start, names) => {
  await using scene = await openScene({ configure });
  const { SameJira } = await refusalsOf(scene, await scene.start(start));
  expect(SameJira?.items.toSorted()).toEqual(names.toSorted());
  for (const name of names) expect(SameJira?.reason).toContain(name);
});

/** jira-new says of itself that it is the partner, as a copy that kept its base URL does, or a hostile one. */
function statesPartners({ world, config }: Scene): { stated: string } {
  const hostile = world.instances.get('jira-new');
  const stated = config.instances['jira-partner']?.baseUrl;
  if (!hostile || !stated) throw new Error('no partner');
  hostile.baseUrl = stated;
  return { stated };
}

it.each(['full', 'none'] as const)(
  'takes no Jira for the partner because it states its address, whose access is %s',
  async (access) => {
    await using scene = await openScene({
      configure: ({ instances: { 'jira-partner': partner } }) => {
        if (partner) partner.access = access;
      },
    });
    statesPartners(scene);
    const { SameJira, ...others } = await refusalsOf(scene, await scene.start());
    expect(SameJira?.items.toSorted()).toEqual(['jira-new', 'jira-partner']);
    // It was not looked for the partner's project there.
    expect(Object.values(others).flatMap(({ items }) => items)).not.toContain('jira-new/PB');
  },
);

it('looks for the partner where it is configured, also when another Jira states its address later', async () => {
  await using scene = await openScene({ issues: 4, ambiguous: false });
  const handle = await scene.start();
  await runToGate(scene, handle);
  await using gate = await direct(scene, handle, 'judgeApproval');
  const { stated: baseUrl } = statesPartners(scene);
  // Also where both projects have one key.
  for (const project of ['PB', 'PA']) {
    const connector = { connectorKey: 'CON-1', projectKey: project, connection: { application: { baseUrl } } };
    const found = await gate.inStep('verify', async (context) => {
      const { a, b } = planOf(context);
      return instanceAt(context, connector, [a, { ...b, project }]);
    });
    expect(found?.name).toBe('jira-partner');
  }
});

it('says at the start of a worker which names are one Jira, and which were not compared', {
  timeout: 60_000,
}, async () => {
  await using rehearsal = await rehearse({
    configure: (yaml) => withLegacy(yaml).replace(/(jira-partner:\n\s+baseUrl: ).*/, '$1http://127.0.0.1:9'),
  });
  const said = () => rehearsal.log.join('\n');
  await untilTrue(() => /names of one Jira/.test(said()) && /not compared/.test(said()), 'both lines');
  expect(said()).toContain('jira-old and jira-legacy are names of one Jira');
  expect(rehearsal.log.find((line) => line.includes('not compared'))).toContain('"instances":["jira-partner"]');
});

it('never joins a project with itself, not by two names of its Jira either', async () => {
  await using scene = await openScene({ configure: alias('jira-mirror', 'jira-partner') });
  for (const home of ['jira-partner', 'jira-mirror']) {
    const start = { new: { instance: home, projects: { 'jira-old/PA': `${home}/PB` } } };
    const { OneProject } = await refusalsOf(scene, await scene.start(start));
    expect(OneProject?.items).toEqual([`${home}/PB`]);
  }
});

it('asks nothing of instances that are no part of it', async () => {
  await using scene = await openScene({ migrations: 2 });
  const [stranger] = Object.keys(scene.config.instances).filter((name) => !/^jira-(old|new|partner)$/.test(name));
  if (!stranger) throw new Error('nobody is a stranger');
  await untilState(await scene.start(), 'WaitingForPerson');
  expect(requestsTo(scene, 'jira-partner')).not.toEqual([]);
  expect(requestsTo(scene, stranger)).toEqual([]);
});

it('finds a partner that is configured by another address, though a stranger does not answer', async () => {
  await using scene = await openScene({
    configure: ({ instances }) => {
      const { 'jira-partner': partner, 'jira-new': other } = instances;
      if (!partner || !other) throw new Error('no partner');
      // In the order of the file the stranger comes first.
      delete instances['jira-partner'];
      instances['jira-away'] = { ...other, name: 'jira-away', baseUrl: 'http://127.0.0.1:9' };
      instances['jira-partner'] = { ...partner, baseUrl: elsewhere(partner.baseUrl) };
    },
  });
  await untilState(await scene.start(), 'WaitingForPerson');
});

it.each([
  ['https://jira.example.com', 'http://jira.example.com'],
  ['https://jira.example.com', 'https://jira.example.com/'],
  ['https://jira.example.com', 'https://JIRA.Example.com.'],
  ['https://jira.example.com', 'https://jira.example.com:443'],
  ['http://jira.example.com', 'http://jira.example.com:80/'],
  ['https://jira.example.com/jira', 'http://jira.example.com/Jira//'],
  ['https://jira.büro.example', 'https://jira.xn--bro-hoa.example'],
])('takes %s and %s for one Jira', (one, other) => {
  expect(jiraAt(one)).toBe(jiraAt(other));
});

it.each([
  ['https://jira.example.com', 'https://jira.example.com/jira'],
  ['https://jira.example.com', 'https://jira.example.com:8443'],
  ['http://localhost:8080', 'http://localhost:8081'],
  ['https://jira.example.com', 'https://jira2.example.com'],
  ['localhost:8080', 'localhost:8081'],
])('takes %s and %s for two', (one, other) => {
  expect(jiraAt(one)).not.toBe(jiraAt(other));
});
