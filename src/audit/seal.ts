/**
 * A seal: number and hash of the newest entry of every migration, kept where whoever may write to the database may not. With it
 * `verify` sees what a chain cannot show by itself: an edited last entry, an end cut off, a chain written anew, a migration gone.
 */
import type { Store } from '../store/store.ts';
import type { Head } from '../store/verify.ts';

export interface Seal {
  v: 1;
  /** ISO 8601 UTC, the database's clock. */
  at: string;
  heads: Record<string, Head>;
}

/** Heads as the ledger's own rows say them; `verify` before sealing tells whether they deserve it. */
export async function makeSeal(store: Store): Promise<Seal> {
  const heads: Record<string, Head> = {};
  for (const migration of await store.records.migrations()) {
    const last = (await store.records.rows(migration)).at(-1);
    if (last) heads[migration] = { n: last.n, hash: last.hash };
  }
  return { v: 1, at: new Date(await store.now()).toISOString(), heads };
}

/** A seal from a file's text; throws a sentence for anything else. */
export function parseSeal(text: string): Seal {
  const value: unknown = JSON.parse(text);
  if (isSeal(value)) return value;
  throw new TypeError('it is not a seal: { v: 1, at, heads: { <migration>: { n, hash } } }');
}

function isSeal(value: unknown): value is Seal {
  if (typeof value !== 'object' || value === null || Reflect.get(value, 'v') !== 1) return false;
  const heads: unknown = Reflect.get(value, 'heads');
  if (typeof heads !== 'object' || heads === null) return false;
  return Object.values(heads).every(
    (head: unknown) =>
      typeof head === 'object' &&
      head !== null &&
      Number.isInteger(Reflect.get(head, 'n')) &&
      /^[0-9a-f]{64}$/.test(String(Reflect.get(head, 'hash'))),
  );
}
