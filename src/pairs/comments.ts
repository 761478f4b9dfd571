/** Comment ids change when a project is copied; who wrote what and when does not. */
import type { JiraComment } from '../jira/types.ts';

/** Copies keep the second, not always the millisecond. */
const CREATED_TOLERANCE_MS = 1000;
/** Two instances' clocks. */
const CLOCKS_MS = 60_000;

export interface CommentMatch {
  /** Old comment id → new comment id, one to one. */
  matched: Map<string, string>;
  /** Old comments without counterpart, and new ones that are nobody's. In order of time. */
  unmatched: JiraComment[];
  free: JiraComment[];
}

/**
 * By an official mapping of comment ids where there is one, else by author, time and text. Comments that are equal in all three are
 * matched in order of time, then as listed: they cannot be told apart, so neither can a mistake.
 */
export function matchComments(
  oldComments: readonly JiraComment[],
  newComments: readonly JiraComment[],
  userSame: (oldAuthor: string, newAuthor: string) => boolean,
  official: (oldId: string) => string | undefined = () => undefined,
): CommentMatch {
  const matched = new Map<string, string>();
  const free = new Map(byTime(newComments).map((comment) => [comment.id, comment]));
  const take = (old: JiraComment, id: string) => {
    matched.set(old.id, id);
    free.delete(id);
  };
  for (const old of oldComments) {
    const id = official(old.id);
    if (id !== undefined && free.has(id)) take(old, id);
  }
  const byText = Map.groupBy(free.values(), ({ body }) => plain(body));
  const unmatched: JiraComment[] = [];
  for (const old of byTime(oldComments)) {
    if (matched.has(old.id)) continue;
    const fitting =
      byText.get(plain(old.body))?.filter((each) => free.has(each.id) && agree(old, each, userSame)) ?? [];
    const nearest = fitting.toSorted((x, y) => distance(x, old) - distance(y, old))[0];
    if (nearest) take(old, nearest.id);
    else unmatched.push(old);
  }
  return { matched, unmatched, free: [...free.values()] };
}

/** One is among the likelier ones, or nobody finds it: where many are left, all of each would be more than memory holds. */
const MOST_CANDIDATES = 5;

/** The likelier comments that are left on the new issue, the likeliest first, each with what speaks against its being the old one. */
export function candidatesFor(
  old: JiraComment,
  free: readonly JiraComment[],
  userSame: (oldAuthor: string, newAuthor: string) => boolean,
): { id: string; differs: string[] }[] {
  const text = plain(old.body);
  return free
    .map((each) => ({
      id: each.id,
      away: distance(old, each),
      differs: [
        ...(userSame(old.author, each.author) ? [] : ['author']),
        ...(distance(old, each) <= CREATED_TOLERANCE_MS ? [] : ['time']),
        ...(text === plain(each.body) ? [] : ['text']),
      ],
    }))
    .toSorted((x, y) => x.differs.length - y.differs.length || x.away - y.away)
    .slice(0, MOST_CANDIDATES)
    .map(({ id, differs }) => ({ id, differs }));
}

/**
 * Comments on B that no comment on A carries: one that contains its text (enriched mappings put a heading before it), is not older,
 * and carries no other.
 */
export const notCarried = (onB: readonly JiraComment[], onA: readonly JiraComment[]): JiraComment[] =>
  withoutCounterpart(
    onB,
    onA,
    (copy, comment) => copy.created >= comment.created - CLOCKS_MS,
    (copy, text) => copy.includes(text),
  );

/** Comments that the other side lacks, whichever of both is the copy. */
export const missingThere = (here: readonly JiraComment[], there: readonly JiraComment[]): JiraComment[] =>
  withoutCounterpart(
    here,
    there,
    () => true,
    (one, other) => one.includes(other) || other.includes(one),
  );

/** One to one, since "ok" is in "look", too: those that are equal first, then longer before shorter, each with what is nearest to it. */
function withoutCounterpart(
  here: readonly JiraComment[],
  there: readonly JiraComment[],
  fits: (other: JiraComment, comment: JiraComment) => boolean,
  contains: (other: string, text: string) => boolean,
): JiraComment[] {
  const free = new Map(byTime(there).map((other) => [other, plain(other.body)]));
  const equal = Map.groupBy(free.keys(), (other) => free.get(other) as string);
  const rest = byTime(here)
    .map((comment) => ({ comment, text: plain(comment.body) }))
    .filter(({ comment, text }) => {
      const found = equal.get(text)?.find((other) => free.has(other) && fits(other, comment));
      return !(found && free.delete(found));
    });
  return rest
    .toSorted((x, y) => y.text.length - x.text.length)
    .filter(({ comment, text }) => {
      let [nearest, away]: [JiraComment | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
      for (const [other, body] of free) {
        const distant = Math.abs(body.length - text.length);
        if (distant < away && contains(body, text) && fits(other, comment)) [nearest, away] = [other, distant];
      }
      return !(nearest && free.delete(nearest));
    })
    .map(({ comment }) => comment);
}

const agree = (
  old: JiraComment,
  now: JiraComment,
  userSame: (oldAuthor: string, newAuthor: string) => boolean,
): boolean => distance(old, now) <= CREATED_TOLERANCE_MS && userSame(old.author, now.author);

const distance = (x: JiraComment, y: JiraComment): number => Math.abs(x.created - y.created);
const byTime = (comments: readonly JiraComment[]): JiraComment[] => comments.toSorted((x, y) => x.created - y.created);
const plain = (body: string): string => body.replace(/\r\n?/g, '\n').trim();
