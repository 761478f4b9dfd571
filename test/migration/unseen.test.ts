import { expect, it } from 'vitest';
import { projectOf } from '../../sandbox/world/lookup.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { answerAll, approve, openScene, retry, runToGate, type Scene, send, untilState } from '../support/migration.ts';
import { until } from '../support/processes.ts';
import { issueBy, issueIn, people } from './defects.ts';
import { deletesOf, newOne } from './gate.ts';

const QUICK = { interval: 40, issues: 6, ambiguous: false } as const;
const KIM = { by: 'kim@example.com' };

it('never deletes when paired issues went out of sight, and goes on by itself when they are back (readable)', async () => {
  await using scene = await openScene(QUICK);
  const handle = await scene.start();
  await runToGate(scene, handle);
  await scene.control('POST', 'switches', { hiddenIssues: ['jira-partner/PB-4'] });
  await approve(handle);
  const asked = await untilState(handle, 'WaitingForPerson', 'NeedsAttention', 'Completed');
  expect(asked).toMatchObject({ state: 'WaitingForPerson', step: 'verify', tasks: [{ id: 'verify' }] });
  expect(asked.tasks[0]?.title).toContain('this issue is gone');
  expect(deletesOf(scene)).toEqual([]);
  await scene.control('POST', 'switches', { hiddenIssues: [] });
  await untilState(handle, 'AwaitingApproval');
  expect(deletesOf(scene)).toEqual([]);
});

it('deletes without an issue that somebody deleted only when a person accepts exactly that one', async () => {
  await using scene = await openScene(QUICK);
  const handle = await scene.start();
  await runToGate(scene, handle);
  const { issues } = projectOf(scene.world.live.b.instance, 'PB');
  issues.delete('PB-4');
  await approve(handle);
  await untilState(handle, 'WaitingForPerson');
  const answer = (unreadable: string) => send(handle, 'answer', { ...KIM, task: 'verify', answers: { unreadable } });
  expect(await answer('all of them')).toMatchObject({ accepted: false });
  expect(await answer('accept')).toMatchObject({ accepted: true });
  await untilState(handle, 'AwaitingApproval');

  issues.delete('PB-5');
  await approve(handle);
  const again = await untilState(handle, 'WaitingForPerson', 'Completed');
  expect(again.tasks[0]?.questions[0]?.text).toBe('Go on without PB-4, PB-5?');
  await answer('accept');
  const { evidence } = await untilState(handle, 'AwaitingApproval');
  const { decision } = await scene.store.artifacts.getJson<Evidence>(evidence ?? '');
  const risk = { id: 'unreadable', answer: 'accept', asked: 'Go on without PB-4, PB-5?', by: 'kim@example.com' };
  expect(decision.acceptedRisks).toContainEqual(expect.objectContaining(risk));
  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
});

it('closes the way, without a question, when a whole project went out of sight', async () => {
  await using scene = await openScene({ ...QUICK, issues: 60 });
  const handle = await scene.start();
  await runToGate(scene, handle);
  const hiddenIssues = [...projectOf(scene.world.live.b.instance, 'PB').issues.keys()].map(
    (key) => `jira-partner/${key}`,
  );
  await scene.control('POST', 'switches', { hiddenIssues });
  await approve(handle);
  const held = await untilState(handle, 'NeedsAttention', 'WaitingForPerson', 'Completed');
  expect(held).toMatchObject({ state: 'NeedsAttention', blockers: [{ code: 'NotProved' }] });
  expect(held.blockers[0]?.items.filter((item) => item.startsWith('readable: '))).toHaveLength(60);
  expect(deletesOf(scene)).toEqual([]);
});

const OLD_A = [
  {
    what: 'that somebody edited and we cannot see any more',
    make: async (scene: Scene) => {
      await people(scene, {
        kind: 'edit',
        instance: 'jira-old',
        key: 'PA-3',
        field: 'summary',
        value: 'after the stop',
      });
      await scene.control('POST', 'switches', { hiddenIssues: ['jira-old/PA-3'] });
    },
  },
  {
    what: 'that somebody deleted',
    make: (scene: Scene) => people(scene, { kind: 'delete', instance: 'jira-old', key: 'PA-3' }),
  },
];

it.concurrent.for(OLD_A)('asks about an issue of old A $what before the original is deleted', async ({ make }) => {
  await using scene = await openScene(QUICK);
  const handle = await scene.start();
  await runToGate(scene, handle);
  await make(scene);
  await approve(handle);
  const asked = await untilState(handle, 'WaitingForPerson', 'NeedsAttention', 'Completed');
  expect(asked.tasks[0]?.questions[0]?.text).toBe('Go on without PA-3 on jira-old?');
  expect(deletesOf(scene)).toEqual([]);
});

it('never pairs what was born on the old home after the copy with the issue that took its key, and never loses it (bornLate)', async () => {
  await using scene = await openScene(QUICK);
  const old = scene.world.instances.get('jira-old');
  if (!old) throw new Error('there is no jira-old');
  const now = scene.world.clock.now();
  const late = issueBy(scene, old, 'PA', 'anna', now, 'late-on-old');
  await until(() => scene.world.original.first.entries.has(late.key), 'the original to carry it');
  const copy = scene.world.original.first.entries.get(late.key)?.remoteIssueKey ?? '';
  const stranger = issueBy(scene, scene.world.live.a.instance, 'PA', 'ben', now + 50, 'stranger-on-new');
  expect(stranger.key).toBe(late.key);

  const handle = await scene.start();
  const held = await answerAll(scene, handle, 'NeedsAttention', 'AwaitingApproval');
  expect(held.steps.find(({ step }) => step === 'pairIssues')?.note).toContain('1 left out');
  expect(held.blockers).toMatchObject([{ code: 'NotProved', items: [`bornLate: ${copy}`] }]);
  expect(newOne(scene).second.entries.has(copy)).toBe(false);

  await people(scene, { kind: 'edit', instance: 'jira-partner', key: copy, field: 'description', value: 'Carry it' });
  await until(() => newOne(scene).second.entries.has(copy), 'the new one to carry it');
  await retry(handle);
  await runToGate(scene, handle);
  await approve(handle);
  await handle.result();
  const verdict = await scene.sandbox.verdict();
  expect(verdict.details).toEqual([]);
  expect(verdict).toMatchObject({ lostChanges: 0, duplicates: 0, originalDeleted: true, pairs: 8 });
  expect(issueIn(scene, 'jira-new', stranger.key).origin).toBe('stranger-on-new');
});
