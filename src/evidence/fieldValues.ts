/** Whether a mapped field holds the same on both sides. Pure. Only mapping types whose meaning is known are compared. */

/** One field mapping of a configuration (docs/assumptions.md), with A as first. */
export interface ComparableMapping {
  id: string;
  aField: string;
  bField: string;
  type: string;
  /** For `correlation`: option ids that stand for each other. */
  values: { first: string; second: string }[];
}

/** True also where it cannot be told: an unknown mapping type, or an option that no entry correlates. */
export function sameValue(mapping: ComparableMapping, a: unknown, b: unknown): boolean {
  if (mapping.type === 'passthrough') return text(a) === text(b);
  if (mapping.type !== 'correlation') return true;
  const [idOfA, idOfB] = [optionId(a), optionId(b)];
  if (idOfA === undefined || idOfB === undefined) return idOfA === idOfB;
  const correlated = mapping.values.filter((entry) => entry.first === idOfA);
  return correlated.length === 0 || correlated.some((entry) => entry.second === idOfB);
}

/** An empty field is null, absent or empty text; line ends and outer space are the editor's. */
function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value.replace(/\r\n/g, '\n').trim();
  if (typeof value === 'object') {
    const { value: option, name } = value as { value?: unknown; name?: unknown };
    if (typeof option === 'string' || typeof name === 'string') return String(option ?? name);
  }
  return JSON.stringify(value);
}

function optionId(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id } = value as { id?: unknown };
  return id === undefined ? undefined : String(id);
}
