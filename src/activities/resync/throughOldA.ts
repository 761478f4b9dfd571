/**
 * Where A moved, old A speaks for B: until the original was stopped, what people did on either side reached both. So what was done
 * on old A after the copy began is on B, and is missing on new A.
 */
import type { Synchronization } from '../../backbone/types.ts';
import { textFrom } from '../../contract/text.ts';
import type { Change, JiraComment } from '../../jira/types.ts';
import { clockOf } from '../clocks.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { issuesTouchedSince, keyOnNewA } from '../issues.ts';
import { syncUserOf } from '../reading.ts';
import { mappingsOf, namesInHistory } from './mappedFields.ts';

/**
 * By key on new A: what B has of newer content, in B's field ids and by our clock. Where B cannot be read, whose change it was does not matter: B has
 * it. Where it can, its own history tells of its people; of those who still worked on old A it tells the sync user's name only.
 */
export async function changesThroughOldA(context: StepContext, since: number): Promise<Map<string, Change[]>> {
  const plan = planOf(context);
  const found = new Map<string, Change[]>();
  if (!plan.moved) return found;
  const { fieldsOnB, syncUser } = await oldAConfiguration(context);
  const clock = await clockOf(context, plan.oldA);
  for (const { key, changes = [] } of await issuesTouchedSince(context, plan.oldA, since, { changes: true })) {
    const onB = changes
      .filter(({ author }) => plan.b.unread || author !== syncUser)
      .map(({ at, items }) => ({
        at: clock.ours(at),
        author: '',
        items: items.flatMap((item) => (fieldsOnB.get(item.field) ?? []).map((field) => ({ ...item, field }))),
      }));
    if (onB.length > 0) found.set(keyOnNewA(plan, key), onB);
  }
  return found;
}

/**
 * Old A's fields, by id and by name, with those that they are mapped to on B; and who carries there what B's people did. The
 * translated configuration has the exported one's order.
 */
async function oldAConfiguration(
  context: StepContext,
): Promise<{ fieldsOnB: Map<string, string[]>; syncUser: string }> {
  const { swapped, oldA } = planOf(context);
  const [exported, translated, names] = await Promise.all([
    context.store.artifacts.getJson<Synchronization>(factOf(context, 'configuration')),
    context.store.artifacts.getJson<Synchronization>(factOf(context, 'translated')),
    namesInHistory(context, oldA),
  ]);
  const fieldsOnB = new Map<string, string[]>([['status', ['status']]]);
  mappingsOf(exported).forEach((mapping, at) => {
    const old = textFrom(mapping[swapped ? 'secondFieldId' : 'firstFieldId']);
    const onB = textFrom(mappingsOf(translated)[at]?.secondFieldId);
    for (const called of new Set([old, names.get(old)?.name ?? old])) {
      fieldsOnB.set(called, [...(fieldsOnB.get(called) ?? []), onB]);
    }
  });
  return { fieldsOnB, syncUser: syncUserOf(exported[swapped ? 'secondConnector' : 'firstConnector']) };
}

/** By key on new A: the comments that old A received after the copy began, and B has. */
export async function commentsThroughOldA(context: StepContext): Promise<Map<string, JiraComment[]>> {
  const plan = planOf(context);
  const { move } = context.start;
  if (!plan.b.unread || !plan.moved || !move) return new Map();
  const since = Date.parse(move.copyStarted);
  const from = (await clockOf(context, plan.oldA)).theirs(since);
  const late = await issuesTouchedSince(context, plan.oldA, since, { comments: true });
  return new Map(
    late.map(({ key, comments = [] }) => [keyOnNewA(plan, key), comments.filter(({ created }) => created >= from)]),
  );
}
