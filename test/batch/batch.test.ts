/** Batches on a real server, with a worker process and the sandbox's instances. */
import { describe, expect, it } from 'vitest';
import { inboxOf } from '../../src/cli/inbox.ts';
import type { BatchPicture } from '../../src/contract/batch.ts';
import { batchOf, batchUntil, peopleAtWork, startBatch, tellBatch } from '../support/batch.ts';
import { APPROVER, REQUESTER } from '../support/migration.ts';
import { rehearse } from '../support/rehearsal.ts';

const OPTIONS = { migrations: 4, ambiguous: false, issues: 4 };

describe.concurrent('a batch', { timeout: 120_000 }, () => {
  it('migrates all, is approved as a list, and an item in trouble stops no other', async ({ expect }) => {
    await using rehearsal = await rehearse(OPTIONS);
    const rest = peopleAtWork(rehearsal);
    await rehearsal.plant({ ...REFUSES, path: '/integrations/INT-17/stop' });
    const batch = await startBatch(rehearsal, batchOf(rehearsal, { concurrency: 2 }));
    const listed = await batchUntil(
      rehearsal,
      ({ counts, approvable }) => counts.waiting === 4 && approvable?.count === 3,
      'four waiting',
    );
    expect(listed.waiting.find(({ original }) => original === 'jira-old/INT-17')).toMatchObject({
      state: 'NeedsAttention',
      why: expect.stringContaining('POST'),
    });
    const approval = { by: APPROVER, decisions: listed.approvable?.decisions, reason: 'CHG-4711' };
    const own = await tellBatch(batch, 'approve', { ...approval, by: REQUESTER });
    expect(own, 'each migration checks for itself who may approve').toMatchObject({ accepted: false });
    const answer = await tellBatch(batch, 'approve', approval);
    expect(answer).toMatchObject({ accepted: true, reason: '3 of 3 decisions were granted' });
    const after = await batchUntil(rehearsal, ({ counts }) => counts.done === 3, 'three that are done');
    expect(await tellBatch(batch, 'approve', approval), 'sent again, it is granted as before').toMatchObject({
      accepted: true,
      reason: answer.reason,
    });
    expect(after).toMatchObject({ state: 'Running', counts: { total: 4, waiting: 1, failed: 0, open: 0 } });

    await rehearsal.control('DELETE', 'faults');
    const waiting = after.waiting[0]?.workflowId ?? '';
    await rehearsal.client.workflow.getHandle(waiting).executeUpdate('retry', { args: [{ by: REQUESTER }] });
    const last = await batchUntil(rehearsal, ({ approvable }) => approvable?.count === 1, 'the last decision');
    await tellBatch(batch, 'approve', { by: APPROVER, decisions: last.approvable?.decisions.slice(0, 12) });
    const end: BatchPicture = await batch.result();
    expect(end).toMatchObject({ state: 'Ended', counts: { done: 4, failed: 0 }, approvable: null, legal: [] });
    await rest();
    expect(await rehearsal.sandbox.verdict()).toMatchObject({
      duplicates: 0,
      lostChanges: 0,
      wrongDeletes: 0,
      bothRan: false,
      originalDeleted: true,
    });
    const [record] = await rehearsal.store.batches.list('wave-1');
    expect(record?.events.map(({ by, what }) => `${by} ${what}`)).toEqual([
      `${REQUESTER} opened`,
      ...[REQUESTER, APPROVER, APPROVER, APPROVER].map((by) => `${by} approve`),
    ]);
  });

  it('approvals of a list are taken back as a list, by whoever gave them, under whatever spelling', async ({
    expect,
  }) => {
    await using rehearsal = await rehearse({
      ...{ ...OPTIONS, migrations: 2 },
      configure: (yaml) =>
        yaml
          .replace(/approvers: .*/, `approvers: [${APPROVER}, sam@example.com]`)
          .replace(/required: .*/, 'required: 2'),
    });
    const rest = peopleAtWork(rehearsal);
    const batch = await startBatch(rehearsal, batchOf(rehearsal));
    const { approvable } = await batchUntil(rehearsal, (picture) => picture.approvable?.count === 2, 'both waiting');
    const decisions = approvable?.decisions ?? '';
    const given = { accepted: true, reason: '2 of 2 decisions were granted' };
    expect(await tellBatch(batch, 'approve', { by: APPROVER, decisions })).toMatchObject(given);
    const foreign = await tellBatch(batch, 'withdraw', { by: 'sam@example.com', decisions });
    expect(foreign).toMatchObject({ accepted: false, reason: '0 of 2 approvals were taken back' });
    expect(
      await tellBatch(batch, 'withdraw', { by: 'LEE@example.com', decisions: decisions.slice(0, 8) }),
    ).toMatchObject({
      accepted: true,
      reason: '2 of 2 approvals were taken back',
      legal: expect.arrayContaining(['withdraw']),
    });
    expect(await tellBatch(batch, 'approve', { by: 'sam@example.com', decisions })).toMatchObject(given);
    const waiting = await batchUntil(
      rehearsal,
      ({ waiting: [one] }) => /1 of 2 given/.test(one?.why ?? ''),
      'one each',
    );
    expect(waiting.counts).toMatchObject({ waiting: 2, done: 0 });
    expect(await tellBatch(batch, 'approve', { by: APPROVER, decisions })).toMatchObject(given);
    expect(await batch.result()).toMatchObject({ state: 'Ended', counts: { done: 2 } });
    await rest();
  });

  it('stops by itself after so many failures, goes on when somebody says so, and the same list again starts only what is not done', async ({
    expect,
  }) => {
    await using rehearsal = await rehearse(OPTIONS);
    const [first = rehearsal.sandbox.ready.start, ...others] = rehearsal.sandbox.ready.starts;
    // A dry run ends by itself; one of a synchronization that is not there is refused.
    const missing = { ...first, original: { instance: 'jira-old', synchronization: 'INT-99' }, dryRun: true };
    const migrations = [missing, ...others.map((start) => ({ ...start, dryRun: true }))];
    const start = batchOf(rehearsal, { migrations, concurrency: 1, stopAfterFailures: 1 });
    const batch = await startBatch(rehearsal, start);
    const stopped = await batchUntil(rehearsal, ({ state }) => state === 'Stopped', 'stop');
    expect(stopped).toMatchObject({ counts: { failed: 1, open: 3, running: 0 }, legal: ['resume'] });
    expect(stopped.failed).toMatchObject([{ original: 'jira-old/INT-99', why: expect.stringMatching(/^Refused/) }]);
    expect(await inboxOf(rehearsal.store)).toMatchObject([{ kind: 'batch', name: 'wave-1', failed: 1 }]);
    expect(await tellBatch(batch, 'pause', { by: REQUESTER })).toMatchObject({
      accepted: false,
      reason: 'it is Stopped.',
    });
    expect(await tellBatch(batch, 'resume', { by: REQUESTER })).toMatchObject({ accepted: true });
    expect(await batch.result()).toMatchObject({ state: 'Ended', counts: { done: 3, failed: 1 } });

    const again = await startBatch(rehearsal, start);
    await batchUntil(rehearsal, ({ state }) => state === 'Ended', 'end');
    expect(await again.result()).toMatchObject({ state: 'Ended', counts: { done: 3, failed: 1 } });
    const planned = await rehearsal.store.projections.list({ original: 'jira-old/INT-17' });
    expect(planned, 'what was done was not started again').toHaveLength(1);
    expect(await rehearsal.store.projections.list({ original: 'jira-old/INT-99' })).toHaveLength(2);
  });

  it('starts nothing while it is paused; what is under way goes on, and a cancelled one leaves it to itself', async ({
    expect,
  }) => {
    await using rehearsal = await rehearse(OPTIONS);
    const batch = await startBatch(rehearsal, batchOf(rehearsal, { concurrency: 1 }));
    await batchUntil(rehearsal, ({ counts }) => counts.running === 1, 'a first one');
    expect(await tellBatch(batch, 'pause', { by: REQUESTER, reason: 'lunch' })).toMatchObject({ accepted: true });
    const paused = await batchUntil(
      rehearsal,
      ({ state, counts }) => state === 'Paused' && counts.waiting > 0,
      'a pause',
    );
    expect(paused.counts).toMatchObject({ open: 3, running: 0, waiting: 1 });
    await tellBatch(batch, 'resume', { by: REQUESTER });
    await batchUntil(rehearsal, ({ counts }) => counts.open < 3, 'a second one');
    await batch.cancel();
    await expect(batch.result()).rejects.toThrow(/cancelled/i);
    const open = await rehearsal.store.projections.list({ open: true });
    expect(open.length).toBeGreaterThan(0);
    for (const { workflowId } of open) {
      const { status } = await rehearsal.client.workflow.getHandle(workflowId).describe();
      expect(status.name).toBe('RUNNING');
    }
    const [record] = await rehearsal.store.batches.list();
    expect(record).toMatchObject({
      state: 'Cancelled',
      events: expect.arrayContaining([{ at: expect.any(String), by: REQUESTER, what: 'pause', why: 'lunch' }]),
    });
  });

  it('starts what was handed out and did not get there, as when the worker died in between', async ({ expect }) => {
    await using rehearsal = await rehearse({ ...OPTIONS, migrations: 3 });
    const migrations = rehearsal.sandbox.ready.starts.map((start) => ({ ...start, dryRun: true }));
    const batch = await startBatch(rehearsal, batchOf(rehearsal, { migrations, concurrency: 1 }));
    await batchUntil(rehearsal, ({ counts }) => counts.running === 1, 'a first one');
    const [record] = await rehearsal.store.batches.list();
    if (!record) throw new Error('no batch');
    const startedAt = new Date(await rehearsal.store.now()).toISOString();
    await rehearsal.store.batches.save(record, { items: [{ n: 2, state: 'started', startedAt, why: null }] });
    expect(await batch.result()).toMatchObject({ state: 'Ended', counts: { done: 3, failed: 0 } });
    const planned = await rehearsal.store.projections.list();
    expect(planned.map(({ picture }) => picture.original).toSorted()).toEqual([
      'jira-old/INT-16',
      'jira-old/INT-17',
      'jira-old/INT-18',
    ]);
  });

  it('follows a migration that somebody started before, and refuses what it does not know', async ({ expect }) => {
    await using rehearsal = await rehearse({ ...OPTIONS, migrations: 2 });
    await rehearsal.start({ dryRun: false, ...rehearsal.sandbox.ready.starts[0] });
    await expect.poll(() => rehearsal.store.projections.list(), { timeout: 20_000 }).toHaveLength(1);
    const batch = await startBatch(rehearsal, batchOf(rehearsal));
    await batchUntil(rehearsal, ({ counts }) => counts.waiting === 2, 'both waiting');
    const rows = await rehearsal.store.projections.list();
    expect(rows).toHaveLength(2);
    expect(rows.map(({ workflowId }) => workflowId)).toContain(`${rehearsal.prefix}migration`);
    for (const [verb, message, reason] of [
      ['pause', { by: '' }, 'by: must not be empty.'],
      ['approve', { by: APPROVER, decisions: 'deadbeef' }, 'no list of decisions of this batch has this digest'],
      ['approve', { by: APPROVER }, 'decisions: is missing.'],
      ['resume', { by: REQUESTER }, 'it is Running.'],
    ] as const) {
      const answer = await tellBatch(batch, verb, message);
      expect(answer).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) });
    }
  });
});

