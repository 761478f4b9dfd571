/** Messages that were sent and never arrived: each pair is named before the stop, and the newer side wins. */

import type { WorkflowHandle } from '@temporalio/client';
import { expect, it } from 'vitest';
import type { PlanDocument } from '../../src/activities/planDocument.ts';
import { start } from '../rollback/workaround.ts';
import { answersTo } from '../support/carefulPerson.ts';
import {
  ledgerOf,
  openScene,
  REQUESTER,
  runToGate,
  type Scene,
  send,
  statusOf,
  untilState,
} from '../support/migration.ts';
import { until as untilTrue } from '../support/processes.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { issueIn, people } from './defects.ts';

const QUICK = { interval: 40, issues: 8, ambiguous: false } as const;

const partnerOf = ({ world }: Scene, key: string): string =>
  world.original.first.entries.get(key)?.remoteIssueKey ?? expect.fail(`${key} has no partner`);

const undelivered = (scene: Scene, more: object) =>
  scene.control('POST', 'undelivered', { instance: 'jira-old', integrationKey: 'INT-16', ...more });

/** By summary: what both sides of the new synchronization hold of PA-6. */
const summariesOf = (scene: Scene): (string | undefined)[] => [
  issueIn(scene, 'jira-new', 'PA-6').values.get('summary') ?? undefined,
  issueIn(scene, 'jira-partner', partnerOf(scene, 'PA-6')).values.get('summary') ?? undefined,
];

/** Everything that preflight asks, and this. */
async function answering(handle: WorkflowHandle, undelivered: string): Promise<void> {
  const { tasks } = await untilState(handle, 'WaitingForPerson');
  const others = tasks[0]?.questions.filter(({ id }) => id !== 'undelivered') ?? [];
  const answers = { ...answersTo(others), undelivered };
  const answer = await send(handle, 'answer', { by: REQUESTER, task: 'preflight', answers });
  expect(answer).toMatchObject({ accepted: true });
}

const stopped = (scene: Scene) => scene.record().some(({ what }) => what === 'integration stopped');

async function planIn(scene: Scene): Promise<PlanDocument['plan']> {
  const [row] = await scene.store.projections.list();
  const entries = await scene.store.ledger.read(row?.migration ?? '');
  const digest = entries.findLast(({ digests }) => digests.plan)?.digests.plan ?? expect.fail('no plan');
  return (await scene.store.artifacts.getJson<PlanDocument>(digest)).plan;
}

const LOST = [
  { what: 'A sent what B never received', world: 'moved', issue: 'PA-6', more: { beforeCopy: true } },
  { what: 'A sent what B never received, and nothing moved', world: 'workaround', issue: 'PA-6', more: {} },
  { what: 'B sent what A never received, and nothing moved', world: 'workaround', issue: 'PB', more: {} },
] as const;

it.concurrent.for(LOST)(
  'is named before anything is stopped, checked for all other pairs, and the newer side wins, when $what',
  { timeout: 60_000 },
  async ({ world, issue, more }) => {
    await using scene = await openScene({ ...QUICK, world });
    const partner = partnerOf(scene, 'PA-6');
    const key = issue === 'PB' ? partner : issue;
    await undelivered(scene, { issue: key, act: 'lost', value: 'The newer one', by: 'anna', ...more });
    const handle = await (world === 'moved' ? scene.start() : start(scene));
    const { tasks } = await untilState(handle, 'WaitingForPerson');
    const question = tasks[0]?.questions.find(({ id }) => id === 'undelivered');
    expect(question?.text).toContain(`${world === 'moved' ? 'jira-old' : 'jira-new'}/PA-6 <> jira-partner/${partner}`);
    expect(stopped(scene)).toBe(false);
    expect(await planIn(scene)).toMatchObject({ sequencesCalibrated: true, misfits: [`PA-6 <> ${partner}`] });
    await answering(handle, 'lost');
    const gate = await runToGate(scene, handle);
    expect(summariesOf(scene)).toEqual(['The newer one', 'The newer one']);
    expect(gate.steps.find(({ step }) => step === 'stopOriginal')?.note).toContain('PA-6');
  },
);

