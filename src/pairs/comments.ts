/** Comment ids change when a project is copied; who wrote what and when does not. */
import type { JiraComment } from '../jira/types.ts';
import { inTurns } from '../sheets/inTurns.ts';
import { CREATED_TOLERANCE_MS, SameText } from './sameText.ts';

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
export async function matchComments(
  oldComments: readonly JiraComment[],
  newComments: readonly JiraComment[],
  userSame: (oldAuthor: string, newAuthor: string) => boolean,
  official: (oldId: string) => string | undefined = () => undefined,
): Promise<CommentMatch> {
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
  const grouped = Map.groupBy(free.values(), ({ body }) => plain(body));
  const byText = new Map([...grouped].map(([text, all]) => [text, new SameText(all)]));
  const unmatched: JiraComment[] = [];
  for await (const old of inTurns(byTime(oldComments))) {
    if (matched.has(old.id)) continue;
    const nearest = byText.get(plain(old.body))?.takeNearest(old, userSame);
    if (nearest) take(old, nearest.id);
    else unmatched.push(old);
  }
  return { matched, unmatched, free: [...free.values()] };
}

/** One is among the likelier ones, or nobody finds it: where many are left, all of each would be more than memory holds. */
const MOST_CANDIDATES = 5;

/** Of each old comment the likelier ones that are left on the new issue, the likeliest first, with what speaks against its being the old one. */
export async function candidatesFor(
  olds: readonly JiraComment[],
  free: readonly JiraComment[],
  userSame: (oldAuthor: string, newAuthor: string) => boolean,
): Promise<{ old: JiraComment; candidates: { id: string; differs: string[] }[] }[]> {
  const left = free.map((each) => ({ ...each, text: plain(each.body) }));
  const found: Awaited<ReturnType<typeof candidatesFor>> = [];
  for await (const old of inTurns(olds)) {
    const text = plain(old.body);
    let likely: { id: string; away: number; differs: string[] }[] = [];
    for (const each of left) {
      const away = distance(old, each);
      const differs = [
        ...(userSame(old.author, each.author) ? [] : ['author']),
        ...(away <= CREATED_TOLERANCE_MS ? [] : ['time']),
        ...(text === each.text ? [] : ['text']),
      ];
      likely.push({ id: each.id, away, differs });
      if (likely.length >= 10 * MOST_CANDIDATES) likely = likeliest(likely);
    }
    found.push({ old, candidates: likeliest(likely).map(({ id, differs }) => ({ id, differs })) });
  }
  return found;
}

const likeliest = <T extends { away: number; differs: string[] }>(all: readonly T[]): T[] =>
  all.toSorted((x, y) => x.differs.length - y.differs.length || x.away - y.away).slice(0, MOST_CANDIDATES);

/**
 * Comments on B that no comment on A carries: one that contains its text (enriched mappings put a heading before it), is not older,
 * and carries no other.
 */
export const notCarried = (onB: readonly JiraComment[], onA: readonly JiraComment[]): Promise<JiraComment[]> =>
  withoutCounterpart(
    onB,
    onA,
    (copy, comment) => copy.created >= comment.created - CLOCKS_MS,
    (copy, text) => copy.includes(text),
  );

/** Comments that the other side lacks, whichever of both is the copy. */
export const missingThere = (here: readonly JiraComment[], there: readonly JiraComment[]): Promise<JiraComment[]> =>
  withoutCounterpart(
    here,
    there,
    () => true,
    (one, other) => one.includes(other) || other.includes(one),
  );

/** One to one, since "ok" is in "look", too: those that are equal first, then longer before shorter, each with what is nearest to it. */
async function withoutCounterpart(
  here: readonly JiraComment[],
  there: readonly JiraComment[],
  fits: (other: JiraComment, comment: JiraComment) => boolean,
  contains: (other: string, text: string) => boolean,
): Promise<JiraComment[]> {
  const free = new Map(byTime(there).map((other) => [other, plain(other.body)]));
  const equal = Map.groupBy(free.keys(), (other) => free.get(other) as string);
  const rest: { comment: JiraComment; text: string }[] = [];
  // Both are in order of time: one that was made too early for a comment was so for all later ones.
  const next = new Map<string, number>();
  for await (const comment of inTurns(byTime(here))) {
    const text = plain(comment.body);
    const same = equal.get(text) ?? [];
    let at = next.get(text) ?? 0;
    for (let other = same[at]; other && !fits(other, comment); other = same[at]) at += 1;
    const found = same[at];
    next.set(text, found ? at + 1 : at);
    if (found) free.delete(found);
    else rest.push({ comment, text });
  }
  const left: JiraComment[] = [];
  for await (const { comment, text } of inTurns(rest.toSorted((x, y) => y.text.length - x.text.length))) {
    let [nearest, away]: [JiraComment | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
    for (const [other, body] of free) {
      const distant = Math.abs(body.length - text.length);
      if (distant < away && contains(body, text) && fits(other, comment)) [nearest, away] = [other, distant];
    }
    if (nearest) free.delete(nearest);
    else left.push(comment);
  }
  return left;
}

const distance = (x: JiraComment, y: JiraComment): number => Math.abs(x.created - y.created);
const byTime = (comments: readonly JiraComment[]): JiraComment[] => comments.toSorted((x, y) => x.created - y.created);
const plain = (body: string): string => body.replace(/\r\n?/g, '\n').trim();
