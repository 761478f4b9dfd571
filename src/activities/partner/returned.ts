/** What a partner returned, as verify takes it in: beside what was read, and told apart from it. */
import type { Synchronization } from '../../backbone/types.ts';
import type { Observed, Predicate, UnreadPartner } from '../../evidence/types.ts';
import { compareExtract, type SeenIssue } from '../../partner/compare.ts';
import { factOf, planOf, type StepContext, sideName } from '../context.ts';
import { answerTo } from '../questions.ts';
import { syncUserOf } from '../reading.ts';
import { commentsBothWays } from '../verify/commentCheck.ts';
import { CONFIRMED, partnerAnswer, partnerQuestion } from './answer.ts';
import { readPacket } from './packet.ts';

export async function withWhatCameBack(
  context: StepContext,
  configuration: Synchronization,
  seen: Observed,
  onA: ReadonlyMap<string, SeenIssue>,
): Promise<Observed> {
  const partner: UnreadPartner = { name: sideName(planOf(context).b) };
  const answer = await partnerAnswer(context);
  if (answer?.state !== 'extract' || !context.facts.packet) return { ...seen, partner };
  const extract = compareExtract({
    rows: answer.rows,
    pairs: seen.live.sorted(),
    expected: [...seen.expectedPairs],
    onA,
    askedAt: Date.parse((await readPacket(context, factOf(context, 'packet'))).madeAt),
    startedAt: Date.parse(factOf(context, 'startedAt')),
    comments: commentsBothWays(configuration),
    syncUser: syncUserOf(configuration.secondConnector),
  });
  return {
    ...seen,
    partner: { ...partner, extract },
    summaryMismatches: [...seen.summaryMismatches, ...(seen.summariesCarried ? extract.summaryMismatches : [])],
    commentsMissing: [...seen.commentsMissing, ...extract.commentsMissing],
    contradicted: [...seen.contradicted, ...extract.contradicted],
    duplicates: [...seen.duplicates, ...extract.duplicates],
  };
}

/** Whether nothing but what the partner returned speaks against a statement; then the partner is asked again. */
export function isFromExtract({ keys }: Predicate, { partner }: Observed): boolean {
  if (!partner?.extract || keys.length === 0) return false;
  const { summaryMismatches, commentsMissing, contradicted, duplicates } = partner.extract;
  const said = new Set([...summaryMismatches, ...commentsMissing, ...contradicted, ...duplicates]);
  return keys.every((key) => said.has(key));
}

/** For the evidence: what there is of the partner in place of a reading. */
export function returnedBy({ partner }: Observed, context: StepContext): string {
  const name = partner?.name ?? '';
  const extract = partner?.extract;
  const answer = answerTo(context, partnerQuestion(context));
  if (!extract) {
    return answer === CONFIRMED
      ? `${name}: a person said that its people found all in order. No file came back.`
      : `${name}: nothing came back.`;
  }
  const { rows, compared, changed, absent } = extract;
  return `${name}: its people returned a file of ${rows} issues (${answer}). Compared as far as it reaches: ${compared.summaries} summaries, ${compared.comments} numbers of comments, ${compared.created} creation times; ${changed} pairs changed on A since it was asked for, ${absent.length} are not in it.`;
}
