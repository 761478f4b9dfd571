/**
 * Accepted messages cost events of the history, and a server ends a run that has too many. From a number of events on what only asks
 * for more work is refused, and what holds the migration or decides it is heard. The number is lowered here: nothing else is.
 */
import { readFile } from 'node:fs/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { VerbAnswer } from '../../src/contract/messages.ts';
import { APPROVER, openScene, REQUESTER, runToGate, type Scene, send, untilState } from '../support/migration.ts';
import { workflowBundle } from '../support/temporal.ts';

/** More than a migration of its own takes until the gate, and few enough to be reached by a dozen messages. */
const RESERVED = 300;

async function openReserved(): Promise<Scene> {
  const code = await readFile(workflowBundle().codePath, 'utf8');
  const lowered = code.replace(/HISTORY_RESERVED = 30000\b/, `HISTORY_RESERVED = ${RESERVED}`);
  expect(lowered).not.toBe(code);
  return openScene({ issues: 4, workflowCode: lowered });
}

const lengthOf = async (handle: WorkflowHandle): Promise<number> => (await handle.describe()).historyLength;

/** Accepted, each of them: until nothing but what is reserved has room. */
async function flood(handle: WorkflowHandle): Promise<void> {
  for (let n = 0; (await lengthOf(handle)) < RESERVED; n++) {
    expect(await send(handle, 'pause', { by: REQUESTER, reason: `reason ${n}` })).toMatchObject({ accepted: true });
    expect(await send(handle, 'resume', { by: REQUESTER })).toMatchObject({ accepted: true });
  }
}

const noRoom = (verb: string): Partial<VerbAnswer> => ({
  accepted: false,
  reason: expect.stringContaining(`too many messages were sent to this run, and ${verb} is not taken any more`),
});

describe('after too many accepted messages', { timeout: 240_000 }, () => {
  it('a question takes no answer and nothing is tried again, but it is paused, goes on, and goes back', async () => {
    await using scene = await openReserved();
    const handle = await scene.start();
    const { tasks } = await untilState(handle, 'WaitingForPerson');
    await flood(handle);
    await untilState(handle, 'WaitingForPerson');
    const [task] = tasks;
    const answers = Object.fromEntries(
      (task?.questions ?? []).map(({ id, choices }) => [id, choices[0]?.value ?? 'x']),
    );
    expect(await send(handle, 'answer', { by: REQUESTER, task: task?.id, answers })).toMatchObject(noRoom('answer'));
    expect(await send(handle, 'retry', { by: REQUESTER })).toMatchObject(noRoom('retry'));
    expect(await send(handle, 'pause', { by: REQUESTER, reason: 'once more' })).toMatchObject({ accepted: true });
    expect(await send(handle, 'resume', { by: REQUESTER })).toMatchObject({ accepted: true });
    expect(await send(handle, 'rollback', { by: REQUESTER, reason: 'enough' })).toMatchObject({ accepted: true });
    expect(await handle.result()).toMatchObject({ state: 'RolledBack' });
    expect(scene.writes()).toEqual([]);
  });

  it('at the gate approvals are judged as ever, and it ends as it would have', async () => {
    await using scene = await openReserved();
    const handle = await scene.start();
    await runToGate(scene, handle);
    await flood(handle);
    const { decision = '' } = await untilState(handle, 'AwaitingApproval');
    expect(await send(handle, 'approve', { by: REQUESTER, decision })).toMatchObject({ accepted: false });
    expect(await send(handle, 'approve', { by: APPROVER, decision })).toMatchObject({ accepted: true });
    expect(await handle.result()).toMatchObject({ state: 'Completed' });
  });

  it('at the gate it is rejected, and both are kept', async () => {
    await using scene = await openReserved();
    const handle = await scene.start();
    await runToGate(scene, handle);
    await flood(handle);
    await untilState(handle, 'AwaitingApproval');
    const reject = { by: APPROVER, reason: 'not now', then: 'keepBoth' };
    expect(await send(handle, 'reject', reject)).toMatchObject({ accepted: true });
    expect(await handle.result()).toMatchObject({ state: 'KeptBoth' });
    expect(scene.world.original.deleted).toBe(false);
  });
});
