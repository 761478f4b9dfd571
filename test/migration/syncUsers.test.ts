/** What another sync user changes between synchronizations of the same projects: asked before the stop, or as soon as it is known. */
import type { WorkflowHandle } from '@temporalio/client';
import { expect, it } from 'vitest';
import type { PlanDocument } from '../../src/activities/planDocument.ts';
import { travelChanges } from '../../src/activities/preflight/travel.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import {
  answerAll,
  ledgerOf,
  openScene,
  type Scene,
  type SceneOptions,
  send,
  until,
  untilState,
} from '../support/migration.ts';

const OPTIONS = { ambiguous: false } satisfies SceneOptions;
/** In these worlds what is created acts in PB as backbone.new; the original acts as backbone. */
const OTHER_USER = { ...OPTIONS, syncUsers: { 'jira-partner': 'backbone.new' } } satisfies SceneOptions;

/** A synchronization of PB with a new project PC of jira-new, which acts in PB as `user`. */
async function joinPC({ control }: Scene, user: string): Promise<string> {
  const by = 'otto';
  await control('POST', 'catalogue', { act: 'addProject', instance: 'jira-new', key: 'PC', name: 'Project C', by });
  if (user !== 'backbone')
    await control('POST', 'catalogue', { act: 'addUser', instance: 'jira-partner', name: user, admin: true, by }).catch(
      () => undefined,
    );
  const { integrationKey } = await control<{ integrationKey: string }>('POST', 'ui/create', {
    ...{ instance: 'jira-new', firstProject: 'PC', secondProject: 'PB', secondInstance: 'jira-partner' },
    ...{ secondUser: user, by },
  });
  return `jira-new/${integrationKey}`;
}

const questionIn = ({ tasks }: MigrationPicture) =>
  tasks.flatMap(({ questions }) => questions).find(({ id }) => id === 'syncUsers');

async function evidenceOf({ store }: Scene, { evidence }: MigrationPicture): Promise<Evidence> {
  return store.artifacts.getJson(evidence ?? '');
}

async function planOf(scene: Scene, handle: WorkflowHandle): Promise<PlanDocument> {
  const entries = await ledgerOf(scene, handle);
  const plan = entries.findLast(({ digests }) => digests.plan)?.digests.plan;
  return scene.store.artifacts.getJson(plan ?? '');
}

it('asks before anything is stopped when changes would reach a project that they did not reach, and names the risk in the decision', {
  timeout: 90_000,
}, async () => {
  await using scene = await openScene(OTHER_USER);
  const beside = await joinPC(scene, 'backbone');
  const handle = await scene.start();
  const asked = await untilState(handle, 'WaitingForPerson');
  const question = questionIn(asked);
  expect(question?.text).toContain(
    `Changes will travel on between jira-new/PA and jira-new/PC, through jira-partner/PB: ${beside} acts there as backbone, the original as backbone, the new one as backbone.new.`,
  );
  expect(scene.writes()).toEqual([]);
  const picture = await answerAll(scene, handle, 'AwaitingApproval');
  const { decision } = await evidenceOf(scene, picture);
  expect(decision.acceptedRisks).toContainEqual(
    expect.objectContaining({ id: 'syncUsers', answer: 'accept', asked: question?.text }),
  );
});

it('takes no answer for more than it was shown', { timeout: 90_000 }, async () => {
  await using scene = await openScene(OTHER_USER);
  await joinPC(scene, 'backbone');
  const handle = await scene.start();
  const first = questionIn(await untilState(handle, 'WaitingForPerson'));
  // Meanwhile PB is joined with one more project.
  await scene.control('POST', 'catalogue', {
    ...{ act: 'addProject', instance: 'jira-new', key: 'PD', name: 'Project D', by: 'otto' },
  });
  await scene.control('POST', 'ui/create', {
    ...{ instance: 'jira-new', firstProject: 'PD', secondProject: 'PB', secondInstance: 'jira-partner' },
    ...{ secondUser: 'backbone', by: 'otto' },
  });
  const answers = { syncUsers: first?.choices[0]?.value };
  await send(handle, 'answer', { by: 'kim@example.com', task: 'preflight', answers });
  const second = await until(handle, (picture) => questionIn(picture)?.text.includes('jira-new/PD') === true, 'both');
  expect(questionIn(second)?.text).toContain('jira-new/PC');
  expect(scene.writes()).toEqual([]);
});

it('asks when changes would no longer reach a project that they reached', { timeout: 60_000 }, async () => {
  await using scene = await openScene(OTHER_USER);
  const beside = await joinPC(scene, 'backbone.new');
  const question = questionIn(await untilState(await scene.start(), 'WaitingForPerson'));
  expect(question?.text).toContain(
    `Changes will no longer travel on between jira-new/PA and jira-new/PC, through jira-partner/PB: ${beside} acts there as backbone.new`,
  );
});

