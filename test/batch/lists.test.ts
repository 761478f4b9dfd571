/** A digest that somebody sends may be of anything in the store: what is no list of this batch, or larger than any, is refused unread. */
import { expect, it } from 'vitest';
import type { BatchAnswer } from '../../src/contract/batch.ts';
import { batchOf, startBatch } from '../support/batch.ts';
import { openScene, send, untilState } from '../support/migration.ts';
import { rehearse } from '../support/rehearsal.ts';

/** Zeros: what matters is how many. */
const bytes = (size: number): Uint8Array => Buffer.alloc(size, ' ');

it('refuses the digest of what is no list of its decisions, and goes on', { timeout: 120_000 }, async () => {
  await using scene = await rehearse({ migrations: 2, ambiguous: false, issues: 4 });
  const batch = await startBatch(scene, batchOf(scene));
  batch.result().catch(() => undefined);
  const { artifacts } = scene.store;
  const strange = [
    await artifacts.put(Buffer.from('key,summary\nPB-1,x\n'), 'text/csv'),
    await artifacts.put(Buffer.from('null'), 'application/json'),
    await artifacts.put(
      Buffer.from(`{"batch":${JSON.stringify(batch.workflowId)},"decisions":[null]}`),
      'application/json',
    ),
    await artifacts.put(bytes(3_000_000), 'application/json'),
    'f'.repeat(64),
  ];
  for (const decisions of strange) {
    const answer = await batch.executeUpdate<BatchAnswer, [unknown]>('approve', {
      args: [{ by: 'mallory', decisions }],
    });
    expect(answer).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('no list of decisions of this batch'),
    });
  }
  await batch.signal('approve', { by: 'mallory', decisions: strange[1] });
  const answer = await batch.executeUpdate<BatchAnswer, [unknown]>('pause', { args: [{ by: 'kim@example.com' }] });
  expect(answer).toMatchObject({ accepted: true });
  await batch.terminate();
});

it('refuses a list of migrations that is larger than one may be', { timeout: 120_000 }, async () => {
  await using scene = await rehearse({ migrations: 2, ambiguous: false, issues: 4 });
  const artifact = await scene.store.artifacts.put(bytes(16_000_001), 'application/json');
  const batch = await startBatch(scene, { ...batchOf(scene), migrations: { artifact } });
  await expect(batch.result()).rejects.toMatchObject({
    cause: { type: 'InvalidStart', message: expect.stringContaining(`the file ${artifact} has more than 16 MB`) },
  });
});

it('asks a person where an id mapping of a start is larger than any table', { timeout: 120_000 }, async () => {
  await using scene = await openScene({ issues: 4 });
  const digest = await scene.store.artifacts.put(bytes(64_000_001), 'application/json');
  const run = await scene.start({ idMappings: [digest] });
  const { blockers } = await untilState(run, 'NeedsAttention');
  expect(blockers[0]).toMatchObject({ code: 'InvalidStart', reason: expect.stringContaining('has more than 64 MB') });
  expect(await send(run, 'rollback', { by: 'kim@example.com' })).toMatchObject({ accepted: true });
});
