/** Where A moved: whatever people did on the new A is on old A in the end, or its issue is named. */
import { expect, it } from 'vitest';
import type { Configuration } from '../../sandbox/backbone/model.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { act, back, eventually, open, residueOf, TIME, toGate, untilOnB, valuesOf } from './journey.ts';

const EDIT = { kind: 'edit', key: 'PA-3', field: 'summary' };

it.concurrent(
  'an edit on the new A is asked about though the same field was edited on old A right before',
  TIME,
  async () => {
    await using scene = await open();
    const handle = await toGate(scene);
    await act(scene, { ...EDIT, instance: 'jira-old', value: 'older, on old A' });
    await act(scene, { ...EDIT, value: 'newer, on the new A' });
    await untilOnB(scene, 'newer, on the new A');
    const { why, picture } = await back(handle);
    expect(why).toContain('PA-3');
    expect(picture.state).toBe('RolledBackWithResidue');
    expect(residueOf(picture)).toContainEqual(expect.stringMatching(/^PA-3 of jira-old.*Compare both sides/));
  },
);

it.concurrent(
  'an edit on the new A is asked about though the same field was edited on old A right after',
  TIME,
  async () => {
    await using scene = await open();
    const handle = await toGate(scene);
    await act(scene, { ...EDIT, value: 'older, on the new A' });
    await untilOnB(scene, 'older, on the new A');
    await act(scene, { ...EDIT, instance: 'jira-old', value: 'newer, on old A' });
    expect((await back(handle)).why).toContain('PA-3');
  },
);

it.concurrent('what people did alike on both is no reason to ask, and leaves nothing to name', TIME, async () => {
  await using scene = await open();
  const handle = await toGate(scene);
  await act(scene, { ...EDIT, value: 'alike' });
  await untilOnB(scene, 'alike');
  await act(scene, { ...EDIT, instance: 'jira-old', value: 'alike' });
  const { why, picture } = await back(handle);
  expect(why).toBeUndefined();
  expect(picture).toMatchObject({ state: 'RolledBack', rollback: { residue: [] } });
});

const NOT_CARRIED = [
  { what: 'a status', plant: () => {}, acts: [{ field: 'status', value: 'Done' }] },
  { what: 'a field that is not mapped', plant: () => {}, acts: [{ field: 'releaseNote', value: 'on the new A' }] },
  {
    what: 'a field that is mapped from A to B only',
    plant: ({ fieldMappings }: Configuration) => {
      for (const each of fieldMappings) if (each.firstFieldId === 'description') each.direction = 'FIRST_TO_SECOND';
    },
    acts: [{ field: 'description', value: 'on the new A' }],
  },
  {
    what: 'a field of an issue that the filter of B excludes',
    plant: ({ filter }: Configuration) => {
      (filter as { secondJql: string }).secondJql = 'status != Done';
    },
    acts: [
      { field: 'summary', value: 'on the new A' },
      { field: 'status', value: 'Done' },
    ],
  },
];

it.concurrent.for(NOT_CARRIED)(
  '$what, changed under the new one, is named where it is not handed over',
  TIME,
  async (one) => {
    await using scene = await open();
    one.plant(scene.world.original.configuration);
    const handle = await toGate(scene);
    const before = valuesOf(scene, 'jira-old', 'PA-3');
    await act(scene, ...one.acts.map((each) => ({ ...EDIT, ...each })));
    const { why, picture } = await back(handle);
    expect(why).toContain('PA-3');
    expect(picture.state).toBe('RolledBackWithResidue');
    expect(valuesOf(scene, 'jira-old', 'PA-3')).toEqual(before);
    expect(residueOf(picture)).toContainEqual(expect.stringMatching(/^PA-3 of jira-new.*changed /));
  },
);

it.concurrent('what the resync brings to old A is awaited, and not named', TIME, async () => {
  await using scene = await open();
  const handle = await toGate(scene);
  await act(scene, { ...EDIT, value: 'under the new one' });
  await untilOnB(scene, 'under the new one');
  const { picture } = await back(handle);
  expect(valuesOf(scene, 'jira-old', 'PA-3').summary).toBe('under the new one');
  expect(residueOf(picture)).not.toContainEqual(expect.stringContaining('PA-3'));
});

