/** `GET integrations/{key}/status`: eleven fields per connector, as documented. */
import type { JsonObject } from '../http/json.ts';
import { instanceAt, instanceNamed } from '../world/lookup.ts';
import type { Instance, World } from '../world/model.ts';
import type { Side, Synchronization } from './model.ts';

/** The instance a connector points at; its own one when no application is named. */
export function instanceOfSide(world: World, one: Synchronization, side: Side): Instance | undefined {
  return side.application ? instanceAt(world, side.application.baseUrl) : instanceNamed(world, one.home);
}

export function syncUserOf(side: Side): string {
  return side.application?.user ?? 'backbone';
}

/** A connector is online when its instance lets the sync user in. */
export function isOnline(world: World, one: Synchronization, side: Side): boolean {
  const instance = instanceOfSide(world, one, side);
  if (!instance || world.down.has(instance.name)) return false;
  return !side.application || instance.users.get(side.application.user)?.password === side.application.password;
}

/** RESTART REQUIRED of the pages: it runs, and carries nothing. How REST spells it is not known. */
export function isHalted(world: World, one: Synchronization): boolean {
  return world.switches.restartRequired.includes(`${one.home}/${one.key}`);
}

export function statusJson(world: World, one: Synchronization): JsonObject {
  const { runningWord, busyWord } = world.switches;
  const word = one.running ? (isHalted(world, one) ? 'RESTART_REQUIRED' : runningWord) : 'STOPPED';
  const waits = (side: Side) => world.switches.missingIssueIsBusy && side.missing.size > 0;
  const connector = (side: Side) => ({
    connectorKey: side.connectorKey,
    online: isOnline(world, one, side),
    reconnecting: world.switches.reconnectingWhileOffline && one.running && !isOnline(world, one, side),
    incomingRouteStatus: word,
    incomingProcessingStatus: side.incoming.length > 0 || waits(side) ? busyWord : 'IDLE',
    incomingDetails: '',
    outgoingRouteStatus: word,
    outgoingProcessingStatus: side.outgoing.length > 0 ? busyWord : 'IDLE',
    outgoingDetails: '',
    externalRouteStatus: word,
    issuesInError: side.held.size,
  });
  return { status: word, firstConnector: connector(one.first), secondConnector: connector(one.second) };
}
