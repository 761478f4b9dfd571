import { describe, expect, it } from 'vitest';
import type { Store, TakeOver } from '../../src/store/store.ts';
import { verifyChain } from '../support/chain.ts';
import { ENGINES, holderOf, newPlace, opened, request } from './samples.ts';

const there: TakeOver = {
  cluster: 'cluster-2',
  namespace: 'default',
  workflowId: 'migrate-jira-old-INT-16',
  actor: 'kim@example.com',
  why: 'the server is gone',
  holder: 'unknown',
};
const next = request('INT-16', { cluster: 'cluster-2', runId: 'run-2' });

const intend = (store: Store, holder: Parameters<Store['ledger']['append']>[0], leaseMs: number) =>
  store.ledger.append(holder, {
    kind: 'intent',
    subject: { step: 'stopOriginal', part: 'stop', instance: 'jira-old', leaseMs },
  });

describe.each(ENGINES)('%s: a takeover', (engine) => {
  it('moves the claim to the next epoch, keeps what was recorded, and waits for its run', async () => {
    const store = await opened((await newPlace(engine)).store);
    const claim = await store.claims.open(request());
    await store.claims.addCreated(holderOf(claim), 'jira-new/INT-3', '//jira-new.example.com/INT-3');
    expect(await store.claims.holding('jira-old/INT-16')).toMatchObject({ epoch: 1 });
    expect(await store.claims.takeOver(claim, there)).toMatchObject({
      migration: claim.migration,
      epoch: 2,
      recordedStart: claim.recordedStart,
      created: ['jira-new/INT-3'],
    });
    const strangers = [{ workflowId: 'by-hand' }, { cluster: 'cluster-1' }, { namespace: 'other' }];
    for (const stranger of strangers) {
      const asked = store.claims.open({ ...next, ...stranger, runId: 'run-3' });
      await expect(asked).rejects.toMatchObject({ code: 'ClaimHeld' });
    }
    const taken = await store.claims.open(next);
    expect(taken).toMatchObject({ migration: claim.migration, epoch: 2, runId: 'run-2', cluster: 'cluster-2' });
    expect(await store.claims.open(next)).toEqual(taken);
    const entries = await store.ledger.read(claim.migration);
    expect(entries.map(({ kind }) => kind)).toEqual(['opened', 'state', 'verb', 'opened']);
    expect(entries[1]).toMatchObject({ subject: { created: 'jira-new/INT-3' } });
    expect(entries[2]).toMatchObject({ grade: 'claimed', subject: { verb: 'takeover', epoch: 2, holder: 'unknown' } });
    expect(verifyChain(entries)).toEqual({ ok: true, entries: 4 });
  });

  it('leaves nothing to the run that held the claim', async () => {
    const store = await opened((await newPlace(engine)).store);
    const claim = await store.claims.open(request());
    await store.claims.takeOver(claim, there);
    const lost = { code: 'ClaimLost' };
    await expect(intend(store, holderOf(claim), 1000)).rejects.toMatchObject(lost);
    await expect(store.claims.takeOver(claim, there)).rejects.toMatchObject(lost);
  });

  it('waits for senders: refused with the time while a lease runs, done when it is over or its outcome is known', async () => {
    const store = await opened((await newPlace(engine)).store);
    const claim = await store.claims.open(request());
    const first = await intend(store, claim, 60_000);
    await expect(store.claims.takeOver(claim, there)).rejects.toMatchObject({
      code: 'NotYet',
      message: expect.stringContaining(new Date(Date.parse(first.at) + 60_000).toISOString()),
    });
    expect(await store.ledger.read(claim.migration)).toHaveLength(2);
    await store.ledger.append(claim, { kind: 'outcome', subject: { intent: first.n, outcome: 'answered' } });
    await intend(store, claim, 0);
    await expect.poll(() => store.claims.takeOver(claim, there).catch(() => undefined)).toMatchObject({ epoch: 2 });
  });
});