it.concurrent('what people do on the new A while the choice is open is named', TIME, async () => {
  await using scene = await open();
  const handle = await toGate(scene);
  await act(scene, { ...EDIT, value: 'under the new one' });
  await untilOnB(scene, 'under the new one');
  const { why, picture } = await back(handle, () =>
    act(
      scene,
      { kind: 'edit', key: 'PA-4', field: 'summary', value: 'meanwhile' },
      { kind: 'comment', key: 'PA-5', value: 'meanwhile' },
      { kind: 'attach', key: 'PA-6', value: 'meanwhile.png' },
      { kind: 'delete', key: 'PA-7' },
    ),
  );
  expect(why).toContain('PA-3');
  for (const named of [/^PA-4 .*summary/i, /^PA-5 .*comment/, /^PA-6 .*attachment/, /^PA-7 .*deleted/])
    expect(residueOf(picture)).toContainEqual(expect.stringMatching(named));
});

it.concurrent.for(['archive', 'delete'])(
  'what does not arrive, because the issue of old A fell to %s, is named',
  TIME,
  async (kind) => {
    await using scene = await open();
    const handle = await toGate(scene);
    await act(scene, { ...EDIT, value: 'under the new one' }, { kind, instance: 'jira-old', key: 'PA-3' });
    await untilOnB(scene, 'under the new one');
    const { why, picture } = await back(handle);
    expect(why).toContain('PA-3');
    expect(residueOf(picture)).toContainEqual(expect.stringMatching(/^PA-3 of jira-new.*summary/i));
  },
);

/** The first comment that a person wrote, and its issue. */
function saidOnNewA(scene: Awaited<ReturnType<typeof open>>) {
  const issues = scene.world.instances.get('jira-new')?.projects.get('PA')?.issues.values() ?? [];
  const [first] = [...issues].flatMap(({ key, comments }) =>
    comments.filter(({ author }) => author !== 'backbone').map(({ id }) => ({ key, comment: id })),
  );
  return first ?? expect.fail();
}

it.concurrent.for(['deleteComment', 'editComment'])(
  '%s on the new A, which the new one carried, is asked about and named',
  TIME,
  async (kind) => {
    await using scene = await open();
    const handle = await toGate(scene);
    const said = saidOnNewA(scene);
    await act(scene, { kind, ...said, value: 'said otherwise' });
    const { why, picture } = await back(handle);
    expect(why).toContain(said.key);
    expect(residueOf(picture)).toContainEqual(expect.stringMatching(new RegExp(`^${said.key} of jira-new.*comment`)));
  },
);

it.concurrent.for(['deleteComment', 'editComment', 'delete'])(
  '%s on the new A, where the new one was never started, is named',
  TIME,
  async (kind) => {
    await using scene = await open({
      configure: ({ instances }) => {
        if (instances['jira-new']) instances['jira-new'].backbone.pairIssues = 'person';
      },
    });
    const handle = await scene.start();
    await untilTask(scene, handle, 'pairIssues');
    const said = saidOnNewA(scene);
    await act(scene, { kind, ...said, value: 'said otherwise' });
    const { picture } = await back(handle);
    expect(picture.state).toBe('RolledBackWithResidue');
    expect(residueOf(picture)).toContainEqual(expect.stringMatching(new RegExp(`^${said.key} of jira-new`)));
  },
);

it.concurrent('an issue of B that the new one brought to the new A is named once, as a pair', TIME, async () => {
  await using scene = await open();
  const handle = await toGate(scene);
  const count = () => [...(scene.world.instances.get('jira-new')?.projects.get('PA')?.issues.values() ?? [])].length;
  const before = count();
  await act(scene, { kind: 'create', instance: 'jira-partner' });
  await eventually(() => count() === before + 1);
  const { picture } = await back(handle);
  const born = residueOf(picture).filter((line) => /born under the new one|was in no pair/.test(line));
  expect(born).toHaveLength(1);
  expect(residueOf(picture)).not.toContainEqual(expect.stringMatching(/^PA-\d+ of jira-new.*new issue/));
});
