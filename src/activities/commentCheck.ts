/** Comments of paired issues: none missing, none doubled. Only where comments are carried both ways can counts be compared. */
import type { Synchronization } from '../backbone/types.ts';
import type { JiraComment, JiraIssue } from '../jira/types.ts';
import { missingThere } from '../pairs/comments.ts';
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
    if (missingThere(a, b).length > 0) found.commentsMissing.push(pair.second);
    if (missingThere(b, a).length > 0) found.commentsMissing.push(pair.first);
    if (surplus(a, b)) found.commentsDoubled.push(pair.first);
    if (surplus(b, a)) found.commentsDoubled.push(pair.second);
  }
  return found;
}

export const commentsBothWays = ({ comments }: Synchronization): boolean =>
  typeof comments === 'object' && comments !== null && 'direction' in comments && comments.direction === 'EACH_OTHER';

/** Whether a text stands more often in `here` than in `there`: nobody writes the same twice on one side only. */
function surplus(here: JiraComment[], there: JiraComment[]): boolean {
  const count = (comments: JiraComment[], body: string) =>
    comments.filter((comment) => comment.body.includes(body)).length;
  return here.some((comment) => {
    const body = comment.body.trim();
    return count(here, body) > 1 && count(here, body) > Math.max(1, count(there, body));
  });
}
