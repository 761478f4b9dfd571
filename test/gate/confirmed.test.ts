/** The activities of the delete believe the ledger and the configuration of now, and nothing that the workflow says. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteActivities } from '../../src/activities/steps/deleteOriginal.ts';
import type { ConfirmResult, StepInput } from '../../src/contract/steps.ts';
import { provedDigest } from '../../src/evidence/decision.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { type Direct, direct } from '../support/activity.ts';
import { APPROVER, openScene, REQUESTER, runToGate, type Scene } from '../support/migration.ts';

const LEASE_MS = 700;
const ANOTHER = 'f'.repeat(64);

describe('a decision at the gate, asked to be confirmed and deleted for directly', () => {
  let scene: Scene;
  let gate: Direct;
  let input: StepInput;
  let digests: { decision: string; proved: string };

  beforeAll(async () => {
    scene = await openScene({ issues: 4, ambiguous: false, isForged: true });
    const handle = await scene.start();
    const { decision, evidence } = await runToGate(scene, handle);
    if (!decision || !evidence) throw new Error('no decision');
    gate = await direct(scene, handle, 'verify');
    input = gate.input;
    digests = { decision, proved: provedDigest((await scene.store.artifacts.getJson<Evidence>(evidence)).decision) };
  });
  afterAll(async () => {
    await gate[Symbol.asyncDispose]();
    await scene[Symbol.asyncDispose]();
  });

  const confirm = (): Promise<ConfirmResult> => gate.attempt(() => deleteActivities(gate.deps).confirmDecision(input));
  const granted = (actor: string, proved = digests.proved) =>
    scene.store.ledger.append(gate.holder, {
      ...{ kind: 'grant', actor, grade: 'claimed', subject: { verb: 'approve', required: 1, counting: [] } },
      digests: { ...digests, proved },
    });
  const notConfirmed = { state: expect.stringMatching(/^(notApproved|drifted)$/) };

  it('is not confirmed for an approval that is not in the ledger', async () => {
    expect(await confirm()).toMatchObject(notConfirmed);
  });

  it('is not deleted for an approval that is not in the ledger', async () => {
    const subject = { state: 'Running', step: 'deleteOriginal', confirmed: true };
    await scene.store.ledger.append(gate.holder, { kind: 'state', subject, digests });
    const deleted = gate.attempt(() => deleteActivities(gate.deps).deleteOriginal(input));
    await expect(deleted).rejects.toThrow(/approvals do not suffice/);
    expect(scene.world.original.deleted).toBe(false);
  });

  it('is not confirmed for an approval of another proof', async () => {
    await granted(APPROVER, ANOTHER);
    expect(await confirm()).toMatchObject(notConfirmed);
  });

  it('is not confirmed for an approval of the requester, approver or not', async () => {
    scene.config.policy.approvers.push(REQUESTER);
    await granted(REQUESTER);
    expect(await confirm()).toMatchObject(notConfirmed);
    scene.config.policy.approvers.pop();
  });

  it('is confirmed for an approval of an approver', async () => {
    await granted(APPROVER);
    expect(await confirm()).toMatchObject({ state: 'confirmed' });
  });

  it('is not confirmed when the operator asks for more approvals by now', async () => {
    await granted(APPROVER);
    scene.config.policy.required = 2;
    expect(await confirm()).toMatchObject(notConfirmed);
    scene.config.policy.required = 1;
  });

  it('is not confirmed when the decision is another one by now', async () => {
    await granted(APPROVER);
    const accepted = { value: 'what nobody had accepted', about: ANOTHER };
    const { ledger, artifacts } = scene.store;
    const answer = { verb: 'answer', task: 'verify', questions: ['accepted'] };
    const answers = await artifacts.putJson({ accepted });
    await ledger.append(gate.holder, { kind: 'verb', actor: APPROVER, subject: answer, digests: { answers } });
    expect(await confirm()).toMatchObject(notConfirmed);
    await ledger.append(gate.holder, { kind: 'refused', subject: { ...answer, contradicted: true } });
    expect(await confirm()).toMatchObject({ state: 'confirmed' });
  });

  it('is not confirmed when another one has taken the place of the new one', async () => {
    await granted(APPROVER);
    const made = scene.world.synchronizations.find(({ createdAt }) => createdAt >= scene.world.startedAt);
    if (!made) throw new Error('no new one');
    made.createdAt -= 60_000;
    expect(await confirm()).toMatchObject(notConfirmed);
    made.createdAt += 60_000;
  });

  it('is not confirmed while another one stands beside the new one', async () => {
    await granted(APPROVER);
    const beside = { instance: 'jira-new', firstProject: 'PA', secondProject: 'PB', secondInstance: 'jira-partner' };
    const made = await scene.control<object>('POST', 'ui/create', { ...beside, description: 'theirs', by: 'ann' });
    expect(await confirm()).toMatchObject({ state: 'drifted', reason: expect.stringContaining('2 synchronizations') });
    await scene.control('POST', 'ui/delete', { instance: 'jira-new', by: 'ann', ...made });
    expect(await confirm()).toMatchObject({ state: 'confirmed' });
  });

  it('is settled not before whoever may be sending the delete cannot be any more', async () => {
    const { at } = await scene.store.ledger.append(gate.holder, {
      kind: 'intent',
      subject: {
        ...{ step: 'deleteOriginal', part: 'delete', generation: 1, retry: 0 },
        ...{ instance: 'jira-old', leaseMs: LEASE_MS },
      },
    });
    await gate.attempt(() => deleteActivities(gate.deps).settleDelete(input));
    expect(await scene.store.now()).toBeGreaterThanOrEqual(Date.parse(at) + LEASE_MS);
  });
});
