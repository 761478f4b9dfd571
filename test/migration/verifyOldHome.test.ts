/** Old A after the stop: what people do there reaches neither B nor new A, so it is named, and nothing is deleted over it unseen. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { expect, it } from 'vitest';
import type { MigrationPicture } from '../../src/contract/status.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { start as startWorkaround, workaround } from '../rollback/workaround.ts';
import { approvedAndHeld } from '../support/braked.ts';
import { approve, openScene, runToGate, type Scene, send, statusOf, untilState } from '../support/migration.ts';
import { people } from './defects.ts';
import { deletesOf } from './gate.ts';

const QUICK = { interval: 40, issues: 8, ambiguous: false } as const;
const KIM = { by: 'kim@example.com' };
const MINUTES = { timeout: 120_000 };

const onOldA = (scene: Scene, act: object) => people(scene, { instance: 'jira-old', ...act });

/** What the task says, all of it. */
const textOf = ({ tasks }: MigrationPicture): string => JSON.stringify(tasks);

/** Jira stamps what was done, and the issue itself, within a second. */
const pastTheMoment = () => sleep(1_100);

async function evidenceOf(scene: Scene, handle: WorkflowHandle): Promise<Evidence> {
  return scene.store.artifacts.getJson<Evidence>((await statusOf(handle))?.evidence ?? '');
}

const accept = (handle: WorkflowHandle, { tasks }: MigrationPicture) =>
  send(handle, 'answer', {
    ...KIM,
    task: 'verify',
    answers: { oldHome: 'accept' },
    about: { oldHome: tasks[0]?.questions.find(({ id }) => id === 'oldHome')?.about },
  });

it('names what people did on old A before verify, with the keys of both sides, and asks', MINUTES, async () => {
  await using held = await approvedAndHeld(QUICK);
  const { scene, handle, gate } = held;
  await onOldA(scene, { kind: 'edit', key: 'PA-2', field: 'summary', value: 'Written on the old home' });
  await onOldA(scene, { kind: 'comment', key: 'PA-3', value: 'Said on the old home' });
  await onOldA(scene, { kind: 'create', project: 'PA', value: 'Made on the old home' });
  await held.release();
  const asked = await untilState(handle, 'WaitingForPerson', 'NeedsAttention', 'Completed');
  expect(asked).toMatchObject({ state: 'WaitingForPerson', step: 'verify', tasks: [{ id: 'verify' }] });
  const text = textOf(asked);
  for (const named of [
    'jira-old/PA-2 (jira-new/PA-2, jira-partner/PB-',
    'summary',
    'jira-old/PA-3 (jira-new/PA-3, jira-partner/PB-',
    'comment',
    'new issue',
  ])
    expect(text).toContain(named);
  expect(asked.tasks[0]?.questions).toMatchObject([
    { id: 'oldHome', choices: [{ value: 'carried' }, { value: 'accept' }] },
  ]);
  expect(text).toContain('rollback');
  expect(held.deletes()).toEqual([]);

  expect(await accept(handle, asked)).toMatchObject({ accepted: true });
  const again = await untilState(handle, 'AwaitingApproval');
  expect(again.decision).not.toBe(gate.decision);
  const { decision, predicates } = await scene.store.artifacts.getJson<Evidence>(again.evidence ?? '');
  expect(decision.acceptedRisks).toContainEqual(
    expect.objectContaining({ id: 'oldHome', answer: 'accept', by: KIM.by, asked: expect.stringContaining('PA-2') }),
  );
  expect(predicates.find(({ name }) => name === 'oldHome')).toMatchObject({
    holds: true,
    observed: expect.stringContaining('3'),
  });
  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
});

it('asks again when people did more on old A than was accepted', MINUTES, async () => {
  await using held = await approvedAndHeld(QUICK);
  const { scene, handle } = held;
  await onOldA(scene, { kind: 'comment', key: 'PA-3', value: 'The first' });
  await held.release();
  await accept(handle, await untilState(handle, 'WaitingForPerson'));
  await untilState(handle, 'AwaitingApproval');
  await onOldA(scene, { kind: 'comment', key: 'PA-4', value: 'The second' });
  await approve(handle);
  const again = await untilState(handle, 'WaitingForPerson', 'Completed');
  expect(again.state).toBe('WaitingForPerson');
  expect(textOf(again)).toContain('jira-old/PA-4');
  expect(deletesOf(scene)).toEqual([]);
});

it('goes on by itself once a person has carried over what was done on old A', MINUTES, async () => {
  await using held = await approvedAndHeld(QUICK);
  const { scene, handle } = held;
  await onOldA(scene, { kind: 'edit', key: 'PA-2', field: 'summary', value: 'Written on the old home' });
  await onOldA(scene, { kind: 'comment', key: 'PA-3', value: 'Said on the old home' });
  await held.release();
  await untilState(handle, 'WaitingForPerson');
  await people(scene, {
    instance: 'jira-new',
    kind: 'edit',
    key: 'PA-2',
    field: 'summary',
    value: 'Written on the old home',
  });
  await people(scene, { instance: 'jira-new', kind: 'comment', key: 'PA-3', value: 'Said on the old home' });
  await untilState(handle, 'AwaitingApproval');
  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0, wrongDeletes: 0 });
});

