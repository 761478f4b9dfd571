/** A project that has another key on its new instance, where users have other names. */
import { describe, expect, it } from 'vitest';
import { type IdPair, mergePairs, storedMapping } from '../../src/mapping/idMapping.ts';
import { expectSoundEnd } from '../support/findings.ts';
import { act } from '../support/persons.ts';
import { type Rehearsal, rehearse } from '../support/rehearsal.ts';

const OPTIONS = { world: 'renamed', issues: 6, ambiguous: false } as const;

describe('a project with a new key and users with new names', { timeout: 90_000 }, () => {
  it('is migrated: issues by their numbers, people by their e-mail addresses', async () => {
    await using rehearsal = await rehearse(OPTIONS);
    expect(rehearsal.sandbox.ready.start.new.projects).toEqual({ 'jira-old/PA': 'jira-new/PX' });
    await rehearsal.control('POST', 'people', { action: 'start', everyMs: 200, seed: 3 });
    const handle = await rehearsal.start(rehearsal.sandbox.ready.start);
    const end = await act(rehearsal, handle);
    await rehearsal.control('POST', 'people', { action: 'stop' });
    expect(end.state).toBe('Completed');
    await expectSoundEnd(rehearsal);
    const replaced = rehearsal.sandbox.world.synchronizations.find(({ first }) => first.projectKey === 'PX');
    expect([...(replaced?.first.entries.keys() ?? [])]).toContain('PX-1');
  });

  it('takes nobody for somebody else: where nothing says so, the pairs are contradicted and nothing is paired', async () => {
    await using rehearsal = await rehearse(OPTIONS);
    withOtherAddresses(rehearsal);
    const handle = await rehearsal.start(rehearsal.sandbox.ready.start);
    const end = await act(rehearsal, handle, { until: ({ state }) => state === 'NeedsAttention' });
    expect(end).toMatchObject({ step: 'pairIssues', blockers: [{ reason: expect.stringContaining('reporter') }] });
    expect((await rehearsal.record()).some(({ what }) => what === 'integration started')).toBe(false);
  });

  it('knows them by an official mapping of users, by their names or their keys, whatever their addresses are', async () => {
    await using rehearsal = await rehearse(OPTIONS);
    const pairs = withOtherAddresses(rehearsal).map((name, n): IdPair => {
      const old = name.replace(/\.ext$/, '');
      const [kind, source] = n % 2 === 0 ? (['user', old] as const) : (['userKey', `JIRAUSER-${old}`] as const);
      return { file: 'users.csv', line: 1, kind, source, target: name, deleted: false };
    });
    const stored = storedMapping(mergePairs(pairs).mapping, 'jira-old', 'jira-new');
    const idMappings = [await rehearsal.store.artifacts.putJson(stored)];
    const handle = await rehearsal.start({ ...rehearsal.sandbox.ready.start, idMappings });
    expect(await act(rehearsal, handle)).toMatchObject({ state: 'Completed' });
    await expectSoundEnd(rehearsal);
  });
});

/** The names of those who have another one on the new instance; their addresses are others now, too. */
function withOtherAddresses({ sandbox }: Rehearsal): string[] {
  const users = [...(sandbox.world.instances.get('jira-new')?.users.values() ?? [])].filter(({ name }) =>
    name.endsWith('.ext'),
  );
  for (const user of users) user.email = `${user.name}@elsewhere.example.com`;
  return users.map(({ name }) => name);
}
