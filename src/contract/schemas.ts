/**
 * The schemas of what people send: the start object and the verbs. Strict: a member nobody knows is refused, because a
 * misspelt `dryRun` would otherwise migrate. All problems are told at once, each with its path; values are never repeated.
 */
import { z } from 'zod';
import { MigratorError } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { Answer, Approve, PlainVerb, Reject } from './messages.ts';
import { listProblems, type Problem, problemsText } from './problems.ts';
import { semanticProblems } from './semantics.ts';
import type { StartInput } from './start.ts';
import { hasNul, NUL } from './text.ts';
import { tooMuchToStart } from './verbs.ts';

export { problemsOf } from './problems.ts';

const atMost = (longest: number) => `must have no more than ${longest} characters`;
/** What somebody wrote: not empty, and no longer than this. */
export const textUpTo = (longest: number) =>
  z
    .string()
    .regex(/\S/, 'must not be empty')
    .max(longest, atMost(longest))
    .refine((text) => !hasNul(text), NUL);
const person = textUpTo(LIMITS.name);
const reason = textUpTo(LIMITS.reason);
/** What others search by; with what is before it in that search. */
const searchedBy = ({ instance, synchronization }: StartInput['original']): boolean =>
  // Of a longer instance that is said already.
  instance.length > LIMITS.searched || instance.length + 1 + synchronization.length <= LIMITS.searched;
const moment = z.iso.datetime({
  offset: true,
  error: 'must be an ISO 8601 time with offset, like 2026-11-20T20:00:00Z',
});
const instanceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be the name of an instance in the configuration')
  .max(LIMITS.searched, atMost(LIMITS.searched));
const synchronizationKey = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'must be the key of a synchronization, like INT-16');
const flag = z.boolean();
const onlyFalse = z.literal(false, 'may only be false: a start object can tighten the policy, not loosen it');

export const startSchema = z.strictObject({
  original: z.strictObject({ instance: instanceName, synchronization: synchronizationKey }).refine(searchedBy, {
    path: ['synchronization'],
    error: `${atMost(LIMITS.searched)} together with its instance`,
  }),
  new: z.strictObject({ instance: instanceName, projects: z.record(z.string(), z.string()) }),
  move: z.strictObject({ copyStarted: moment, copyFinished: moment, frozenSince: moment }).optional(),
  requestedBy: person,
  reason,
  dryRun: flag.optional(),
  order: z.enum(['guide', 'prepareFirst']).optional(),
  mapping: z.record(z.string().max(LIMITS.name, atMost(LIMITS.name)), z.string()).optional(),
  idMappings: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256, as `migrator mapping store` shows it'))
    .optional(),
  policy: z
    .strictObject({
      required: z.int().min(1).optional(),
      selfApproval: onlyFalse.optional(),
      deleteOnAttested: onlyFalse.optional(),
    })
    .optional(),
  window: z
    .strictObject({
      notBefore: moment.optional(),
      stopBy: moment.optional(),
      startBy: moment.optional(),
    })
    .optional(),
  batch: textUpTo(LIMITS.searched).optional(),
}) satisfies z.ZodType<StartInput>;

export const approveSchema = z.strictObject({
  by: person,
  decision: z
    .string()
    .regex(/^[0-9a-fA-F]{8,64}$/, 'must be the decision digest, or its first eight or more characters'),
  reason: reason.optional(),
  signature: reason.optional(),
}) satisfies z.ZodType<Approve>;

export const rejectSchema = z.strictObject({
  by: person,
  reason,
  then: z.enum(['rollback', 'keepBoth']),
}) satisfies z.ZodType<Reject>;

export const answerSchema = z.strictObject({
  by: person,
  task: person,
  answers: z.record(z.string(), z.unknown()),
  about: z.record(z.string(), z.string()).optional(),
  reason: reason.optional(),
}) satisfies z.ZodType<Answer>;

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
