/** Comments of paired issues: none missing where they are carried to, none doubled. */
import type { Synchronization } from '../../backbone/types.ts';
import type { JiraComment, JiraIssue } from '../../jira/types.ts';
import { missingThere } from '../../pairs/comments.ts';
import type { Pair } from '../../pairs/keys.ts';
import { inTurns } from '../../sheets/inTurns.ts';
import { syncUsersOf } from '../reading.ts';

export interface CommentFindings {
  commentsMissing: string[];
  commentsDoubled: string[];
}

/** Which ways comments are carried, and by whom: what they wrote on a side is from the other one. */
export interface CommentWays {
  aToB: boolean;
  bToA: boolean;
  syncUsers: { a: string; b: string };
}

export const commentWays = (configuration: Synchronization): CommentWays => ({
  ...waysOf(configuration, 'comments'),
  syncUsers: syncUsersOf(configuration),
});

/** Which ways the new one carries them; none where the configuration does not say. */
export function waysOf(
  configuration: Synchronization,
  what: 'comments' | 'attachments',
): Pick<CommentWays, 'aToB' | 'bToA'> {
  const member = configuration[what];
  const direction = typeof member === 'object' && member !== null && Reflect.get(member, 'direction');
  return {
    aToB: direction === 'EACH_OTHER' || direction === 'FIRST_TO_SECOND',
    bToA: direction === 'EACH_OTHER' || direction === 'SECOND_TO_FIRST',
  };
}

/** Of one pair. That one of its issues cannot be read is another finding. */
export async function commentsMissingOrDoubled(
  pair: Pair,
  { comments: a }: Pick<JiraIssue, 'comments'>,
  { comments: b }: Pick<JiraIssue, 'comments'>,
  { aToB, bToA, syncUsers }: CommentWays,
): Promise<CommentFindings> {
  if (!a || !b) return { commentsMissing: [], commentsDoubled: [] };
  // Where they go one way only, what the receiver's own people write twice is no copy.
  const copies = (comments: JiraComment[], syncUser: string) =>
    aToB && bToA ? comments : comments.filter(({ author }) => author === syncUser);
  return {
    commentsMissing: [
      ...(aToB && (await missingThere(a, b)).length > 0 ? [pair.second] : []),
      ...(bToA && (await missingThere(b, a)).length > 0 ? [pair.first] : []),
    ],
    commentsDoubled: [
      ...(bToA && (await surplus(copies(a, syncUsers.a), b)) ? [pair.first] : []),
      ...(aToB && (await surplus(copies(b, syncUsers.b), a)) ? [pair.second] : []),
    ],
  };
}

export function commentsBothWays(configuration: Synchronization): boolean {
  const { aToB, bToA } = commentWays(configuration);
  return aToB && bToA;
}

/** Whether a text stands more often in `here` than in `there`: nobody writes the same twice on one side only. */
async function surplus(here: JiraComment[], there: JiraComment[]): Promise<boolean> {
  const count = (comments: JiraComment[], body: string) =>
    comments.filter((comment) => comment.body.includes(body)).length;
  for await (const body of inTurns(new Set(here.map((comment) => comment.body.trim())))) {
    const times = count(here, body);
    if (times > 1 && times > Math.max(1, count(there, body))) return true;
  }
  return false;
}
