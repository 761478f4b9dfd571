/** Worlds as files: people bring their own, or edit one that was written. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Verdict } from '../../sandbox/control/verdict.ts';
import type { SandboxOptions } from '../../sandbox/start.ts';
import { checkWorldFile, readWorldFile, WorldFileError } from '../../sandbox/world-file/read.ts';
import type { WorldFile } from '../../sandbox/world-file/types.ts';
import { worldFileOf } from '../../sandbox/world-file/write.ts';
import { type Client, eventually, type Issue, issuesOf, open, person } from './harness.ts';

const EXAMPLE = new URL('../../examples/world.json', import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), 'world-'));
afterAll(() => rm(folder, { recursive: true }));

const main = new URL('../../sandbox/main.ts', import.meta.url).pathname;
const run = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

/** As JSON, which is how it comes from a file. */
async function written(options: SandboxOptions): Promise<WorldFile> {
  await using client = await open({ ...options, interval: 60_000 });
  return checkWorldFile('written', JSON.parse(JSON.stringify(worldFileOf(client.sandbox.world))));
}

/** What REST and the pages show of a world, without the ports. */
async function shown(client: Client): Promise<string> {
  const parts: unknown[] = [];
  for (const { name, projects } of client.sandbox.world.instances.values()) {
    for (const project of projects.values()) parts.push([...(await issuesOf(client, name, project.key)).values()]);
    parts.push((await client.backbone(name, 'GET', '/integrations')).body);
    for (const list of ['field', 'status', 'issuetype', 'priority', 'resolution', 'project']) {
      parts.push((await client.call(name, 'GET', `/rest/api/2/${list}`)).body);
    }
    for (const one of client.sandbox.world.synchronizations.filter(({ home }) => home === name)) {
      const of = `?instance=${name}&integrationKey=${one.key}`;
      parts.push((await client.control('GET', `/sandbox/ui/download-synced-issue-data${of}`)).body);
    }
  }
  return JSON.stringify(parts).replaceAll(/127\.0\.0\.1:\d+/g, 'host');
}

it.each([
  ['moved', { world: 'moved', gap: 3 }],
  ['workaround', { world: 'workaround' }],
  ['of another seed and size', { seed: 9, issues: 60, ambiguous: false }],
] as const)('a seeded world that is %s, written and loaded, is an equal world', async (_name, options) => {
  const file = await written(options);
  expect(await written({ file })).toEqual(file);
  await using seeded = await open({ ...options, interval: 60_000, now: Date.parse('2026-11-20T12:00:00Z') });
  const same = checkWorldFile('same', JSON.parse(JSON.stringify(worldFileOf(seeded.sandbox.world))));
  await using loaded = await open({ file: same, interval: 60_000 });
  expect(await shown(loaded)).toBe(await shown(seeded));
  expect(loaded.sandbox.ready.start).toEqual(seeded.sandbox.ready.start);
});

it('judges the copy gap of a loaded world as that of a seeded one', async () => {
  await using seeded = await open({ gap: 3 });
  await using loaded = await open({ file: await written({ gap: 3 }) });
  const counts = ({ edits, comments, newIssues, lostChanges, duplicates, pairs }: Verdict) => {
    return { edits, comments, newIssues, lostChanges, duplicates, pairs };
  };
  const expected = counts(await seeded.sandbox.verdict(500));
  expect(expected.lostChanges).toBeGreaterThan(3);
  expect(counts(await loaded.sandbox.verdict(500))).toEqual(expected);
});

it('runs the example: other names, other fields, pairs only by key', async () => {
  await using client = await open({ file: await readWorldFile(EXAMPLE) });
  expect(client.sandbox.ready).toMatchObject({
    original: 'INT-7',
    start: {
      original: { instance: 'jira-munich', synchronization: 'INT-7' },
      new: { instance: 'jira-vienna', projects: { 'jira-munich/SHOP': 'jira-vienna/SHOP' } },
    },
  });
  expect(client.sandbox.configuration()).toContain('username: sync');
  expect(await client.sandbox.verdict(500)).toMatchObject({ settled: true, pairs: 2, lostChanges: 0, duplicates: 0 });
  const partner = () => issuesOf(client, 'jira-agency', 'WEB');
  const seen = async () => (await partner()).get('WEB-11')?.fields;
  await person(client, { kind: 'edit', instance: 'jira-munich', key: 'SHOP-1', field: 'Severity', value: 'Low' });
  expect(await eventually(async () => JSON.stringify((await seen())?.customfield_10201).includes('"Low"'))).toBe(true);
  expect((await seen())?.comment.comments).toHaveLength(1);
  for (let n = 0; n < 12; n++)
    await person(client, { kind: (['edit', 'comment', 'create'] as const)[n % 3] ?? 'edit' });
  expect((await client.sandbox.verdict(500)).edits).toBe(4);
});

it('starts from the command line with a file, and writes one', async () => {
  const path = join(folder, 'seeded.json');
  const { stdout, status } = run('--issues', '3', '--write-world', path);
  expect([status, JSON.parse(stdout)]).toEqual([0, { written: path }]);
  const again = join(folder, 'again.json');
  expect(run('--world', path, '--write-world', again).status).toBe(0);
  expect(await readFile(again, 'utf8')).toBe(await readFile(path, 'utf8'));
});

