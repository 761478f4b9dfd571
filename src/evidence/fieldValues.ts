/** Whether a mapped field holds the same on both sides. Pure. Only mapping types whose meaning is known are compared. */

import { textFrom } from '../contract/text.ts';

/** One field mapping of a configuration (docs/assumptions.md), with A as first. */
export interface ComparableMapping {
  id: string;
  aField: string;
  bField: string;
  type: string;
  /** For `correlation`: option ids that stand for each other. */
  values: { first: string; second: string }[];
}

/** `undefined` where it cannot be told: an unknown mapping type, rich text of Cloud, or an option that no entry correlates. */
export function sameValue(mapping: ComparableMapping, a: unknown, b: unknown): boolean | undefined {
  if (mapping.type === 'passthrough') {
    const [textOfA, textOfB] = [text(a), text(b)];
    return textOfA === undefined || textOfB === undefined ? undefined : textOfA === textOfB;
  }
  return mapping.type === 'correlation' ? sameOptions(mapping, optionIds(a), optionIds(b)) : undefined;
}

/** Several options stand in any order; one that no entry correlates is ignored by Backbone, and says nothing. */
function sameOptions({ values }: ComparableMapping, onA: string[], onB: string[]): boolean | undefined {
  const [first, second] = [new Set(values.map((entry) => entry.first)), new Set(values.map((entry) => entry.second))];
  const [knownA, knownB] = [onA.filter((id) => first.has(id)), onB.filter((id) => second.has(id))];
  const [thoseOfA, thoseOfB] = [new Set(knownA), new Set(knownB)];
  const both = values.filter((entry) => thoseOfA.has(entry.first) && thoseOfB.has(entry.second));
  const isSame =
    new Set(both.map((entry) => entry.first)).size === thoseOfA.size &&
    new Set(both.map((entry) => entry.second)).size === thoseOfB.size;
  const isSurplus = knownA.length < onA.length || knownB.length < onB.length;
  if (isSurplus) return knownA.length > 0 && knownB.length > 0 && !isSame ? false : undefined;
  return isSame;
}

/** An empty field is null, absent or empty text; line ends and outer space are the editor's. Several values stand in any order. */
function text(value: unknown): string | undefined {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value.replace(/\r\n/g, '\n').trim();
  if (Array.isArray(value)) {
    const texts = value.map(text);
    return texts.includes(undefined) ? undefined : texts.sort().join('\n');
  }
  if (typeof value !== 'object') return String(value);
  const { value: option, name, child } = value as { value?: unknown; name?: unknown; child?: unknown };
  const own = option ?? name;
  if (typeof own !== 'string') return undefined;
  // The second level of a cascading field.
  return child === undefined || child === null ? own : `${own} > ${text(child)}`;
}

function optionIds(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(optionIds);
  if (typeof value !== 'object' || value === null) return [];
  const { id, child } = value as { id?: unknown; child?: unknown };
  return [...(id === undefined ? [] : [textFrom(id)]), ...optionIds(child)];
}
