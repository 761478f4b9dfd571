/** Who wins when both sides changed the same field: the newer one, for changes; a pending change, against a resync. */
import type { Message } from '../backbone/model.ts';
import { syncUserOf } from '../backbone/status.ts';
import { lastChangeNotBy } from '../world/changes.ts';
import type { Issue } from '../world/model.ts';
import { stampOf } from '../world/stamps.ts';
import type { Delivery } from './apply.ts';

export function isNewerHere(
  delivery: Delivery,
  message: Message,
  issue: Issue,
  fieldId: string,
  field: Message['fields'][number],
): boolean {
  const own = lastChangeNotBy(issue, fieldId, syncUserOf(delivery.receiver));
  if (own === undefined) return false;
  if (message.kind !== 'resync') return own > field.at;
  // A resync overwrites, but not what the receiver's people wrote and is still to be carried.
  const entry = delivery.receiver.entries.get(issue.key);
  const carried = delivery.receiver.carried.get(`${issue.key}:${field.mappingId}`) ?? 0;
  const isPending =
    own > message.madeAt || (entry !== undefined && stampOf(delivery.here, own, issue) > entry.lastChangeSeen);
  return isPending || carried > message.madeAt || isUnderWay(delivery, issue, field.mappingId);
}

function isUnderWay({ receiver, sender }: Delivery, issue: Issue, mappingId: string): boolean {
  const queues = [receiver.outgoing, sender.incoming, ...sender.held.values()];
  return queues.some((queue) =>
    queue.some(
      (message) =>
        message.from === receiver.name &&
        message.localKey === issue.key &&
        message.kind !== 'resync' &&
        message.fields.some((field) => field.mappingId === mappingId),
    ),
  );
}