it('takes a world with an edited issue as it is', async () => {
  const file = await written({ issues: 3 });
  const issue = file.instances[1]?.projects?.[0]?.issues?.[0];
  if (!issue) throw new Error('no issue');
  issue.fields.summary = 'Edited by hand';
  await using client = await open({ file });
  const { body } = await client.call<Issue>('jira-new', 'GET', `/rest/api/2/issue/${issue.key}`);
  expect(body.fields.summary).toBe('Edited by hand');
});

/** The example with one thing wrong. */
async function broken(change: (file: WorldFile & Record<string, unknown>) => void): Promise<string[]> {
  const file = JSON.parse(await readFile(EXAMPLE, 'utf8'));
  change(file);
  try {
    checkWorldFile('broken.json', file);
    return [];
  } catch (error) {
    return error instanceof WorldFileError ? [...error.problems] : [String(error)];
  }
}

it('names every error of the schema with its path', async () => {
  const problems = await broken((file) => {
    file.colour = 'blue';
    Object.assign(file.instances[0] ?? {}, { issueTypes: [{ id: 10001, name: '' }] });
    Object.assign(file.instances[1]?.statuses[0] ?? {}, { category: 'open' });
    Object.assign(file.synchronizations[0]?.integration ?? {}, {
      fieldMappings: [{ id: 'fm-1', type: 'passthrough' }],
    });
    delete (file.instances[2] as Partial<WorldFile['instances'][number]>).baseUrl;
  });
  expect(problems.sort()).toEqual(
    [
      '/: has no member colour',
      "/synchronizations/0/integration/fieldMappings/0: must have required property 'firstFieldId'",
      "/synchronizations/0/integration/fieldMappings/0: must have required property 'secondFieldId'",
      '/instances/0/issueTypes/0/id: must be string',
      '/instances/0/issueTypes/0/name: must NOT have fewer than 1 characters',
      '/instances/1/statuses/0/category: must be one of new, indeterminate, done',
      "/instances/2: must have required property 'baseUrl'",
    ].sort(),
  );
});

it.each([
  [
    'an instance twice',
    (file: WorldFile) => Object.assign(file.instances[1] ?? {}, { name: 'jira-munich' }),
    ['/instances/1/name: jira-munich stands twice', '/move/to/instance: there is no instance jira-vienna'],
  ],
  [
    'an original that is not there',
    (file: WorldFile) => Object.assign(file.original, { synchronization: 'INT-8' }),
    ['/original: there is no synchronization jira-munich/INT-8'],
  ],
  [
    'a connector that points nowhere',
    (file: WorldFile) => Object.assign(file.instances[2] ?? {}, { baseUrl: 'https://x' }),
    [
      '/synchronizations/0/integration/secondConnector/connection/application/baseUrl: no instance has the base URL https://agency.example.com',
      '/instances/2/projects/0/issues/0/reporter: jira-agency has no user sync',
      '/instances/2/projects/0/issues/0/comments/0/author: jira-agency has no user sync',
    ],
  ],
  [
    'a choice, a field, a user and a date that are none',
    (file: WorldFile) => {
      const issue = file.instances[0]?.projects?.[0]?.issues?.[0];
      Object.assign(issue?.fields ?? {}, { issuetype: 'Epic', customfield_1: 'x' });
      Object.assign(issue ?? {}, { reporter: 'nobody', created: '2999-01-01T00:00:00Z', parent: 'SHOP-9' });
    },
    [
      '/instances/0/projects/0/issues/0/parent: there is no issue SHOP-9',
      '/instances/0/projects/0/issues/0/reporter: jira-munich has no user nobody',
      '/instances/0/projects/0/issues/0/created: 2999-01-01T00:00:00Z is still to come',
      '/instances/0/projects/0/issues/0/fields/issuetype: jira-munich has no "Epic" there',
      '/instances/0/projects/0/issues/0/fields/customfield_1: jira-munich has no field customfield_1',
    ],
  ],
  [
    'switches that are none',
    (file: WorldFile) => {
      file.switches = { searchCap: 'many', nonsense: 1 };
    },
    ['/switches: Switch searchCap takes number', '/switches: There is no switch nonsense'],
  ],
] as const)('names %s with its path', async (_name, change, problems) => {
  expect((await broken(change)).sort()).toEqual([...problems].sort());
});

it('starts nothing with a file that is no world, and says all that is wrong with it', async () => {
  const path = join(folder, 'broken.json');
  await writeFile(path, '{"version": 2}');
  const { status, stdout, stderr } = run('--world', path);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`${path} is not a world`);
  expect(stderr).toContain("/: must have required property 'instances'");
  expect(stderr).toContain('/version: must be equal to constant');
  await writeFile(path, '{');
  expect(run('--world', path).status).toBe(2);
  expect(run('--world', join(folder, 'none.json')).stderr).toContain('ENOENT');
  expect(run('--world', 'movd').stderr).toContain('--world is moved, workaround, renamed, hostile, or a file');
});
