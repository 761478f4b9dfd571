/**
 * Default values of fields that are said by name, as Jira takes them too: `{ "value": "Major" }`, `"Major"`, or the name beside an id.
 */
import { nodeAt, textOf } from './document.ts';
import { having, ID, NAME, withId } from './lookup.ts';
import type { TextContext } from './places.ts';
import type { SideName } from './references.ts';
import type { Resolution } from './resolve.ts';
import { kindOf } from './rules.ts';

/** How long the way is to `fieldDefaults[].value` itself. */
const ITSELF = 4;

/** `undefined`: it is no value with an id of its own, but a text or a number. */
export function namedValue(
  { root, sides }: TextContext,
  path: readonly string[],
  text: string,
  side: SideName,
  field: string,
): Resolution | { why: string } | undefined {
  const resolver = sides[side];
  if (resolver.side.sameInstance) return undefined;
  const kind = kindOf('option', field, resolver.side);
  const old = resolver.entries('old', kind, field) ?? [];
  if (old.length === 0) return undefined;
  const beside = path.length > ITSELF ? textOf(nodeAt(root, [...path.slice(0, -1), 'id'])) : undefined;
  const byId = beside === undefined && withId(old, text) !== undefined;
  if (byId) return resolver.resolve({ kind: 'option', id: text, field });
  const level = path.includes('child');
  const namesakes =
    beside === undefined
      ? having(old, NAME, text).filter((entry) => kind !== 'option' || (entry.type !== '') === level)
      : having(old, ID, beside);
  const [only] = namesakes;
  if (namesakes.length !== 1 || !only)
    return { why: `${namesakes.length} values of field ${field} have that name there` };
  if (only.name !== text) return { why: `the id beside it is that of "${only.name}"` };
  const found = resolver.resolve({ kind: 'option', id: only.id, field });
  if (found.state !== 'settled') return found;
  const newField = kind === 'option' ? resolver.resolve({ kind: 'field', id: field }) : undefined;
  const of = newField?.state === 'settled' ? newField.value : undefined;
  const there = resolver.entries('new', kind, of);
  const now = there && withId(there, found.value);
  return { ...found, value: now?.name ?? text };
}
