/** A mapped value on its way to the other instance. */
import type { FieldMapping, SideName } from '../backbone/model.ts';
import type { Instance, LiveSide } from '../world/model.ts';
import { choicesOf, idsIn, valueFor, valueMeaning, valueOfIds } from '../world/values.ts';

export type Translated = { value: string | null } | { skipped: string } | { error: string };

export function translate(
  mapping: FieldMapping,
  from: SideName,
  value: string | null,
  sender: Instance,
  { instance: receiver, projectKey }: LiveSide,
): Translated {
  const [sourceId, targetId] =
    from === 'first' ? [mapping.firstFieldId, mapping.secondFieldId] : [mapping.secondFieldId, mapping.firstFieldId];
  if (value === null) return { value: null };
  if (mapping.type === 'correlation') {
    const options = correlated(mapping, from, idsIn(sender, sourceId, value));
    // Surplus options are ignored (documented).
    if (options.length === 0) return { skipped: `option ${value} is not correlated` };
    const choices = choicesOf(receiver, targetId, projectKey);
    const wrong = options.find((option) => choices?.some((choice) => choice.id === option) === false);
    if (wrong !== undefined) return { error: `Option ${wrong} of ${targetId} is not valid` };
    return { value: valueOfIds(receiver, targetId, options) };
  }
  const meaning = valueMeaning(sender, sourceId, value);
  const target = valueFor(receiver, targetId, meaning, projectKey);
  return target === undefined ? { error: `${targetId} has no option "${meaning}"` } : { value: target };
}

/** What stands for these options at the partner. */
function correlated({ values = [] }: FieldMapping, from: SideName, ids: readonly string[]): string[] {
  return ids.flatMap((id) => {
    const pair = values.find((each) => (from === 'first' ? each.firstOptionId : each.secondOptionId) === id);
    return pair ? [from === 'first' ? pair.secondOptionId : pair.firstOptionId] : [];
  });
}
