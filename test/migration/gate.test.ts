import { expect, it } from 'vitest';
import { BY_PEOPLE } from '../../demo/hands.ts';
import type { Config } from '../../src/config/types.ts';
import { answerAll, approve, openScene, retry, runToEnd, runToGate, send, untilState } from '../support/migration.ts';
import { deletesOf, newOne } from './gate.ts';

const QUICK = { interval: 40, issues: 6, ambiguous: false } as const;
const LEE = 'lee@example.com';

it('never deletes for an approval of the requester, of a stranger, or of another decision', async () => {
  await using scene = await openScene(QUICK);
  const handle = await scene.start();
  const { decision } = await runToGate(scene, handle);
  for (const [by, digest, why] of [
    ['kim@example.com', decision ?? '', 'You requested this migration'],
    ['mallory@example.com', decision ?? '', 'not among the approvers'],
    [LEE, 'f'.repeat(64), 'not the one that stands'],
    [LEE, 'all of it', 'decision is the digest'],
  ] as const) {
    const answer = await send(handle, 'approve', { by, decision: digest });
    expect(answer).toMatchObject({ accepted: false, reason: expect.stringContaining(why) });
  }
  expect((await untilState(handle, 'AwaitingApproval')).legal).toContain('approve');
  expect(deletesOf(scene)).toEqual([]);
  expect(scene.world.original.deleted).toBe(false);
});

it('deletes only when as many people approved as the policy asks for', async () => {
  await using scene = await openScene({
    ...QUICK,
    configure: ({ policy }) => {
      policy.approvers = [LEE, 'ops@example.com'];
      policy.required = 2;
    },
  });
  const handle = await scene.start();
  await runToGate(scene, handle);
  await approve(handle);
  await approve(handle);
  expect((await untilState(handle, 'AwaitingApproval', 'Completed')).state).toBe('AwaitingApproval');
  expect(deletesOf(scene)).toEqual([]);
  await approve(handle, 'ops@example.com');
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
});

it('keeps both when the delete is rejected: the new one runs, the original stays, stopped', async () => {
  await using scene = await openScene(QUICK);
  const handle = await scene.start();
  await runToGate(scene, handle);
  await send(handle, 'reject', { by: LEE, reason: 'not before the audit', then: 'keepBoth' });
  expect(await handle.result()).toMatchObject({ state: 'KeptBoth' });
  expect(deletesOf(scene)).toEqual([]);
  expect(scene.world.original).toMatchObject({ running: false, deleted: false });
  expect(newOne(scene).running).toBe(true);
});

it('never reports Completed when somebody else deleted the original: it asks what became of it', async () => {
  await using scene = await openScene(QUICK);
  const handle = await scene.start();
  await runToGate(scene, handle);
  await scene.control('POST', 'ui/delete', { instance: 'jira-old', integrationKey: 'INT-16', by: 'ben' });
  await approve(handle);
  const held = await untilState(handle, 'WaitingForPerson', 'NeedsAttention', 'Completed');
  expect(held).toMatchObject({ step: 'verify', tasks: [{ id: 'originalGone' }] });
  expect(held.tasks[0]?.title).toContain('jira-old/INT-16');
  expect(deletesOf(scene)).toEqual([]);
});

it('never deletes another synchronization that stands under the key of the original', async () => {
  await using scene = await openScene(QUICK);
  const handle = await scene.start();
  await runToGate(scene, handle);
  const { createdAt } = scene.world.original;
  scene.world.original.createdAt = createdAt + 86_400_000;
  await approve(handle);
  const held = await untilState(handle, 'NeedsAttention', 'Completed');
  expect(held).toMatchObject({ state: 'NeedsAttention', blockers: [{ code: 'IdentityChanged' }] });
  expect(held.blockers[0]?.reason).toContain('jira-old/INT-16: created: recorded');
  expect(deletesOf(scene)).toEqual([]);
  scene.world.original.createdAt = createdAt;
  await retry(handle);
  await untilState(handle, 'Completed', 'AwaitingApproval');
});

/** Where the vendor documents no interface, or the operator wants none. */
const byPeople =
  (deleteOnAttested: boolean) =>
  ({ instances, policy }: Config): void => {
    policy.deleteOnAttested = deleteOnAttested;
    for (const { backbone } of Object.values(instances)) {
      Object.assign(backbone, BY_PEOPLE);
    }
  };

it('migrates by the hands of people alone: nothing is sent by us, and everything is checked', async () => {
  await using scene = await openScene({ ...QUICK, configure: byPeople(true) });
  const handle = await scene.start();
  await runToGate(scene, handle);
  await approve(handle);
  await answerAll(scene, handle, 'Completed');
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  expect(scene.writes()).toEqual([]);
  expect(await scene.sandbox.verdict()).toMatchObject({ lostChanges: 0, duplicates: 0, originalDeleted: true });
});

it('never deletes on the word of a person unless the policy allows it: refused, and later held', async () => {
  await using strict = await openScene({ ...QUICK, configure: byPeople(false) });
  const details = [[{ code: 'RestsOnAttestation', items: ['resyncAToB', 'resyncBToA'] }]];
  await expect((await strict.start()).result()).rejects.toMatchObject({ cause: { type: 'Refused', details } });
  expect(strict.world.original.deleted).toBe(false);

  await using scene = await openScene({ ...QUICK, configure: byPeople(true) });
  const handle = await scene.start();
  await untilState(handle, 'WaitingForPerson');
  scene.config.policy.deleteOnAttested = false;
  const held = await answerAll(scene, handle, 'NeedsAttention', 'AwaitingApproval');
  expect(held).toMatchObject({ state: 'NeedsAttention', blockers: [{ code: 'RestsOnAttestation' }] });
  expect(held.blockers[0]?.items).toEqual(['resyncAToB', 'resyncBToA']);
  expect(scene.world.original.deleted).toBe(false);
});

it('prepares first when it is told to: the original runs until everything else is ready', async () => {
  await using scene = await openScene(QUICK);
  const handle = await scene.start({ order: 'prepareFirst' });
  const picture = await runToEnd(scene, handle);
  const names = picture.steps.map(({ step }) => step);
  expect(names.indexOf('stopOriginal')).toBeGreaterThan(names.indexOf('importConfiguration'));
  const at = (what: string) => scene.record().find((entry) => entry.what === what)?.n ?? Number.NaN;
  expect(at('integration stopped')).toBeGreaterThan(at('import-configuration'));
  expect(at('integration started')).toBeGreaterThan(at('integration stopped'));
  expect(await scene.sandbox.verdict()).toMatchObject({ lostChanges: 0, duplicates: 0, originalDeleted: true });
});
