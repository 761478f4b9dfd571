/** Keeping both sides' sync information after a message was applied. */
import type { Entry, Message, Side } from '../backbone/model.ts';
import { following } from '../backbone/sequence-id.ts';
import type { Issue, World } from '../world/model.ts';
import { stampOf } from '../world/stamps.ts';
import type { Delivery } from './apply.ts';

/** A fresh entry; the ids come from the instance where the synchronization is configured. */
export function newEntry(world: World, home: string, side: Side, localKey: string, remoteKey: string): Entry {
  const instance = world.instances.get(home);
  const entry: Entry = {
    id: instance ? instance.nextId.entry++ : 0,
    connectorKey: side.connectorKey,
    localIssueKey: localKey,
    remoteIssueKey: remoteKey,
    firstSyncDate: world.clock.now(),
    lastOutgoingChange: 0,
    lastChangeSeen: 0,
    outgoingMessageSequenceId: 0,
    lastIncomingChange: 0,
    incomingMessageSequenceId: 0,
    comments: [],
    incomingChangesIgnored: false,
  };
  side.entries.set(localKey, entry);
  return entry;
}

/** `made` are the ids of the message's comments at the receiver, in order. */
export function acknowledge(delivery: Delivery, message: Message, issue: Issue, made: readonly string[]): void {
  const { world, one, receiver, sender } = delivery;
  const at = world.clock.now();
  // Sync information goes on naming a moved issue by the key it was paired with.
  const key = message.remoteKey ?? issue.key;
  let entry = receiver.entries.get(key);
  if (!entry) {
    entry = newEntry(world, one.home, receiver, key, message.localKey);
    entry.lastChangeSeen = stampOf(delivery.here, issue.updated, issue);
  }
  // Outgoing of one side is incoming of the other.
  const own = following(entry.incomingMessageSequenceId);
  entry.incomingMessageSequenceId = world.switches.sequencesRelate ? message.sequence : own;
  entry.lastIncomingChange = at;
  entry.comments.push(...made.map((localId) => ({ localId })));
  const lastSent = receiver.panel.get(key)?.lastSent ?? null;
  receiver.panel.set(key, { partnerKey: message.localKey, lastSent, lastReceived: at });

  for (const { localId } of message.comments) {
    sender.sending.delete(localId);
    const listed = sender.entries.get(message.localKey)?.comments;
    if (listed && !listed.some((each) => each.localId === localId)) listed.push({ localId });
  }
}
