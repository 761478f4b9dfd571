/** Which digests of an entry are addresses of artifacts. */
import type { LedgerEntry } from '../contract/ledger.ts';

/**
 * Of a request, a response, a decision, what was proved, a start object and an identity only the digest is kept, or it stands in the claim or
 * within an artifact. What was answered is a salted hash, like a reason.
 */
const KEPT_AS_DIGEST = [
  ...['request', 'response', 'decision', 'proved', 'pairSet', 'traces', 'start', 'identity', 'answered'],
];

export const artifactsOf = ({ digests }: Pick<LedgerEntry, 'digests'>): { name: string; digest: string }[] =>
  Object.entries(digests)
    .filter(([name]) => !KEPT_AS_DIGEST.includes(name))
    .map(([name, digest]) => ({ name, digest }));
