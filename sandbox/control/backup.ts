/**
 * Backups of one Jira's database. Relations and configuration live in it, so that restoring one breaks synchronizations with
 * other Jiras (documented): what they know of each other no longer agrees.
 */
import type { Synchronization } from '../backbone/model.ts';
import { instanceOfSide } from '../backbone/status.ts';
import { Refusal } from '../http/router.ts';
import type { Instance, World } from '../world/model.ts';
import { type Picture, pictureOf } from '../world/picture.ts';

const backups = new WeakMap<Instance, Picture>();

export function takeBackup(world: World, instance: Instance): void {
  backups.set(instance, pictureOf(world, instance));
}

/** Synchronizations are stopped, or as they were at the backup: the switch says which. */
export function restoreBackup(world: World, instance: Instance): void {
  const backup = backups.get(instance);
  if (!backup) throw new Refusal(409, `There is no backup of ${instance.name}`);
  const { instance: saved, synchronizations } = structuredClone(backup);
  const { projects, movedKeys, nextId } = saved;
  Object.assign(instance, { projects, movedKeys, nextId });
  for (const one of world.synchronizations.filter(({ home }) => home === instance.name)) {
    endRun(world, one);
    one.deleted = true;
  }
  world.synchronizations = world.synchronizations.filter(({ home }) => home !== instance.name);
  for (const one of synchronizations) bringBack(world, one);
  // Whoever looks for changes here, counts from the beginning again.
  for (const one of world.synchronizations) {
    for (const side of [one.first, one.second]) if (instanceOfSide(world, one, side) === instance) side.readTo = -1;
  }
}

/** The same synchronization to everybody who knows it; when it ran is a fact of the past and stays. */
function bringBack(world: World, saved: Synchronization): void {
  const known = world.known.find((one) => one.home === saved.home && one.key === saved.key);
  const running = saved.running && world.switches.restoreStarts;
  const runs = [...(known?.runs ?? []), ...(running ? [{ from: world.clock.now() }] : [])];
  const one = known ? Object.assign(known, saved, { runs, running, deleted: false }) : saved;
  world.synchronizations.push(one);
}

function endRun(world: World, one: Synchronization): void {
  const run = one.running ? one.runs.at(-1) : undefined;
  if (run) run.to = world.clock.now();
}
