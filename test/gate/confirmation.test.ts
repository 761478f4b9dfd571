/** The activity that sends the delete looks for itself: it trusts neither its caller nor its own past. */

import { setTimeout as sleep } from 'node:timers/promises';
import { defaultPayloadConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteActivities } from '../../src/activities/steps/deleteOriginal.ts';
import type { MigratorError } from '../../src/contract/errors.ts';
import type { DeleteInput } from '../../src/contract/steps.ts';
import type { Instances } from '../../src/jira/instance.ts';
import { openInstances } from '../../src/jira/open.ts';
import { approvedAndHeld, BRAKE_COUNTS_MS, type Held } from '../support/braked.ts';

describe('the delete, asked for directly with a valid approval in the ledger', () => {
  let held: Held;
  let instances: Instances;
  let input: DeleteInput;

  beforeAll(async () => {
    held = await approvedAndHeld();
    instances = openInstances(held.scene.config);
    input = await inputOfConfirmation(held);
  });
  afterAll(async () => {
    await instances.close();
    await held[Symbol.asyncDispose]();
  });

  /** In the name of the run, or of another one. */
  async function remove(changes: Partial<DeleteInput>, runId?: string): Promise<unknown> {
    const { scene, handle } = held;
    // It is not one of the workflow's attempts, and must not end those.
    const store = { ...scene.store, claims: { ...scene.store.claims, begin: async () => undefined } };
    const { deleteOriginal } = deleteActivities({
      ...{ config: scene.config, store, instances, log: pino({ level: 'silent' }) },
    });
    const own = (await handle.describe()).runId;
    const workflowExecution = { workflowId: handle.workflowId, runId: runId ?? own };
    return new MockActivityEnvironment({ workflowExecution, activityId: '1000' }).run(deleteOriginal, {
      ...input,
      ...changes,
    });
  }

  const ago = (seconds: number) => ({ confirmedAt: new Date(Date.now() - seconds * 1000).toISOString() });
  const code = (expected: MigratorError['code']) => expect.objectContaining({ code: expected });

  it('is not sent while the brake is on', async () => {
    await expect(remove(ago(1))).rejects.toEqual(code('Braked'));
  });

  it('is not sent on a confirmation older than a minute, or on none', async () => {
    await expect(remove(ago(61))).rejects.toThrow(/the confirmation is 6\d s old/);
    await expect(remove({})).rejects.toEqual(code('IntentSettledOnlyByRetry'));
  });

  it('is not sent for another decision than the one that was approved', async () => {
    const facts = { ...input.facts, decision: 'f'.repeat(64) };
    await expect(remove({ ...ago(1), facts })).rejects.toThrow(/decision ffffffff is not the one that stands/);
  });

  it('is not sent by a run that does not hold the claim', async () => {
    await expect(remove(ago(1), 'another-run')).rejects.toEqual(code('ClaimLost'));
  });

  it('is not sent when the original runs again', async () => {
    const { original } = held.scene.world;
    original.running = true;
    await expect(remove(ago(1))).rejects.toEqual(code('IdentityChanged'));
    original.running = false;
  });

  it('is not sent when the original has run since the decision, though it is stopped again', async () => {
    const [entry] = held.scene.world.original.second.entries.values();
    if (!entry) throw new Error('the original has no pairs');
    const before = entry.incomingMessageSequenceId;
    entry.incomingMessageSequenceId = BigInt(before) + 1n;
    await expect(remove(ago(1))).rejects.toThrow(
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
    await expect(remove(ago(1))).rejects.toEqual(code('ClaimLost'));
    expect(held.deletes()).toHaveLength(1);
  });
});

/** What the workflow sends to the activities of the delete. */
async function inputOfConfirmation({ handle }: Held): Promise<DeleteInput> {
  const { events } = await handle.fetchHistory();
  const scheduled = events?.findLast(
    ({ activityTaskScheduledEventAttributes: attributes }) => attributes?.activityType?.name === 'confirmDecision',
  );
  const payload = scheduled?.activityTaskScheduledEventAttributes?.input?.payloads?.[0];
  if (!payload) throw new Error('the decision is not being confirmed');
  return defaultPayloadConverter.fromPayload<DeleteInput>(payload);
}