it('takes a person’s word that nothing was lost, and says so in the decision', async () => {
  await using scene = await openScene({ ...QUICK, world: 'workaround' });
  await undelivered(scene, { issue: 'PA-6', act: 'lost', value: 'Told by telephone', by: 'anna' });
  const handle = await start(scene);
  await answering(handle, 'arrived');
  await runToGate(scene, handle);
  const evidence = (await ledgerOf(scene, handle)).findLast(({ digests }) => digests.evidence)?.digests.evidence;
  const { decision } = await scene.store.artifacts.getJson<{ decision: { acceptedRisks: object[] } }>(evidence ?? '');
  expect(decision.acceptedRisks).toContainEqual(expect.objectContaining({ id: 'undelivered', answer: 'arrived' }));
});

it('asks before it goes on without the check, where the ids of all pairs say nothing', async () => {
  await using scene = await openScene({ ...QUICK, switches: { sequenceIdsInRest: false } });
  const handle = await scene.start();
  const { tasks } = await untilState(handle, 'WaitingForPerson');
  expect(tasks[0]?.questions.map(({ id }) => id)).toContain('sequences');
  expect(stopped(scene)).toBe(false);
  await runToGate(scene, handle);
  const evidence = (await ledgerOf(scene, handle)).findLast(({ digests }) => digests.evidence)?.digests.evidence;
  const { decision } = await scene.store.artifacts.getJson<{ decision: { acceptedRisks: object[] } }>(evidence ?? '');
  expect(decision.acceptedRisks).toContainEqual(expect.objectContaining({ id: 'sequences', answer: 'accept' }));
});

it('carries what got stuck only after preflight, and names its pair, where nothing moved', {
  timeout: 60_000,
}, async () => {
  await using scene = await openScene({
    ...QUICK,
    world: 'workaround',
    configure: ({ instances }) => {
      for (const { backbone } of Object.values(instances)) backbone.stopSynchronization = 'person';
    },
  });
  const handle = await start(scene);
  await untilTask(scene, handle, 'stopOriginal');
  await undelivered(scene, { issue: 'PA-6', act: 'stuck' });
  await people(scene, { kind: 'edit', instance: 'jira-new', key: 'PA-6', field: 'summary', value: 'Stuck and newer' });
  const [entry, partner] = [scene.world.original.first.entries.get('PA-6'), scene.world.original.second];
  const received = partner.entries.get(partnerOf(scene, 'PA-6'));
  await untilTrue(async () => entry?.outgoingMessageSequenceId !== received?.incomingMessageSequenceId, 'the message');
  const gate = await runToGate(scene, handle);
  expect(summariesOf(scene)).toEqual(['Stuck and newer', 'Stuck and newer']);
  expect(gate.steps.find(({ step }) => step === 'stopOriginal')?.note).toContain('PA-6');
  expect((await statusOf(handle))?.blockers).toEqual([]);
});

it('never writes an older value over a newer one of a pair whose message got stuck on the old home', {
  timeout: 60_000,
}, async () => {
  await using scene = await openScene({
    ...QUICK,
    configure: ({ instances }) => {
      for (const { backbone } of Object.values(instances)) backbone.stopSynchronization = 'person';
    },
  });
  const handle = await scene.start();
  await untilTask(scene, handle, 'stopOriginal');
  await undelivered(scene, { issue: 'PA-6', act: 'stuck' });
  await people(scene, {
    kind: 'edit',
    instance: 'jira-old',
    key: 'PA-6',
    field: 'summary',
    value: 'Only on the old home',
  });
  await people(scene, { kind: 'edit', instance: 'jira-new', key: 'PA-6', field: 'description', value: 'Newer on A' });
  // Nobody but a person can bring it over: it is on neither of the two new sides, and is asked about.
  const { questions } = await untilTask(scene, handle, 'verify');
  expect(JSON.stringify(questions)).toContain('jira-old/PA-6 (jira-new/PA-6');
  expect(issueIn(scene, 'jira-partner', partnerOf(scene, 'PA-6')).values.get('description')).toBe('Newer on A');
});
