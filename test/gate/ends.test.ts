/** An end says what is so: it is read right before, whoever deleted the original, and whoever stopped or started what. */
import type { WorkflowHandle } from '@temporalio/client';
import { it } from 'vitest';
import {
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
import { rewritingBefore } from '../support/rewriting.ts';
import { again } from '../takeover/again.ts';
import { watching } from '../watch/watching.ts';
import { asked, BACK, deletes, untilAsked, untilWithdrawn } from './asked.ts';

const MINUTES = { timeout: 120_000 };
const WATCHED = { watchEvery: 200 };

const click = (scene: Scene, page: 'start' | 'stop', instance: string, integrationKey: string | null) =>
  scene.control('POST', `ui/${page}`, { instance, integrationKey, by: 'otto' });

const running = (scene: Scene) => scene.world.synchronizations.filter((one) => one.running).map(({ key }) => key);

const created = async (handle: WorkflowHandle) => (await until(handle, () => true, 'a picture')).created ?? '';

const sayGone = (handle: WorkflowHandle) =>
  send(handle, 'answer', { by: REQUESTER, task: 'originalGone', answers: { originalGone: 'gone' } });

const untilAskedGone = (handle: WorkflowHandle) =>
  until(handle, ({ tasks }) => tasks.some(({ id }) => id === 'originalGone'), 'whether the original was deleted');

const MEANWHILE = [
  { what: 'the new one is stopped', page: 'stop', instance: 'jira-new', says: /INT-5/ },
  { what: 'the original is started', page: 'start', instance: 'jira-old', says: /INT-16/ },
] as const;

it.concurrent.for(MEANWHILE)(
  'nobody is asked to delete the original any more when $what meanwhile, and the approval is spent',
  MINUTES,
  async ({ page, instance, says }, { expect }) => {
    await using reached = await asked(WATCHED);
    const { scene, handle } = reached;
    await using _ = await watching(scene);
    await click(scene, page, instance, instance === 'jira-old' ? 'INT-16' : await created(handle));
    const picture = await untilState(handle, 'NeedsAttention');
    expect(picture).toMatchObject({ step: 'verify', tasks: [] });
    expect(picture.steps.find(({ step }) => step === 'deleteOriginal')?.note).toMatch(says);
    expect(JSON.stringify(picture.blockers)).toContain('Tell whoever was asked to delete INT-16 that it stays');
    expect(JSON.stringify(picture.blockers)).not.toContain('Both run');
    // Whoever was asked may still do it: that is taken back first.
    await send(handle, 'rollback', BACK);
    await untilWithdrawn(handle);
  },
);

it.concurrent(
  'what people do on old A while somebody is asked to delete the original takes the task back',
  MINUTES,
  async ({ expect }) => {
    await using reached = await asked(WATCHED);
    const { scene, handle } = reached;
    await scene.control('POST', 'people', {
      action: 'once',
      kind: 'comment',
      instance: 'jira-old',
      key: 'PA-3',
      value: 'on old A',
    });
    await retry(handle);
    const picture = await untilState(handle, 'WaitingForPerson');
    expect(picture).toMatchObject({ step: 'verify' });
    expect(JSON.stringify(picture.tasks)).toContain('PA-3');
  },
);

it.concurrent(
  'once the new one runs again it is approved and asked for anew, and ends Completed',
  MINUTES,
  async ({ expect }) => {
    await using reached = await asked();
    const { scene, handle } = reached;
    const key = await created(handle);
    await click(scene, 'stop', 'jira-new', key);
    await retry(handle);
    await untilState(handle, 'NeedsAttention');
    await click(scene, 'start', 'jira-new', key);
    await retry(handle);
    await untilState(handle, 'AwaitingApproval');
    await approve(handle);
    await untilAsked(handle);
    await deletes(scene);
    expect(await handle.result()).toMatchObject({ state: 'Completed' });
    expect(running(scene)).toEqual([key]);
  },
);

it.concurrent(
  'Completed is not said while nothing runs: retry starts the new one, and then it is',
  MINUTES,
  async ({ expect }) => {
    await using reached = await asked();
    const { scene, handle } = reached;
    const key = await created(handle);
    await click(scene, 'stop', 'jira-new', key);
    await deletes(scene);
    await retry(handle);
    const held = await untilState(handle, 'NeedsAttention');
    expect(held).toMatchObject({ step: 'verify', blockers: [{ code: 'NothingRuns', items: [key] }] });
    expect(running(scene)).toEqual([]);
    await retry(handle);
    expect(await handle.result()).toMatchObject({ state: 'Completed', blockers: [] });
    expect(running(scene)).toEqual([key]);
  },
);

it.concurrent('a run that takes over does not say Completed either while nothing runs', MINUTES, async ({ expect }) => {
  await using reached = await asked();
  const { scene, handle } = reached;
  const key = await created(handle);
  await handle.terminate('a test');
  await click(scene, 'stop', 'jira-new', key);
  await deletes(scene);
  const next = await again(scene, handle);
  expect(await untilState(next, 'NeedsAttention')).toMatchObject({ blockers: [{ code: 'NothingRuns', items: [key] }] });
  await retry(next);
  expect(await next.result()).toMatchObject({ state: 'Completed' });
  expect(running(scene)).toEqual([key]);
});

it.concurrent('nor one that was taking the delete back', MINUTES, async ({ expect }) => {
  await using reached = await asked();
  const { scene, handle } = reached;
  const key = await created(handle);
  await send(handle, 'rollback', BACK);
  await untilWithdrawn(handle);
  await click(scene, 'stop', 'jira-new', key);
  await deletes(scene);
  await retry(handle);
  expect(await untilState(handle, 'NeedsAttention')).toMatchObject({
    blockers: [{ code: 'NothingRuns', items: [key] }],
  });
});

const gateOf = async () => {
  const scene = await openScene({
    issues: 6,
    ambiguous: false,
    configure: ({ timing }) => {
      timing.watchEvery = 200;
    },
  });
  const handle = await scene.start();
  const picture = await runToGate(scene, handle);
  return { scene, handle, key: picture.created ?? '' };
};

it.concurrent('KeptBoth is not said while the original runs', MINUTES, async ({ expect }) => {
  const { scene, handle, key } = await gateOf();
  await using _ = scene;
  await click(scene, 'start', 'jira-old', 'INT-16');
  await send(handle, 'reject', { by: REQUESTER, reason: 'keep them', then: 'keepBoth' });
  const held = await untilState(handle, 'NeedsAttention');
  expect(JSON.stringify(held.blockers)).toContain('stopped');
  expect(running(scene)).toEqual(expect.arrayContaining(['INT-16', key]));
});

it.concurrent(
  'an original that somebody deletes at the gate is asked about, not approved; and it ends Completed',
  MINUTES,
  async ({ expect }) => {
    const { scene, handle, key } = await gateOf();
    await using _ = scene;
    await using __ = await watching(scene);
    await deletes(scene);
    const picture = await untilAskedGone(handle);
    expect(picture.tasks[0]?.title).toContain('jira-old/INT-16');
    expect(picture.legal).not.toContain('approve');
    expect(await sayGone(handle)).toMatchObject({ accepted: true });
    const end = await handle.result();
    expect(end).toMatchObject({ state: 'Completed', blockers: [] });
    expect(end.steps.find(({ step }: { step: string }) => step === 'approval')).toMatchObject({ state: 'open' });
    expect(running(scene)).toEqual([key]);
    expect(scene.writes().filter(({ method }) => method === 'DELETE')).toEqual([]);
  },
);

it.concurrent(
  'KeptBoth is not said when somebody turns back while it is read whether both are kept',
  MINUTES,
  async ({ expect }) => {
    const { scene, handle, key } = await gateOf();
    await using _ = scene;
    const work = { action: 'once', kind: 'comment', instance: 'jira-new', key: 'PA-3', value: 'under the new one' };
    await scene.control('POST', 'people', work);
    const kept = await send(handle, 'reject', { by: REQUESTER, reason: 'keep them', then: 'keepBoth' });
    expect(kept.accepted).toBe(true);
    expect(await send(handle, 'rollback', BACK)).toMatchObject({ accepted: true });
    // Not ended: it is shown where it is, and takes what people answer.
    const { state, tasks } = await until(handle, (picture) => picture.tasks.length > 0, 'the choice');
    expect(state).toBe('WaitingForPerson');
    const choice = { by: REQUESTER, task: tasks[0]?.id, answers: { rollbackDelta: 'handOver' } };
    expect(await send(handle, 'answer', choice)).toMatchObject({ accepted: true });
    expect(await handle.result()).toMatchObject({ state: expect.stringMatching(/^RolledBack/) });
    expect(running(scene)).toContain('INT-16');
    expect(running(scene)).not.toContain(key);
  },
);

it.concurrent('KeptBoth is not said of an original that is gone', MINUTES, async ({ expect }) => {
  const { scene, handle, key } = await gateOf();
  await using _ = scene;
  await deletes(scene);
  await send(handle, 'reject', { by: REQUESTER, reason: 'it is gone', then: 'keepBoth' });
  await untilAskedGone(handle);
  await click(scene, 'stop', 'jira-new', key);
  await sayGone(handle);
  expect(await untilState(handle, 'NeedsAttention')).toMatchObject({ blockers: [{ code: 'NothingRuns' }] });
  await click(scene, 'start', 'jira-new', key);
  await retry(handle);
  expect(await handle.result()).toMatchObject({ state: 'Completed' });
});

it.concurrent(
  'on the way back the new one goes on where the original is gone, and is started again if it was stopped',
  MINUTES,
  async ({ expect }) => {
    const { scene, handle, key } = await gateOf();
    await using _ = scene;
    await scene.control('POST', 'people', {
      action: 'once',
      kind: 'comment',
      instance: 'jira-new',
      key: 'PA-3',
      value: 'under the new one',
    });
    await send(handle, 'rollback', BACK);
    const choice = await until(handle, ({ tasks }) => tasks.length > 0, 'the choice');
    expect(running(scene)).toEqual([]);
    await deletes(scene);
    await send(handle, 'answer', { by: REQUESTER, task: choice.tasks[0]?.id, answers: { rollbackDelta: 'handOver' } });
    await untilAskedGone(handle);
    await sayGone(handle);
    expect(await handle.result()).toMatchObject({ state: 'Completed' });
    expect(running(scene)).toEqual([key]);
    expect(scene.writes().filter(({ method }) => method === 'DELETE')).toEqual([]);
  },
);

it.concurrent(
  'a gate whose original is only missing from the list stands as it was, and so do its approvals',
  MINUTES,
  async ({ expect }) => {
    let [target, isHidden] = ['', false];
    await using proxy = await rewritingBefore(
      () => target,
      (path, body) =>
        isHidden && /\/integrations(\?[^/]*)?$/.test(path)
          ? JSON.stringify(
              (JSON.parse(body) as { integrationKey: string }[]).filter(
                ({ integrationKey }) => integrationKey !== 'INT-16',
              ),
            )
          : body,
    );
    await using scene = await openScene({
      ...{ issues: 6, ambiguous: false },
      configure: ({ instances, timing, policy }) => {
        timing.watchEvery = 200;
        policy.required = 2;
        policy.approvers = ['lee@example.com', 'ann@example.com'];
        const old = instances['jira-old'];
        if (!old) throw new Error('jira-old is not configured');
        target = old.baseUrl;
        old.baseUrl = proxy.url;
      },
    });
    await using _ = await watching(scene);
    const handle = await scene.start();
    const { decision } = await runToGate(scene, handle);
    await approve(handle);
    isHidden = true;
    await until(handle, ({ step }) => step === 'verify', 'what is proved is read again');
    const gate = await until(
      handle,
      ({ state, gate: { counting = [] } = {} }) => state === 'AwaitingApproval' && counting.length > 0,
      'the gate',
    );
    expect(gate.decision).toBe(decision);
    isHidden = false;
    await approve(handle, 'ann@example.com');
    expect(await handle.result()).toMatchObject({ state: 'Completed' });
  },
);
