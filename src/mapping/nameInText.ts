/**
 * What a name in a text means there. Whoever was called so on the old instance has become something by rule or decision, as an id
 * has: only where exactly these are called so on the new one, the name may stay.
 */
import type { Entry } from './catalogue.ts';
import { FOLDED, having, withId } from './lookup.ts';
import { foldName } from './names.ts';
import type { ReferenceKind } from './references.ts';
import type { Resolution, Resolver } from './resolve.ts';

export type NameInText =
  /** It means the same there. */
  | { state: 'same' }
  /** One of both instances could not be read. */
  | { state: 'unread' }
  /** Of those that were called so nothing is decided, or nobody was. `there`: how many the new instance calls so. */
  | { state: 'open'; known: boolean; there: number; question?: string }
  /** They became what has another name, or shares it. `now`: the only one of them. */
  | { state: 'other'; there: number; now?: Entry };

/** @param field for options: the id of their field on the old instance. */
export function nameInText(kind: ReferenceKind, text: string, resolver: Resolver, field?: string): NameInText {
  const newField = field === undefined ? undefined : resolver.resolve({ kind: 'field', id: field });
  if (newField && newField.state !== 'settled')
    return { state: 'open', known: true, there: 0, ...questionOf(newField) };
  const old = resolver.entries('old', kind, field);
  const now = resolver.entries('new', kind, newField?.value);
  if (old === undefined || now === undefined) return { state: 'unread' };
  const folded = foldName(text);
  const called = (entries: Entry[]) => having(entries, FOLDED, folded).filter((one) => one.scope !== 'other');
  const [before, there] = [called(old), called(now)];
  const found = before.map(({ id }) => resolver.resolve({ kind, id, ...(field === undefined ? {} : { field }) }));
  const unsettled = found.find(({ state }) => state !== 'settled');
  if (unsettled || before.length === 0)
    return {
      state: 'open',
      known: before.length > 0,
      there: there.length,
      ...(unsettled ? questionOf(unsettled) : {}),
    };
  const ids = new Set(found.flatMap((one) => (one.state === 'settled' ? [one.value] : [])));
  const these = there.filter(({ id }) => ids.has(id));
  // JQL finds every status of a name, and several workflows can have one each.
  if (these.length === ids.size && (these.length === there.length || kind === 'status')) return { state: 'same' };
  const [only] = ids;
  const entry = ids.size === 1 && only !== undefined ? withId(now, only) : undefined;
  return { state: 'other', there: there.length, ...(entry ? { now: entry } : {}) };
}

/** The question that is asked besides, whose answer decides it. */
export const questionOf = (found: Resolution): { question?: string } =>
  found.state === 'asked' ? { question: found.question.id } : {};
