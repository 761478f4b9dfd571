/** What was done to a synchronization was done to that one: another one in its place begins with nothing done to it. */
import type { WorkflowHandle } from '@temporalio/client';
import { it } from 'vitest';
import type { RecordEntry } from '../../sandbox/world/record.ts';
import type { LedgerEntry } from '../../src/contract/ledger.ts';
import { DONE_TO_NEW } from '../../src/contract/order.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import {
  answerAll,
  approve,
  openScene,
  REQUESTER,
  retry,
  runToGate,
  type Scene,
  send,
  until,
  untilState,
} from '../support/migration.ts';
import { untilTask } from '../tasks/untilTask.ts';
import { again, ledgerOfOriginal } from './again.ts';

const SMALL = { issues: 6, ambiguous: false } as const;

/** Somebody stops the new one and deletes it in Backbone's pages. */
async function deletes({ control }: Scene, integrationKey: string | null): Promise<void> {
  const one = { instance: 'jira-new', integrationKey, by: 'ann' };
  await control('POST', 'ui/stop', one);
  await control('POST', 'ui/delete', one);
}

const isConfirmation = ({ id }: { id: string }): boolean => id === 'confirmGone';

const stateOf = ({ steps }: MigrationPicture, step: string) => steps.find((status) => status.step === step)?.state;

/** Until it stands at the step that follows. Trouble is answered by `retry`; whether the first one was deleted, by who knows. */
async function untilCreatedAgain(handle: WorkflowHandle, before: string | null): Promise<MigrationPicture> {
  for (;;) {
    const picture = await until(
      handle,
      ({ state, created, step, tasks }) =>
        state === 'NeedsAttention' ||
        tasks.some(isConfirmation) ||
        (created !== null && created !== before && step !== 'createSynchronization'),
      'another one',
    );
    if (picture.tasks.some(isConfirmation)) {
      const answers = { confirmGone: 'gone' };
      await send(handle, 'answer', { by: REQUESTER, task: 'confirmGone', answers });
      await until(handle, ({ tasks }) => !tasks.some(isConfirmation), 'the next look');
      continue;
    }
    if (picture.state !== 'NeedsAttention') return picture;
    await retry(handle);
    await until(handle, ({ state }) => state !== 'NeedsAttention', 'the next look');
  }
}

/** The connectors' lists of pairs that had come in, when the new one was started. */
function pairedBeforeStart(record: readonly RecordEntry[], key: string): number {
  const started = record.findIndex(({ method, path = '' }) => method === 'POST' && path.endsWith(`/${key}/start`));
  const created = record.findLastIndex(({ method, path = '' }) => method === 'POST' && path.endsWith('/integrations'));
  return record
    .slice(created, started)
    .filter(({ method, path = '' }) => method === 'POST' && path.endsWith('/syncInformation')).length;
}

/** Steps that were entered as done after the second creation was sent: what was done to the first one counts no more. */
function doneAgain(entries: readonly LedgerEntry[]): unknown[] {
  const creations = entries.filter(({ kind, subject: { step, method } }) => {
    return kind === 'intent' && step === 'createSynchronization' && method === 'POST';
  });
  const second = creations[1]?.n ?? Number.POSITIVE_INFINITY;
  return entries
    .filter(({ n, kind, subject }) => n > second && kind === 'step' && subject.result === 'done')
    .map(({ subject }) => subject.step);
}

const ALL_OF_IT = Object.entries(DONE_TO_NEW).flatMap(([step, is]) => (is && step !== 'approval' ? [step] : []));

/** Requests to resync that went to the connectors of this one. */
const resyncsOf = (scene: Scene, key: string | null): unknown[] => {
  const one = scene.world.synchronizations.find((each) => each.key === key && each.home === 'jira-new');
  const connectors = [one?.first.connectorKey, one?.second.connectorKey];
  return connectors.map((connector) =>
    scene.writes().some(({ path = '' }) => path.endsWith(`/connectors/${connector}/resync`)),
  );
};

it.concurrent('the new one is deleted at the gate and the run is taken over: the next one is paired before it starts', {
  timeout: 180_000,
}, async ({ expect }) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  const { created } = await runToGate(scene, handle);
  await handle.terminate('a test');
  await deletes(scene, created);
  const next = await again(scene, handle);
  const begun = await untilCreatedAgain(next, created);
  expect(begun.created).not.toBe(created);
  for (const step of ['pairIssues', 'startSynchronization', 'verify'])
    expect(stateOf(begun, step), step).not.toBe('done');
  const gate = await answerAll(scene, next, 'AwaitingApproval');
  expect(pairedBeforeStart(scene.record(), gate.created ?? '')).toBeGreaterThanOrEqual(2);
  expect(doneAgain(await ledgerOfOriginal(scene))).toEqual(expect.arrayContaining(ALL_OF_IT));
  expect(resyncsOf(scene, gate.created)).toEqual([true, true]);
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0, bothRan: false });
  await approve(next);
  expect(await next.result()).toMatchObject({ state: 'Completed' });
});

