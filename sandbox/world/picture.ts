/** What an instance was like at a moment: for a backup of its database, and for a node of it that is behind. */
import type { Synchronization } from '../backbone/model.ts';
import type { Instance, World } from './model.ts';

export interface Picture {
  takenAt: number;
  instance: Instance;
  /** Those that are configured on it. */
  synchronizations: Synchronization[];
}

export function pictureOf(world: World, instance: Instance): Picture {
  const synchronizations = world.synchronizations.filter(({ home }) => home === instance.name);
  return structuredClone({ takenAt: world.clock.now(), instance, synchronizations });
}

/** The world as somebody sees it who has this picture of one instance. For reads alone: what is changed here is lost. */
export function worldIn(world: World, { instance, synchronizations }: Picture): World {
  const others = world.synchronizations.filter(({ home }) => home !== instance.name);
  return {
    ...world,
    instances: new Map([...world.instances, [instance.name, instance]]),
    synchronizations: [...others, ...synchronizations],
  };
}

const kept = new WeakMap<Instance, Map<string, Picture>>();

/** Kept under a name, in place of an earlier one of this name. */
export function keepPicture(world: World, instance: Instance, name: string): void {
  const pictures = kept.get(instance) ?? new Map<string, Picture>();
  kept.set(instance, pictures.set(name, pictureOf(world, instance)));
  world.record.add({ kind: 'fault', instance: instance.name, what: 'picture taken', detail: { picture: name } });
}

export const pictureNamed = (instance: Instance, name: string): Picture | undefined => kept.get(instance)?.get(name);
