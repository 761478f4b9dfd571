/** A restart of the original that nobody saw: what it left of its work in its own data gives it away, also right before the delete. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { expect, it } from 'vitest';
import type { Evidence } from '../../src/evidence/types.ts';
import { approvedAndHeld, type Held } from '../support/braked.ts';
import { doTask } from '../support/carefulPerson.ts';
import {
  APPROVER,
  answerAll,
  approve,
  ledgerOf,
  openScene,
  retry,
  runToGate,
  type Scene,
  send,
  statusOf,
  until,
  untilState,
} from '../support/migration.ts';
import { until as untilTrue } from '../support/processes.ts';
import { people } from './defects.ts';

const QUICK = { interval: 40, issues: 8, ambiguous: false } as const;
const MINUTES = { timeout: 120_000 };

const click = ({ scene }: Pick<Held, 'scene'>, verb: 'start' | 'stop') =>
  scene.control('POST', `ui/${verb}`, { instance: 'jira-old', integrationKey: 'INT-16', by: 'otto' });

/** Started and stopped again between two looks; B's change is carried to old A. */
async function restart(held: Pick<Held, 'scene'>, key = 'PB-4'): Promise<void> {
  const { original } = held.scene.world;
  const received = () => [...original.first.entries.values()].find((entry) => entry.remoteIssueKey === key);
  const before = received()?.incomingMessageSequenceId;
  await people(held.scene, { kind: 'edit', instance: 'jira-partner', key, field: 'description', value: `by ${key}` });
  await click(held, 'start');
  await untilTrue(() => received()?.incomingMessageSequenceId !== before, 'the original to carry it');
  await click(held, 'stop');
  await sleep(100);
}

it(
  'a restart between approval and confirmation voids the approval, names the pair, and is in the ledger',
  MINUTES,
  async () => {
    await using held = await approvedAndHeld(QUICK);
    const { scene, handle, gate } = held;
    await restart(held);
    await held.release();
    const asked = await untilState(handle, 'WaitingForPerson', 'NeedsAttention', 'Completed');
    expect(asked).toMatchObject({ state: 'WaitingForPerson', step: 'verify' });
    expect(asked.tasks[0]?.questions).toMatchObject([{ id: 'restarted', text: expect.stringContaining('PB-4') }]);
    expect(held.deletes()).toEqual([]);
    const entered = (await ledgerOf(scene, handle)).filter(({ subject }) => subject.code === 'OriginalRan');
    expect(entered).toHaveLength(1);
    expect(entered[0]?.subject.pairs).toEqual(expect.arrayContaining([expect.stringContaining('PB-4')]));

    const about = { restarted: asked.tasks[0]?.questions[0]?.about };
    expect(
      await send(handle, 'answer', { by: APPROVER, task: 'verify', answers: { restarted: 'accept' }, about }),
    ).toMatchObject({ accepted: true });
    const again = await untilState(handle, 'AwaitingApproval');
    expect(again.decision).not.toBe(gate.decision);
    // Accepted is what the first restart left; the next one is asked about anew.
    await restart(held, 'PB-5');
    await approve(handle);
    expect(await untilState(handle, 'WaitingForPerson', 'Completed')).toMatchObject({ state: 'WaitingForPerson' });
    expect(held.deletes()).toEqual([]);
  },
);

/** Where a person is to start the new one; whatever is asked before that is answered. */
async function atStart(scene: Scene, handle: WorkflowHandle): Promise<void> {
  const answered = new Set<string>();
  for (;;) {
    const { tasks } = await until(
      handle,
      (now) => now.tasks.some(({ id, since }) => !answered.has(id + since)),
      'a task',
    );
    const [task] = tasks;
    if (!task) continue;
    if (task.step === 'startSynchronization') return;
    answered.add(task.id + task.since);
    const picture = await statusOf(handle);
    if (picture) await doTask(scene, handle, picture, task);
  }
}

it('a restart before verify is asked about, and what was accepted stands in the decision', MINUTES, async () => {
  await using scene = await openScene({
    ...QUICK,
    configure: ({ instances }) => {
      const fresh = instances['jira-new'];
      if (fresh) fresh.backbone.startSynchronization = 'person';
    },
  });
  const handle = await scene.start();
  await atStart(scene, handle);
  await restart({ scene });
  const picture = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  if (picture.state === 'NeedsAttention') {
    // A look of the step that waits fell into the restart, and named it.
    expect(picture.blockers).toMatchObject([{ code: 'OriginalRunsAgain' }]);
    await retry(handle);
  }
  const gate = await runToGate(scene, handle);
  const { decision } = await scene.store.artifacts.getJson<Evidence>(gate.evidence ?? '');
  expect(decision.acceptedRisks).toContainEqual(expect.objectContaining({ id: 'restarted', answer: 'accept' }));
  expect(decision.traces).toMatch(/^[0-9a-f]{64}$/);
});

it('a restart that only touched the configuration is found by its dates', MINUTES, async () => {
  await using held = await approvedAndHeld(QUICK);
  held.scene.world.original.modifiedAt += 1000;
  await held.release();
  const asked = await untilState(held.handle, 'WaitingForPerson', 'Completed');
  expect(asked.tasks[0]?.questions).toMatchObject([
    { id: 'restarted', text: expect.stringContaining('lastModifiedDate') },
  ]);
  expect(held.deletes()).toEqual([]);
});

it(
  'traces that an instance changes by itself while stopped are left out where the operator says so',
  MINUTES,
  async () => {
    await using held = await approvedAndHeld({
      ...QUICK,
      configure: ({ instances }) => {
        const old = instances['jira-old'];
        if (old) old.backbone.stoppedTraces = ['sequenceIds', 'lastChanges'];
      },
    });
    held.scene.world.original.modifiedAt += 1000;
    for (const entry of held.scene.world.original.first.entries.values()) entry.lastChangeSeen += 1000;
    await held.release();
    expect(await held.handle.result()).toMatchObject({ state: 'Completed' });
  },
);