it.each([
  ['the new one acts as the original does', OPTIONS, 'backbone'],
  ['they travel on before and after', OTHER_USER, 'backbone.pc'],
] as const)('asks nothing where %s', { timeout: 60_000 }, async (_, options, user) => {
  await using scene = await openScene(options);
  await joinPC(scene, user);
  const handle = await scene.start({ dryRun: true });
  expect(await handle.result()).toMatchObject({ state: 'Planned', tasks: [] });
});

it('says which synchronizations nobody can list', { timeout: 60_000 }, async () => {
  await using scene = await openScene(OTHER_USER);
  await scene.control('POST', 'faults', {
    ...{ instance: 'jira-partner', path: 'integrations', action: 'status', status: 403, count: 1000 },
  });
  const handle = await scene.start({ dryRun: true });
  await handle.result();
  const { findings } = await planOf(scene, handle);
  expect(findings).toContainEqual(expect.stringMatching(/synchronizations of jira-partner\/PB cannot be listed/));
});

const byPerson: SceneOptions['configure'] = ({ instances }) => {
  const home = instances['jira-new'];
  if (home) home.backbone.createSynchronization = 'person';
};

it('asks once a person has created it, where only then it is known whom it acts as; nothing is done with it before', {
  timeout: 120_000,
}, async () => {
  await using scene = await openScene({ ...OTHER_USER, configure: byPerson });
  await joinPC(scene, 'backbone');
  const handle = await scene.start();
  const open = await untilState(handle, 'WaitingForPerson');
  expect(open.step).toBe('createSynchronization');
  expect((await planOf(scene, handle)).findings).toContainEqual(
    expect.stringContaining('it is compared when the new one has been created'),
  );
  const create = (secondUser: string) =>
    scene.control<{ integrationKey: string }>('POST', 'ui/create', {
      ...{ instance: 'jira-new', firstProject: 'PA', secondProject: 'PB', secondInstance: 'jira-partner', secondUser },
      ...{ description: open.tasks[0]?.clicks.join(' '), by: 'kim' },
    });
  const { integrationKey } = await create('backbone.new');
  const asked = await until(handle, (picture) => questionIn(picture) !== undefined, 'the question');
  expect(asked.tasks[0]?.title).toContain(integrationKey);
  expect(questionIn(asked)?.text).toContain('the new one as backbone.new');
  const writes = scene.writes().filter(({ instance }) => instance === 'jira-new');
  expect(writes).toEqual([]);
  // Created with the original's user after all: nothing is left to be accepted.
  await scene.control('POST', 'ui/delete', { instance: 'jira-new', integrationKey, by: 'kim' });
  await create('backbone');
  await until(handle, ({ step }) => step !== 'createSynchronization', 'the next step');
  const picture = await answerAll(scene, handle, 'AwaitingApproval');
  expect((await evidenceOf(scene, picture)).decision.acceptedRisks.map(({ id }) => id)).not.toContain('syncUsers');
});

it('goes on with what a person created when its sync users are accepted', { timeout: 120_000 }, async () => {
  await using scene = await openScene({ ...OTHER_USER, configure: byPerson });
  await joinPC(scene, 'backbone');
  const picture = await answerAll(scene, await scene.start(), 'AwaitingApproval');
  expect((await evidenceOf(scene, picture)).decision.acceptedRisks.map(({ id }) => id)).toContain('syncUsers');
});

const a = { instance: 'jira-new', project: 'PA' };
const b = { instance: 'jira-partner', project: 'PB' };
const oldA = { instance: 'jira-old', project: 'PA' };
const joins = (end: string, user: string) => ({ name: `${end.split('/')[0]}/INT-9`, end, user });
const acting = (user: string) => ({ a: user, b: user });

it('holds what joins the new A against what joined the old A', () => {
  const none = { a: [], b: [], oldA: [] };
  const moved = { a, b, oldA };
  const change = (beside: Partial<typeof none | Record<'a' | 'b' | 'oldA', ReturnType<typeof joins>[]>>) =>
    travelChanges(moved, { ...none, ...beside }, acting('bb'), acting('bb')).map(({ end, travels }) => [end, travels]);
  // Its other synchronizations moved along, or not yet; one that was there already; and one that never mattered.
  expect(change({ oldA: [joins('x/PC', 'other')], a: [joins('x/PC', 'other')] })).toEqual([]);
  expect(change({ oldA: [joins('x/PC', 'other')] })).toEqual([['x/PC', false]]);
  expect(change({ a: [joins('x/PC', 'other')] })).toEqual([['x/PC', true]]);
  expect(change({ a: [joins('x/PC', 'BB ')], oldA: [joins('x/PC', 'bb')] })).toEqual([]);
});

it('says nothing of users that nobody knows', () => {
  const beside = { a: [], b: [joins('x/PC', 'other')], oldA: [] };
  expect(travelChanges({ a, b, oldA }, beside, acting('bb'), acting(''))).toEqual([]);
  expect(travelChanges({ a, b, oldA }, beside, acting(''), acting('bb'))).toEqual([]);
  expect(travelChanges({ a, b, oldA }, { ...beside, b: [joins('x/PC', '')] }, acting('bb'), acting('cc'))).toEqual([]);
});
