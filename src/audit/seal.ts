/**
 * A seal: which migrations there were at one moment, number and hash of the newest entry of each, and which were closed. It is signed,
 * names the seal before it, and is kept where whoever may write to the database may not. With it `verify` sees what a ledger cannot
 * show by itself: an end cut off with all that tells of it, a chain written anew, a migration gone or invented.
 */
import { z } from 'zod';
import { canonicalJson, digestOf } from '../store/canonical.ts';
import type { Store } from '../store/store.ts';
import type { Head } from '../store/verify.ts';
import { jsonOf } from './rows.ts';
import { type SigningKey, sign } from './sealKeys.ts';

export interface SealedMigration extends Head {
  /** The final state; `null` while it went on. */
  closed: string | null;
}

export interface Seal {
  v: 1;
  /** 1, 2, 3 … */
  n: number;
  /** SHA-256 of the canonical JSON of the seal before, signature included; `null` in the first. */
  previous: string | null;
  /** ISO 8601 UTC, the database's clock. Every migration with an entry before is named. */
  at: string;
  migrations: Record<string, SealedMigration>;
  /** SHA-256 of the public key, as `migrator audit keys show` prints it. */
  key: string;
  /** Ed25519 over the canonical JSON of all other members, base64; without it a seal proves nothing. */
  signature?: string;
}

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const SEAL = z.strictObject({
  v: z.literal(1),
  n: z.int().min(1),
  previous: digest.nullable(),
  at: z.iso.datetime(),
  migrations: z.record(
    z.string().regex(/./),
    z.strictObject({ n: z.int().min(1), hash: digest, closed: z.string().nullable() }),
  ),
  key: digest,
  signature: z.base64().optional(),
});

/** What a seal says of one migration. */
export const sealedIn = ({ migrations }: Seal, migration: string): SealedMigration | undefined =>
  Object.hasOwn(migrations, migration) ? migrations[migration] : undefined;

/** What is signed. */
export const signedText = ({ signature: _, ...seal }: Seal): string => canonicalJson(seal);

/** What the next seal names. */
export const sealDigest = (seal: Seal): string => digestOf(seal);

/** Heads as the ledger's own rows say them; `verify` before sealing tells whether they deserve it. */
export async function makeSeal(store: Store, key: SigningKey, before?: Seal): Promise<Seal> {
  const { at, heads } = await store.records.heads();
  const migrations = Object.fromEntries(
    heads.map(({ migration, n, hash, entry }) => [migration, { n, hash, closed: endIn(entry) }]),
  );
  const place = before ? { n: before.n + 1, previous: sealDigest(before) } : { n: 1, previous: null };
  const seal: Seal = { v: 1, ...place, at, migrations, key: key.fingerprint };
  return { ...seal, signature: sign(key, signedText(seal)) };
}

function endIn(entry: string): string | null {
  const { kind, subject } = jsonOf(entry);
  const state: unknown = typeof subject === 'object' && subject !== null ? Reflect.get(subject, 'state') : undefined;
  return kind === 'closed' && typeof state === 'string' ? state : null;
}

/** A seal from a file's text; throws a sentence for anything else. */
export function parseSeal(text: string): Seal {
  const read = SEAL.safeParse(JSON.parse(text));
  if (!read.success) {
    const { path, message } = read.error.issues[0] ?? { path: [], message: '' };
    throw new TypeError(`it is not a seal (${path.length > 0 ? `${path.join('.')}: ` : ''}${message})`);
  }
  const { signature, ...seal } = read.data;
  return signature === undefined ? seal : { ...seal, signature };
}
