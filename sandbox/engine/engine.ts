/**
 * The queues that carry changes. One beat per interval: apply what arrived in the beat before, hand over what was
 * found in the beat before, look for changes. So a change needs three beats to the other side, and a stop finds
 * messages under way, as in the product ("stopped is not drained").
 */
import type { Side, Synchronization } from '../backbone/model.ts';
import { isHalted, isOnline } from '../backbone/status.ts';
import type { World } from '../world/model.ts';
import { applyIncoming } from './apply.ts';
import { detectChanges } from './detect.ts';
import { getsStuck } from './undelivered.ts';

export interface Engine {
  close(): void;
}

export function startEngine(world: World, intervalMs: number): Engine {
  const timer = setInterval(() => beat(world), intervalMs);
  return { close: () => clearInterval(timer) };
}

/** One interval of every synchronization. */
export function beat(world: World): void {
  for (const one of [...world.synchronizations]) {
    // Backbone runs in the Jira where the synchronization is configured.
    if (world.down.has(one.home) || isHalted(world, one)) continue;
    if (one.running) {
      moveMessages(world, one);
      detectChanges(world, one, one.first);
      detectChanges(world, one, one.second);
    } else if (world.switches.stopDrains && queuedMessages(one) > 0) {
      moveMessages(world, one);
    }
  }
}

function moveMessages(world: World, one: Synchronization): void {
  applyIncoming(world, one, one.first);
  applyIncoming(world, one, one.second);
  handOver(world, one, one.first, one.second);
  handOver(world, one, one.second, one.first);
}

function handOver(world: World, one: Synchronization, from: Side, to: Side): void {
  if (from.outgoing.length === 0 || !isOnline(world, one, from)) return;
  for (const message of from.outgoing.splice(0)) {
    if (world.switches.dropMessages > 0) {
      world.switches.dropMessages -= 1;
      const detail = {
        integrationKey: one.key,
        from: message.localKey,
        kind: message.kind,
        sequence: message.sequence,
      };
      world.record.add({ kind: 'effect', instance: one.home, user: 'sandbox', what: 'message dropped', detail });
    } else if (!getsStuck(world, one, from, message)) {
      to.incoming.push(message);
    }
  }
}

/** Messages under way; those held behind an error are not. */
export function queuedMessages(one: Synchronization): number {
  return (
    one.first.outgoing.length + one.first.incoming.length + one.second.outgoing.length + one.second.incoming.length
  );
}
