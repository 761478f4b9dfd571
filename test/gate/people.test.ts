/** Nobody escapes "whoever requested it does not approve it" by a spelling, and nobody counts twice by one. */
import { it } from 'vitest';
import { listMigrations } from '../../src/audit/list.ts';
import type { Config } from '../../src/config/types.ts';
import {
  APPROVER,
  answerAll,
  openScene,
  REQUESTER,
  runToGate,
  type SceneOptions,
  send,
  untilState,
} from '../support/migration.ts';

const QUICK: SceneOptions = { interval: 40, issues: 6, ambiguous: false };
const approvers =
  (names: string[], required = 1) =>
  ({ policy }: Config): void => {
    Object.assign(policy, { approvers: names, required });
  };
const OWN = 'You requested this migration, so someone else must approve it (policy: selfApproval).';

it.concurrent('whoever requested it cannot approve it under another spelling of their address', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene({ ...QUICK, configure: approvers([REQUESTER, 'Lee@Example.com']) });
  const handle = await scene.start({ requestedBy: 'Kim@Example.com' });
  const { decision } = await runToGate(scene, handle);
  for (const by of [REQUESTER, ' KIM@example.com', 'Kim Doe <kim@example.com>'])
    expect(await send(handle, 'approve', { by, decision }), by).toMatchObject({ accepted: false, reason: OWN });
  await untilState(handle, 'AwaitingApproval');
  expect(scene.world.original.deleted).toBe(false);
  // The configuration spells the approver in its own way, too.
  expect(await send(handle, 'approve', { by: 'lee@example.com ', decision })).toMatchObject({ accepted: true });
  await handle.result();
  for (const person of ['KIM@EXAMPLE.COM', 'lee@example.com'])
    expect(await listMigrations(scene.store, { person }), person).toHaveLength(1);
  expect(await listMigrations(scene.store, { person: 'sam@example.com' })).toEqual([]);
});

it.concurrent('one person with two spellings in the configuration is one approver: preflight says that they are too few', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene({ ...QUICK, configure: approvers([APPROVER, 'LEE@example.com '], 2) });
  const details = [[{ code: 'NoApprover', reason: expect.stringMatching(/^2 approvals are needed and 1 person may/) }]];
  await expect((await scene.start()).result()).rejects.toMatchObject({ cause: { type: 'Refused', details } });
});

it.concurrent('a requester whom the configuration spells otherwise is no approver for preflight either', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using scene = await openScene({ ...QUICK, configure: approvers(['KIM@example.com']) });
  await expect((await scene.start()).result()).rejects.toMatchObject({ cause: { type: 'Refused' } });
});

it.concurrent('one person who approves twice under two spellings has given one approval', {
  timeout: 60_000,
}, async ({ expect }) => {
  const names = [APPROVER, 'LEE@EXAMPLE.COM', 'rene\u0301@example.com'];
  await using scene = await openScene({ ...QUICK, configure: approvers(names, 2) });
  const handle = await scene.start();
  const { decision } = await runToGate(scene, handle);
  for (const by of names.slice(0, 2)) await send(handle, 'approve', { by, decision });
  expect(await answerAll(scene, handle, 'AwaitingApproval', 'Completed')).toMatchObject({ state: 'AwaitingApproval' });
  expect(scene.world.original.deleted).toBe(false);
  expect(await send(handle, 'approve', { by: 'Ren\u00e9@example.com', decision })).toMatchObject({ accepted: true });
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
});
