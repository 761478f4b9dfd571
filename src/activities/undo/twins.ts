/**
 * Where A moved: what stands on the new A, against the same issue on old A. Both were one until the project was copied; what the copy
 * took along, or the original has brought to old A since, is on both. Judged by content: a moment and a field alone say nothing of a value.
 */
import { type Change, type ChangeItem, FILES, type JiraComment, type JiraIssue } from '../../jira/types.ts';
import { notCarried } from '../../pairs/comments.ts';
import { planOf, type StepContext } from '../context.ts';
import { issuesByKey, keyOnNewA } from '../issues.ts';
import { namesInHistory } from '../resync/mappedFields.ts';

/** The issues of old A that belong to those of the new A. */
export interface Twins {
  /** By their keys on the new A. */
  issues: ReadonlyMap<string, JiraIssue>;
  /** The field of a change as both Jiras call it: their ids need not be the same. */
  called: { a: NameOf; old: NameOf };
}

type NameOf = (field: string) => string;

/** The issues of old A, by their keys on the new A. */
export async function onOldA(context: StepContext, keys: Iterable<string>): Promise<Map<string, JiraIssue>> {
  const { a, oldA } = planOf(context);
  const oldKeys = [...keys].map((key) => keyOnNewA({ a: oldA, oldA: a }, key));
  const found = await issuesByKey(context, oldA, oldKeys, { changes: true, comments: true });
  return new Map([...found].map(([key, issue]) => [keyOnNewA({ a, oldA }, key), issue]));
}

export async function twinsOf(context: StepContext, keys: Iterable<string>): Promise<Twins> {
  const { a, oldA } = planOf(context);
  const nameOf = async (side: typeof a): Promise<NameOf> => {
    const names = await namesInHistory(context, side);
    return (field) => names.get(field)?.name ?? field;
  };
  return {
    issues: await onOldA(context, keys),
    called: { a: await nameOf(a), old: await nameOf(oldA) },
  };
}

/** Copies keep the second, not always the millisecond. */
export const isNear = (x: number, y: number): boolean => Math.abs(x - y) <= 1000;

/** Whether one of these moments, in order, is near. */
function isAnyNear(moments: readonly number[], at: number): boolean {
  let [from, to] = [0, moments.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((moments[middle] ?? 0) < at && !isNear(moments[middle] ?? 0, at)) from = middle + 1;
    else to = middle;
  }
  const first = moments[from];
  return first !== undefined && isNear(first, at);
}

/** What one field had, and when it was set so, in order of time. */
interface FieldHistory {
  moments: Map<string, number[]>;
  last: string;
}

/**
 * Whether old A has a change of this issue, too: the copy took that very change along, or the field's last value on both is the same.
 * Both histories are read once for all changes: either may have thousands.
 */
export function changesOnOld(
  twins: Twins,
  { key, changes }: JiraIssue,
): (change: ChangeItem & { at: number }) => boolean {
  const old = twins.issues.get(key);
  if (!old) return () => false;
  const [here, onOld] = [historiesOf(changes, twins.called.a), historiesOf(old.changes, twins.called.old)];
  return (change) => {
    const field = twins.called.a(change.field);
    const there = onOld.get(field);
    const moments = there?.moments.get(shownValue(change));
    if (moments && isAnyNear(moments, change.at)) return true;
    // Every file is an entry of its own, and stays.
    if (change.field === FILES) return moments !== undefined;
    return there !== undefined && there.last === here.get(field)?.last;
  };
}

/** By field. */
function historiesOf(changes: readonly Change[] = [], called: NameOf): Map<string, FieldHistory> {
  const fields = new Map<string, FieldHistory>();
  for (const { at, items } of changes.toSorted((x, y) => x.at - y.at))
    for (const item of items) {
      const [name, value] = [called(item.field), shownValue(item)];
      const field = fields.get(name) ?? { moments: new Map<string, number[]>(), last: value };
      const moments = field.moments.get(value) ?? [];
      moments.push(at);
      field.moments.set(value, moments);
      field.last = value;
      fields.set(name, field);
    }
  return fields;
}

/** Ids are each Jira's own; what people see is the same on both. */
const shownValue = ({ to, text }: ChangeItem): string => (text ?? to ?? '').replace(/\r\n/g, '\n').trim();

/** Of these comments of the new A, those that old A lacks. */
export const missingOnOld = (
  { issues }: Twins,
  key: string,
  comments: readonly JiraComment[],
): Promise<JiraComment[]> => notCarried(comments, issues.get(key)?.comments ?? []);

/**
 * What became on the new A of comments that both had when the project was copied. `since`: by the new A's clock; `had`: ids of those that
 * are synchronized, as the new A had them.
 */
export function rewritten(
  { issues }: Twins,
  { key, comments = [] }: JiraIssue,
  since: number,
  had: ReadonlySet<string> = new Set(),
): string[] {
  const before = issues.get(key)?.comments ?? [];
  const bodies = new Set(before.map(({ body }) => body.trim()));
  const here = new Set(comments.map(({ body }) => body.trim()));
  const edited = comments.filter(
    ({ created, updated = created, body }) => created < since && updated >= since && !bodies.has(body.trim()),
  );
  const moments = comments.map(({ created }) => created).sort((x, y) => x - y);
  // One that was deleted on B, too, is gone from old A as soon as the original has carried that.
  const isOnOldAlone = before.some(
    ({ created, body }) => created < since && !here.has(body.trim()) && !isAnyNear(moments, created),
  );
  const ids = new Set(comments.map(({ id }) => id));
  const deleted = isOnOldAlone ? [...had].filter((id) => !ids.has(id)) : [];
  return [...edited.map(({ id }) => `comment ${id} (edited)`), ...deleted.map((id) => `comment ${id} (deleted)`)];
}
