/** What came back from a partner that cannot be read: nothing yet, a person's word for it, or a file. */
import { type ExtractRow, readExtract } from '../../partner/extract.ts';
import { planOf, type StepContext } from '../context.ts';

/** The question: `confirmed`, or the digest of the file. It has no colon, so that the decision lists it among the accepted risks. */
export const PARTNER = 'partner';
export const CONFIRMED = 'confirmed';

export type PartnerAnswer =
  | { state: 'confirmed' }
  | { state: 'extract'; digest: string; rows: ExtractRow[] }
  /** Why there is none that counts, a sentence each. */
  | { state: 'missing'; why: string[] };

/** `undefined` where the partner is read, and nobody is asked. */
export async function partnerAnswer(context: StepContext): Promise<PartnerAnswer | undefined> {
  const { b } = planOf(context);
  if (!b.unread) return undefined;
  const given = context.answers[PARTNER];
  if (given === undefined) return { state: 'missing', why: ['nothing was returned yet'] };
  if (given === CONFIRMED) return { state: 'confirmed' };
  const digest = String(given).toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digest)) {
    return { state: 'missing', why: [`the answer is neither "${CONFIRMED}" nor the digest of a file (64 hex digits)`] };
  }
  if (!(await context.store.artifacts.has(digest))) {
    return { state: 'missing', why: [`the store has no file ${digest}; migrator answer --file-for uploads it`] };
  }
  const { rows, problems } = readExtract(await bytesOf(context, digest), b.project);
  return problems.length > 0 ? { state: 'missing', why: problems } : { state: 'extract', digest, rows };
}

async function bytesOf(context: StepContext, digest: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of context.store.artifacts.get(digest)) pieces.push(piece);
  return Buffer.concat(pieces);
}
