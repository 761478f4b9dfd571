/** Sequence ids beyond 2^53, where neighbours are one and the same double: whole migrations with them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { start } from '../rollback/workaround.ts';
import { approvedAndHeld } from '../support/braked.ts';
import { answersTo } from '../support/carefulPerson.ts';
import { answerAll, approve, openScene, REQUESTER, runToGate, send, untilState } from '../support/migration.ts';
import { until as untilTrue } from '../support/processes.ts';
import { issueIn, people } from './defects.ts';

/** 2^60: doubles are 256 apart there. */
const LONG = { interval: 40, issues: 8, ambiguous: false, sequencesFrom: '1152921504606846976' } as const;

it('a message that never arrived is the one that is named, the newer side wins, and all others are seen to arrive', {
  timeout: 120_000,
}, async () => {
  await using scene = await openScene({ ...LONG, world: 'workaround' });
  const partner = scene.world.original.first.entries.get('PA-6')?.remoteIssueKey ?? expect.fail('no partner');
  const lost = { issue: 'PA-6', act: 'lost', value: 'The newer one', by: 'anna' };
  await scene.control('POST', 'undelivered', { instance: 'jira-old', integrationKey: 'INT-16', ...lost });
  const [sent, received] = [
    scene.world.original.first.entries.get('PA-6')?.outgoingMessageSequenceId,
    scene.world.original.second.entries.get(partner)?.incomingMessageSequenceId,
  ];
  expect(sent).not.toBe(received);
  expect(Number(sent)).toBe(Number(received));
  const handle = await start(scene);
  const { tasks } = await untilState(handle, 'WaitingForPerson');
  const questions = tasks[0]?.questions ?? [];
  expect(questions.map(({ id }) => id)).not.toContain('sequences');
  expect(questions.find(({ id }) => id === 'undelivered')?.text).toContain(`jira-new/PA-6 <> jira-partner/${partner}`);
  const others = questions.filter(({ id }) => id !== 'undelivered');
  const answers = { ...answersTo(others), undelivered: 'lost' };
  await send(handle, 'answer', { by: REQUESTER, task: 'preflight', answers });
  await runToGate(scene, handle);
  for (const [instance, key] of [
    ['jira-new', 'PA-6'],
    ['jira-partner', partner],
  ] as const)
    expect(issueIn(scene, instance, key).values.get('summary')).toBe('The newer one');
  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0, wrongDeletes: 0 });
});

it('a restart of the original between two looks is found though all that moved is the last digit of an id', {
  timeout: 120_000,
}, async () => {
  await using held = await approvedAndHeld({
    ...LONG,
    configure: ({ instances }) => {
      for (const { backbone } of Object.values(instances)) backbone.stoppedTraces = ['sequenceIds'];
    },
  });
  const { scene, handle } = held;
  const { original } = scene.world;
  const its = { instance: 'jira-old', integrationKey: 'INT-16', by: 'otto' };
  const received = () => original.first.entries.get('PA-2');
  const before = received()?.incomingMessageSequenceId;
  const key = received()?.remoteIssueKey ?? expect.fail('no pair');
  await people(scene, { kind: 'edit', instance: 'jira-partner', key, field: 'description', value: 'Carried twice' });
  await scene.control('POST', 'ui/start', its);
  await untilTrue(() => received()?.incomingMessageSequenceId !== before, 'the original to carry it');
  await scene.control('POST', 'ui/stop', its);
  await sleep(100);
  expect(Number(received()?.incomingMessageSequenceId)).toBe(Number(before));
  await held.release();
  const asked = await untilState(handle, 'WaitingForPerson', 'NeedsAttention', 'Completed');
  expect(asked.tasks[0]?.questions).toMatchObject([{ id: 'restarted', text: expect.stringContaining('PA-2') }]);
  expect(held.deletes()).toEqual([]);
  await answerAll(scene, handle, 'AwaitingApproval');
  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
});
