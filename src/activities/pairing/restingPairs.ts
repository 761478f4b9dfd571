/** Pairs that are kept, and that nobody expects to be carried: one of their issues is gone, archived, elsewhere or out of scope. */
import { type Pair, pairName } from '../../pairs/keys.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { keyOnNewA } from '../issues.ts';
import type { Pairing } from './pairing.ts';

const RESTING = [
  'notVisible',
  'moved',
  'archived',
  'outOfScope',
  'ignored',
] as const satisfies (keyof Pairing['classes'])[];

/** Whether a pair of the new synchronization rests. */
export async function restingPairs(context: StepContext): Promise<(pair: Pair) => boolean> {
  const plan = planOf(context);
  const { classes } = await context.store.artifacts.getJson<Pairing>(factOf(context, 'pairing'));
  const names = new Set(
    RESTING.flatMap((kind) => classes[kind]).map((pair) => pairName({ ...pair, first: keyOnNewA(plan, pair.first) })),
  );
  return (pair) => names.has(pairName(pair));
}
