/** Makes ledger entries: the envelope of the contract, hash-chained, with people's names and words only as salted hashes. */
import { randomBytes } from 'node:crypto';
import type { Selectable, Transaction } from 'kysely';
import { type EntryDraft, LEDGER_VERSION, type LedgerEntry } from '../contract/ledger.ts';
import { withoutNul } from '../contract/text.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import { clockOf, type Engine } from './engine.ts';
import type { ClaimTable, LedgerTable, Tables } from './tables.ts';

/** `prev` of the first entry. */
export const NO_ENTRY = '0'.repeat(64);

/** SHA-256 hex of an entry's canonical JSON: what the next entry has in `prev`. */
export const entryHash = (entry: LedgerEntry): string => sha256(canonicalJson(entry));

/** The hash under which a name or a reason enters the ledger: SHA-256 of the salt (32 hex digits) followed by the value. */
export const saltedHash = (salt: string, value: string): string => sha256(salt + value);

/** Where an entry goes: allotted by updating the claim row, which the caller holds locked. */
export interface Place {
  migration: string;
  n: number;
  prev: string;
  /** The database's clock, when it was read already. */
  at?: string;
}

/** Writes one entry and points the claim at it. The caller has fenced the claim in the same transaction. */
export async function writeEntry(
  tx: Transaction<Tables>,
  engine: Engine,
  place: Place,
  draft: EntryDraft,
): Promise<LedgerEntry> {
  const actor = draft.actor === undefined ? null : await hashText(tx, place.migration, draft.actor);
  const why = draft.why === undefined ? null : await hashText(tx, place.migration, draft.why);
  const answered: Record<string, string> =
    draft.answered === undefined ? {} : { answered: await hashText(tx, place.migration, draft.answered) };
  const at = place.at ?? (await clockOf(tx, engine));
  const { entry, row } = makeEntry(
    { ...place, at },
    { ...draft, digests: { ...draft.digests, ...answered } },
    { actor, why },
  );
  await tx.insertInto('ledger').values(row).execute();
  const head = { last_n: row.n, last_hash: row.hash };
  await tx.updateTable('claim').set(head).where('migration', '=', row.migration).execute();
  return entry;
}

/** The entry that follows the newest one of a claim, which the caller holds. */
export const enterNext = (
  tx: Transaction<Tables>,
  engine: Engine,
  claim: Pick<Selectable<ClaimTable>, 'migration' | 'last_n' | 'last_hash'>,
  draft: EntryDraft,
): Promise<LedgerEntry> =>
  writeEntry(tx, engine, { migration: claim.migration, n: claim.last_n + 1, prev: claim.last_hash }, draft);

/** Hashes of the name and of the reason. */
export type Texts = Pick<LedgerEntry, 'actor' | 'why'>;
export const NO_TEXTS: Texts = { actor: null, why: null };

/** The entry, and its row. */
export function makeEntry(
  { migration, n, prev, at }: Required<Place>,
  draft: EntryDraft,
  { actor, why }: Texts,
): { entry: LedgerEntry; row: LedgerTable } {
  const text = canonicalJson({
    v: LEDGER_VERSION,
    migration,
    n,
    prev,
    at,
    kind: draft.kind,
    actor,
    grade: draft.grade ?? (actor === null ? 'system' : 'claimed'),
    why,
    subject: draft.subject,
    digests: draft.digests ?? {},
  } satisfies LedgerEntry);
  // Read back from the text, so that the caller gets what was hashed and not, say, a member that is undefined.
  const entry: LedgerEntry = JSON.parse(text);
  return { entry, row: { migration, n, kind: entry.kind, at: entry.at, hash: sha256(text), entry: text } };
}

/**
 * The text of an entry without texts, in the four pieces around what its place adds: `at`, `n`, `prev`, in this order. For a database
 * that puts it together and hashes it itself; nothing in the three needs escaping.
 */
export function piecesOfEntry(migration: string, draft: EntryDraft): [string, string, string, string] {
  const place = { migration, n: 0, prev: '', at: '' };
  const { digests, grade, kind, subject, v, why } = makeEntry(place, draft, NO_TEXTS).entry;
  const members = (some: Partial<LedgerEntry>) => canonicalJson(some).slice(1, -1);
  return [
    '{"actor":null,"at":"',
    `",${members({ digests, grade, kind, migration })},"n":`,
    ',"prev":"',
    `",${members({ subject, v, why })}}`,
  ];
}

/** One value has one salt within a migration, so that the same person is recognisable there and nowhere else. */
async function hashText(tx: Transaction<Tables>, migration: string, given: string): Promise<string> {
  // Before it is hashed, and not when it is stored: the hash is of what can be read again.
  const value = withoutNul(given);
  const known = await tx
    .selectFrom('ledger_text')
    .select('hash')
    .where('migration', '=', migration)
    .where('value', '=', value)
    .executeTakeFirst();
  if (known) return known.hash;
  const salt = randomBytes(16).toString('hex');
  const hash = saltedHash(salt, value);
  await tx.insertInto('ledger_text').values({ migration, hash, salt, value }).execute();
  return hash;
}
