/** Takes over in a scene as the command does, and says what is the same in every good end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';
import { type HolderReport, reportHolder, takeOver } from '../../src/cli/takeover.ts';
import { MigratorError } from '../../src/contract/errors.ts';
import type { LedgerEntry } from '../../src/contract/ledger.ts';
import { migrationsQueue } from '../../src/contract/names.ts';
import { verifyChain } from '../support/chain.ts';
import { expectSoundEnd } from '../support/findings.ts';
import { REQUESTER, runToEnd, type Scene } from '../support/migration.ts';
import { act } from '../support/persons.ts';

export async function holderOf({ store, client }: Scene, { workflowId }: WorkflowHandle): Promise<HolderReport> {
  const row = await store.projections.byWorkflowId(workflowId);
  const claim = await store.claims.get(row?.migration ?? '');
  if (!claim) throw new Error(`no claim of ${workflowId}`);
  return reportHolder(store, client, claim);
}

/** Waits until every lease is over; answers the new run. */
export async function again(scene: Scene, handle: WorkflowHandle): Promise<WorkflowHandle> {
  for (;;) {
    const report = await holderOf(scene, handle);
    expect(report).toMatchObject({ otherRunOpen: false });
    expect(report.status).not.toBe('RUNNING');
    try {
      const taskQueue = migrationsQueue(scene.config.taskQueuePrefix);
      const { workflowId } = await takeOver(scene.store, scene.client, report, {
        by: REQUESTER,
        reason: 'it was terminated',
        taskQueue,
      });
      const next = scene.client.workflow.getHandle(workflowId);
      next.result().catch(() => undefined);
      return next;
    } catch (error) {
      if (!(error instanceof MigratorError && error.code === 'NotYet')) throw error;
      await sleep(100);
    }
  }
}

/** People who do what is asked for, but approve nothing, until they are told to stop. */
export function working(scene: Scene, handle: WorkflowHandle): { stop(): Promise<unknown> } {
  let over = false;
  const acting = act(scene, handle, { approve: false, until: () => over }).catch(() => undefined);
  return {
    stop() {
      over = true;
      return acting;
    },
  };
}

export async function ledgerOfOriginal({ store, sandbox }: Scene): Promise<LedgerEntry[]> {
  const [row] = await store.projections.list({ original: `jira-old/${sandbox.ready.original}`, limit: 1 });
  return row ? store.ledger.read(row.migration) : [];
}

/** To its end with a new approval, as the undisturbed run: judged by the sandbox, and one chain over all epochs. */
export async function expectGoodEnd(scene: Scene, handle: WorkflowHandle, epochs: number): Promise<void> {
  expect(await runToEnd(scene, handle)).toMatchObject({ state: 'Completed' });
  await expectSoundEnd(scene);
  await expectOneChain(scene, epochs);
}

export async function expectOneChain(scene: Scene, epochs: number): Promise<void> {
  const entries = await ledgerOfOriginal(scene);
  expect(verifyChain(entries)).toEqual({ ok: true, entries: entries.length });
  const opened = entries.filter(({ kind }) => kind === 'opened').map(({ subject }) => subject.epoch);
  expect(opened).toEqual(Array.from({ length: epochs }, (_, n) => n + 1));
  expect(entries.at(-1)?.kind).toBe('closed');
}
