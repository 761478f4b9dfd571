/** Firewalls and proxies answer in an instance's place: of a read that says nothing, and a write is settled by reading. */
import { it } from 'vitest';
import type { EntryDraft } from '../../src/contract/ledger.ts';
import { atGate, deletes } from '../absence/behind.ts';
import { onEntry } from '../support/entries.ts';
import {
  answerAll,
  approve,
  ledgerOf,
  openScene,
  REQUESTER,
  retry,
  runToGate,
  type Scene,
  send,
  until,
} from '../support/migration.ts';

const isOutcome =
  (step: string) =>
  ({ kind, subject }: Pick<EntryDraft, 'kind' | 'subject'>): boolean =>
    kind === 'outcome' && subject.step === step;

const outcomesOf = async (scene: Scene, handle: Parameters<typeof ledgerOf>[1], step: string) =>
  (await ledgerOf(scene, handle)).filter(isOutcome(step)).map(({ subject }) => subject.outcome);

const PAGES = [
  { what: 'the page of a firewall (403)', fault: { action: 'firewall' }, code: 'ForeignAnswer' },
  { what: 'the page of a proxy (502)', fault: { action: 'gatewayPage', status: 502 }, code: 'ServerFailed' },
  { what: 'the page of a proxy (504)', fault: { action: 'gatewayPage', status: 504 }, code: 'ServerFailed' },
];

const WRITES = PAGES.flatMap(({ what, fault }) =>
  (['before', 'after'] as const).map((when) => ({ what, when, fault: { ...fault, when } })),
);

it.concurrent.for(WRITES)(
  'a delete that is answered with $what, $when its effect, is settled by reading',
  { timeout: 90_000 },
  async ({ fault, when }, { expect }) => {
    await using scene = await openScene({ issues: 4, ambiguous: false });
    const handle = await scene.start();
    const gate = await runToGate(scene, handle);
    await scene.control('POST', 'faults', { instance: 'jira-old', method: 'DELETE', path: '/INT-16$', ...fault });
    await approve(handle);
    const next = await until(
      handle,
      ({ state, decision }) => state === 'Completed' || (state === 'AwaitingApproval' && decision !== gate.decision),
      'what follows',
    );
    const took = when === 'after';
    expect(next.state).toBe(took ? 'Completed' : 'AwaitingApproval');
    expect(scene.world.original.deleted).toBe(took);
    expect(await outcomesOf(scene, handle, 'deleteOriginal')).toEqual(['unknown', took ? 'present' : 'absent']);
    expect(deletes(scene)).toHaveLength(1);
  },
);

it.concurrent.for(['before', 'after'] as const)(
  'a start that a firewall answers, %s its effect, is settled by reading, and sent again only when a person says so',
  { timeout: 90_000 },
  async (when, { expect }) => {
    await using scene = await openScene({ issues: 4, ambiguous: false });
    const start = { instance: 'jira-new', method: 'PUT', path: '/start$', action: 'firewall', when };
    await scene.control('POST', 'faults', [start, { ...start, method: 'POST' }]);
    const handle = await scene.start();
    const shown = await answerAll(scene, handle, 'NeedsAttention', 'AwaitingApproval');
    if (when === 'before') {
      expect(shown).toMatchObject({
        ...{ state: 'NeedsAttention', step: 'startSynchronization' },
        blockers: [{ code: 'IntentSettledOnlyByRetry', reason: expect.stringContaining("without Jira's own headers") }],
      });
      await scene.control('DELETE', 'faults');
      await retry(handle);
      await answerAll(scene, handle, 'AwaitingApproval');
    }
    expect(shown.state).toBe(when === 'before' ? 'NeedsAttention' : 'AwaitingApproval');
    const outcomes = when === 'before' ? ['unknown', 'absent', 'answered'] : ['unknown', 'present'];
    expect(await outcomesOf(scene, handle, 'startSynchronization')).toEqual(outcomes);
    expect(scene.record().filter(({ what }) => what === 'integration started')).toHaveLength(1);
  },
);

it.concurrent.for(PAGES)(
  'whether the original is gone is not told by $what',
  { timeout: 90_000 },
  async ({ fault, code }, { expect }) => {
    await using scene = await openScene({ issues: 4, ambiguous: false });
    const handle = await scene.start();
    const gate = await runToGate(scene, handle);
    const lost = { instance: 'jira-old', method: 'DELETE', path: '/INT-16$', action: 'resetBefore' };
    await scene.control('POST', 'faults', lost);
    const planted = onEntry(scene, isOutcome('deleteOriginal'), () =>
      scene.control('POST', 'faults', { instance: 'jira-old', method: 'GET', every: 1, ...fault }),
    );
    await approve(handle);
    await planted;
    const shown = await until(
      handle,
      ({ blockers, state }) => blockers.length > 0 || state === 'Completed',
      'the trouble',
    );
    expect(shown).toMatchObject({ state: 'Deleting', blockers: [{ code }] });
    await scene.control('DELETE', 'faults');
    const next = await until(
      handle,
      ({ state, decision }) => state === 'Completed' || (state === 'AwaitingApproval' && decision !== gate.decision),
      'what follows',
    );
    expect(next.state).toBe('AwaitingApproval');
    expect(scene.world.original.deleted).toBe(false);
  },
);

it.concurrent.for(PAGES)(
  'on the way back the new one is not gone for $what, and the original does not start',
  { timeout: 90_000 },
  async ({ fault, code }, { expect }) => {
    await using reached = await atGate({ issues: 4 });
    const { scene, handle, fresh } = reached;
    await scene.control('POST', 'faults', {
      ...{ instance: 'jira-new', method: 'GET', path: '/integrations', every: 1 },
      ...fault,
    });
    await send(handle, 'rollback', { by: REQUESTER, reason: 'CHG-4711 withdrawn' });
    const shown = await until(
      handle,
      ({ blockers, tasks, state }) => blockers.length + tasks.length > 0 || /^Rolled/.test(state),
      'the trouble',
    );
    expect(shown).toMatchObject({ blockers: [{ code }], tasks: [] });
    expect(scene.world.original).toMatchObject({ running: false, deleted: false });
    expect(scene.world.synchronizations.find(({ key }) => key === fresh)).toMatchObject({ running: true });
    await scene.control('DELETE', 'faults');
    await send(handle, 'retry', { by: REQUESTER });
    expect(await handle.result()).toMatchObject({ state: 'RolledBack' });
  },
);
