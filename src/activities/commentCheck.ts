/** Comments of paired issues: none missing, none doubled. Only where comments are carried both ways can counts be compared. */
import type { Synchronization } from '../backbone/types.ts';
import type { JiraComment, JiraIssue } from '../jira/types.ts';
import type { Pair } from '../pairs/keys.ts';

export interface CommentFindings {
  commentsMissing: string[];
  commentsDoubled: string[];
}

export function commentsMissingOrDoubled(
  configuration: Synchronization,
  pairs: Pair[],
  onA: Map<string, JiraIssue>,
  onB: Map<string, JiraIssue>,
): CommentFindings {
  const found: CommentFindings = { commentsMissing: [], commentsDoubled: [] };
  if (!commentsBothWays(configuration)) return found;
  for (const pair of pairs) {
    const a = onA.get(pair.first)?.comments;
    const b = onB.get(pair.second)?.comments;
    // That one of them cannot be read is another finding.
    if (!a || !b) continue;
    if (lacks(a, b)) found.commentsMissing.push(pair.second);
    if (lacks(b, a)) found.commentsMissing.push(pair.first);
    if (surplus(a, b)) found.commentsDoubled.push(pair.first);
    if (surplus(b, a)) found.commentsDoubled.push(pair.second);
  }
  return found;
}

export const commentsBothWays = ({ comments }: Synchronization): boolean =>
  typeof comments === 'object' && comments !== null && 'direction' in comments && comments.direction === 'EACH_OTHER';

/** Enriched mappings put a heading before the text, so a copy contains the text, and either may be the copy. */
const carries = (one: JiraComment, other: JiraComment): boolean =>
  one.body.includes(other.body.trim()) || other.body.includes(one.body.trim());

/** Whether something of `here` is nowhere in `there`. */
const lacks = (here: JiraComment[], there: JiraComment[]): boolean =>
  here.some((comment) => !there.some((other) => carries(other, comment)));

/** Whether a text stands more often in `here` than in `there`: nobody writes the same twice on one side only. */
function surplus(here: JiraComment[], there: JiraComment[]): boolean {
  const count = (comments: JiraComment[], body: string) =>
    comments.filter((comment) => comment.body.includes(body)).length;
  return here.some((comment) => {
    const body = comment.body.trim();
    return count(here, body) > 1 && count(here, body) > Math.max(1, count(there, body));
  });
}
