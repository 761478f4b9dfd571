/** A project that has another key on its new instance, where users have other names. */
import { describe, expect, it } from 'vitest';
import type { MigrationPicture } from '../../src/contract/status.ts';
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

  it.each(['the same issue', 'another issue'])(
    'asks the same about a person, whoever else has their old name on the new instance and wrote in %s',
    async (where) => {
      await using other = await rehearse(OPTIONS);
      const [name, key] = someAuthor(other);
      const now = other.sandbox.world.instances.get('jira-new');
      const renamed = now?.users.get(`${name}.ext`);
      if (!now || !renamed) expect.fail(`no ${name}`);
      now.users.set(name, { ...renamed, name, email: 'another.one@example.com' });
      const elsewhere = [...projectOn(other, 'jira-new').issues.keys()].find((one) => one !== key) ?? '';
      const { comments } = issueOn(other, 'jira-new', where === 'the same issue' ? key : elsewhere);
      const created = (issueOn(other, 'jira-new', key).comments[0]?.created ?? 0) - 60_000;
      comments.push({ id: '77777', origin: 'another', author: name, body: 'Quite another matter', created });
      // One of a stranger is a question; all of somebody who is known by the address are none.
      expect(await commentsAskedAbout(other)).toEqual(['77777']);
    },
  );

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

/** Somebody who wrote a comment on the old home, and the key of that issue on the new one. */
function someAuthor(rehearsal: Rehearsal): [string, string] {
  for (const { key, comments } of projectOn(rehearsal, 'jira-new').issues.values()) {
    const [first] = comments;
    if (first?.author.endsWith('.ext')) return [first.author.replace(/\.ext$/, ''), key];
  }
  return expect.fail('nobody wrote');
}

function projectOn({ sandbox }: Rehearsal, name: string) {
  const instance = sandbox.world.instances.get(name);
  return instance?.projects.get('PX') ?? expect.fail(`no project on ${name}`);
}

const issueOn = (rehearsal: Rehearsal, name: string, key: string) =>
  [...projectOn(rehearsal, name).issues.values()].find((issue) => issue.key === key) ?? expect.fail(`no ${key}`);

/** The ids of the comments that a person is asked about before pairing. */
async function commentsAskedAbout(rehearsal: Rehearsal): Promise<string[]> {
  const handle = await rehearsal.start(rehearsal.sandbox.ready.start);
  const asksAbout = ({ tasks }: MigrationPicture) => tasks.some(({ id }) => id === 'pairIssues');
  const shown = await act(rehearsal, handle, {
    approve: false,
    until: (picture) =>
      picture.state === 'AwaitingApproval' || picture.state === 'NeedsAttention' || asksAbout(picture),
  });
  if (!asksAbout(shown)) expect.fail(`${shown.state}: ${JSON.stringify(shown.blockers)}`);
  const digest = shown.tasks[0]?.files[0]?.digest ?? expect.fail('no list');
  const text = (await rehearsal.store.artifacts.getBytes(digest)).toString();
  const rows = text.trimEnd().split('\r\n').slice(1);
  return rows.map((row) => row.split(',')[0] ?? '');
}
