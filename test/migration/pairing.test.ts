import { expect, it } from 'vitest';
import { doTask } from '../support/carefulPerson.ts';
import {
  answerAll,
  approve,
  openScene,
  retry,
  runToEnd,
  runToGate,
  type Scene,
  until as statusUntil,
} from '../support/migration.ts';
import { until } from '../support/processes.ts';
import { issueIn, people } from './defects.ts';
import { deletesOf, newOne } from './gate.ts';

const QUICK = { interval: 40, issues: 6, ambiguous: false } as const;

/** Answers everything until pairing asks this. */
async function untilAsked(scene: Scene, handle: Awaited<ReturnType<Scene['start']>>, question: string) {
  for (;;) {
    const picture = await statusUntil(handle, ({ tasks }) => tasks.length > 0, 'a task');
    const [task] = picture.tasks;
    if (task?.questions.some(({ id }) => id === question)) return picture;
    if (task) await doTask(scene, handle, picture, task);
    await statusUntil(handle, ({ tasks }) => tasks[0]?.since !== task?.since, 'the next task');
  }
}

const partnerOf = ({ world }: Scene, key: string): string =>
  world.original.first.entries.get(key)?.remoteIssueKey ?? expect.fail(`${key} has no partner`);

/** Runs until pairing closes the way; nothing has been paired or started by then. */
async function blockedAtPairing(scene: Scene, code: string, names: string[]) {
  const handle = await scene.start();
  const held = await answerAll(scene, handle, 'NeedsAttention', 'AwaitingApproval');
  expect(held).toMatchObject({ step: 'pairIssues', state: 'NeedsAttention', blockers: [{ code }] });
  const items = held.blockers.flatMap((blocker) => blocker.items).join('\n');
  for (const name of names) expect(items).toContain(name);
  expect(newOne(scene)).toMatchObject({ running: false });
  expect(newOne(scene).first.entries.size).toBe(0);
  expect(scene.world.original).toMatchObject({ running: false, deleted: false });
  return handle;
}

it('never pairs an issue with another one that stands under its key on the new home (WitnessesContradict)', async () => {
  await using scene = await openScene(QUICK);
  const issue = issueIn(scene, 'jira-new', 'PA-3');
  const { reporter, created } = issue;
  Object.assign(issue, { reporter: 'somebody-else', created: created + 7_000 });
  const handle = await blockedAtPairing(scene, 'WitnessesContradict', ['PA-3', 'created, reporter differ']);
  Object.assign(issue, { reporter, created });
  await retry(handle);
  await runToGate(scene, handle);
  expect(newOne(scene).first.entries.size).toBe(6);
});

it.each([
  ['on the new home', 'jira-new/PA-3', 'PA-3 not visible'],
  ['at the partner', 'jira-partner/PB-4', 'PB-4 not visible'],
])('never leaves a pair out because our user cannot see an issue %s: it asks', async (_, hidden, named) => {
  await using scene = await openScene(QUICK);
  await scene.control('POST', 'switches', { hiddenIssues: [hidden] });
  const handle = await scene.start();
  const { tasks } = await untilAsked(scene, handle, 'unseenPairs');
  expect(tasks[0]?.clicks.join(' ')).toContain(named);
  expect(newOne(scene).first.entries.size).toBe(0);
  await scene.control('POST', 'switches', { hiddenIssues: [] });
  await retry(handle);
  await runToGate(scene, handle);
  expect(newOne(scene).first.entries.size).toBe(6);
});

it('repairs the copy gap: what reached only the old home since the copy is on the new one, the newer change of a field wins', async () => {
  await using scene = await openScene({ ...QUICK, gap: 3, issues: 8 });
  const atPartner = (key: string, field: string, value: string) =>
    people(scene, { kind: 'edit', instance: 'jira-partner', key: partnerOf(scene, key), field, value });
  await atPartner('PA-1', 'description', 'Written at the partner after the copy');
  await atPartner('PA-2', 'severity', 'Trivial');
  await atPartner('PA-3', 'priority', 'Highest');
  // The same field on both sides, at the new home last.
  await atPartner('PA-4', 'customerReference', 'older');
  const comment = { kind: 'comment', instance: 'jira-partner', key: partnerOf(scene, 'PA-5') };
  await people(scene, { ...comment, value: 'Said after the copy, where the old home alone hears it' });
  const old = issueIn(scene, 'jira-old', 'PA-5');
  await until(() => old.comments.some(({ body }) => body.includes('the old home alone')), 'the original to carry it');
  await people(scene, { kind: 'edit', instance: 'jira-new', key: 'PA-4', field: 'customerReference', value: 'newer' });
  await people(scene, { kind: 'comment', instance: 'jira-new', key: 'PA-6', value: 'Said on the new home' });

  const picture = await runToEnd(scene, await scene.start());
  expect(picture.state).toBe('Completed');
  const verdict = await scene.sandbox.verdict();
  expect(verdict.details).toEqual([]);
  expect(verdict).toMatchObject({ lostChanges: 0, duplicates: 0, originalDeleted: true, wrongDeletes: 0 });
  expect(issueIn(scene, 'jira-new', 'PA-1').values.get('description')).toContain('Written at the partner');
});

it('never deletes while a status that was set after the copy is not on the new home: no resync of fields carries it', async () => {
  await using scene = await openScene(QUICK);
  const partner = partnerOf(scene, 'PA-3');
  await people(scene, { kind: 'edit', instance: 'jira-partner', key: partner, field: 'status', value: 'Done' });
  const handle = await scene.start();
  const held = await answerAll(scene, handle, 'NeedsAttention', 'AwaitingApproval');
  expect(held.blockers).toMatchObject([{ code: 'NotProved', items: [`changedFields: PA-3 <> ${partner}: status`] }]);
  await people(scene, { kind: 'edit', instance: 'jira-new', key: 'PA-3', field: 'status', value: 'Done' });
  await retry(handle);
  await runToGate(scene, handle);
  await approve(handle);
  await handle.result();
  expect(await scene.sandbox.verdict()).toMatchObject({ lostChanges: 0, duplicates: 0, originalDeleted: true });
});

it('never deletes while a comment made after the copy is missing on the new home, though nothing reports an error', async () => {
  await using scene = await openScene({
    ...QUICK,
    gap: 1,
    switches: { resyncCarriesComments: false, startCarriesSinceLastChangeSeen: false },
  });
  const handle = await scene.start();
  const held = await answerAll(scene, handle, 'NeedsAttention', 'AwaitingApproval');
  expect(held).toMatchObject({ state: 'NeedsAttention', step: 'verify', blockers: [{ code: 'NotProved' }] });
  expect(held.blockers[0]?.items).toEqual(['comments: PA-1']);
  // A change of the issue carries the comments that are not listed.
  await people(scene, {
    kind: 'edit',
    instance: 'jira-partner',
    key: 'PB-4',
    field: 'description',
    value: 'Look again',
  });
  await until(() => issueIn(scene, 'jira-new', 'PA-1').comments.some(({ body }) => body.includes('Said after')), 'it');
  await retry(handle);
  await runToGate(scene, handle);
  expect(deletesOf(scene)).toEqual([]);
  await approve(handle);
  await handle.result();
  expect(await scene.sandbox.verdict()).toMatchObject({ lostChanges: 0, duplicates: 0, originalDeleted: true });
});
