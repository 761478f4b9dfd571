/** What a translation looks things up in, read from two instances of the sandbox, and what comes of it. */
import { expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../sandbox/start.ts';
import { readSide } from '../../src/activities/catalogue.ts';
import type { Synchronization } from '../../src/backbone/types.ts';
import { openInstances } from '../../src/jira/open.ts';
import { needsOf } from '../../src/mapping/needs.ts';
import { configOf, instanceConfig, secret } from '../http/instances.ts';
import { translateConfiguration } from '../mapping/world.ts';
import { crowd, names } from './crowd.ts';

/** Translated from `jira-old` to `site`, with the paths that `site` was asked for. */
async function translated(edit: (configuration: Synchronization) => void, deployment: 'dataCenter' | 'cloud') {
  const file = crowd(deployment);
  const configuration = structuredClone(file.synchronizations[0]?.integration) as unknown as Synchronization;
  edit(configuration);
  const sandbox = await startSandbox({ file });
  onTestFinished(() => sandbox.close());
  const instance = (name: string, on: 'dataCenter' | 'cloud') => {
    const username = secret(on === 'cloud' ? 'migrator@example.com' : 'migrator');
    const credentials = { kind: 'basic', username, password: secret('sandbox-password') } as const;
    return instanceConfig(sandbox.ready.instances[name] ?? '', { name, deployment: on, credentials });
  };
  const instances = openInstances(configOf([instance('jira-old', 'dataCenter'), instance('site', deployment)]));
  onTestFinished(() => instances.close());
  const open = (name: string) => instances.open(name);
  const needs = needsOf(JSON.stringify(configuration));
  const [old, now] = ['jira-old', 'site'].map((name) => ({ instance: name, project: 'PA' }));
  const partner = { instance: 'jira-old', project: 'PB' };
  if (!old || !now) throw new Error('two homes');
  const sides = {
    first: await readSide(open, 'first', { old, now }, needs),
    second: await readSide(open, 'second', { old: partner, now: partner }, needs),
  };
  const projectKeys = { first: 'PA', second: 'PB' };
  const result = translateConfiguration({ configuration, swapped: false, sides, projectKeys, decided: {} });
  const asked = sandbox.world.record.after(0).filter(({ kind, instance: at }) => kind === 'request' && at === 'site');
  return {
    ...result,
    asked: asked.map(({ path = '' }) => path.replace(/^.*\/rest\/api\/\d/, '').replace(/\?.*$/, '')),
  };
}

it('finds two thousand users by their addresses with a handful of requests', async () => {
  const edit = (configuration: Synchronization) => Object.assign(configuration, { firstUsers: names });
  const { questions, references, asked } = await translated(edit, 'dataCenter');
  expect(questions).toEqual([]);
  expect(references.filter(({ rule }) => rule === 'e-mail')).toHaveLength(2000);
  expect(asked.filter((path) => path.startsWith('/user'))).toEqual(['/user/list', '/user/list', '/user/list']);
});

it('finds groups and transitions of the other Data Center by name', async () => {
  const edit = (configuration: Synchronization) => {
    configuration.firstConnector.advancedSettings = { 'sync.editTransition': 'Update' };
    Object.assign(configuration, {
      notifications: { firstGroups: ['devs', 'gone'] },
      filter: { firstJql: 'assignee in membersOf("old-devs")' },
    });
  };
  const { questions, references } = await translated(edit, 'dataCenter');
  expect(questions.map(({ id }) => id)).toEqual(['group:gone@jira-old->site']);
  expect(references.filter(({ rule }) => rule === 'name and type')).toMatchObject([
    { old: 'Update', new: 'Update', evidence: 'the only one named "Update" and type looped, seen for Bug' },
    { old: 'devs', new: 'devs', evidence: 'the only one named "devs"' },
  ]);
});

it('asks whether a group of a Cloud site goes by its name or its id there', async () => {
  const edit = (configuration: Synchronization) =>
    Object.assign(configuration, { notifications: { firstGroup: 'devs' } });
  const { questions } = await translated(edit, 'cloud');
  expect(questions.map(({ id }) => id)).toEqual(['group:devs@jira-old->site']);
  expect(questions[0]?.text).toMatch(/Seen: devs \([0-9a-f-]{36}\)/);
});

it('reads no groups, users and transitions where a configuration names none', async () => {
  const { asked } = await translated(() => undefined, 'dataCenter');
  expect(asked.filter((path) => /user|group|transition|search/.test(path))).toEqual([]);
});
