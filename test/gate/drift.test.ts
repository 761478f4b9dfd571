/** P1: an approval counts for what was approved. What changed between it and the delete voids it, and nothing is deleted. */
import { expect, it } from 'vitest';
import { approvedAndHeld, type Held } from '../support/braked.ts';
import { APPROVER, ledgerOf, retry, send, untilState } from '../support/migration.ts';

interface Change {
  what: string;
  /** Stands in the blocker's items. */
  named: string;
  /** Answers how it is undone. */
  make: (held: Held) => () => unknown;
}

const CHANGES: Change[] = [
  {
    what: 'the original was started again',
    named: 'originalStopped: INT-16',
    make: ({ scene }) => {
      const act = (verb: string) =>
        scene.control('POST', `ui/${verb}`, { instance: 'jira-old', integrationKey: 'INT-16', by: 'otto' });
      const started = act('start');
      return async () => {
        await started;
        await act('stop');
      };
    },
  },
  {
    what: 'the configuration of the original was changed',
    named: 'originalUnchanged: ',
    make: ({ scene: { world } }) => {
      const { configuration } = world.original;
      world.original.configuration = { ...configuration, comments: { ...configuration.comments, direction: 'NONE' } };
      return () => {
        world.original.configuration = configuration;
      };
    },
  },
  {
    what: 'the configuration of the new one was changed',
    named: 'conflicts: differs from the translated configuration',
    make: (held) => {
      const one = newOne(held);
      const { configuration } = one;
      one.configuration = { ...configuration, filter: { ...configuration.filter, firstJql: 'priority = High' } };
      return () => {
        one.configuration = configuration;
      };
    },
  },
  {
    what: 'a pair was deleted',
    named: 'PA-1',
    make: (held) => {
      const { entries } = newOne(held).first;
      const entry = entries.get('PA-1');
      entries.delete('PA-1');
      return () => entry && entries.set('PA-1', entry);
    },
  },
  {
    what: 'the new one was stopped',
    named: 'running: ',
    make: (held) => {
      const one = newOne(held);
      one.running = false;
      return () => {
        one.running = true;
      };
    },
  },
];

const newOne = ({ scene: { world }, fresh }: Held) =>
  world.synchronizations.find(({ home, key }) => home === 'jira-new' && key === fresh) ?? expect.fail('no new one');

it.concurrent.for(CHANGES)(
  'never deletes when, after the approval, $what',
  { timeout: 60_000 },
  async (change, { expect }) => {
    await using held = await approvedAndHeld();
    const { scene, handle, gate } = held;
    const undo = change.make(held);
    await held.release();
    const asked = await untilState(handle, 'NeedsAttention');
    expect(asked.step).toBe('verify');
    expect(asked.blockers[0]?.items.join('\n')).toContain(change.named);
    expect(held.deletes()).toEqual([]);

    await undo();
    await retry(handle);
    const again = await untilState(handle, 'AwaitingApproval');
    expect(again.decision).not.toBe(gate.decision);
    const old = await send(handle, 'approve', { by: APPROVER, decision: gate.decision });
    expect(old).toMatchObject({ accepted: false, reason: expect.stringContaining('not the one that stands') });
    expect(held.deletes()).toEqual([]);
    expect(await send(handle, 'approve', { by: APPROVER, decision: again.decision })).toMatchObject({ accepted: true });
    expect(await handle.result()).toMatchObject({ state: 'Completed' });
    expect(held.deletes()).toHaveLength(1);
    const spent = (await ledgerOf(scene, handle)).filter(({ subject }) => subject.grantsSpent === true);
    expect(spent).toHaveLength(1);
  },
);

it.concurrent('deletes with the approval given when only people worked on meanwhile', { timeout: 60_000 }, async ({
  expect,
}) => {
  await using held = await approvedAndHeld();
  const { scene, handle } = held;
  for (const instance of ['jira-new', 'jira-partner']) {
    for (const kind of ['edit', 'comment', 'create'])
      await scene.control('POST', 'people', { action: 'once', kind, instance });
  }
  await held.release();
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  expect((await ledgerOf(scene, handle)).filter(({ kind }) => kind === 'grant')).toHaveLength(1);
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0, wrongDeletes: 0 });
});

it.concurrent('never deletes when the approver is not one any more in the configuration', {
  timeout: 60_000,
}, async ({ expect }) => {
  await using held = await approvedAndHeld();
  const { scene, handle, gate } = held;
  scene.config.policy.approvers = ['somebody.else@example.com'];
  await held.release();
  await expect
    .poll(async () => (await untilState(handle, 'AwaitingApproval')).decision, { timeout: 20_000 })
    .not.toBe(gate.decision);
  expect(held.deletes()).toEqual([]);
  const { original } = scene.world;
  expect([original.deleted, original.running]).toEqual([false, false]);
});
