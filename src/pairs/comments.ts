/** Comment ids change when a project is copied; who wrote what and when does not. */
import type { JiraComment } from '../jira/types.ts';

/** Copies keep the second, not always the millisecond. */
const CREATED_TOLERANCE_MS = 1000;

/**
 * Old comment id → new comment id, one to one, by author, time and body; `null` where none fits. Comments that are equal in all
 * three are matched in order of time, then as listed: they cannot be told apart, so neither can a mistake.
 */
export function matchComments(
  oldComments: readonly JiraComment[],
  newComments: readonly JiraComment[],
  userSame: (oldAuthor: string, newAuthor: string) => boolean,
): Record<string, string | null> {
  const free = byTime(newComments);
  const matched: Record<string, string | null> = {};
  for (const comment of byTime(oldComments)) {
    const fitting = free.filter(
      (each) =>
        Math.abs(each.created - comment.created) <= CREATED_TOLERANCE_MS &&
        plain(each.body) === plain(comment.body) &&
        userSame(comment.author, each.author),
    );
    const nearest = fitting.toSorted((x, y) => distance(x, comment) - distance(y, comment))[0];
    if (nearest) free.splice(free.indexOf(nearest), 1);
    matched[comment.id] = nearest?.id ?? null;
  }
  return matched;
}

const distance = (x: JiraComment, y: JiraComment): number => Math.abs(x.created - y.created);
const byTime = (comments: readonly JiraComment[]): JiraComment[] => comments.toSorted((x, y) => x.created - y.created);
const plain = (body: string): string => body.replace(/\r\n?/g, '\n').trim();
