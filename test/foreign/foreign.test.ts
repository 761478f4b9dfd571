/**
 * Somebody who reaches the task queues has activities done with input of their own, in a run of their own, or one that took the claim
 * over: nothing is granted, and nothing is deleted.
 */
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Synchronization } from '../../sandbox/backbone/model.ts';
import { instanceQueue, migrationsQueue } from '../../src/contract/names.ts';
import { DELTA_QUESTION } from '../../src/contract/rollback.ts';
import type { OpenMigrationResult, StepInput } from '../../src/contract/steps.ts';
import { boundTo, type HumanTask } from '../../src/contract/tasks.ts';
import { provedDigest } from '../../src/evidence/decision.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { asEntry } from '../../src/migration/entries.ts';
import { fold } from '../../src/migration/evolve.ts';
import { initialState } from '../../src/migration/state.ts';
import { digestOf } from '../../src/store/canonical.ts';
import { direct } from '../support/activity.ts';
import { APPROVER, openScene, REQUESTER, runToGate, type Scene } from '../support/migration.ts';
import { connectWorkers } from '../support/temporal.ts';
import type { Called } from './workflow.ts';

let scene: Scene;
let real: WorkflowHandle;
let own: WorkflowHandle;
let stop: () => Promise<void>;
/** What the real workflow sent along; and what it would send for the delete. */
let input: StepInput;
/** The evidence at the gate. */
let shown: string;
let digests: { decision: string; proved: string };
let writes: number;
let made: Synchronization;

beforeAll(async () => {
  scene = await openScene({ issues: 4, ambiguous: false, isForged: true });
  real = await scene.start();
  const { decision, evidence } = await runToGate(scene, real);
  if (!decision || !evidence) throw new Error('no decision');
  await using gate = await direct(scene, real, 'judgeApproval');
  input = gate.input;
  shown = evidence;
  digests = { decision, proved: provedDigest((await scene.store.artifacts.getJson<Evidence>(evidence)).decision) };
  writes = scene.writes().length;
  made = scene.world.synchronizations.find(({ createdAt }) => createdAt >= scene.world.startedAt) ?? expect.fail();
  const taskQueue = `${scene.config.taskQueuePrefix}foreign`;
  const connection = await connectWorkers();
  const workflowsPath = fileURLToPath(new URL('./workflow.ts', import.meta.url));
  const worker = await Worker.create({ connection, taskQueue, workflowsPath });
  const running = worker.run();
  own = await scene.client.workflow.start('foreign', { taskQueue, workflowId: taskQueue });
  stop = async () => {
    await own.terminate('the test is over');
    worker.shutdown();
    await running;
    await connection.close();
  };
});
afterAll(async () => {
  await stop();
  await scene[Symbol.asyncDispose]();
});

const call = (queue: string, name: string, sent: unknown): Promise<Called> =>
  own.executeUpdate<Called, [unknown]>('call', { args: [{ queue, name, input: sent }] });
const migrations = () => migrationsQueue(scene.config.taskQueuePrefix);
const instance = (name: string) => instanceQueue(name, scene.config.taskQueuePrefix);
const view = { situation: 'gate', step: 'approval' };
const record = async (entry: object, more: object = {}) =>
  call(migrations(), 'record', { migration: input.migration, view, entry, ...more });
const factsNow = async () => {
  const entries = await scene.store.ledger.read(input.migration);
  return fold(initialState({}), entries.map(asEntry)).facts;
};
const confirmedAt = () => new Date().toISOString();
const grant = () => ({
  ...{ kind: 'grant', actor: APPROVER, grade: 'claimed', subject: { verb: 'approve', required: 1, counting: [] } },
  digests,
});

/** What takes each step back, in its order, and where. */
const WAY_BACK = [
  ['jira-new', 'undoStartSynchronization'],
  ['jira-new', 'undoCreateSynchronization'],
  ['jira-old', 'undoStopOriginal'],
] as const;

async function nothingHappened(): Promise<void> {
  const entries = await scene.store.ledger.read(input.migration);
  expect(entries.filter(({ kind }) => kind === 'grant')).toEqual([]);
  expect(entries.filter(({ subject }) => subject.confirmed === true)).toEqual([]);
  expect(scene.writes()).toHaveLength(writes);
  expect(scene.world.original.deleted).toBe(false);
}

describe('in a run of its own', () => {
  it('is refused by every activity, since another run holds the claim', async () => {
    const message = { verb: 'approve', by: APPROVER, decision: digests.decision };
    const answers = [
      await record(grant()),
      await call(migrations(), 'judgeApproval', { ...input, view, message }),
      await call(instance('jira-new'), 'confirmDecision', input),
      await call(instance('jira-old'), 'deleteOriginal', { ...input, confirmedAt: confirmedAt() }),
      await call(instance('jira-old'), 'settleDelete', input),
      await call(instance('jira-new'), 'undoCreateSynchronization', { ...input, undoing: true }),
    ];
    for (const answer of answers)
      expect(answer).toMatchObject({ failed: expect.stringMatching(/^(ClaimLost|NotRecorded)/) });
    await nothingHappened();
  });
});

