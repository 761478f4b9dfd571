import { describe, expect, it } from 'vitest';
import { ENGINES, holderOf, newPlace, opened, picture, request } from './samples.ts';

const asked = { requestedBy: 'kim@example.com', reason: 'CHG-4711' };
const items = (...keys: string[]) =>
  keys.map((key) => ({
    original: `jira-old/${key}`,
    workflowId: `migrate-jira-old-${key}`,
    start: request(key).start,
  }));
const batch = (run = 'run-1') => ({ batch: 'batch-wave-1', name: 'wave-1', run, asked });

describe.each(ENGINES)('%s: a batch', (engine) => {
  it('is opened once, and asked again by the same run it changes nothing', async () => {
    const store = await opened((await newPlace(engine)).store);
    const record = await store.batches.open(batch(), items('INT-16', 'INT-17'));
    expect(record).toMatchObject({
      ...batch(),
      state: 'Running',
      forgiven: 0,
      events: [{ by: 'kim@example.com', what: 'opened' }],
    });
    expect(await store.batches.open(batch(), items('INT-16', 'INT-17'))).toEqual(record);
    expect(await store.batches.get('batch-wave-1')).toEqual(record);
    expect((await store.batches.items('batch-wave-1')).map(({ n, state, original }) => [n, state, original])).toEqual([
      [0, 'open', 'jira-old/INT-16'],
      [1, 'open', 'jira-old/INT-17'],
    ]);
  });

  it('keeps what others wrote of an item also with a sign that PostgreSQL has not', async () => {
    const store = await opened((await newPlace(engine)).store);
    await store.batches.open(batch(), items('INT-16'));
    const failed = { n: 0, state: 'failed' as const, startedAt: null, why: 'TERMINATED: see \u0000 you' };
    await store.batches.save(batch(), { items: [failed], event: { by: 'lee\u0000', what: 'pause' } });
    expect((await store.batches.items('batch-wave-1')).map(({ why }) => why)).toEqual(['TERMINATED: see \uFFFD you']);
  });

  it('is gone on with by another run: what failed is open again, what is done stays so', async () => {
    const store = await opened((await newPlace(engine)).store);
    await store.batches.open(batch(), items('INT-16', 'INT-17', 'INT-18'));
    const at = '2026-11-20T20:00:00.000Z';
    await store.batches.save(batch(), {
      forgiven: 1,
      items: [
        { n: 0, state: 'done', startedAt: at, why: null },
        { n: 1, state: 'failed', startedAt: at, why: 'Refused' },
      ],
      event: { by: 'lee@example.com', what: 'resume' },
    });
    const wiser = items('INT-16', 'INT-17', 'INT-18').map((item) => ({
      ...item,
      start: { ...item.start, mapping: { copyGap: 'resync' } },
    }));
    const again = await store.batches.open(
      { ...batch('run-2'), asked: { ...asked, requestedBy: 'ann@example.com' } },
      wiser,
    );
    expect(again).toMatchObject({ run: 'run-2', forgiven: 0 });
    expect(again.events.map(({ by, what }) => [by, what])).toEqual([
      ['kim@example.com', 'opened'],
      ['lee@example.com', 'resume'],
      ['ann@example.com', 'opened'],
    ]);
    expect((await store.batches.items('batch-wave-1')).map(({ state, why }) => [state, why])).toEqual([
      ['done', null],
      ['open', null],
      ['open', null],
    ]);
    const [done, failed] = await store.batches.items('batch-wave-1');
    expect([done?.start.mapping, failed?.start.mapping]).toEqual([undefined, { copyGap: 'resync' }]);
    await expect(store.batches.save(batch('run-1'), { state: 'Paused' })).rejects.toThrow(/another run works on batch/);
    expect(await store.batches.get('batch-wave-1')).toMatchObject({ state: 'Running' });
  });

  it('refuses another list under the same id', async () => {
    const store = await opened((await newPlace(engine)).store);
    await store.batches.open(batch(), items('INT-16'));
    await expect(store.batches.open(batch('run-2'), items('INT-17'))).rejects.toThrow(
      /another list was started as workflow batch-wave-1/,
    );
  });

  it('may have ten thousand items', async () => {
    const store = await opened((await newPlace(engine)).store);
    const keys = Array.from({ length: 10_000 }, (_, n) => `INT-${n}`);
    await store.batches.open(batch(), items(...keys));
    const read = await store.batches.items('batch-wave-1');
    expect(read).toHaveLength(10_000);
    expect(read.every(({ n }, at) => n === at)).toBe(true);
    expect(await store.projections.newest(keys.map((key) => `jira-old/${key}`))).toEqual([]);
  });
});

describe.each(ENGINES)('%s: the newest migrations of some originals', (engine) => {
  it('are the open ones, else those that ended last, with pictures only where a person is waited for', async () => {
    const store = await opened((await newPlace(engine)).store);
    const ended = await store.claims.open(request());
    await store.projections.put(holderOf(ended), picture(ended, { state: 'RolledBack' }));
    await store.ledger.append(holderOf(ended), { kind: 'closed', subject: {} }, { close: 'RolledBack' });
    const open = await store.claims.open(request('INT-16', { runId: 'run-2' }));
    await store.projections.put(holderOf(open), picture(open, { state: 'AwaitingApproval' }));
    const other = await store.claims.open(request('INT-17'));
    await store.projections.put(holderOf(other), picture(other));
    const found = await store.projections.newest(['jira-old/INT-16', 'jira-old/INT-17', 'jira-old/INT-18']);
    const brief = found.map(({ migration, state, picture: shown }) => [migration, state, shown !== undefined]);
    expect(brief.toSorted()).toEqual(
      [
        [open.migration, 'AwaitingApproval', true],
        [other.migration, 'Running', false],
      ].toSorted(),
    );
  });
});
