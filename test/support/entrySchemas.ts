/** Every entry that a test makes the service write says what entries can say, and the picture beside it is that of the fold. */
import type { EntryDraft, LedgerEntry } from '../../src/contract/ledger.ts';
import { asEntry, SUBJECTS } from '../../src/migration/entries.ts';
import { fold } from '../../src/migration/evolve.ts';
import { initialState } from '../../src/migration/state.ts';
import type { Store } from '../../src/store/store.ts';

/** Looks at everything that was entered; answers what does not fit, a line each. */
export async function strangeEntries(store: Store): Promise<string[]> {
  const found: string[] = [];
  for (const { migration, picture } of await store.projections.list()) {
    const claim = await store.claims.get(migration);
    const entries = await store.ledger.read(migration);
    for (const entry of entries) found.push(...problemsOf(entry));
    const start = claim?.recordedStart ?? {};
    const whole = fold(initialState(start), entries.map(asEntry));
    // Folded piece by piece, and with entries that are in it already, it is the same.
    const pieces = entries.map(asEntry).reduce((state, entry) => fold(state, [entry, entry]), initialState(start));
    if (JSON.stringify(pieces) !== JSON.stringify(whole)) found.push(`${migration}: the fold depends on the pieces`);
    if (whole.closed === undefined) continue;
    if (whole.closed !== picture.state)
      found.push(`${migration}: closed as ${whole.closed}, shown as ${picture.state}`);
    for (const [n, { step, state }] of whole.steps.entries())
      if (step !== 'approval' && picture.steps[n]?.state !== state)
        found.push(`${migration}: ${step} is ${state}, and is shown as ${picture.steps[n]?.state}`);
  }
  return found;
}

function problemsOf({ n, kind, subject }: LedgerEntry | (EntryDraft & { n: number })): string[] {
  const read = SUBJECTS[kind].safeParse(subject);
  return read.success ? [] : [`entry ${n}, ${kind} ${JSON.stringify(subject)}: ${read.error.issues[0]?.message}`];
}
