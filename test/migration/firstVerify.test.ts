/** What people do on old A between the stop and the first verify, and what it means when they say that they have carried it over. */
import { expect, it } from 'vitest';
import { changeFields } from '../../sandbox/world/changes.ts';
import type { PlanDocument } from '../../src/activities/planDocument.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { answerAll, approve, ledgerOf, openScene, type Scene, send, untilState } from '../support/migration.ts';
import { until as untilTrue } from '../support/processes.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { issueIn, people } from './defects.ts';

const QUICK = { interval: 40, issues: 8, ambiguous: false } as const;
const KIM = 'kim@example.com';
const MINUTE = 60_000;

it('names what was done on old A before the first verify, takes “carried” for it, and says on what that rests', {
  timeout: 120_000,
}, async () => {
  await using scene = await openScene({
    ...QUICK,
    configure: ({ instances }) => {
      for (const { backbone } of Object.values(instances)) backbone.startSynchronization = 'person';
    },
  });
  const handle = await scene.start();
  await untilTask(scene, handle, 'startSynchronization');
  const on = (act: object) => people(scene, { instance: 'jira-old', ...act });
  await on({ kind: 'edit', key: 'PA-2', field: 'summary', value: 'Written on the old home' });
  await on({ kind: 'comment', key: 'PA-3', value: 'Said on the old home' });
  await on({ kind: 'create', project: 'PA', value: 'Made on the old home' });
  const task = await untilTask(scene, handle, 'verify');
  const [question] = task.questions;
  expect(task.questions.map(({ id }) => id)).toEqual(['oldHome']);
  for (const named of [
    /jira-old\/PA-2 \(jira-new\/PA-2, jira-partner\/PB-\d+\): summary changed/,
    /jira-old\/PA-3 \(jira-new\/PA-3, jira-partner\/PB-\d+\): comment \d+ added/,
    /jira-old\/PA-\d+ \(nothing belongs to it yet\): new issue/,
  ])
    expect(question?.text).toMatch(named);
  expect(scene.world.original).toMatchObject({ running: false, deleted: false });

  const message = { by: KIM, task: 'verify', answers: { oldHome: 'carried' }, about: { oldHome: question?.about } };
  const { accepted, reason } = await send(handle, 'answer', message);
  expect(accepted, reason).toBe(true);
  const gate = await untilState(handle, 'AwaitingApproval', 'NeedsAttention');
  const { decision, predicates } = await scene.store.artifacts.getJson<Evidence>(gate.evidence ?? '');
  expect(predicates.find(({ name }) => name === 'oldHome')).toMatchObject({
    holds: true,
    observed: "3 not found on the other side; that they were carried over rests on a person's word",
  });
  expect(decision.acceptedRisks.find(({ id }) => id === 'oldHome')).toMatchObject({
    ...{ answer: 'carried', by: KIM, asked: question?.text },
  });
  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
});

const at = (scene: Scene, minutes: number) => Date.parse(scene.sandbox.ready.move.frozenSince) + minutes * MINUTE;

it('names in the plan nothing that was done before the old project was frozen, nor what the sync user wrote there', {
  timeout: 60_000,
}, async () => {
  await using scene = await openScene(QUICK);
  const edit = (key: string, by: string, minutes: number) =>
    wrote(scene, key, by, at(scene, minutes), `${by} ${minutes}`);
  edit('PA-2', 'anna', -1);
  // Before, and carried to it after: it was touched since, and not by a person.
  edit('PA-3', 'anna', -1);
  const partner = scene.world.original.first.entries.get('PA-3')?.remoteIssueKey ?? expect.fail('no partner');
  await people(scene, { kind: 'edit', instance: 'jira-partner', key: partner, field: 'description', value: 'Carried' });
  await untilTrue(
    async () => issueIn(scene, 'jira-old', 'PA-3').values.get('description') === 'Carried',
    'the original to carry it',
  );
  edit('PA-4', 'backbone', 1);
  edit('PA-5', 'anna', 1);
  const handle = await scene.start({ dryRun: true });
  await answerAll(scene, handle, 'Planned');
  const plan = (await ledgerOf(scene, handle)).findLast(({ digests }) => digests.plan)?.digests.plan;
  const { findings } = await scene.store.artifacts.getJson<PlanDocument>(plan ?? '');
  const frozen = findings.filter((finding) => finding.includes('frozen'));
  expect(frozen).toHaveLength(1);
  expect(frozen[0]).toContain('People changed an issue of the old project');
  expect(frozen[0]).toContain('jira-old/PA-5.');
});

/** By somebody at a moment that is over. */
function wrote(scene: Scene, key: string, by: string, when: number, description: string): void {
  const home = scene.world.instances.get('jira-old') ?? expect.fail('no old home');
  changeFields(home, issueIn(scene, 'jira-old', key), by, when, new Map([['description', description]]));
}
