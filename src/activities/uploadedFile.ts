/** A file that somebody uploaded, as an answer names it. */
import { LIMITS, sizeText } from '../contract/limits.ts';
import type { StepContext } from './context.ts';

/** By its digest. `notADigest`: what to say of an answer that is none. */
export async function uploadedFile(
  { store }: StepContext,
  given: string,
  notADigest: string,
): Promise<{ digest: string; bytes: Uint8Array } | { missing: string }> {
  const digest = given.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digest)) return { missing: notADigest };
  if (!(await store.artifacts.has(digest))) {
    return { missing: `the store has no file ${digest}; migrator answer --file-for uploads it` };
  }
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of store.artifacts.get(digest)) {
    pieces.push(piece);
    length += piece.length;
    // The digest of anything may be given, also of synced issue data that no memory holds.
    if (length > LIMITS.table) return { missing: `the file ${digest} has more than ${sizeText(LIMITS.table)}` };
  }
  return { digest, bytes: Buffer.concat(pieces) };
}
