/** Attempts of one run: what is settled stays settled, and an attempt that a later one has followed enters nothing. */
import { describe, expect, it } from 'vitest';
import type { EntryDraft } from '../../src/contract/ledger.ts';
import { failureOf } from '../http/instances.ts';
import { verifyChain } from '../support/chain.ts';
import { ENGINES, holderOf, newPlace, opened, request } from './samples.ts';

const intent: EntryDraft = { kind: 'intent', subject: { step: 'stopOriginal', part: 'stop' } };
const outcome = (of: number, became: string, more: Partial<EntryDraft> = {}): EntryDraft => ({
  kind: 'outcome',
  subject: { intent: of, outcome: became },
  ...more,
});

describe.each(ENGINES)('%s: attempts of one run', (engine) => {
  async function begun() {
    const store = await opened((await newPlace(engine)).store);
    const claim = await store.claims.open(request());
    const holder = (attempt: number) => ({ ...holderOf(claim), attempt });
    return { store, claim, holder, entries: () => store.ledger.read(claim.migration) };
  }

  it.each(['answered', 'present', 'absent', 'refused', 'notSent'])(
    'an intent that was settled as %s takes no further outcome, however it is entered',
    async (settled) => {
      const { store, claim, entries } = await begun();
      const { append } = store.ledger;
      const { n } = await append(holderOf(claim), intent);
      await append(holderOf(claim), outcome(n, 'unknown'));
      await append(holderOf(claim), outcome(n, settled));
      const before = await entries();
      for (const later of ['unknown', settled, 'answered']) {
        expect(await failureOf(append(holderOf(claim), outcome(n, later)))).toMatchObject({ code: 'TooLate' });
      }
      // Not in one statement, since it has a name in it.
      const named = outcome(n, 'unknown', { actor: 'lee@example.com' });
      expect(await failureOf(append(holderOf(claim), named))).toMatchObject({ code: 'TooLate' });
      expect(await entries()).toEqual(before);
    },
  );

  it('another intent of the same part is settled for itself', async () => {
    const { store, claim, entries } = await begun();
    const first = await store.ledger.append(holderOf(claim), intent);
    await store.ledger.append(holderOf(claim), outcome(first.n, 'absent'));
    const second = await store.ledger.append(holderOf(claim), intent);
    await store.ledger.append(holderOf(claim), outcome(second.n, 'answered'));
    expect(verifyChain(await entries())).toMatchObject({ ok: true });
  });

  it('an attempt enters nothing once a later one has begun, and the later one and others go on', async () => {
    const { store, claim, holder, entries } = await begun();
    await store.claims.begin(holder(7));
    const { n } = await store.ledger.append(holder(7), intent);
    await store.claims.begin(holder(8));
    const before = await entries();
    expect(await failureOf(store.ledger.append(holder(7), outcome(n, 'unknown')))).toMatchObject({ code: 'TooLate' });
    expect(await failureOf(store.ledger.append(holder(7), intent))).toMatchObject({ code: 'TooLate' });
    const named: EntryDraft = { kind: 'verb', actor: 'lee@example.com', subject: { verb: 'retry' } };
    expect(await failureOf(store.ledger.append(holder(7), named))).toMatchObject({ code: 'TooLate' });
    expect(
      await failureOf(store.claims.addCreated(holder(7), 'jira-new/INT-5', 'jira-new.example.com INT-5')),
    ).toMatchObject({ code: 'TooLate' });
    expect(await entries()).toEqual(before);
    await store.ledger.append(holder(8), outcome(n, 'present'));
    await store.ledger.append(holderOf(claim), named);
    expect(await entries()).toHaveLength(before.length + 2);
  });

  it('an attempt that begins late, after the one that follows it, does not begin', async () => {
    const { store, holder } = await begun();
    await store.claims.begin(holder(8));
    expect(await failureOf(store.claims.begin(holder(7)))).toMatchObject({ code: 'TooLate' });
    await store.claims.begin(holder(8));
    const other = { ...holder(9), runId: 'another' };
    expect(await failureOf(store.claims.begin(other))).toMatchObject({ code: 'ClaimLost' });
  });
});
