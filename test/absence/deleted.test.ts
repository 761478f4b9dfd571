/** Whether the original is gone is settled by the stable outcome of the intent, and never by one reading. */
import { it } from 'vitest';
import type { EntryDraft } from '../../src/contract/ledger.ts';
import { onEntry } from '../support/entries.ts';
import { approve, ledgerOf, openScene, runToGate, type Scene, until } from '../support/migration.ts';

const LOST = { instance: 'jira-old', method: 'DELETE', path: '/INT-16$', action: 'resetBefore' };

const isOutcome =
  (outcome: string) =>
  ({ kind, subject }: EntryDraft): boolean =>
    kind === 'outcome' && subject.step === 'deleteOriginal' && subject.outcome === outcome;

async function atGate(options = {}): Promise<Scene> {
  return openScene({ issues: 6, ambiguous: false, ...options });
}

it.concurrent('one 404 after the delete was read to have had no effect changes nothing', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using scene = await atGate();
  const handle = await scene.start();
  const gate = await runToGate(scene, handle);
  await scene.control('POST', 'faults', LOST);
  const planted = onEntry(scene, isOutcome('absent'), () =>
    scene.control('POST', 'faults', [
      { instance: 'jira-old', method: 'GET', path: '/INT-16$', action: 'status', status: 404 },
      { instance: 'jira-old', method: 'GET', path: '/INT-16/status$', action: 'status', status: 404 },
    ]),
  );
  await approve(handle);
  await planted;
  const next = await until(
    handle,
    ({ state, decision }) => state === 'Completed' || (state === 'AwaitingApproval' && decision !== gate.decision),
    'what follows',
  );
  expect(next.state).toBe('AwaitingApproval');
  expect(scene.world.original.deleted).toBe(false);
  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  expect(scene.world.original.deleted).toBe(true);
  const outcomes = (await ledgerOf(scene, handle)).flatMap(({ kind, subject }) =>
    kind === 'outcome' && subject.step === 'deleteOriginal' ? [subject.outcome] : [],
  );
  expect(outcomes).toEqual(['unknown', 'absent', 'answered']);
});

it.concurrent('a gateway that has no route says nothing of the original: it is shown, and read again', {
  timeout: 90_000,
}, async ({ expect }) => {
  await using scene = await atGate();
  const handle = await scene.start();
  const gate = await runToGate(scene, handle);
  await scene.control('POST', 'faults', [LOST]);
  const planted = onEntry(scene, isOutcome('unknown'), () =>
    scene.control('POST', 'faults', { instance: 'jira-old', method: 'GET', action: 'noRoute', every: 1 }),
  );
  await approve(handle);
  await planted;
  const shown = await until(
    handle,
    ({ blockers, state }) => blockers.length > 0 || state === 'Completed',
    'the trouble',
  );
  expect(shown).toMatchObject({ state: 'Deleting', blockers: [{ code: 'ForeignAnswer' }] });
  expect(scene.world.original.deleted).toBe(false);
  await scene.control('DELETE', 'faults');
  const next = await until(
    handle,
    ({ state, decision }) => state === 'Completed' || (state === 'AwaitingApproval' && decision !== gate.decision),
    'what follows',
  );
  expect(next.state).toBe('AwaitingApproval');
});

it.concurrent('nor does one through which only the list comes: the list has it', { timeout: 90_000 }, async ({
  expect,
}) => {
  await using scene = await atGate();
  const handle = await scene.start();
  await runToGate(scene, handle);
  await scene.control('POST', 'faults', LOST);
  const planted = onEntry(scene, isOutcome('unknown'), () =>
    scene.control('POST', 'faults', {
      instance: 'jira-old',
      method: 'GET',
      path: '/INT-16',
      action: 'status',
      status: 404,
      every: 1,
    }),
  );
  await approve(handle);
  await planted;
  const shown = await until(
    handle,
    ({ blockers, state }) => blockers.length > 0 || state === 'Completed',
    'the trouble',
  );
  expect(shown).toMatchObject({ state: 'Deleting', blockers: [{ code: 'NotRead' }] });
  expect(scene.world.original.deleted).toBe(false);
});
