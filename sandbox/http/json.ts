/** Reading members of a body nobody has checked yet. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text of a member, or undefined when it is absent or something else. */
export function textOf(value: unknown, member: string): string | undefined {
  const found = asObject(value)[member];
  return typeof found === 'string' ? found : undefined;
}

export function numberOf(value: unknown, member: string): number | undefined {
  const found = asObject(value)[member];
  return typeof found === 'number' ? found : undefined;
}

/** A list given as an array or as a comma-separated text, which is how Jira takes `fields` and `expand`. */
export function namesOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
  return list.flatMap((each) => (typeof each === 'string' ? [each.trim()] : [])).filter((each) => each !== '');
}