describe('in a run that took the claim over', () => {
  beforeAll(async () => {
    const claim = await scene.store.claims.get(input.migration);
    await real.terminate('somebody terminates it');
    const opened = await call(migrations(), 'openMigration', { start: claim?.recordedStart });
    expect((opened as { result: OpenMigrationResult }).result.migration).toBe(input.migration);
  });

  it('can record no approval, nothing that was read, proved, confirmed or sent, and no digest', async () => {
    const subject = { state: 'Running', step: 'deleteOriginal' };
    const drafts = [
      grant(),
      { kind: 'step', subject: { step: 'verify', result: 'done', by: 'read', basis: 'read' }, digests },
      { kind: 'intent', subject: { step: 'deleteOriginal', part: 'delete', generation: 1, retry: 0 } },
      { kind: 'outcome', subject: { step: 'deleteOriginal', part: 'delete', intent: 1, outcome: 'absent' } },
      { kind: 'opened', subject: {} },
      { kind: 'state', subject: { ...subject, confirmed: true }, digests },
      { kind: 'verb', actor: APPROVER, grade: 'signed', subject: { verb: 'retry' } },
      { kind: 'closed', subject: { state: 'Completed' } },
      { kind: 'verb', actor: APPROVER, subject: { verb: 'answer', task: 'verify' } },
      { kind: 'state', subject: { ...subject, identity: 'jira-old/INT-4' } },
    ];
    for (const draft of drafts)
      expect(await record(draft), draft.kind).toMatchObject({ failed: expect.stringMatching(/^NotRecorded/) });
    await nothingHappened();
  });

  it('has nothing deleted on a confirmation, a decision and facts that it names itself', async () => {
    const sent = { ...input, confirmedAt: confirmedAt() };
    expect(await call(instance('jira-old'), 'deleteOriginal', sent)).toMatchObject({
      failed: expect.stringMatching(/nothing was confirmed/),
    });
    // Without digests it can be entered, and confirms nothing.
    await record({ kind: 'state', subject: { state: 'Running', step: 'deleteOriginal' } });
    expect(await call(instance('jira-new'), 'confirmDecision', sent)).toMatchObject({
      result: { state: 'notApproved' },
    });
    expect(await call(instance('jira-old'), 'deleteOriginal', sent)).toHaveProperty('failed');
    await nothingHappened();
  });

  it('has no approval recorded of evidence that it made up', async () => {
    const made = await scene.store.artifacts.getJson<Evidence>(shown);
    const policy = { ...made.decision.policy, approvers: ['mallory@example.com'], selfApproval: true };
    const forged = { ...made, decision: { ...made.decision, policy, attested: [] }, digest: 'a'.repeat(64) };
    // Whatever is answered becomes an artifact.
    await record(
      { kind: 'verb', actor: APPROVER, grade: 'claimed', subject: { verb: 'answer', task: 'verify', questions: [] } },
      { answers: forged },
    );
    const facts = { evidence: digestOf(forged), decision: forged.digest };
    const message = { verb: 'approve', by: 'mallory@example.com', decision: forged.digest };
    const answer = await call(migrations(), 'judgeApproval', { ...input, facts, view, message });
    expect(answer).toMatchObject({
      result: { answer: { accepted: false }, standing: { facts: { decision: digests.decision } } },
    });
    await nothingHappened();
  });

  it('has no step done to another synchronization than that of the plan in the ledger', async () => {
    const document = await scene.store.artifacts.getJson<{ plan: { original: object } }>(
      (await factsNow()).planArtifact ?? '',
    );
    const other = scene.world.synchronizations.find(({ key, home }) => key === 'INT-4' && home === 'jira-new');
    if (!other) throw new Error('no other synchronization');
    const original = { ...document.plan.original, instance: 'jira-new', key: other.key };
    const forged = { ...document, plan: { ...document.plan, original } };
    await record(
      { kind: 'verb', actor: APPROVER, grade: 'claimed', subject: { verb: 'answer', task: 'x', questions: [] } },
      { answers: forged },
    );
    const planArtifact = digestOf(forged);
    const facts = { planArtifact, plan: { ...forged.plan, artifact: planArtifact }, created: original };
    const running = other.running;
    for (const [name, undoing] of [
      ['stopOriginal', false],
      ['deleteOriginal', false],
      ['confirmDecision', false],
    ] as const)
      await call(instance('jira-old'), name, { ...input, facts, undoing });
    expect({ deleted: other.deleted, running: other.running }).toEqual({ deleted: false, running });
    await nothingHappened();
  });

  it('has nothing taken back that nobody sent back, though the new one is at rest', async () => {
    made.running = false;
    for (const [home, name] of WAY_BACK)
      for (const undoing of [true, false])
        expect(await call(instance(home), name, { ...input, undoing }), name).toMatchObject({
          failed: expect.stringMatching(/^NotSentBack/),
        });
    await nothingHappened();
    expect(made.deleted).toBe(false);
    expect(scene.world.original.running).toBe(false);
    made.running = true;
  });

  it('cannot have the delete sent while it is taken back, paused or rejected, though it is approved and confirmed', async () => {
    const message = { verb: 'approve', by: APPROVER, decision: digests.decision };
    // Who an approver is, is typed on trust: this is all that somebody with access to Temporal needs to say, and has to.
    const given = await call(migrations(), 'judgeApproval', { ...input, view, message });
    expect(given).toMatchObject({ result: { answer: { accepted: true } } });
    expect(await call(instance('jira-new'), 'confirmDecision', input)).toMatchObject({
      result: { state: 'confirmed' },
    });
    const verb = (subject: object) => record({ kind: 'verb', actor: APPROVER, grade: 'claimed', subject });
    const remove = () => call(instance('jira-old'), 'deleteOriginal', { ...input, undoing: true });
    await verb({ verb: 'pause', step: 'approval' });
    expect(await remove()).toMatchObject({ failed: expect.stringMatching(/is paused/) });
    await verb({ verb: 'resume', step: 'approval' });
    await verb({ verb: 'reject', outcome: 'keepBoth' });
    expect(await remove()).toMatchObject({ failed: expect.stringMatching(/was rejected/) });
    await verb({ verb: 'rollback', step: 'approval', class: 'R2' });
    expect(await remove()).toMatchObject({ failed: expect.stringMatching(/going back/) });
    expect(scene.writes()).toHaveLength(writes);
    expect(scene.world.original.deleted).toBe(false);
  });

  it('has it taken back in its order alone, and after the answer of a person that is in the ledger', async () => {
    const back = (home: string, name: string, changes: object = {}) =>
      call(instance(home), name, { ...input, undoing: true, ...changes });
    // Before the new one is stopped, and what people did under it is found.
    for (const [home, name] of WAY_BACK.slice(1))
      expect(await back(home, name), name).toMatchObject({ failed: expect.stringMatching(/^NotSentBack/) });
    expect(scene.writes()).toHaveLength(writes);
    await scene.control('POST', 'people', { action: 'once', kind: 'comment', instance: 'jira-new' });
    const asked = await back('jira-new', 'undoStartSynchronization');
    expect(asked).toMatchObject({ result: { state: 'task' } });
    const stopped = scene.writes().length;
    // It says itself what nobody answered.
    const { task } = (asked as { result: { task: HumanTask } }).result;
    const answers = boundTo(task, { [DELTA_QUESTION]: 'handOver' });
    expect(await back('jira-new', 'undoStartSynchronization', { answers })).toMatchObject({
      result: { state: 'task' },
    });
    for (const [home, name] of WAY_BACK.slice(1))
      expect(await back(home, name, { answers }), name).toMatchObject({
        failed: expect.stringMatching(/^NotSentBack/),
      });
    expect(scene.writes()).toHaveLength(stopped);
    expect(made.deleted).toBe(false);
    // The other choice is none for this, either.
    const subject = { verb: 'answer', task: task.id, questions: [DELTA_QUESTION] };
    const answer = (value: string) =>
      record(
        { kind: 'verb', actor: REQUESTER, grade: 'claimed', subject },
        { answers: boundTo(task, { [DELTA_QUESTION]: value }) },
      );
    await answer('keepNew');
    expect(await back('jira-new', 'undoStartSynchronization')).toMatchObject({ result: { state: 'done' } });
    expect(await back('jira-new', 'undoCreateSynchronization', { answers })).toMatchObject({
      failed: expect.stringMatching(/^NotSentBack.*keepNew/),
    });
    expect(made.deleted).toBe(false);
    await answer('handOver');
    expect(await back('jira-old', 'undoStopOriginal')).toMatchObject({ failed: expect.stringMatching(/^NotSentBack/) });
    expect(await back('jira-new', 'undoCreateSynchronization')).toMatchObject({ result: { state: 'done' } });
    expect({ deleted: made.deleted, original: scene.world.original.running }).toEqual({
      deleted: true,
      original: false,
    });
    await back('jira-old', 'undoStopOriginal');
    expect(scene.world.original.running).toBe(true);
  });
});
