/** P4: on issues that we cannot see any more people worked, too. What the new one holds of it is handed over; what nobody can look at is named. */
import { expect, it } from 'vitest';
import { REQUESTER, type Scene, send, until } from '../support/migration.ts';
import { act, back, eventually, issuesOfB, open, residueOf, TIME, toGate, untilOnB } from './journey.ts';

const SAID = 'said under the new one';

const keyOnB = ({ world }: Scene, key: string): string => world.original.first.entries.get(key)?.remoteIssueKey ?? '?';
const hide = (scene: Scene, ...hiddenIssues: string[]) => scene.control('POST', 'switches', { hiddenIssues });

async function commented(scene: Scene) {
  const handle = await toGate(scene);
  await act(scene, { kind: 'comment', key: 'PA-5', value: SAID });
  await eventually(() => [...issuesOfB(scene)].some(({ comments }) => comments.some(({ body }) => body === SAID)));
  return handle;
}

const HIDDEN = [
  { where: 'on A', hidden: (_: string) => ['jira-new/PA-5'] },
  { where: 'on both sides', hidden: (other: string) => ['jira-new/PA-5', `jira-partner/${other}`] },
];

it.concurrent.for(HIDDEN)(
  'a comment on an issue that is out of sight $where is handed over',
  TIME,
  async ({ hidden }) => {
    await using scene = await open({ world: 'workaround' });
    const handle = await commented(scene);
    await hide(scene, ...hidden(keyOnB(scene, 'PA-5')));
    const { picture, why } = await back(handle);
    expect(why).toContain('PA-5');
    expect(residueOf(picture)).toContainEqual(expect.stringMatching(/^PA-5 of jira-new.*hidden from us/));
    expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0 });
  },
);

it.concurrent('it is handed over also when it is in sight again before the choice is answered', TIME, async () => {
  await using scene = await open({ world: 'workaround' });
  const handle = await commented(scene);
  await hide(scene, 'jira-new/PA-5');
  await back(handle, async () => void (await hide(scene)));
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0 });
});

it.concurrent('an edit on an issue of B that is out of sight is named, where A moved', TIME, async () => {
  await using scene = await open();
  const handle = await toGate(scene);
  const other = keyOnB(scene, 'PA-3');
  await act(scene, { kind: 'edit', instance: 'jira-partner', key: other, field: 'summary', value: 'on B' });
  await eventually(
    () => scene.world.live.a.instance.projects.get('PA')?.issues.get('PA-3')?.values.get('summary') === 'on B',
  );
  await hide(scene, `jira-partner/${other}`);
  const { picture } = await back(handle);
  expect(residueOf(picture)).toContainEqual(
    expect.stringMatching(new RegExp(`^${other} of jira-partner.*hidden from us`)),
  );
});

it.concurrent('what is deleted on B while the choice is open is left out of the resync, and named', TIME, async () => {
  await using scene = await open();
  const handle = await toGate(scene);
  const gone = keyOnB(scene, 'PA-3');
  await act(scene, { kind: 'edit', key: 'PA-3', field: 'summary', value: 'one' });
  await act(scene, { kind: 'edit', key: 'PA-4', field: 'summary', value: 'another' });
  await untilOnB(scene, 'another');
  const { picture, task } = await back(handle, () =>
    act(scene, { instance: 'jira-partner', kind: 'delete', key: gone }),
  );
  expect(task).toBeUndefined();
  expect(scene.world.instances.get('jira-old')?.projects.get('PA')?.issues.get('PA-4')?.values.get('summary')).toBe(
    'another',
  );
  expect(residueOf(picture)).toContainEqual(expect.stringMatching(new RegExp(`^${gone} of .*not told to resync`)));
});

it.concurrent('nor does one that is deleted later, after the resync was refused, spoil it for good', TIME, async () => {
  await using scene = await open();
  const handle = await toGate(scene);
  await act(scene, { kind: 'edit', key: 'PA-3', field: 'summary', value: 'one' });
  await act(scene, { kind: 'edit', key: 'PA-4', field: 'summary', value: 'another' });
  await untilOnB(scene, 'another');
  const refused = {
    instance: 'jira-old',
    method: 'POST',
    path: '/resync$',
    action: 'status',
    status: 400,
    when: 'before',
  };
  await scene.control('POST', 'faults', refused);
  const { task } = await back(handle);
  expect(task).toMatchObject({ title: expect.stringMatching(/^Resync INT-16/) });
  await act(scene, { instance: 'jira-partner', kind: 'delete', key: keyOnB(scene, 'PA-3') });
  await send(handle, 'retry', { by: REQUESTER });
  const { state } = await until(handle, (now) => /^(RolledBack|NeedsAttention)/.test(now.state), 'the end');
  expect(state).toBe('RolledBackWithResidue');
});
