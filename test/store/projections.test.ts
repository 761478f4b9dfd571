import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standingItems } from '../../src/batch/picture.ts';
import { FINAL_STATES, STATES } from '../../src/contract/names.ts';
import { verifyChain } from '../support/chain.ts';
import { ENGINES, holderOf, newPlace, opened, picture, request } from './samples.ts';

describe.each(ENGINES)('%s: a projection', (engine) => {
  it('is committed together with the entry it was given with, or not at all', async () => {
    const place = await newPlace(engine);
    const store = await opened(place.store);
    const claim = await store.claims.open(request());
    const entered = () => store.ledger.read(claim.migration).then((entries) => entries.length);
    const shown = () => store.projections.get(claim.migration).then((row) => row?.picture.waitingFor);
    let expected: { entries: number; waitingFor: string | undefined } = { entries: 1, waitingFor: undefined };

    // Each table in turn refuses its row, after which nothing of the append may be there.
    const faults = ['none', 'ledger', 'ledger_text', 'projection', 'claim'] as const;
    const append = fc.record({ fault: fc.constantFrom(...faults), waitingFor: fc.uuid(), actor: fc.uuid() });
    await fc.assert(
      fc.asyncProperty(append, async ({ fault, waitingFor, actor }) => {
        const when = fault === 'claim' ? `update of last_n` : 'insert';
        if (fault !== 'none') {
          await place.fault(fault, when);
        }
        const appending = store.ledger.append(
          holderOf(claim),
          { kind: 'state', actor, subject: {} },
          { picture: picture(claim, { waitingFor }) },
        );
        if (fault === 'none') {
          await appending;
          expected = { entries: expected.entries + 1, waitingFor };
        } else {
          await expect(appending).rejects.toThrow('injected fault');
          await place.mend(fault);
        }
        expect({ entries: await entered(), waitingFor: await shown() }).toEqual(expected);
      }),
      { numRuns: 60 },
    );
    expect(verifyChain(await store.ledger.read(claim.migration))).toEqual({ ok: true, entries: expected.entries });
  });

  it('closes the claim in the same transaction, too', async () => {
    const store = await opened((await newPlace(engine)).store);
    const claim = await store.claims.open(request());
    await store.ledger.append(
      holderOf(claim),
      { kind: 'closed', subject: {} },
      { picture: picture(claim, { state: 'Completed' }), close: 'Completed' },
    );
    expect((await store.claims.get(claim.migration))?.closed).toBe('Completed');
    expect((await store.projections.get(claim.migration))?.picture.state).toBe('Completed');
  });

  it('is found by migration and by workflow id, with the time of the entry', async () => {
    const store = await opened((await newPlace(engine)).store);
    const claim = await store.claims.open(request());
    const entry = await store.ledger.append(
      holderOf(claim),
      { kind: 'state', subject: {} },
      { picture: picture(claim) },
    );
    const row = {
      migration: claim.migration,
      workflowId: claim.workflowId,
      updatedAt: entry.at,
      picture: picture(claim),
    };
    expect(await store.projections.get(claim.migration)).toEqual(row);
    expect(await store.projections.byWorkflowId(claim.workflowId)).toEqual(row);
    expect(await store.projections.byWorkflowId('another')).toBeUndefined();
  });

  it('lists newest first, by what is open, by original, by batch, and no more than asked for', async () => {
    const store = await opened((await newPlace(engine)).store);
    const migrations = new Map<string, string>();
    for (const [i, state] of STATES.entries()) {
      const of = request(`INT-${i}`);
      const claim = await store.claims.open({ ...of, start: { ...of.start, batch: i % 2 ? 'wave-1' : 'wave-2' } });
      await store.projections.put(holderOf(claim), picture(claim, { state }));
      migrations.set(state, claim.original);
      await sleep(2);
    }
    const originals = async (filter?: Parameters<typeof store.projections.list>[0]) =>
      (await store.projections.list(filter)).map((row) => row.picture.original);
    const newestFirst = [...migrations.values()].reverse();
    expect(await originals()).toEqual(newestFirst);
    expect(await originals({ limit: 3 })).toEqual(newestFirst.slice(0, 3));
    expect(await originals({ original: 'jira-old/INT-3' })).toEqual(['jira-old/INT-3']);
    expect(await originals({ batch: 'wave-1' })).toEqual(newestFirst.filter((_, i) => i % 2 === 0));
    const open = [...migrations].filter(([state]) => !FINAL_STATES.some((final) => final === state));
    expect(await originals({ open: true })).toEqual(open.map(([, original]) => original).reverse());
  });
});

describe.each(ENGINES)('%s: how far the migrations of a batch are', (engine) => {
  it('is not told by a dry run of the same original, which may be open beside it', async () => {
    const store = await opened((await newPlace(engine)).store);
    const of = request();
    const dry = { ...of, start: { ...of.start, dryRun: true } };
    const item = (start: typeof of.start, workflowId: string) => ({ original: of.original, workflowId, start });
    await store.batches.open({ batch: 'b', name: 'b', run: 'r', asked: { requestedBy: 'kim', reason: 'x' } }, [
      item(of.start, of.workflowId),
    ]);
    await store.batches.open({ batch: 'plans', name: 'plans', run: 'r', asked: { requestedBy: 'kim', reason: 'x' } }, [
      item(dry.start, 'plan-jira-old-INT-16'),
    ]);
    const standing = async (batch: string) => (await standingItems(store, batch)).map((each) => each.standing.is);
    const plan = await store.claims.open({ ...dry, workflowId: 'plan-jira-old-INT-16', runId: 'plan' });
    await store.projections.put(holderOf(plan), picture(plan, { state: 'WaitingForPerson' }));
    expect([await standing('b'), await standing('plans')]).toEqual([['open'], ['waiting']]);
    const migration = await store.claims.open(of);
    await store.projections.put(holderOf(migration), picture(migration, { state: 'Running' }));
    expect([await standing('b'), await standing('plans')]).toEqual([['running'], ['waiting']]);
  });
});

describe.each(ENGINES)('%s: the brake', (engine) => {
  it('is on once when many pull it at the same moment', async () => {
    const { store: place } = await newPlace(engine);
    const store = await opened(place);
    await Promise.all(Array.from({ length: 8 }, (_, i) => store.brake.on('all', `person-${i}`, 'incident')));
    expect(await store.brake.list()).toMatchObject([{ scope: 'all', why: 'incident' }]);
  });

  it('is on with who, why and when until it is released, and keeps its history', async () => {
    const place = await newPlace(engine);
    const store = await opened(place.store);
    await store.brake.on('all', 'kim', 'incident');
    await store.brake.on('instance:jira-new', 'lee', 'maintenance');
    await store.brake.on('all', 'lee', 'still the incident');
    expect(await store.brake.list()).toEqual(
      expect.arrayContaining([
        { scope: 'all', by: 'lee', why: 'still the incident', at: expect.stringMatching(/Z$/) },
        { scope: 'instance:jira-new', by: 'lee', why: 'maintenance', at: expect.stringMatching(/Z$/) },
      ]),
    );
    await store.brake.off('all', 'kim');
    await store.brake.off('batch:never-on', 'kim');
    expect((await store.brake.list()).map((row) => row.scope)).toEqual(['instance:jira-new']);
    const history = await place.sql(`select "by", released_by from brake where scope = 'all' order by at, released_at`);
    expect(history.map((row) => ({ ...row }))).toEqual([
      { by: 'kim', released_by: 'lee' },
      { by: 'lee', released_by: 'kim' },
    ]);
  });
});
