/** Artifacts by digests that people send: any digest may be given, also that of synced issue data, which no memory holds. */
import { LIMITS, sizeText } from '../contract/limits.ts';
import type { Store } from '../store/store.ts';
import type { StepContext } from './context.ts';

/** A file that somebody uploaded, as an answer names it by its digest. `notADigest`: what to say of an answer that is none. */
export async function uploadedFile(
  { store }: StepContext,
  given: string,
  notADigest: string,
): Promise<{ digest: string; bytes: Uint8Array } | { missing: string }> {
  const digest = given.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digest)) return { missing: notADigest };
  const found = await storedBytes(store, digest, LIMITS.table);
  if (!found) return { missing: `the store has no file ${digest}; migrator answer --file-for uploads it` };
  return 'missing' in found ? found : { digest, ...found };
}

/** JSON of no more than `most` bytes. */
export async function storedJson(
  store: Store,
  digest: string,
  most: number,
): Promise<{ value: unknown } | { missing: string }> {
  const found = await storedBytes(store, digest, most);
  if (!found) return { missing: `the store has no file ${digest}` };
  if ('missing' in found) return found;
  try {
    return { value: JSON.parse(found.bytes.toString('utf8')) };
  } catch {
    return { missing: `the file ${digest} is no JSON` };
  }
}

async function storedBytes(
  { artifacts }: Store,
  digest: string,
  most: number,
): Promise<{ bytes: Buffer } | { missing: string } | undefined> {
  const size = await artifacts.size(digest);
  if (size === undefined) return undefined;
  if (size > most) return { missing: `the file ${digest} has more than ${sizeText(most)}` };
  return { bytes: await artifacts.getBytes(digest) };
}
