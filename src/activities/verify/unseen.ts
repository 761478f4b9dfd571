/** What no comparison of pairs shows: issues that are in no pair although they belong there, and what of old A is out of sight. */

import { append } from '../../contract/lists.ts';
import { orient, type Pair } from '../../pairs/keys.ts';
import { clockOf } from '../clocks.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { recordedPairs } from '../issueData.ts';
import { issuesByKey, keyNamed, keyOnNewA, PAIRS_AT_ONCE } from '../issues.ts';
import type { Pairing } from '../pairing/pairing.ts';
import { restingPairs } from '../pairing/restingPairs.ts';
import { stopBegan } from '../stopBegan.ts';

/**
 * What was made on old A after the copy is on B only, made there by the sync user: whether the start creates it on new A is not
 * documented. Its keys on B, as long as they are in no pair; where B cannot be read, they are taken to be there.
 */
export async function bornLateUnpaired(context: StepContext, pairs: Pair[]): Promise<string[]> {
  const { classes } = await context.store.artifacts.getJson<Pairing>(factOf(context, 'pairing'));
  const paired = new Set(pairs.map((pair) => pair.second));
  const keys = classes.bornAfterCopy.map((pair) => pair.second).filter((key) => !paired.has(key));
  const plan = planOf(context);
  const there = keys.length === 0 || plan.b.unread ? keys : [...(await issuesByKey(context, plan.b, keys)).keys()];
  return there.map((key) => keyNamed(plan, plan.b, key));
}

/**
 * Where A moved: issues that the original paired, and of which nobody can tell what people did on old A since the stop. They cannot be
 * read there any more, or have left the project since.
 */
export async function unseenOnOldA(context: StepContext): Promise<string[]> {
  const plan = planOf(context);
  const { move } = context.start;
  if (!plan.moved || !move || plan.oldA.unread) return [];
  const clock = await clockOf(context, plan.oldA);
  const from = clock.theirs(await stopBegan(context, Date.parse(move.copyStarted))) - clock.within;
  const rests = await restingPairs(context);
  using table = await recordedPairs(context);
  const keys = Array.from(table, (pair) => orient(pair, plan.swapped))
    .filter((pair) => !rests({ ...pair, first: keyOnNewA(plan, pair.first) }))
    .map(({ first }) => first);
  const unseen: string[] = [];
  for (let at = 0; at < keys.length; at += PAIRS_AT_ONCE) {
    const some = keys.slice(at, at + PAIRS_AT_ONCE);
    const found = await issuesByKey(context, plan.oldA, some);
    append(
      unseen,
      some.filter((key) => {
        const issue = found.get(key);
        return !issue || (!issue.key.startsWith(`${plan.oldA.project}-`) && issue.updated >= from);
      }),
    );
  }
  return unseen.map((key) => `${key} on ${plan.oldA.instance}`);
}
