/** What came back from a partner that cannot be read: nothing yet, a person's word for it, or a file. */

import type { AskedQuestion } from '../../contract/tasks.ts';
import { type ExtractRow, readExtract } from '../../partner/extract.ts';
import { fewOf } from '../../sheets/lines.ts';
import { planOf, type StepContext } from '../context.ts';
import { answerTo, ask } from '../questions.ts';
import { uploadedFile } from '../uploadedFile.ts';

/** The question: `confirmed`, or the digest of the file. It has no colon, so that the decision lists it among the accepted risks. */
const PARTNER = 'partner';
export const CONFIRMED = 'confirmed';

/** About the packet that was sent. */
export const partnerQuestion = (context: StepContext): AskedQuestion =>
  ask({
    id: PARTNER,
    text: `What did the people of ${planOf(context).b.project} return? "${CONFIRMED}" when they said that all is in order, or the digest of the list they filled in.`,
    choices: [],
    shows: context.facts.packet ?? null,
  });

export type PartnerAnswer =
  | { state: 'confirmed' }
  | { state: 'extract'; digest: string; rows: ExtractRow[] }
  /** Why there is none that counts, a sentence each. */
  | { state: 'missing'; why: string[] };

/** `undefined` where the partner is read, and nobody is asked. */
export async function partnerAnswer(context: StepContext): Promise<PartnerAnswer | undefined> {
  const { b } = planOf(context);
  if (!b.unread) return undefined;
  const given = answerTo(context, partnerQuestion(context));
  if (given === undefined) return { state: 'missing', why: ['nothing was returned yet'] };
  if (given === CONFIRMED) return { state: 'confirmed' };
  const notADigest = `the answer is neither "${CONFIRMED}" nor the digest of a file (64 hex digits)`;
  const file = await uploadedFile(context, given, notADigest);
  if ('missing' in file) return { state: 'missing', why: [file.missing] };
  const { rows, problems } = await readExtract(file.bytes, b.project);
  return problems.length > 0
    ? { state: 'missing', why: fewOf(problems) }
    : { state: 'extract', digest: file.digest, rows };
}
