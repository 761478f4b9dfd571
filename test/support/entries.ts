/** Something happens in the very moment in which an entry is made. */
import type { EntryDraft } from '../../src/contract/ledger.ts';
import type { Scene } from './migration.ts';

/** Acts once, when such an entry has been made and nobody has heard of it. */
export function onEntry(
  { store: { ledger } }: Scene,
  fits: (entry: EntryDraft) => boolean,
  act: () => Promise<unknown>,
): Promise<void> {
  const append = ledger.append.bind(ledger);
  return new Promise<void>((resolve, reject) => {
    let over = false;
    ledger.append = async (holder, entry, ...others) => {
      const made = await append(holder, entry, ...others);
      if (over || !fits(entry)) return made;
      over = true;
      await act().then(() => resolve(), reject);
      return made;
    };
  });
}

/** The first such entry is not made: whoever makes it dies of that. */
export function diesBefore({ store: { ledger } }: Scene, fits: (entry: EntryDraft) => boolean): void {
  const append = ledger.append.bind(ledger);
  let over = false;
  ledger.append = async (holder, entry, ...others) => {
    if (over || !fits(entry)) return append(holder, entry, ...others);
    over = true;
    throw new Error('a test');
  };
}
