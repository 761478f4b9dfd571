/** What an attempt knows of its ledger: everything that was entered, read once. */
import { describe, expect, it } from 'vitest';
import { KnownLedger } from '../../src/activities/knownLedger.ts';
import type { EntryDraft } from '../../src/contract/ledger.ts';
import { tookEffect } from '../../src/store/intents.ts';
import type { Ledger } from '../../src/store/store.ts';
import { ENGINES, holderOf, newPlace, opened, request } from './samples.ts';

const intent = (part: string, step = 'pairIssues'): EntryDraft => ({ kind: 'intent', subject: { step, part } });
const outcome = (of: number, became: string): EntryDraft => ({
  kind: 'outcome',
  subject: { intent: of, outcome: became },
});

/** A ledger with one entry, and each piece of it that is read. */
async function ledgerOf(engine: (typeof ENGINES)[number]) {
  const store = await opened((await newPlace(engine)).store);
  const claim = await store.claims.open(request());
  const pieces: number[][] = [];
  let failing = false;
  const counted: Ledger = {
    ...store.ledger,
    async read(...asked) {
      if (failing) throw new Error('out of reach');
      const entries = await store.ledger.read(...asked);
      pieces.push(entries.map(({ n }) => n));
      return entries;
    },
  };
  return {
    known: new KnownLedger(counted, claim.migration, {}),
    pieces,
    enter: async (draft: EntryDraft) => (await store.ledger.append(holderOf(claim), draft)).n,
    whole: () => store.ledger.read(claim.migration),
    fail: (now: boolean) => {
      failing = now;
    },
  };
}

describe.each(ENGINES)('%s: what an attempt knows of its ledger', (engine) => {
  it('is what was entered, whoever did it, and no entry is read twice', async () => {
    const { known, pieces, enter, whole } = await ledgerOf(engine);
    await enter(intent('1'));
    expect(await known.entries()).toEqual(await whole());
    await enter(outcome(2, 'unknown'));
    await enter({ kind: 'verb', actor: 'lee@example.com', subject: { verb: 'retry' } });
    expect(await known.entries()).toEqual(await whole());
    await known.entries();
    expect(pieces).toEqual([[1, 2], [3, 4], []]);
  });

  it('is whole however many ask at once', async () => {
    const { known, enter, whole } = await ledgerOf(engine);
    await enter(intent('1'));
    const seen = await Promise.all([known.entries(), known.newestIntent('pairIssues'), known.entries()]);
    expect(seen[2]).toEqual(await whole());
  });

  it('goes on after the store was out of reach', async () => {
    const { known, enter, whole, fail } = await ledgerOf(engine);
    await known.entries();
    await enter(intent('1'));
    fail(true);
    await expect(known.entries()).rejects.toThrow('out of reach');
    fail(false);
    expect(await known.entries()).toEqual(await whole());
  });

  it('has the newest intent of a part and of a step, with what became of it last', async () => {
    const { known, enter } = await ledgerOf(engine);
    const newest = async (part?: string) => {
      const found = await known.newestIntent('pairIssues', part);
      return found && [found.entry.n, found.outcome];
    };
    expect(await newest('1')).toBeUndefined();
    const first = await enter(intent('1'));
    expect(await newest('1')).toEqual([first, undefined]);
    await enter(outcome(first, 'unknown'));
    const other = await enter(intent('2'));
    await enter(intent('1', 'resyncAToB'));
    await enter(outcome(first, 'present'));
    expect(await newest('1')).toEqual([first, 'present']);
    expect(await newest()).toEqual([other, undefined]);
    const again = await enter(intent('1'));
    expect(await newest('1')).toEqual([again, undefined]);
    expect((await known.intents()).filter(tookEffect).map(({ entry }) => entry.n)).toEqual([first]);
  });
});