it('names comments that were edited or deleted on old A after the stop', MINUTES, async () => {
  await using held = await approvedAndHeld(QUICK);
  const { scene, handle } = held;
  const old = scene.world.instances.get('jira-old')?.projects.get('PA');
  const commented = [...(old?.issues.values() ?? [])].filter(({ comments }) => comments.length > 0);
  const [one, other] = commented;
  if (!one || !other) throw new Error('too few comments in the world');
  await onOldA(scene, { kind: 'editComment', key: one.key, comment: one.comments[0]?.id, value: 'Said otherwise' });
  await onOldA(scene, { kind: 'deleteComment', key: other.key, comment: other.comments[0]?.id });
  await held.release();
  const text = textOf(await untilState(handle, 'WaitingForPerson', 'Completed'));
  expect(text).toMatch(new RegExp(`jira-old/${one.key} \\([^)]*\\): comment \\d+ edited`));
  expect(text).toMatch(new RegExp(`jira-old/${other.key} \\([^)]*\\): comment \\d+ deleted`));
  expect(held.deletes()).toEqual([]);
});

it.each([true, false])(
  'names a file that was attached on old A, though its history says so: %s',
  MINUTES,
  async (told) => {
    await using held = await approvedAndHeld(QUICK);
    const { scene, handle } = held;
    await scene.control('POST', 'switches', { filesInHistory: told });
    await onOldA(scene, { kind: 'attach', key: 'PA-3', value: 'contract.pdf' });
    await held.release();
    const asked = await untilState(handle, 'WaitingForPerson', 'Completed');
    const named = /jira-old\/PA-3 \(jira-new\/PA-3, jira-partner\/PB-\d+\): file \d+ \(contract\.pdf\) attached/g;
    expect(asked.tasks[0]?.questions[0]?.text.match(named)).toHaveLength(1);
    expect(held.deletes()).toEqual([]);
    await people(scene, { instance: 'jira-new', kind: 'attach', key: 'PA-3', value: 'contract.pdf' });
    await untilState(handle, 'AwaitingApproval');
    const { predicates } = await evidenceOf(scene, handle);
    expect(predicates.find(({ name }) => name === 'oldHome')).toMatchObject({ holds: true });
  },
);

it(
  'names an issue of old A that was touched by what nothing tells: a file that is gone, an archive that was taken back',
  MINUTES,
  async () => {
    await using held = await approvedAndHeld(QUICK);
    const { scene, handle } = held;
    await onOldA(scene, { kind: 'attach', key: 'PA-3', value: 'draft.txt' });
    await onOldA(scene, { kind: 'comment', key: 'PA-3', value: 'Said before' });
    await pastTheMoment();
    await onOldA(scene, { kind: 'detach', key: 'PA-3', value: 'draft.txt' });
    await onOldA(scene, { kind: 'archive', key: 'PA-4' });
    await onOldA(scene, { kind: 'restore', key: 'PA-4' });
    await held.release();
    const text = textOf(await untilState(handle, 'WaitingForPerson', 'Completed'));
    expect(text).toMatch(/jira-old\/PA-3 \([^)]*\): touched, and what was done is not told/);
    expect(text).toMatch(/jira-old\/PA-4 \([^)]*\): touched, and what was done is not told/);
    expect(held.deletes()).toEqual([]);
  },
);

it('finds nothing on old A where only the sync user wrote there, and where nothing moved', MINUTES, async () => {
  await using scene = await openScene(QUICK);
  await people(scene, {
    instance: 'jira-partner',
    kind: 'edit',
    key: 'PB-4',
    field: 'summary',
    value: 'Carried to old A',
  });
  const handle = await scene.start();
  const gate = await runToGate(scene, handle);
  const evidence = await scene.store.artifacts.getJson<Evidence>(gate.evidence ?? '');
  expect(evidence.predicates.find(({ name }) => name === 'oldHome')).toMatchObject({ holds: true });

  await using other = await workaround();
  const second = await startWorkaround(other);
  const there = await runToGate(other, second);
  await people(other, {
    instance: other.world.live.a.instance.name,
    kind: 'comment',
    key: 'PA-3',
    value: 'Still here',
  });
  const read = await other.store.artifacts.getJson<Evidence>(there.evidence ?? '');
  expect(read.predicates.find(({ name }) => name === 'oldHome')?.observed).toContain('did not move');
  await approve(second);
  expect(await second.result()).toMatchObject({ state: 'Completed' });
});

it('names in the plan what was changed on old A after it was said to be frozen', MINUTES, async () => {
  await using scene = await openScene(QUICK);
  await onOldA(scene, { kind: 'edit', key: 'PA-5', field: 'description', value: 'Not frozen at all' });
  const handle = await scene.start();
  const gate = await runToGate(scene, handle);
  const { observations } = await scene.store.artifacts.getJson<Evidence>(gate.evidence ?? '');
  expect(observations.notes?.join('\n')).toMatch(/jira-old\/PA-5/);
  expect(observations.notes?.join('\n')).toContain('frozen');
});
