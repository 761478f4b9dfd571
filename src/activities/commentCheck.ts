/** Comments of paired issues: none missing, none doubled. Only where comments are carried both ways can counts be compared. */
import type { Synchronization } from '../backbone/types.ts';
import type { JiraComment, JiraIssue } from '../jira/types.ts';
import { missingThere } from '../pairs/comments.ts';
import type { Pair } from '../pairs/keys.ts';

export interface CommentFindings {
  commentsMissing: string[];
  commentsDoubled: string[];
}

/** Of one pair. That one of its issues cannot be read is another finding. */
export function commentsMissingOrDoubled(
  pair: Pair,
  { comments: a }: Pick<JiraIssue, 'comments'>,
  { comments: b }: Pick<JiraIssue, 'comments'>,
): CommentFindings {
  if (!a || !b) return { commentsMissing: [], commentsDoubled: [] };
  return {
    commentsMissing: [
      ...(missingThere(a, b).length > 0 ? [pair.second] : []),
      ...(missingThere(b, a).length > 0 ? [pair.first] : []),
    ],
    commentsDoubled: [...(surplus(a, b) ? [pair.first] : []), ...(surplus(b, a) ? [pair.second] : [])],
  };
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
