import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../src/contract/ledger.ts';
import { entryHash, NO_ENTRY } from '../../src/store/envelope.ts';
import { verifyChain } from '../support/chain.ts';

function chain(length: number): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  let prev = NO_ENTRY;
  for (let n = 1; n <= length; n++) {
    const entry: LedgerEntry = {
      v: 1,
      migration: 'm-1',
      n,
      prev,
      at: '2026-11-20T20:00:00.000Z',
      kind: 'step',
      actor: null,
      grade: 'system',
      why: null,
      subject: { step: 'verify', i: n },
      digests: {},
    };
    entries.push(entry);
    prev = entryHash(entry);
  }
  return entries;
}

const renumbered = (entries: LedgerEntry[]) => entries.map((entry, i) => ({ ...entry, n: i + 1 }));
const foreign = (n: number, prev: string): LedgerEntry =>
  ({ ...chain(1)[0], n, prev, subject: { forged: true } }) as LedgerEntry;

/** A chain and a place in it: never the last entry, which only a head from elsewhere can guard. */
const place = fc.integer({ min: 2, max: 12 }).chain((length) => fc.tuple(fc.constant(length), fc.nat(length - 2)));

describe('verifying a chain', () => {
  it('accepts every chain as it was written, the empty one too', () => {
    fc.assert(
      fc.property(fc.nat(12), (length) => {
        expect(verifyChain(chain(length))).toEqual({ ok: true, entries: length });
      }),
    );
  });

  it('finds an edited entry', () => {
    fc.assert(
      fc.property(place, fc.constantFrom('subject', 'at', 'kind', 'actor'), ([length, i], member) => {
        const entries: LedgerEntry[] = chain(length).map((entry, at) =>
          at === i ? ({ ...entry, [member]: 'x' } as unknown as LedgerEntry) : entry,
        );
        expect(verifyChain(entries)).toEqual({ ok: false, firstBad: i + 1, why: 'edited' });
      }),
    );
  });

  it('finds a member that was added to an entry', () => {
    const entries = chain(3).map((entry) => (entry.n === 2 ? { ...entry, note: 'x' } : entry));
    expect(verifyChain(entries)).toEqual({ ok: false, firstBad: 2, why: 'edited' });
  });

  it('finds a removed entry, also when the others were renumbered', () => {
    fc.assert(
      fc.property(place, ([length, i]) => {
        const left = chain(length).toSpliced(i, 1);
        expect(verifyChain(left)).toEqual({ ok: false, firstBad: i + 1, why: 'removed' });
        const hidden = verifyChain(renumbered(left));
        expect(hidden).toMatchObject({ ok: false });
        if (i < length - 2) expect(hidden).toEqual({ ok: false, firstBad: i + 1, why: 'removed' });
      }),
    );
  });

  it('finds an inserted entry, also when it is linked to the one before and the others were renumbered', () => {
    fc.assert(
      fc.property(place, fc.boolean(), fc.boolean(), ([length, i], linked, renumber) => {
        const entries = chain(length);
        const before = entries[i - 1];
        const prev = linked ? (before ? entryHash(before) : NO_ENTRY) : 'f'.repeat(64);
        const longer = entries.toSpliced(i, 0, foreign(i + 1, prev));
        const verdict = verifyChain(renumber ? renumbered(longer) : longer);
        expect(verdict).toEqual({ ok: false, firstBad: i + 1, why: 'inserted' });
      }),
    );
  });

  it('finds an entry of another migration', () => {
    const entries = chain(3);
    const other = chain(4).map((entry) => ({ ...entry, migration: 'm-2' }));
    expect(verifyChain([...entries, ...other.slice(3)])).toEqual({ ok: false, firstBad: 4, why: 'inserted' });
  });

  it('finds reordered entries', () => {
    fc.assert(
      fc.property(place, ([length, i]) => {
        const entries = chain(length);
        const swapped = entries.with(i, entries[i + 1] as LedgerEntry).with(i + 1, entries[i] as LedgerEntry);
        expect(verifyChain(swapped)).toEqual({ ok: false, firstBad: i + 1, why: 'reordered' });
        expect(verifyChain(renumbered(swapped))).toMatchObject({ ok: false });
      }),
    );
  });

  it('finds an edited or cut off end only against a head kept elsewhere, and lets the chain grow past it', () => {
    const entries = chain(5);
    const last = entries[4] as LedgerEntry;
    const head = { n: 5, hash: entryHash(last) };
    const edited = [...entries.slice(0, 4), { ...last, subject: { forged: true } }];
    expect(verifyChain(edited)).toEqual({ ok: true, entries: 5 });
    expect(verifyChain(edited, head)).toEqual({ ok: false, firstBad: 5, why: 'edited' });
    expect(verifyChain(entries.slice(0, 3), head)).toEqual({ ok: false, firstBad: 4, why: 'removed' });
    expect(verifyChain(chain(7), head)).toEqual({ ok: true, entries: 7 });
  });
});
