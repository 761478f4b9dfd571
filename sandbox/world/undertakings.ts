/** A world may be about several migrations. Each is looked at as a world of its own, which shares everything else. */
import type { World } from './model.ts';

/** The first is the world itself. */
export const viewsOf = (world: World): World[] => [
  world,
  ...world.others.map(({ moved, ...other }) => {
    const { moved: _, ...shared } = world;
    return { ...shared, ...other, ...(moved ? { moved } : {}), others: [] };
  }),
];
