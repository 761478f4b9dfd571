/** Seals against each other: whether each is signed, follows the one before, and takes nothing of it back. Pure. */
import { append } from '../contract/lists.ts';
import { type Draft, draft, type Finding } from './findings.ts';
import { type Seal, sealDigest, sealedIn, signedText } from './seal.ts';
import { isSignedBy, type VerifyingKey } from './sealKeys.ts';

export type SealKeys = readonly VerifyingKey[];

export interface CheckedSeals {
  findings: Finding[];
  /** Those that are signed, the oldest first: only they prove anything. */
  seals: Seal[];
}

/** One alone is taken for itself; several are a chain, which begins with the first. */
export function checkSeals(given: readonly Seal[], keys: SealKeys): CheckedSeals {
  const once = new Map(given.map((seal) => [sealDigest(seal), seal]));
  const ordered = [...once.values()].toSorted((one, other) => one.n - other.n || (one.at < other.at ? -1 : 1));
  const drafts: Draft[] = [];
  const signed: Seal[] = [];
  const ofSeal = new Map<Seal, Draft>();
  for (const seal of ordered) {
    const trouble = signatureDraft(seal, keys);
    if (!trouble) signed.push(seal);
    else ofSeal.set(seal, trouble);
  }
  for (const [i, seal] of ordered.entries()) {
    const before = ordered[i - 1];
    const own = ofSeal.get(seal);
    if (own) drafts.push(own);
    for (const found of placeDrafts(seal, before, ordered.length)) {
      // What a forged seal says of the others, and others of it, is no further forgery.
      const root = own ?? (before && ofSeal.get(before));
      if (root && found.why !== 'missing') root.follows.push({ n: null, what: found.what });
      else drafts.push(found);
    }
  }
  const findings: Finding[] = drafts.map((each) => ({ migration: null, ...each }));
  for (const [i, seal] of signed.entries()) append(findings, takenBack(seal, signed[i - 1]));
  return { findings, seals: signed };
}

function signatureDraft(seal: Seal, keys: SealKeys): Draft | undefined {
  const { n, signature } = seal;
  const about = (why: Draft['why'], what: string) => draft(null, why, `seal ${n} ${what}`, { seal: n });
  if (signature === undefined) return about('unsigned', 'is not signed');
  if (keys.some((key) => isSignedBy(key, signedText(seal), signature))) return undefined;
  return keys.some(({ fingerprint }) => fingerprint === seal.key)
    ? about('edited', 'is not what was signed')
    : about('unsigned', `is signed with a key that was not given, ${seal.key}`);
}

function* placeDrafts(seal: Seal, before: Seal | undefined, given: number): Generator<Draft> {
  const { n, previous } = seal;
  const about = (why: Draft['why'], what: string) => draft(null, why, what, { seal: n });
  const expected = before ? before.n + 1 : given > 1 ? 1 : n;
  if (n > expected)
    yield draft(
      null,
      'missing',
      `${n - 1 === expected ? `seal ${expected} is` : `seals ${expected} to ${n - 1} are`} missing`,
      {
        seal: expected,
      },
    );
  else if (n < expected) yield about('inserted', `there are two seals with the number ${n}`);
  else if (before && previous !== sealDigest(before))
    yield about('edited', `seal ${n} does not follow seal ${before.n}`);
  if ((n === 1) !== (previous === null))
    yield about('edited', `seal ${n} names ${previous === null ? 'no' : 'a'} seal before it`);
}

/** A ledger only grows, a closed one does not even that, and none goes away. */
function* takenBack(seal: Seal, before: Seal | undefined): Generator<Finding> {
  for (const [migration, then] of Object.entries(before?.migrations ?? {})) {
    const now = sealedIn(seal, migration);
    const what =
      now === undefined
        ? 'does not know this migration any more'
        : now.n < then.n
          ? `has ${now.n} entries of it, fewer than ${then.n}`
          : (now.n === then.n || then.closed !== null) && (now.n !== then.n || now.hash !== then.hash)
            ? 'has another newest entry of it'
            : undefined;
    if (what && before)
      yield {
        migration,
        n: null,
        why: 'contradicted',
        seal: seal.n,
        what: `seal ${seal.n}, made after seal ${before.n}, ${what}`,
      };
  }
}
