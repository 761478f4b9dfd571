/**
 * The schema of the start object, and what batches share with it. Strict: a member nobody knows is refused, because a
 * misspelt `dryRun` would otherwise migrate. All problems are told at once, each with its path; values are never repeated.
 */
import { z } from 'zod';
import { MigratorError } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { PlainVerb } from './messages.ts';
import { listProblems, type Problem, problemsText } from './problems.ts';
import { semanticProblems } from './semantics.ts';
import type { StartInput } from './start.ts';
import { hasNul, NUL } from './text.ts';
import { noLonger } from './texts.ts';
import { tooMuchToStart } from './verbs.ts';

const atMost = (longest: number) => `must have no more than ${longest} characters`;
/** What somebody wrote: not empty, and no longer than this. */
export const textUpTo = (longest: number) =>
  noLonger(z.string().regex(/\S/, 'must not be empty'), longest, atMost(longest)).refine((text) => !hasNul(text), NUL);
const person = textUpTo(LIMITS.name);
const reason = textUpTo(LIMITS.reason);
/** What others search by; with what is before it in that search. */
const searchedBy = ({ instance, synchronization }: { instance: string; synchronization: string }): boolean =>
  // Of a longer instance that is said already.
  instance.length > LIMITS.searched || instance.length + 1 + synchronization.length <= LIMITS.searched;
const moment = z.iso.datetime({
  offset: true,
  error: 'must be an ISO 8601 time with offset, like 2026-11-20T20:00:00Z',
});
const instanceName = noLonger(
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be the name of an instance in the configuration'),
  LIMITS.searched,
  atMost(LIMITS.searched),
);
const synchronizationKey = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'must be the key of a synchronization, like INT-16');
const flag = z.boolean();
const onlyFalse = z.literal(false, 'may only be false: a start object can tighten the policy, not loosen it');

export const startSchema = z.strictObject({
  /** Where the original synchronization is configured, and its key there (`INT-16`). */
  original: z.strictObject({ instance: instanceName, synchronization: synchronizationKey }).refine(searchedBy, {
    path: ['synchronization'],
    error: `${atMost(LIMITS.searched)} together with its instance`,
  }),
  /** Where the new one will be configured, and which projects moved: `"jira-old/PA": "jira-new/PA"`. */
  new: z.strictObject({ instance: instanceName, projects: z.record(z.string(), z.string()) }),
  /** When the moved project was copied and frozen. ISO 8601 with offset. Needed to find what the copy missed. */
  move: z.strictObject({ copyStarted: moment, copyFinished: moment, frozenSince: moment }).optional(),
  requestedBy: person,
  reason,
  dryRun: flag.optional(),
  order: z.enum(['guide', 'prepareFirst']).optional(),
  /** Decided answers of mapping questions: question id → chosen value. */
  mapping: z.record(noLonger(z.string(), LIMITS.name, atMost(LIMITS.name)), z.string()).optional(),
  /** Official id mappings of the migration, as `migrator mapping store` has put them into the store. */
  idMappings: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256, as `migrator mapping store` shows it'))
    .optional(),
  /** A start object may only tighten the operator's policy. */
  policy: z
    .strictObject({
      required: z.int().min(1).optional(),
      selfApproval: onlyFalse.optional(),
      deleteOnAttested: onlyFalse.optional(),
    })
    .optional(),
  /** Hours in which steps with an effect may happen; ISO 8601 with offset. */
  window: z
    .strictObject({
      notBefore: moment.optional(),
      stopBy: moment.optional(),
      startBy: moment.optional(),
    })
    .optional(),
  batch: textUpTo(LIMITS.searched).optional(),
});

export const plainVerbSchema = z.strictObject({ by: person, reason: reason.optional() }) satisfies z.ZodType<PlainVerb>;

/**
 * The start object, checked as far as that is possible without asking an instance.
 * @throws MigratorError `InvalidStart` with every problem and its path.
 */
export function parseStart(value: unknown): StartInput {
  const undecodable = undecodableText(value);
  if (undecodable !== undefined) {
    throw new MigratorError('InvalidStart', `it cannot be read as JSON (${undecodable}).`);
  }
  const problems = startProblems(value);
  if (problems.length === 0) return startSchema.parse(value);
  throw new MigratorError('InvalidStart', problemsText(problems));
}

/** All that is wrong with a start object, as far as that is known without asking an instance. */
export const startProblems = (value: unknown): Problem[] => {
  const problems = [...listProblems(startSchema, value), ...semanticProblems(value)];
  const size = problems.length === 0 ? tooMuchToStart(value) : undefined;
  return size === undefined ? problems : [{ path: [], what: size }];
};

/** What the payload converter puts in place of a message it cannot decode (`Undecodable`). */
export function undecodableText(value: unknown): string | undefined {
  const parsed = z.strictObject({ undecodable: z.string() }).safeParse(value);
  return parsed.success ? parsed.data.undecodable.slice(0, 200) : undefined;
}
