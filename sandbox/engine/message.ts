/** Making messages: what an issue says to its partner. */
import {
  carries,
  type Entry,
  type Message,
  type MessageFile,
  type Side,
  type Synchronization,
} from '../backbone/model.ts';
import { following } from '../backbone/sequence-id.ts';
import { syncUserOf } from '../backbone/status.ts';
import { lastChangeOf } from '../world/changes.ts';
import type { Instance, Issue, World } from '../world/model.ts';
import { stampOf } from '../world/stamps.ts';
import { changedComments, unlistedComments } from './comments.ts';

type Content = Pick<
  Message,
  'fields' | 'comments' | 'editedComments' | 'deletedComments' | 'status' | 'files' | 'deletedFiles'
>;

/** Mapped fields that a person changed after `since`. What the sync user wrote last is the partner's own and stays out. */
export function changedContent(
  world: World,
  one: Synchronization,
  side: Side,
  { instance, issue, entry }: { instance: Instance; issue: Issue; entry: Entry },
): Content {
  const since = entry.lastChangeSeen;
  const byPerson = (fieldId: string) => {
    const last = lastChangeOf(issue, fieldId);
    if (!last || last.author === syncUserOf(side)) return undefined;
    return stampOf(instance, last.created, issue) > since ? last.created : undefined;
  };
  const fields = outgoingMappings(one, side).flatMap(({ id, fieldId }) => {
    const at = byPerson(fieldId);
    return at === undefined ? [] : [{ mappingId: id, value: issue.values.get(fieldId) ?? null, at }];
  });
  const at = hasWorkflow(one, side, issue) ? byPerson('status') : undefined;
  const status = at === undefined ? {} : { status: { value: issue.values.get('status') ?? '', at, force: false } };
  const files = newFiles(world, one, side, issue);
  return {
    fields,
    comments: unlistedComments(one, side, issue, entry),
    ...changedComments(world, one, side, { instance, issue, entry }),
    files,
    deletedFiles: gone(side, issue),
    ...status,
  };
}

/** Current values of the chosen mappings (all when undefined), whoever wrote them. */
export function wholeContent(
  world: World,
  one: Synchronization,
  side: Side,
  issue: Issue,
  options: { mappings?: ReadonlySet<string>; entry?: Entry; comments: boolean; status: 'no' | 'yes' | 'force' },
): Content {
  const fields = outgoingMappings(one, side)
    .filter(({ id }) => options.mappings === undefined || options.mappings.has(id))
    .map(({ id, fieldId }) => ({
      mappingId: id,
      value: issue.values.get(fieldId) ?? null,
      at: lastChangeOf(issue, fieldId)?.created ?? issue.created,
    }));
  const withStatus = options.status !== 'no' && hasWorkflow(one, side, issue);
  const at = lastChangeOf(issue, 'status')?.created ?? issue.created;
  const status = { value: issue.values.get('status') ?? '', at, force: options.status === 'force' };
  const comments = options.comments ? unlistedComments(one, side, issue, options.entry) : [];
  const files = newFiles(world, one, side, issue);
  return {
    fields,
    comments,
    editedComments: [],
    deletedComments: [],
    files,
    deletedFiles: [],
    ...(withStatus ? { status } : {}),
  };
}

function outgoingMappings(one: Synchronization, side: Side): { id: string; fieldId: string }[] {
  return one.configuration.fieldMappings
    .filter((mapping) => carries(mapping.direction, side.name))
    .map((mapping) => ({
      id: mapping.id,
      fieldId: side.name === 'first' ? mapping.firstFieldId : mapping.secondFieldId,
    }));
}

function hasWorkflow(one: Synchronization, side: Side, issue: Issue): boolean {
  const type = issue.values.get('issuetype');
  return one.configuration.workflowMappings.some(
    (mapping) => (side.name === 'first' ? mapping.firstIssueTypeId : mapping.secondIssueTypeId) === type,
  );
}

/** Files people attached that were not carried yet. Older ones are known to nobody: sync information does not list files. */
function newFiles(world: World, one: Synchronization, side: Side, issue: Issue): MessageFile[] {
  if (!carries(one.configuration.attachments.direction, side.name)) return [];
  const since = world.switches.unlistedAttachments === 'sent' ? 0 : (one.firstStartedAt ?? 0);
  return issue.attachments
    .filter((file) => file.author !== syncUserOf(side) && file.created > since)
    .filter((file) => !side.files.has(file.id) && !side.sending.has(`file-${file.id}`))
    .map(({ id, origin, filename, size, mimeType }) => ({ localId: id, origin, filename, size, mimeType }));
}

/** Copies whose original this issue no longer has. A copy that was deleted is not among them: it is not the sender's own. */
function gone(side: Side, issue: Issue): string[] {
  const kept = new Set(issue.attachments.map(({ id }) => id));
  return [...side.files].flatMap(([id, file]) => (file.issue === issue.id && !kept.has(id) ? [file.copy] : []));
}

/** Puts a message into the outgoing queue and keeps the books of the sender. */
export function post(world: World, side: Side, issue: Issue, kind: Message['kind'], content: Content): void {
  const at = world.clock.now();
  const entry = side.entries.get(issue.key);
  const sequence = following(entry?.outgoingMessageSequenceId ?? 0);
  if (entry) {
    entry.outgoingMessageSequenceId = sequence;
    entry.lastOutgoingChange = at;
    const row = side.panel.get(issue.key);
    const lastReceived = row?.lastReceived ?? null;
    side.panel.set(issue.key, { partnerKey: entry.remoteIssueKey, lastSent: at, lastReceived });
  } else {
    side.creating.add(issue.key);
  }
  for (const comment of content.comments) side.sending.add(comment.localId);
  for (const file of content.files) side.sending.add(`file-${file.localId}`);
  side.outgoing.push({
    id: world.nextMessage++,
    kind: entry ? kind : 'create',
    from: side.name,
    sequence,
    localKey: issue.key,
    ...(entry ? { remoteKey: entry.remoteIssueKey } : {}),
    ...(issue.parentKey === undefined ? {} : { parentKey: issue.parentKey }),
    origin: issue.origin,
    issueTypeId: issue.values.get('issuetype') ?? '',
    madeAt: at,
    seen: issue.updated,
    ...content,
  });
}

/** Whether the issue's type may be created at the partner. */
export function typeIsCarried(one: Synchronization, side: Side, issue: Issue): boolean {
  const type = issue.values.get('issuetype');
  return one.configuration.issueTypeMappings.some(
    (mapping) =>
      carries(mapping.direction, side.name) &&
      (side.name === 'first' ? mapping.firstIssueTypeId : mapping.secondIssueTypeId) === type,
  );
}
