/** Applying messages as the sync user of the receiving side. */
import { type Message, otherSide, type Side, type Synchronization } from '../backbone/model.ts';
import { instanceOfSide, isOnline, syncUserOf } from '../backbone/status.ts';
import { matcher } from '../jql/evaluate.ts';
import { addComment, changeFields } from '../world/changes.ts';
import { issueOf } from '../world/lookup.ts';
import type { Instance, Issue, World } from '../world/model.ts';
import { followComments } from './comments.ts';
import { isNewerHere } from './concurrency.ts';
import { createPartner } from './create.ts';
import { readerFor } from './detect.ts';
import { copyFiles } from './files.ts';
import { acknowledge } from './sequence.ts';
import { translate } from './translate.ts';

/** What a message needs to be applied. */
export interface Delivery {
  world: World;
  one: Synchronization;
  receiver: Side;
  sender: Side;
  here: Instance;
  there: Instance;
}

export function applyIncoming(world: World, one: Synchronization, receiver: Side): void {
  const sender = one[otherSide(receiver.name)];
  releaseWaiting(receiver, sender);
  if (receiver.incoming.length === 0 || !isOnline(world, one, receiver)) return;
  const here = instanceOfSide(world, one, receiver);
  const there = instanceOfSide(world, one, sender);
  if (!here || !there) return;
  for (const message of receiver.incoming.splice(0)) deliver({ world, one, receiver, sender, here, there }, message);
}

/** Messages that waited for an issue go on as soon as it has a partner, however it got one. */
function releaseWaiting(receiver: Side, sender: Side): void {
  for (const [needed, messages] of receiver.missing) {
    if (!sender.entries.has(needed)) continue;
    receiver.missing.delete(needed);
    receiver.incoming.unshift(...messages);
  }
}

/** While an issue has a message in error, no later message for that issue is applied; other issues go on. */
function deliver(delivery: Delivery, message: Message): void {
  const { world, one, receiver, here } = delivery;
  const key = message.remoteKey ?? `new:${message.localKey}`;
  const waiting = receiver.held.get(key);
  if (waiting) {
    waiting.push(message);
    return;
  }
  if (waitsForIssue(delivery, message)) return;
  const error = applyMessage(delivery, message);
  if (error === undefined) return;
  message.error = error;
  message.failedAt = world.clock.now();
  receiver.held.set(key, [message]);
  const detail = { integrationKey: one.key, issue: key, from: message.localKey, error };
  world.record.add({
    kind: 'effect',
    instance: here.name,
    user: syncUserOf(receiver),
    what: 'message in error',
    detail,
  });
}

/** A sub-task before its parent waits in a place of the missing issue; it is not in error. */
function waitsForIssue({ world, one, receiver, sender, here }: Delivery, message: Message): boolean {
  const { parentKey } = message;
  if (message.kind !== 'create' || parentKey === undefined || sender.entries.has(parentKey)) return false;
  const waiting = receiver.missing.get(parentKey) ?? [];
  receiver.missing.set(parentKey, [...waiting, message]);
  const detail = { integrationKey: one.key, from: message.localKey, needs: parentKey };
  const what = 'message waits for an issue';
  world.record.add({ kind: 'effect', instance: here.name, user: syncUserOf(receiver), what, detail });
  return true;
}

