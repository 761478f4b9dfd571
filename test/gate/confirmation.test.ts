/** The activity that sends the delete looks for itself: it trusts neither its caller nor its own past. */

import { setTimeout as sleep } from 'node:timers/promises';
import { defaultPayloadConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteActivities } from '../../src/activities/steps/deleteOriginal.ts';
import type { MigratorError } from '../../src/contract/errors.ts';
import type { StepInput } from '../../src/contract/steps.ts';
import type { Instances } from '../../src/jira/instance.ts';
import { openInstances } from '../../src/jira/open.ts';
import { approvedAndHeld, BRAKE_COUNTS_MS, type Held } from '../support/braked.ts';

describe('the delete, asked for directly with a valid approval in the ledger', () => {
  let held: Held;
  let instances: Instances;
  let input: StepInput;

  beforeAll(async () => {
    held = await approvedAndHeld({ isForged: true });
    instances = openInstances(held.scene.config);
    input = await inputOfConfirmation(held);
  });
  afterAll(async () => {
    await instances.close();
    await held[Symbol.asyncDispose]();
  });

  /** In the name of the run, or of another one; `later`: seconds by which the store's clock has gone on. */
  async function remove(
    changes: Partial<StepInput & { confirmedAt: string }> = {},
    { runId = '', later = 0 } = {},
  ): Promise<unknown> {
    const { scene, handle } = held;
    // It is not one of the workflow's attempts, and must not end those.
    const store = {
      ...scene.store,
      claims: { ...scene.store.claims, begin: async () => undefined },
      now: async () => (await scene.store.now()) + later * 1000,
    };
    const { deleteOriginal } = deleteActivities({
      ...{ config: scene.config, store, instances, log: pino({ level: 'silent' }) },
    });
    const own = (await handle.describe()).runId;
    const workflowExecution = { workflowId: handle.workflowId, runId: runId || own };
    return new MockActivityEnvironment({ workflowExecution, activityId: '1000' }).run(deleteOriginal, {
      ...input,
      ...changes,
    });
  }

  /** As the activity that confirms enters it. */
  async function confirmed(decision = held.gate.decision ?? '') {
    const { scene, handle } = held;
    const claim = await scene.store.claims.get(input.migration);
    const holder = { migration: input.migration, epoch: claim?.epoch ?? 0, runId: (await handle.describe()).runId };
    const proved = (await scene.store.ledger.read(input.migration)).findLast(({ kind }) => kind === 'grant')?.digests;
    const entry = {
      ...{ kind: 'state' as const, subject: { state: 'Running', step: 'deleteOriginal', confirmed: true } },
      digests: { decision, proved: proved?.proved ?? '' },
    };
    await scene.store.ledger.append(holder, entry);
    return holder;
  }

  const code = (expected: MigratorError['code']) => expect.objectContaining({ code: expected });

  it('is not sent without a confirmation in the ledger, whatever its caller says', async () => {
    const confirmedAt = new Date(await held.scene.store.now()).toISOString();
    await expect(remove({ confirmedAt })).rejects.toThrow(/nothing was confirmed/);
  });

  it('is not sent while the brake is on', async () => {
    await confirmed();
    await expect(remove()).rejects.toEqual(code('Braked'));
  });

  it('is not sent on a confirmation older than a minute, whatever its caller says', async () => {
    await confirmed();
    const confirmedAt = new Date((await held.scene.store.now()) + 61_000).toISOString();
    await expect(remove({ confirmedAt }, { later: 61 })).rejects.toThrow(/the confirmation is 6\d s old/);
  });

  it('is not sent for another decision than the one that was confirmed', async () => {
    await confirmed();
    const { policy } = held.scene.config;
    policy.approvers.push('sam@example.com');
    await expect(remove()).rejects.toThrow(/is not the one that was confirmed/);
    policy.approvers.pop();
  });

  it('is not sent when the decision on record is not that of the evidence that is stored', async () => {
    await confirmed('f'.repeat(64));
    await expect(remove()).rejects.toThrow(/is not that of the decision in the ledger/);
  });

  it('is not sent while somebody holds it paused', async () => {
    const { ledger } = held.scene.store;
    const holder = await confirmed();
    const verb = (name: string) =>
      ledger.append(holder, { kind: 'verb', actor: 'kim@example.com', subject: { verb: name } });
    await verb('pause');
    await expect(remove()).rejects.toThrow(/the migration is paused/);
    await verb('resume');
  });

  it('is not sent by a run that does not hold the claim', async () => {
    await expect(remove({}, { runId: 'another-run' })).rejects.toEqual(code('ClaimLost'));
  });

  it('is not sent when the original has run since the decision, though it is stopped again', async () => {
    const [entry] = held.scene.world.original.second.entries.values();
    if (!entry) throw new Error('the original has no pairs');
    const before = entry.incomingMessageSequenceId;
    entry.incomingMessageSequenceId = BigInt(before) + 1n;
    await expect(remove()).rejects.toThrow(
      `has run since the decision: ${entry.remoteIssueKey} <> ${entry.localIssueKey}`,
    );
    const entries = await held.scene.store.ledger.read(input.migration);
    expect(entries.at(-1)?.subject).toMatchObject({ code: 'OriginalRan', count: 1 });
    entry.incomingMessageSequenceId = before;
  });

  it('left no intent and no request behind by any of this', async () => {
    const entries = await held.scene.store.ledger.read(input.migration);
    const intents = entries.filter(({ kind, subject }) => kind === 'intent' && subject.step === 'deleteOriginal');
    expect([intents, held.deletes()]).toEqual([[], []]);
  });

  it('is sent once however often it is asked for', async () => {
    await held.release();
    await sleep(BRAKE_COUNTS_MS);
    await held.handle.result();
    await expect(remove()).rejects.toEqual(code('ClaimLost'));
    expect(held.deletes()).toHaveLength(1);
  });
});

/** What the workflow sends to the activities of the delete. */
async function inputOfConfirmation({ handle }: Held): Promise<StepInput> {
  const { events } = await handle.fetchHistory();
  const scheduled = events?.findLast(
    ({ activityTaskScheduledEventAttributes: attributes }) => attributes?.activityType?.name === 'confirmDecision',
  );
  const payload = scheduled?.activityTaskScheduledEventAttributes?.input?.payloads?.[0];
  if (!payload) throw new Error('the decision is not being confirmed');
  return defaultPayloadConverter.fromPayload<StepInput>(payload);
}
