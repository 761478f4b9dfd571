/** What a migration that preflight refuses has to say for itself. */
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { expect } from 'vitest';
import type { Refusal } from '../../src/contract/steps.ts';
import type { Scene } from '../support/migration.ts';

/** Why the run failed; fails the test when it did not. */
export async function failureOf(handle: WorkflowHandle): Promise<ApplicationFailure> {
  const error = await handle.result().then(
    (result) => expect.fail(`it ended with ${JSON.stringify(result)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure) return error.cause;
  throw error;
}

/** The refusals of a run that ended Refused, by code; proves that nothing was written and that the original is free again. */
export async function refusalsOf(scene: Scene, handle: WorkflowHandle): Promise<Record<string, Refusal>> {
  const failure = await failureOf(handle);
  expect(failure.type, failure.message).toBe('Refused');
  expect(scene.writes()).toEqual([]);
  const row = await scene.store.projections.byWorkflowId(handle.workflowId);
  expect(row?.picture.state).toBe('Refused');
  expect((await scene.store.claims.get(row?.migration ?? ''))?.closed).toBe('Refused');
  const refusals = failure.details?.[0] as Refusal[];
  for (const { code, reason, remedy, items } of refusals) {
    // A person reads the failure's message alone.
    expect(failure.message).toContain(`${code}: ${reason} ${remedy}`);
    for (const item of items) expect(failure.message).toContain(item);
  }
  return Object.fromEntries(refusals.map((refusal) => [refusal.code, refusal]));
}
