/** Plain JSON: guards, a walk, paths as people read them. */

export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One member of a JSON value, with the way to it. Array positions are decimal strings. */
export interface Place {
  path: string[];
  value: unknown;
  /** The object or array that holds it, so that it can be replaced. */
  holder: JsonObject | unknown[];
}

/** Every member in document order; what `skip` says is not entered. */
export function* places(value: unknown, skip: (path: string[]) => boolean, path: string[] = []): Generator<Place> {
  if (typeof value !== 'object' || value === null) return;
  const holder = value as JsonObject | unknown[];
  for (const [name, member] of Object.entries(holder)) {
    const at = [...path, name];
    if (skip(at)) continue;
    yield { path: at, value: member, holder };
    yield* places(member, skip, at);
  }
}

export function replace({ holder, path }: Place, value: unknown): void {
  const last = path.at(-1) ?? '';
  if (Array.isArray(holder)) holder[Number(last)] = value;
  else define(holder, last, value);
}

/** Sets a member, also one called `__proto__`, which an assignment would not. */
export function define(holder: JsonObject, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

export function memberAt(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as JsonObject)[name];
  }
  return at;
}

/** `fieldMappings[fm-4].firstFieldId`: elements by their own id where they have one, so that a path outlives reordering. */
export function pathText(root: unknown, path: readonly string[]): string {
  let text = '';
  let at: unknown = root;
  for (const name of path) {
    const inArray = Array.isArray(at);
    const next = memberAt(at, [name]);
    if (inArray) {
      const own = isObject(next) ? (next.id ?? next.fieldDefaultKey) : undefined;
      text += `[${typeof own === 'string' || typeof own === 'number' ? own : name}]`;
    } else if (text === '') text = name;
    else text += /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `["${name}"]`;
    at = next;
  }
  return text;
}

/** Whether a path fits a pattern in which `*` stands for any array position. */
export function fits(path: readonly string[], pattern: readonly string[]): boolean {
  return (
    path.length === pattern.length &&
    pattern.every((name, n) => (name === '*' ? /^\d+$/.test(path[n] ?? '') : name === path[n]))
  );
}

/** Fills the `*` of a pattern with the positions at the same depth of a path. */
export const fill = (pattern: readonly string[], path: readonly string[]): string[] =>
  pattern.map((name, n) => (name === '*' ? (path[n] ?? '') : name));
