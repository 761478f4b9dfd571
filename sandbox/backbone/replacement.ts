/** Whether another running synchronization has taken over the pairs of one that is about to go. For the verdict only. */
import { issueOf } from '../world/lookup.ts';
import type { World } from '../world/model.ts';
import { viewsOf } from '../world/undertakings.ts';
import type { Synchronization } from './model.ts';
import { instanceOfSide } from './status.ts';

/** The migration that a synchronization belongs to: as its original, or by joining its live projects. */
export function viewFor(world: World, one: Synchronization): World {
  const views = viewsOf(world);
  return views.find(({ original }) => original === one) ?? views.find((view) => joinsLiveProjects(view, one)) ?? world;
}

/** A running synchronization of the live projects that has every pair of `one` whose issues live on both sides. */
export function replacementOf(world: World, one: Synchronization): Synchronization | undefined {
  return world.synchronizations.find((other) => {
    if (other === one || !other.running || !joinsLiveProjects(world, other)) return false;
    const theirs = pairedOrigins(world, other);
    const lost = [...pairedOrigins(world, one)].filter((origin) => !theirs.has(origin));
    return lost.every((origin) => !livesOnBothSides(world, origin));
  });
}

export function joinsLiveProjects(world: World, one: Synchronization): boolean {
  const points = (side: Synchronization['first'], live: World['live']['a']) =>
    instanceOfSide(world, one, side) === live.instance && side.projectKey === live.projectKey;
  const { a, b } = world.live;
  return (points(one.first, a) && points(one.second, b)) || (points(one.first, b) && points(one.second, a));
}

/** Origins of pairs that are mirrored on both connectors and whose two issues are the same logical issue. */
function pairedOrigins(world: World, one: Synchronization): Set<string> {
  const first = instanceOfSide(world, one, one.first);
  const second = instanceOfSide(world, one, one.second);
  const origins = new Set<string>();
  if (!first || !second) return origins;
  for (const entry of one.first.entries.values()) {
    const mirror = one.second.entries.get(entry.remoteIssueKey);
    const origin = issueOf(first, entry.localIssueKey)?.origin;
    const partner = issueOf(second, entry.remoteIssueKey)?.origin;
    if (mirror?.remoteIssueKey === entry.localIssueKey && origin !== undefined && origin === partner)
      origins.add(origin);
  }
  return origins;
}

function livesOnBothSides(world: World, origin: string): boolean {
  return [world.live.a, world.live.b].every(({ instance, projectKey }) =>
    [...(instance.projects.get(projectKey)?.issues.values() ?? [])].some((issue) => issue.origin === origin),
  );
}
