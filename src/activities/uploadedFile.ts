/** A file that somebody uploaded, as an answer names it. */
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
  return { digest, bytes: await store.artifacts.getBytes(digest) };
}
