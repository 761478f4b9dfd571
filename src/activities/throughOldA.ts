/**
 * Where B cannot be read and A moved, old A speaks for B: until the original was stopped, what people did on either side reached
 * both. So what old A received after the copy began is on B, and is missing on new A.
 */
import type { Synchronization } from '../backbone/types.ts';
import type { Change, JiraComment } from '../jira/types.ts';
import { factOf, planOf, type StepContext } from './context.ts';
import { issuesTouchedSince, keyOnNewA } from './issues.ts';

/** By key on new A: what B has of newer content, in B's field ids. Whose change it was does not matter: B has it. */
export async function changesThroughOldA(context: StepContext, since: number): Promise<Map<string, Change[]>> {
  const plan = planOf(context);
  const found = new Map<string, Change[]>();
  if (!plan.b.unread || !plan.moved) return found;
  const fieldsOnB = await fieldsByOldA(context);
  for (const { key, changes = [] } of await issuesTouchedSince(context, plan.oldA, since, { changes: true })) {
    const onB = changes.map(({ at, items }) => ({
      at,
      author: '',
      items: items.flatMap((item) => (fieldsOnB.get(item.field) ?? []).map((field) => ({ ...item, field }))),
    }));
    found.set(keyOnNewA(plan, key), onB);
  }
  return found;
}

/** Old A's field ids with those that they are mapped to on B. The translated configuration has the exported one's order. */
async function fieldsByOldA(context: StepContext): Promise<Map<string, string[]>> {
  const [exported, translated] = await Promise.all([
    context.store.artifacts.getJson<Synchronization>(factOf(context, 'configuration')),
    context.store.artifacts.getJson<Synchronization>(factOf(context, 'translated')),
  ]);
  const oldField = planOf(context).swapped ? 'secondFieldId' : 'firstFieldId';
  const fields = new Map<string, string[]>([['status', ['status']]]);
  mappingsOf(exported).forEach((mapping, at) => {
    const old = String(mapping[oldField]);
    fields.set(old, [...(fields.get(old) ?? []), String(mappingsOf(translated)[at]?.secondFieldId)]);
  });
  return fields;
}

const mappingsOf = ({ fieldMappings }: Synchronization): Record<string, unknown>[] =>
  Array.isArray(fieldMappings) ? fieldMappings : [];

/** By key on new A: the comments that old A received after the copy began, and B has. */
export async function commentsThroughOldA(context: StepContext): Promise<Map<string, JiraComment[]>> {
  const plan = planOf(context);
  const { move } = context.start;
  if (!plan.b.unread || !plan.moved || !move) return new Map();
  const since = Date.parse(move.copyStarted);
  const late = await issuesTouchedSince(context, plan.oldA, since, { comments: true });
  return new Map(
    late.map(({ key, comments = [] }) => [keyOnNewA(plan, key), comments.filter(({ created }) => created >= since)]),
  );
}
