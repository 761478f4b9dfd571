/** A batch of migrations from its start to its end, with people who answer at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BATCH_WORKFLOW, type BatchMember, type BatchPicture, type BatchStart } from '../src/contract/batch.ts';
import { migrationsQueue } from '../src/contract/names.ts';
import { type Stage, serve } from './stage.ts';

/** Seconds from the start of the batch to its end. */
export async function runBatch(
  stage: Stage,
  name: string,
  migrations: BatchMember[],
  concurrency: number,
): Promise<number> {
  const { client, store } = stage;
  const began = Date.now();
  const batch = { name, migrations, concurrency, requestedBy: 'kim@example.com', reason: 'measuring' };
  const handle = await client.workflow.start(BATCH_WORKFLOW, {
    taskQueue: migrationsQueue(),
    workflowId: `bench-batch-${name}`,
    args: [batch satisfies BatchStart],
  });
  const done = new Set<string>();
  let ended = false;
  const result = handle.result().finally(() => {
    ended = true;
  });
  while (!ended) {
    for (const row of await store.projections.list({ open: true })) await serve(stage, row, done);
    await sleep(100);
  }
  const { counts } = (await result) as BatchPicture;
  if (counts.done !== migrations.length) throw new Error(`not all were done: ${JSON.stringify(counts)}`);
  return (Date.now() - began) / 1000;
}
