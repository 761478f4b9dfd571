/** A mapped value on its way to the other instance. */
import type { FieldMapping, SideName } from '../backbone/model.ts';
import { choicesOf, valueFor, valueMeaning } from '../world/lookup.ts';
import type { Instance } from '../world/model.ts';

export type Translated = { value: string | null } | { skipped: string } | { error: string };

export function translate(
  mapping: FieldMapping,
  from: SideName,
  value: string | null,
  sender: Instance,
  receiver: Instance,
): Translated {
  const [sourceId, targetId] =
    from === 'first' ? [mapping.firstFieldId, mapping.secondFieldId] : [mapping.secondFieldId, mapping.firstFieldId];
  if (value === null) return { value: null };
  if (mapping.type === 'correlation') {
    const pair = mapping.values?.find(
      (each) => (from === 'first' ? each.firstOptionId : each.secondOptionId) === value,
    );
    // Surplus options are ignored (documented).
    if (!pair) return { skipped: `option ${value} is not correlated` };
    const option = from === 'first' ? pair.secondOptionId : pair.firstOptionId;
    if (choicesOf(receiver, targetId)?.some((choice) => choice.id === option) === false) {
      return { error: `Option ${option} of ${targetId} is not valid` };
    }
    return { value: option };
  }
  const meaning = valueMeaning(sender, sourceId, value);
  const target = valueFor(receiver, targetId, meaning);
  return target === undefined ? { error: `${targetId} has no option "${meaning}"` } : { value: target };
}
