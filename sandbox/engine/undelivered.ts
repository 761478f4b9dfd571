/** Messages that were sent and never received. No queue shows them; only the sequence ids of both sides say so. */
import type { Message, Side, Synchronization } from '../backbone/model.ts';
import { following } from '../backbone/sequence-id.ts';
import type { Instance, Issue, World } from '../world/model.ts';
import { stampOf } from '../world/stamps.ts';

/** The books as after a message about what the issue is like now; there is none. */
export function loseMessage(
  world: World,
  one: Synchronization,
  side: Side,
  { instance, issue, at }: { instance: Instance; issue: Issue; at: number },
): void {
  const entry = side.entries.get(issue.key);
  if (!entry) return;
  entry.outgoingMessageSequenceId = following(entry.outgoingMessageSequenceId);
  entry.lastOutgoingChange = at;
  entry.lastChangeSeen = Math.max(entry.lastChangeSeen, stampOf(instance, issue.updated, issue));
  const lastReceived = side.panel.get(issue.key)?.lastReceived ?? null;
  side.panel.set(issue.key, { partnerKey: entry.remoteIssueKey, lastSent: at, lastReceived });
  const detail = { integrationKey: one.key, from: issue.key, sequence: entry.outgoingMessageSequenceId };
  world.record.add({ kind: 'fault', instance: one.home, user: 'sandbox', what: 'message lost', detail });
}

/** Whether the message stays where nobody sees it. */
export function getsStuck(world: World, one: Synchronization, from: Side, message: Message): boolean {
  const stuck = from.stuck.get(message.localKey);
  if (!stuck) return false;
  stuck.push(message);
  const { localKey, kind, sequence } = message;
  const detail = { integrationKey: one.key, from: localKey, kind, sequence };
  world.record.add({ kind: 'effect', instance: one.home, user: 'sandbox', what: 'message stuck', detail });
  return true;
}

/** What was stuck arrives, and nothing gets stuck any more. */
export function releaseStuck(from: Side, to: Side, key: string): void {
  to.incoming.push(...(from.stuck.get(key) ?? []));
  from.stuck.delete(key);
}