const REFUSES = { action: 'status', status: 500, method: 'POST', count: 1000 };

describe('what is no batch', () => {
  it.each([
    ['nothing', { migrations: [] }, /migrations: is empty/],
    [
      'the same original twice',
      (starts: object[]) => ({ migrations: [...starts, starts[0]] }),
      /migrations\[2\].original: jira-old\/INT-16 is that of migrations\[0\] already/,
    ],
    [
      'an unknown instance',
      (starts: object[]) => ({ migrations: [{ ...starts[0], new: { instance: 'jira-x', projects: {} } }, starts[1]] }),
      /migrations\[0\].new.instance: "jira-x" is not an instance/,
    ],
    [
      '10,001 items',
      (starts: object[]) => ({ migrations: Array.from({ length: 10_001 }, () => starts[0] && {}) }),
      /has 10001 items; at most 10000/,
    ],
  ])('%s is refused with every problem named', async (_, changes, problem) => {
    await using rehearsal = await rehearse({ ...OPTIONS, migrations: 2 });
    const changed = typeof changes === 'function' ? changes(rehearsal.sandbox.ready.starts) : changes;
    const batch = await startBatch(rehearsal, { ...batchOf(rehearsal), concurrency: 0, ...changed });
    const failure = await batch.result().catch((error: unknown) => error);
    const told = String(failure instanceof Error && failure.cause instanceof Error ? failure.cause.message : failure);
    expect(told).toMatch(problem);
    expect(told).toMatch(/concurrency: /);
    expect(await rehearsal.store.batches.list()).toEqual([]);
  });
});
