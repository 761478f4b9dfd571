/** P1: what takes the original's place is read once more between the confirmation and the delete, and so is the original. */
import { it } from 'vitest';
import { deleteSynchronization, startSynchronization, stopSynchronization } from '../../sandbox/backbone/lifecycle.ts';
import type { Synchronization } from '../../sandbox/backbone/model.ts';
import { deleteActivities } from '../../src/activities/steps/deleteOriginal.ts';
import type { DeleteInput } from '../../src/contract/steps.ts';
import { provedDigest } from '../../src/evidence/decision.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { direct } from '../support/activity.ts';
import { APPROVER, openScene, runToGate, type Scene } from '../support/migration.ts';
import { until } from '../support/processes.ts';

interface Change {
  what: string;
  /** Part of the reason; that nothing was sent where it does not say. */
  says?: string;
  make: (scene: Scene, fresh: Synchronization) => unknown;
}

const CHANGES: Change[] = [
  { what: 'the new one was stopped', make: ({ world }, fresh) => stopSynchronization(world, fresh, 'otto') },
  {
    what: 'the new one was stopped, and one of two nodes has not heard of it',
    make: async ({ control, world }, fresh) => {
      await control('POST', 'instances', { instance: 'jira-new', picture: 'running' });
      stopSynchronization(world, fresh, 'otto');
      const status = `/integrations/${fresh.key}/status$`;
      const stale = { instance: 'jira-new', path: status, action: 'stale', picture: 'running', every: 3 };
      // It answers first, and two of three times: more than one look, and more than two, are needed to hear of it.
      for (const nth of [1, 2]) await control('POST', 'faults', { ...stale, nth });
    },
  },
  {
    what: 'the new one acts as another user',
    make: (_, { second }) => {
      if (second.application) second.application = { ...second.application, user: 'paula' };
    },
  },
  {
    what: 'the original acts as another user',
    make: ({ world: { original } }) => {
      if (original.second.application) original.second.application = { ...original.second.application, user: 'paula' };
    },
  },
  { what: 'the new one was deleted', make: ({ world }, fresh) => deleteSynchronization(world, fresh, 'otto') },
  {
    what: 'the configuration of the new one was changed',
    make: (_, fresh) => {
      const { configuration } = fresh;
      fresh.configuration = { ...configuration, filter: { ...configuration.filter, firstJql: 'priority = High' } };
    },
  },
  {
    what: 'another one was made beside the new one',
    make: ({ control }) =>
      control('POST', 'ui/create', {
        ...{ instance: 'jira-new', firstProject: 'PA', secondProject: 'PB', description: 'do not touch', by: 'otto' },
        ...{ firstInstance: 'jira-new', secondInstance: 'jira-partner' },
      }),
  },
  {
    what: 'the configuration of the original was changed',
    make: ({ world: { original } }) => {
      const { configuration } = original;
      original.configuration = { ...configuration, comments: { ...configuration.comments, direction: 'NONE' } };
    },
  },
  { what: 'the original was started', make: ({ world }) => startSynchronization(world, world.original, 'otto') },
  {
    what: 'the original was started, carried a change and was stopped again',
    says: 'left traces: PA-',
    make: async ({ control, world }) => {
      const { original } = world;
      const received = original.first.entries.get('PA-2');
      const [before, key] = [received?.incomingMessageSequenceId, received?.remoteIssueKey];
      await control('POST', 'people', { action: 'once', kind: 'comment', instance: 'jira-partner', key });
      startSynchronization(world, original, 'otto');
      await until(() => received?.incomingMessageSequenceId !== before, 'the original to carry it');
      stopSynchronization(world, original, 'otto');
    },
  },
  {
    what: 'another one took the place of the new one',
    make: (_, fresh) => {
      fresh.createdAt -= 60_000;
    },
  },
];

it.concurrent.for(CHANGES)(
  'nothing is deleted when, after the confirmation, $what',
  { timeout: 60_000 },
  async (change, { expect }) => {
    await using scene = await openScene({ issues: 4, ambiguous: false });
    const handle = await scene.start();
    const { created, decision, evidence } = await runToGate(scene, handle);
    const fresh = scene.world.synchronizations.find(({ key }) => key === created);
    if (!fresh || !decision || !evidence) throw new Error('no decision');
    await using gate = await direct(scene, handle, 'verify');
    const proved = provedDigest((await scene.store.artifacts.getJson<Evidence>(evidence)).decision);
    await scene.store.ledger.append(gate.holder, {
      ...{ kind: 'grant', actor: APPROVER, grade: 'claimed', subject: { verb: 'approve', required: 1, counting: [] } },
      digests: { decision, proved },
    });
    const input: DeleteInput = { ...gate.input, facts: { ...gate.input.facts, decision, evidence } };
    const activities = deleteActivities(gate.deps);
    const confirmed = await gate.attempt(() => activities.confirmDecision(input));
    if (confirmed.state !== 'confirmed') throw new Error(confirmed.state);
    await change.make(scene, fresh);
    await expect(gate.attempt(() => activities.deleteOriginal(input))).rejects.toThrow();
    expect(scene.world.original.deleted).toBe(false);
    expect(await gate.attempt(() => activities.settleDelete(input))).toMatchObject({
      state: 'stillThere',
      reason: expect.stringContaining(change.says ?? 'nothing was sent'),
    });
  },
);
