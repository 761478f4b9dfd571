/** The activity that confirms a decision believes the ledger and the configuration of now, and nothing that the workflow says. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteActivities } from '../../src/activities/steps/deleteOriginal.ts';
import type { ConfirmResult, DeleteInput } from '../../src/contract/steps.ts';
import { type Direct, direct } from '../support/activity.ts';
import { APPROVER, openScene, REQUESTER, runToGate, type Scene } from '../support/migration.ts';

const LEASE_MS = 700;

describe('a decision at the gate, asked to be confirmed directly', () => {
  let scene: Scene;
  let gate: Direct;
  let input: DeleteInput;

  beforeAll(async () => {
    scene = await openScene({ issues: 4, ambiguous: false });
    const handle = await scene.start();
    const { decision, evidence } = await runToGate(scene, handle);
    if (!decision || !evidence) throw new Error('no decision');
    gate = await direct(scene, handle, 'verify');
    const grant = { by: APPROVER, grade: 'claimed' as const, decision, entry: 1 };
    input = { ...gate.input, facts: { ...gate.input.facts, decision, evidence }, grant };
  });
  afterAll(async () => {
    await gate[Symbol.asyncDispose]();
    await scene[Symbol.asyncDispose]();
  });

  const confirm = (changes: Partial<DeleteInput> = {}): Promise<ConfirmResult> =>
    gate.attempt(() => deleteActivities(gate.deps).confirmDecision({ ...input, ...changes }));
  const granted = (actor: string) =>
    scene.store.ledger.append(gate.holder, {
      ...{ kind: 'grant', actor, grade: 'claimed', subject: { verb: 'approve' } },
      digests: { decision: input.grant.decision },
    });
  const drifted = { state: 'drifted' };

  it('is not confirmed for an approval that is not in the ledger', async () => {
    expect(await confirm()).toMatchObject(drifted);
  });

  it('is not confirmed for an approval of the requester, approver or not', async () => {
    scene.config.policy.approvers.push(REQUESTER);
    await granted(REQUESTER);
    expect(await confirm()).toMatchObject(drifted);
  });

  it('is confirmed for an approval of an approver', async () => {
    await granted(APPROVER);
    expect(await confirm()).toMatchObject({ state: 'confirmed' });
  });

  it('is not confirmed when the operator asks for more approvals by now', async () => {
    await granted(APPROVER);
    scene.config.policy.required = 2;
    expect(await confirm()).toMatchObject(drifted);
    scene.config.policy.required = 1;
  });

  it('is not confirmed for an approval that is only claimed when the operator asks for more by now', async () => {
    await granted(APPROVER);
    scene.config.policy.identity = 'signed';
    expect(await confirm()).toMatchObject(drifted);
    scene.config.policy.identity = 'claimed';
  });

  it('is not confirmed when the decision is another one by now', async () => {
    await granted(APPROVER);
    expect(await confirm({ answers: { ...input.answers, accepted: 'what nobody had accepted' } })).toMatchObject(
      drifted,
    );
    expect(await confirm()).toMatchObject({ state: 'confirmed' });
  });

  it('is settled not before whoever may be sending the delete cannot be any more', async () => {
    const { at } = await scene.store.ledger.append(gate.holder, {
      kind: 'intent',
      subject: {
        step: 'deleteOriginal',
        part: 'delete',
        generation: 1,
        retry: 0,
        instance: 'jira-old',
        leaseMs: LEASE_MS,
      },
    });
    await gate.attempt(() => deleteActivities(gate.deps).settleDelete(input));
    expect(await scene.store.now()).toBeGreaterThanOrEqual(Date.parse(at) + LEASE_MS);
  });
});
