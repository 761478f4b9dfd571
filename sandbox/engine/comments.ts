/** What people say on one side and how the other comes to hear it: new comments, edited ones, deleted ones. */
import {
  carries,
  type Entry,
  type Message,
  type MessageComment,
  type Side,
  type Synchronization,
} from '../backbone/model.ts';
import { syncUserOf } from '../backbone/status.ts';
import { editComment, removeComment } from '../world/changes.ts';
import type { Comment, Instance, Issue, World } from '../world/model.ts';
import { stampOf } from '../world/stamps.ts';
import type { Delivery } from './apply.ts';

/** Comments that sync information does not list are not carried yet, however old they are; the sync user's own never are. */
export function unlistedComments(one: Synchronization, side: Side, issue: Issue, entry?: Entry): MessageComment[] {
  if (!carries(one.configuration.comments.direction, side.name)) return [];
  const listed = new Set(entry?.comments.map((comment) => comment.localId));
  return issue.comments
    .filter(
      (comment) => !listed.has(comment.id) && !side.sending.has(comment.id) && comment.author !== syncUserOf(side),
    )
    .map(messageComment);
}

const messageComment = ({ id, origin, author, body }: Comment): MessageComment => ({
  localId: id,
  origin,
  author,
  body,
});

/** What became of comments that were carried, or are on their way, since the entry's last look. Copies are not the sender's own. */
export function changedComments(
  world: World,
  one: Synchronization,
  side: Side,
  { instance, issue, entry }: { instance: Instance; issue: Issue; entry: Entry },
): Pick<Message, 'editedComments' | 'deletedComments'> {
  const { commentEdits, commentDeletes } = world.switches;
  if (!carries(one.configuration.comments.direction, side.name)) return { editedComments: [], deletedComments: [] };
  const user = syncUserOf(side);
  const known = new Set([...entry.comments.map(({ localId }) => localId), ...side.sending]);
  const isOwn = ({ id, author, edited }: Comment) =>
    known.has(id) &&
    author !== user &&
    edited !== undefined &&
    edited.by !== user &&
    stampOf(instance, edited.at, issue) > entry.lastChangeSeen;
  return {
    editedComments: commentEdits ? issue.comments.filter(isOwn).map(messageComment) : [],
    deletedComments: commentDeletes ? (issue.deletedComments ?? []).filter(isOwn).map(({ origin }) => origin) : [],
  };
}

/** The copies follow. What was deleted is listed on neither side any more. */
export function followComments(
  { world, receiver, sender, here, there }: Delivery,
  message: Message,
  issue: Issue,
): void {
  const by = syncUserOf(receiver);
  for (const { origin, body } of message.editedComments) {
    const copy = issue.comments.find((each) => each.origin === origin);
    if (copy) editComment(here, issue, copy, { by, at: world.clock.now(), body });
  }
  const original = there.projects.get(sender.projectKey)?.issues.get(message.localKey);
  for (const origin of message.deletedComments) {
    const copy = issue.comments.find((each) => each.origin === origin);
    if (copy) removeComment(here, issue, copy, by, world.clock.now());
    unlist(receiver.entries.get(message.remoteKey ?? ''), copy);
    unlist(
      sender.entries.get(message.localKey),
      original?.deletedComments?.find((each) => each.origin === origin),
    );
  }
}

function unlist(entry: Entry | undefined, comment: Comment | undefined): void {
  if (entry && comment) entry.comments = entry.comments.filter(({ localId }) => localId !== comment.id);
}
