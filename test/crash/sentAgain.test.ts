/** Whoever died over a write is waited out; what the write stands on is read once more before it is sent again. */
import { expect, it } from 'vitest';
import type { EntryDraft } from '../../src/contract/ledger.ts';
import { diesBefore, onEntry } from '../support/entries.ts';
import { answerAll, openScene, REQUESTER } from '../support/migration.ts';

it('the new one is not started beside an original that somebody started meanwhile', { timeout: 60_000 }, async () => {
  await using scene = await openScene({ issues: 6, ambiguous: false });
  const handle = await scene.start();
  const lost = { instance: 'jira-new', method: 'POST', path: '/start$', action: 'timeout', when: 'before' };
  await scene.control('POST', 'faults', lost);
  const isOutcome = ({ kind, subject }: EntryDraft) => kind === 'outcome' && subject.step === 'startSynchronization';
  diesBefore(scene, isOutcome);
  const started = onEntry(
    scene,
    (entry) => isOutcome(entry) && entry.subject.outcome === 'absent',
    () => scene.control('POST', 'ui/start', { instance: 'jira-old', integrationKey: 'INT-16', by: REQUESTER }),
  );
  const held = await answerAll(scene, handle, 'NeedsAttention', 'AwaitingApproval');
  await started;
  expect(held).toMatchObject({ step: 'startSynchronization', state: 'NeedsAttention' });
  expect(held.blockers.map(({ code }) => code)).toContain('OriginalRunsAgain');
  expect(await scene.sandbox.verdict()).toMatchObject({ bothRan: false });
});