function applyMessage(delivery: Delivery, message: Message): string | undefined {
  const { world, receiver, here, there } = delivery;
  const failing = world.switches.failIssues;
  if (failing.includes(`${here.name}/${message.remoteKey}`) || failing.includes(`${there.name}/${message.localKey}`)) {
    return 'Component(s) not valid';
  }
  if (message.kind === 'create') return createPartner(delivery, message);
  const entry = receiver.entries.get(message.remoteKey ?? '');
  if (entry?.incomingChangesIgnored === true) return undefined;
  const issue = issueOf(here, message.remoteKey ?? '');
  const movedAway = issue !== undefined && issue.key !== message.remoteKey;
  if (!issue || (movedAway && !world.switches.movedIssueReceives)) return 'Issue Does Not Exist';
  if (issue.archived) return 'The issue is archived';
  const incomingJql = delivery.one.configuration[receiver.name].advancedSettings['sync.incomingJql'];
  if (typeof incomingJql === 'string' && !matcher(incomingJql, readerFor(world, here, syncUserOf(receiver)))(issue)) {
    return undefined;
  }
  const { sequencesRelate } = world.switches;
  const isStale = sequencesRelate && entry !== undefined && message.sequence <= entry.incomingMessageSequenceId;
  if (isStale && world.switches.staleSequence === 'discard') return undefined;
  const wanted = fieldsToWrite(delivery, message, issue);
  if ('error' in wanted) return wanted.error;
  write(delivery, message, issue, wanted.values);
  return undefined;
}

function fieldsToWrite(
  delivery: Delivery,
  message: Message,
  issue: Issue,
): { values: Map<string, string | null> } | { error: string } {
  const values = new Map<string, string | null>();
  for (const field of message.fields) {
    const mapping = delivery.one.configuration.fieldMappings.find((each) => each.id === field.mappingId);
    if (!mapping) continue;
    const target = message.from === 'first' ? mapping.secondFieldId : mapping.firstFieldId;
    if (mapping.direction === 'EACH_OTHER' && isNewerHere(delivery, message, issue, target, field)) continue;
    const translated = translate(mapping, message.from, field.value, delivery.there, {
      instance: delivery.here,
      projectKey: issue.projectKey,
    });
    if ('error' in translated) return translated;
    if ('value' in translated) values.set(target, translated.value);
  }
  const status = statusFor(delivery, message, issue);
  if (status !== undefined) {
    // Documented: statuses need Administer Projects, everything else does not.
    if (delivery.here.users.get(syncUserOf(delivery.receiver))?.admin !== true) {
      return { error: 'No project administration permissions' };
    }
    values.set('status', status);
  }
  return { values };
}

/** The mapped status, set directly; `sendStatusField` forces it whatever the history says. */
export function statusFor({ one, receiver, here }: Delivery, message: Message, issue?: Issue): string | undefined {
  const { status } = message;
  if (!status) return undefined;
  if (issue && !status.force) {
    const user = syncUserOf(receiver);
    const isLater = issue.history.some(
      (change) =>
        change.author !== user && change.created > status.at && change.items.some((item) => item.fieldId === 'status'),
    );
    if (isLater) return undefined;
  }
  const fromFirst = message.from === 'first';
  const mapping = one.configuration.workflowMappings.find(
    (each) => (fromFirst ? each.firstIssueTypeId : each.secondIssueTypeId) === message.issueTypeId,
  );
  const pair = mapping?.statuses.find(
    (each) => (fromFirst ? each.firstStatusId : each.secondStatusId) === status.value,
  );
  const target = fromFirst ? pair?.secondStatusId : pair?.firstStatusId;
  return here.statuses.some((each) => each.id === target) ? target : undefined;
}

function write(delivery: Delivery, message: Message, issue: Issue, values: Map<string, string | null>): void {
  const { world, one, here, receiver } = delivery;
  const user = syncUserOf(receiver);
  const changed = changeFields(here, issue, user, world.clock.now(), values);
  const made = message.comments.map((comment) =>
    addComment(here, issue, { by: user, at: world.clock.now(), body: comment.body, origin: comment.origin }),
  );
  followComments(delivery, message, issue);
  copyFiles(delivery, message, issue);
  acknowledge(
    delivery,
    message,
    issue,
    made.map((comment) => comment.id),
  );
  if (message.kind === 'change') {
    const at = world.clock.now();
    for (const { mappingId } of message.fields) delivery.sender.carried.set(`${message.localKey}:${mappingId}`, at);
  }
  const { kind, localKey: from } = message;
  const detail = { integrationKey: one.key, key: issue.key, from, kind, changed, comments: made.length };
  world.record.add({ kind: 'effect', instance: here.name, user, what: 'issue changed by sync', detail });
}
