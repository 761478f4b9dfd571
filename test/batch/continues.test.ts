/** The workflow of a batch alone, with activities that answer at once: how it starts many, and goes on as a new run. */
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { type AdvanceBatchInput, BATCH_WORKFLOW, type BatchPicture, type BatchTurn } from '../../src/contract/batch.ts';
import { connectClient } from '../../src/service/connection.ts';
import { payloadConverterPath } from '../../src/service/paths.ts';
import { temporalAddress, uniquePrefix } from '../support/temporal.ts';

const TOTAL = 320;

describe('the workflow of a batch', { timeout: 60_000 }, () => {
  it('starts 320 migrations, each once, and goes on as a new run before its history is too long', async () => {
    const taskQueue = `${uniquePrefix('batch')}migrations`;
    const started = new Set<string>();
    const runs = new Set<string>();
    const rooms: number[] = [];
    const picture = (state: BatchPicture['state'], done: number): BatchPicture => ({
      batch: 'b',
      name: 'wave-1',
      requestedBy: 'kim@example.com',
      reason: 'CHG-4711',
      state,
      counts: { total: TOTAL, open: TOTAL - done, running: 0, waiting: 0, done, failed: 0 },
      waiting: [],
      failed: [],
      approvable: null,
      legal: [],
    });
    const advanceBatch = async ({ run, room, shown }: AdvanceBatchInput): Promise<BatchTurn> => {
      runs.add(run);
      rooms.push(room);
      if (shown === undefined && started.size > 0) rooms.push(-1);
      const ids = Array.from(
        { length: Math.min(room, TOTAL - started.size) },
        (_, n) => `${taskQueue}-${started.size + n}`,
      );
      for (const id of ids) started.add(id);
      const state = ids.length === 0 ? 'Ended' : 'Running';
      return {
        picture: picture(state, started.size),
        digest: String(started.size),
        // What the child would be sent does not matter to the parent.
        start: ids.map((workflowId) => ({ workflowId, start: {} as BatchTurn['start'][number]['start'] })),
      };
    };
    const connection = await NativeConnection.connect({ address: temporalAddress() });
    const worker = await Worker.create({
      connection,
      taskQueue,
      workflowsPath: fileURLToPath(new URL('./stubs.ts', import.meta.url)),
      dataConverter: { payloadConverterPath },
      activities: { advanceBatch, openBatch: async () => ({ batch: 'b' }), tellBatch: async () => null },
    });
    const client = await connectClient({ address: temporalAddress() });
    const end = await worker.runUntil(async () => {
      const handle = await client.workflow.start(BATCH_WORKFLOW, { workflowId: taskQueue, taskQueue, args: [{}] });
      return { picture: await handle.result(), first: handle.firstExecutionRunId };
    });
    expect(end.picture).toMatchObject({ state: 'Ended', counts: { done: TOTAL } });
    expect(started.size).toBe(TOTAL);
    expect(runs, 'the store knows it by its first run').toEqual(new Set([end.first]));
    expect(
      rooms.filter((room) => room === -1),
      'a new run asks for the whole picture',
    ).toHaveLength(1);
    expect(Math.max(...rooms)).toBe(50);
    const last = await client.workflow.getHandle(taskQueue).describe();
    expect(last.runId).not.toBe(end.first);
    const ids = await Promise.all([...started].slice(0, 5).map((id) => client.workflow.getHandle(id).describe()));
    expect(ids.map(({ status }) => status.name)).toEqual(ids.map(() => 'COMPLETED'));
    await client.connection.close();
    await connection.close();
  });
});
