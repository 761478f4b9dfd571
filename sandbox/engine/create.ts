/** A message about an issue that has no partner yet: the sync user creates one. */
import { carries, type Message } from '../backbone/model.ts';
import { syncUserOf } from '../backbone/status.ts';
import { addComment, createIssue } from '../world/changes.ts';
import { issueOf, projectOf } from '../world/lookup.ts';
import { stampOf } from '../world/stamps.ts';
import type { Delivery } from './apply.ts';
import { statusFor } from './apply.ts';
import { copyFiles } from './files.ts';
import { acknowledge, newEntry } from './sequence.ts';
import { translate } from './translate.ts';

/** Returns what went wrong, or undefined. */
export function createPartner(delivery: Delivery, message: Message): string | undefined {
  const { world, one, receiver, sender, here } = delivery;
  // Paired meanwhile, for instance by an import: nothing is to be created.
  if (sender.entries.has(message.localKey)) {
    sender.creating.delete(message.localKey);
    return undefined;
  }
  const values = valuesOfNewIssue(delivery, message);
  if ('error' in values) return values.error;
  const by = syncUserOf(receiver);
  const issue = createIssue(here, {
    projectKey: receiver.projectKey,
    origin: message.origin,
    by,
    at: world.clock.now(),
    values: values.values,
    ...parentOf(delivery, message),
  });
  const made = message.comments.map((comment) =>
    addComment(here, issue, { by, at: world.clock.now(), body: comment.body, origin: comment.origin }),
  );
  const mine = newEntry(world, one.home, sender, message.localKey, issue.key);
  mine.lastChangeSeen = stampOf(delivery.there, message.seen, issueOf(delivery.there, message.localKey));
  mine.outgoingMessageSequenceId = message.sequence;
  mine.lastOutgoingChange = message.madeAt;
  sender.panel.set(message.localKey, { partnerKey: issue.key, lastSent: message.madeAt, lastReceived: null });
  sender.creating.delete(message.localKey);
  copyFiles(delivery, message, issue);
  acknowledge(
    delivery,
    message,
    issue,
    made.map((comment) => comment.id),
  );
  // People may have changed the sender's issue while the creation was on its way: have it looked at again.
  projectOf(delivery.there, sender.projectKey).touched.push(message.localKey);
  const detail = { integrationKey: one.key, key: issue.key, from: message.localKey, origin: message.origin };
  world.record.add({ kind: 'effect', instance: here.name, user: by, what: 'issue created by sync', detail });
  return undefined;
}

/** The partner of the parent; whoever has none waits before it comes here. */
function parentOf({ sender }: Delivery, { parentKey }: Message): { parentKey?: string } {
  const partner = parentKey === undefined ? undefined : sender.entries.get(parentKey)?.remoteIssueKey;
  return partner === undefined ? {} : { parentKey: partner };
}

function valuesOfNewIssue(delivery: Delivery, message: Message): { values: Map<string, string> } | { error: string } {
  const { one, receiver, here, there } = delivery;
  const fromFirst = message.from === 'first';
  const type = one.configuration.issueTypeMappings.find(
    (mapping) =>
      carries(mapping.direction, message.from) &&
      (fromFirst ? mapping.firstIssueTypeId : mapping.secondIssueTypeId) === message.issueTypeId,
  );
  const issueType = fromFirst ? type?.secondIssueTypeId : type?.firstIssueTypeId;
  if (issueType === undefined) return { error: `Issue type ${message.issueTypeId} is not mapped` };
  const values = new Map([
    ['issuetype', issueType],
    ['status', here.statuses[0]?.id ?? ''],
    ['priority', here.priorities[2]?.id ?? ''],
  ]);
  for (const { fieldId, value } of one.configuration[receiver.name].fieldDefaults) {
    const standard = typeof value === 'object' && value !== null && 'id' in value ? value.id : value;
    if (typeof standard === 'string') values.set(fieldId, standard);
  }
  for (const field of message.fields) {
    const mapping = one.configuration.fieldMappings.find((each) => each.id === field.mappingId);
    if (!mapping) continue;
    const translated = translate(mapping, message.from, field.value, there, {
      instance: here,
      projectKey: receiver.projectKey,
    });
    if ('error' in translated) return translated;
    const target = fromFirst ? mapping.secondFieldId : mapping.firstFieldId;
    if ('value' in translated && translated.value !== null) values.set(target, translated.value);
  }
  const status = statusFor(delivery, message);
  if (status !== undefined) values.set('status', status);
  if (!values.get('summary')) return { error: 'You must specify a summary of the issue.' };
  return { values };
}
