/**
 * Licences, as far as they are documented: a partner that needs no Backbone takes an endpoint of the remote licence, which
 * is free again when every synchronization to it is stopped; with too few of them a start is refused.
 */
import type { World } from '../world/model.ts';
import type { Synchronization } from './model.ts';
import { instanceOfSide } from './status.ts';

/** What stands against a start, or undefined. */
export function licenceError(world: World, one: Synchronization): string | undefined {
  const { remoteEndpoints, oneLicence, unlicensed } = world.switches;
  if (unlicensed.includes(one.home)) return 'License error: Backbone has no valid license here.';
  if (remoteEndpoints < 0) return undefined;
  const taken = new Set(
    world.synchronizations
      .filter((other) => other.running && (oneLicence || other.home === one.home))
      .flatMap((other) => endpointsOf(world, other)),
  );
  const more = endpointsOf(world, one).filter((endpoint) => !taken.has(endpoint));
  if (taken.size + more.length <= remoteEndpoints) return undefined;
  return `License error: ${remoteEndpoints} endpoints of the remote license, ${taken.size} of them taken. Stop the synchronizations that use them.`;
}

/** Each partner Jira of an instance takes one. */
function endpointsOf(world: World, one: Synchronization): string[] {
  return [one.first, one.second].flatMap((side) => {
    const partner = instanceOfSide(world, one, side)?.name;
    return partner === undefined || partner === one.home ? [] : [`${one.home} > ${partner}`];
  });
}
