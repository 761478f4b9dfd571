/** What each start, stop and delete of the start and of the way back stands on, asked of its check directly: each says what is in the way. */
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Synchronization } from '../../sandbox/backbone/model.ts';
import { createIssue } from '../../sandbox/world/changes.ts';
import { planOf, type StepContext } from '../../src/activities/context.ts';
import { type StepParts, undoActivities } from '../../src/activities/step.ts';
import { createSynchronization } from '../../src/activities/steps/createSynchronization.ts';
import { startSynchronization } from '../../src/activities/steps/startSynchronization.ts';
import { undoCreate } from '../../src/activities/undo/undoCreate.ts';
import { undoStart } from '../../src/activities/undo/undoStart.ts';
import { undoStop } from '../../src/activities/undo/undoStop.ts';
import type { StepName } from '../../src/contract/names.ts';
import { type Direct, direct } from '../support/activity.ts';
import { openScene, REQUESTER, type Scene, send } from '../support/migration.ts';
import { untilTask } from '../tasks/untilTask.ts';

const LEASE_MS = 700;
const HOUR_MS = 3_600_000;

describe('ready to start, by a person', () => {
  let scene: Scene;
  let handle: WorkflowHandle;
  let ready: Direct;
  let made: Synchronization;

  beforeAll(async () => {
    scene = await openScene({
      issues: 4,
      ambiguous: false,
      configure: ({ instances }) => {
        if (instances['jira-new']) instances['jira-new'].backbone.startSynchronization = 'person';
      },
    });
    handle = await scene.start();
    await untilTask(scene, handle, 'startSynchronization');
    ready = await direct(scene, handle, 'startSynchronization');
    made = scene.world.synchronizations.find(({ createdAt }) => createdAt >= scene.world.startedAt) ?? expect.fail();
  });
  afterAll(async () => {
    await ready[Symbol.asyncDispose]();
    await scene[Symbol.asyncDispose]();
  });

  const check = (
    step: StepName,
    parts: StepParts,
    changes: (context: StepContext) => void = () => {},
    undoing = [undoCreate, undoStart, undoStop].includes(parts),
  ) =>
    ready.inStep(
      step,
      (context) => {
        changes(context);
        return parts.check(context);
      },
      undoing ? { undoing } : {},
    );

  it('asks for the original to be stopped', async () => {
    scene.world.original.running = true;
    expect(await check('startSynchronization', startSynchronization)).toMatchObject({ code: 'OriginalRunsAgain' });
    scene.world.original.running = false;
    expect(await check('startSynchronization', startSynchronization)).toMatchObject({
      state: 'notDone',
      next: 'person',
    });
  });

  it('asks when the start would create an issue that nobody foresaw', async () => {
    const { instance, projectKey } = scene.world.live.a;
    const [issue] = instance.projects.get(projectKey)?.issues.values() ?? [];
    const at = Date.now() - HOUR_MS;
    const values = issue?.values ?? new Map();
    const created = createIssue(instance, { projectKey, origin: 'surprise', by: 'anna', at, values });
    const result = await check('startSynchronization', startSynchronization);
    expect(result).toMatchObject({ state: 'notDone', missing: [expect.stringContaining(created.key)] });
    instance.projects.get(projectKey)?.issues.delete(created.key);
  });

  it('stops at two of them between the same projects', async () => {
    const between = { firstProject: 'PA', secondProject: 'PB', secondInstance: 'jira-partner' };
    const other = await scene.control<{ integrationKey: string }>('POST', 'ui/create', {
      ...{ instance: 'jira-new', by: 'otto' },
      ...between,
    });
    expect(await check('createSynchronization', createSynchronization)).toMatchObject({ code: 'TwoCreated' });
    await scene.control('POST', 'ui/delete', { instance: 'jira-new', by: 'otto', ...other });
  });

  it('on the way back, what never takes hold is not called the step that it takes back', async () => {
    const never: StepParts = {
      check: async () => ({ state: 'notDone', missing: ['it is stopped'], next: 'perform' }),
      perform: async () => {},
    };
    // It is asked of what was sent back, and has nothing else to take back first.
    const back = { verb: 'rollback', class: 'R1' };
    await scene.store.ledger.append(ready.holder, { kind: 'verb', actor: REQUESTER, grade: 'claimed', subject: back });
    for (const step of ['startSynchronization', 'createSynchronization'])
      await scene.store.ledger.append(ready.holder, {
        kind: 'step',
        subject: { step, result: 'done', basis: 'read', by: 'rest', undo: true },
      });
    const undo = undoActivities(ready.deps, 'stopOriginal', never).undoStopOriginal ?? expect.fail();
    const performed = ready.attempt(() => undo({ ...ready.input, undoing: true }));
    await expect(performed).rejects.toThrow('all that undoStopOriginal sends was answered');
  });

  it('on the way back, a new one that runs is not deleted', async () => {
    made.running = true;
    expect(await check('createSynchronization', undoCreate)).toMatchObject({ code: 'NewOneRunsAgain' });
    made.running = false;
  });

  it('on the way back, the original is not started beside a new one that runs', async () => {
    made.running = true;
    expect(await check('stopOriginal', undoStop)).toMatchObject({ code: 'NewOneRunsAgain' });
    made.running = false;
  });

  it('on the way back, what does not carry our mark is not deleted by us', async () => {
    const { description } = made;
    made.description = 'do not touch';
    expect(await check('createSynchronization', undoCreate)).toMatchObject({ state: 'notDone', next: 'person' });
    made.description = description;
    expect(await check('createSynchronization', undoCreate)).toMatchObject({ state: 'notDone', next: 'perform' });
  });

  it('on the way back, the new one is not deleted when the original is gone', async () => {
    const { synchronizations } = scene.world;
    const at = synchronizations.indexOf(scene.world.original);
    synchronizations.splice(at, 1);
    expect(await check('createSynchronization', undoCreate)).toMatchObject({
      ...{ state: 'notDone', next: 'person', asks: 'originalGone' },
    });
    synchronizations.splice(at, 0, scene.world.original);
  });

  it('on the way back, an original that was stopped before the migration stays stopped', async () => {
    const wasStopped = (context: StepContext) => {
      context.facts = { ...context.facts, plan: { ...planOf(context), originalRan: false } };
    };
    expect(await check('stopOriginal', undoStop, wasStopped)).toMatchObject({ state: 'done' });
    expect(await check('stopOriginal', undoStop)).toMatchObject({ state: 'notDone' });
  });

  it.each([
    ['stopOriginal', undoStop],
    ['createSynchronization', undoCreate],
    ['startSynchronization', undoStart],
  ] as const)('on the way back, a write of %s that may be under way is waited for', async (step, parts) => {
    const sent = { part: 'sent by a worker that died', generation: 1, retry: 0, instance: 'jira-new' };
    const subject = { step, ...sent, leaseMs: LEASE_MS };
    const { at } = await scene.store.ledger.append(ready.holder, { kind: 'intent', subject });
    const before = scene.record().length;
    await check(step, parts);
    const [read] = scene.record().slice(before);
    // What was read earlier may be otherwise a moment later.
    expect(read?.at).toBeGreaterThanOrEqual(Date.parse(at) + LEASE_MS);
  });

  it('goes back with the new one gone before the original starts', async () => {
    await send(handle, 'rollback', { by: REQUESTER, reason: 'CHG-4711 withdrawn' });
    expect(await handle.result()).toMatchObject({ state: 'RolledBack' });
    const effects = scene
      .record()
      .flatMap(({ kind, what, detail }) => (kind === 'effect' ? [`${what} ${detail?.original}`] : []));
    expect(effects.filter((effect) => /deleted|started/.test(effect)).slice(-2)).toEqual([
      'integration deleted false',
      'integration started true',
    ]);
  });
});
