/** Sentences about what is wrong with a value, with the path to it. Values are not repeated: one could be a secret. */
import type { z } from 'zod';

type Path = readonly PropertyKey[];

/** One thing wrong: where, and what. */
export interface Problem {
  path: PropertyKey[];
  what: string;
  /** It is longer than what is taken. */
  beyond?: true;
}

/** Every problem of a value; empty when it is valid. */
export function listProblems(schema: z.ZodType, value: unknown): Problem[] {
  const checked = check(schema, value);
  return 'problems' in checked ? checked.problems : [];
}

/** The value as the schema makes it, or every problem: one pass over the value. */
export function check<T>(schema: z.ZodType<T>, value: unknown): { data: T } | { problems: Problem[] } {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { data: parsed.data };
  return { problems: parsed.error.issues.flatMap((issue) => fromIssue(issue, value)) };
}

/** `new.projects["jira-old/PA"]`, `approvers[0]`; `(the whole)` for the root. */
export function pathText(path: Path): string {
  const parts = path.map((part, index) => {
    if (typeof part === 'number') return `[${part}]`;
    const name = String(part);
    if (!/^[A-Za-z_$][\w$-]*$/.test(name)) return `[${JSON.stringify(name)}]`;
    return index === 0 ? name : `.${name}`;
  });
  return parts.length === 0 ? '(the whole)' : parts.join('');
}

function fromIssue(issue: z.core.$ZodIssue, value: unknown): Problem[] {
  const path = [...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], what: 'is not a member known here' }));
  }
  if (issue.code === 'invalid_key') {
    return [{ path, what: issue.issues.map(({ message }) => message).join(', ') }];
  }
  if (valueAt(value, path) === undefined) return [{ path, what: 'is missing' }];
  const what = issue.message.replace(/^Invalid (input|option): expected/, 'must be');
  return [{ path, what, ...(isBeyond(issue) ? { beyond: true } : {}) }];
}

/** Whether the value is longer than the schema takes, wherever in a union that was found. */
export function isBeyond(issue: z.core.$ZodIssue): boolean {
  if (issue.code === 'invalid_union') return issue.errors.flat().some(isBeyond);
  return issue.code === 'too_big' || (issue.code === 'custom' && issue.params?.beyond === true);
}

/** A problem of a part, as one of the whole. */
export const passedOn = (issue: z.core.$ZodIssue) => ({
  ...{ code: 'custom' as const, path: [...issue.path], message: issue.message },
  params: { beyond: isBeyond(issue) },
});

/** Own members alone; `undefined` where the way leads nowhere. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = Reflect.get(at, part);
  }
  return at;
}

/** All of them in one sentence. */
export const problemsText = (problems: readonly Problem[]): string => `${problems.map(problemText).join('; ')}.`;

export const problemText = ({ path, what }: Problem): string => `${pathText(path)}: ${what}`;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
