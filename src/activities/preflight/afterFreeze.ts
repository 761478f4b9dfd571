/** What people did on old A although it was said to be frozen: it shows that they do not know, and will go on after the stop. */
import type { Synchronization } from '../../backbone/types.ts';
import { clockOf } from '../clocks.ts';
import type { StepContext } from '../context.ts';
import { issuesTouchedSince } from '../issues.ts';
import { syncUserOf } from '../reading.ts';
import type { Sides } from './sides.ts';

/** Keys on old A, as far as a history, a comment or the making of an issue shows a person after `move.frozenSince`. */
export async function changedAfterFreeze(
  context: StepContext,
  original: Synchronization,
  { oldA, swapped, moved }: Sides,
): Promise<string[]> {
  const { move } = context.start;
  if (!move || !moved) return [];
  const since = Date.parse(move.frozenSince);
  const from = (await clockOf(context, oldA)).theirs(since);
  const syncUser = syncUserOf(original[swapped ? 'secondConnector' : 'firstConnector']);
  const isPerson = (author: string, at: number) => at >= from && author !== syncUser;
  return (await issuesTouchedSince(context, oldA, since, { changes: true, comments: true }))
    .filter(
      ({ created, reporter, changes = [], comments = [] }) =>
        isPerson(reporter, created) ||
        changes.some(({ author, at }) => isPerson(author, at)) ||
        comments.some((comment) => isPerson(comment.author, comment.updated ?? comment.created)),
    )
    .map(({ key }) => key);
}

export const frozenFinding = (keys: readonly string[], instance: string, frozenSince: string): string =>
  `People changed ${keys.length === 1 ? 'an issue' : `${keys.length} issues`} of the old project after it was said to be frozen (${frozenSince}): ${keys.map((key) => `${instance}/${key}`).join(', ')}. What they do there after the stop reaches nobody; it is looked for before the delete.`;