it.concurrent('the new one is deleted at the gate: the same run asks, and does everything again for the next one', {
  timeout: 180_000,
}, async ({ expect }) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  const { created, decision } = await runToGate(scene, handle);
  await deletes(scene, created);
  await approve(handle);
  const asked = await until(handle, ({ state }) => state === 'NeedsAttention', 'the question');
  expect(asked).toMatchObject({
    blockers: [{ code: 'NewOneChanged', reason: expect.stringContaining(`jira-new/${created}`) }],
  });
  expect(scene.world.original).toMatchObject({ running: false, deleted: false });
  const begun = await untilCreatedAgain(handle, created);
  expect(begun.created).not.toBe(created);
  for (const step of ['pairIssues', 'startSynchronization', 'verify', 'approval'])
    expect(stateOf(begun, step), step).not.toBe('done');
  const gate = await answerAll(scene, handle, 'AwaitingApproval');
  expect(gate.decision).not.toBe(decision);
  expect(pairedBeforeStart(scene.record(), gate.created ?? '')).toBeGreaterThanOrEqual(2);
  expect(doneAgain(await ledgerOfOriginal(scene))).toEqual(expect.arrayContaining(ALL_OF_IT));
  expect(resyncsOf(scene, gate.created)).toEqual([true, true]);
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0, bothRan: false });
  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
});

it.concurrent('the new one is deleted before its issues are paired: nothing that was done to it counts for the next one', {
  timeout: 180_000,
}, async ({ expect }) => {
  await using scene = await openScene({
    ...SMALL,
    configure: ({ instances }) => {
      for (const { backbone } of Object.values(instances)) backbone.pairIssues = 'person';
    },
  });
  const handle = await scene.start();
  await untilTask(scene, handle, 'pairIssues');
  const { created } = await until(handle, ({ tasks }) => tasks.some(({ id }) => id === 'pairIssues'), 'the task');
  await scene.control('POST', 'ui/delete', { instance: 'jira-new', integrationKey: created, by: 'ann' });
  await retry(handle);
  await untilState(handle, 'NeedsAttention');
  const begun = await untilCreatedAgain(handle, created);
  expect(stateOf(begun, 'importConfiguration')).not.toBe('done');
  const gate = await answerAll(scene, handle, 'AwaitingApproval', 'NeedsAttention');
  expect(gate).toMatchObject({ state: 'AwaitingApproval', blockers: [] });
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0, bothRan: false });
});

it.concurrent('it has run: issues that it may have paired are asked about, and paired by a person they are not made twice', {
  timeout: 180_000,
}, async ({ expect }) => {
  await using scene = await openScene(SMALL);
  const handle = await scene.start();
  const { created } = await runToGate(scene, handle);
  await scene.control('POST', 'people', { action: 'once', instance: 'jira-new', kind: 'create' });
  expect(await scene.sandbox.verdict()).toMatchObject({ settled: true });
  const before = scene.world.synchronizations.find(({ key }) => key === created);
  const [born] = [...(before?.first.entries.values() ?? [])].filter(
    ({ localIssueKey }) => Number(localIssueKey.slice(3)) > 6,
  );
  await deletes(scene, created);
  await approve(handle);
  await untilState(handle, 'NeedsAttention');
  await untilCreatedAgain(handle, created);
  const task = await untilTask(scene, handle, 'startSynchronization');
  expect(task.seen).toEqual(
    expect.arrayContaining([
      expect.stringContaining(`what jira-new/${created} carried`),
      expect.stringContaining(born?.localIssueKey ?? 'a born issue'),
      expect.stringContaining(born?.remoteIssueKey ?? 'its counterpart'),
    ]),
  );
  const fresh = (await until(handle, ({ tasks }) => tasks.length > 0, 'the task')).created;
  const next = scene.world.synchronizations.find(({ key }) => key === fresh);
  const entry = (side: 'first' | 'second', local: string, remote: string) => [
    { connectorKey: next?.[side].connectorKey, localIssueKey: local, remoteIssueKey: remote, comments: [] },
  ];
  const [a, b] = [born?.localIssueKey ?? '', born?.remoteIssueKey ?? ''];
  const data = { firstConnector: entry('first', a, b), secondConnector: entry('second', b, a) };
  await scene.control('POST', 'ui/pair', { instance: 'jira-new', integrationKey: fresh, data, by: 'ann' });
  await retry(handle);
  const left = await until(handle, ({ tasks }) => tasks[0]?.seen.length === 1, 'what is left');
  expect(left.tasks[0]?.seen).toEqual([expect.stringContaining(`what jira-new/${created} carried`)]);
  await runToGate(scene, handle);
  expect(await scene.sandbox.verdict()).toMatchObject({ duplicates: 0, lostChanges: 0, bothRan: false });
  await approve(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
});
