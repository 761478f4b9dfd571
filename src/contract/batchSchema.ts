/** The schema of a batch. All problems of all its migrations are told at once, each with its path. */

import { z } from 'zod';
import { BATCH_LIMIT, type BatchStart, type BatchVerb, type DecideBatch, MAX_CONCURRENCY } from './batch.ts';
import { MigratorError } from './errors.ts';
import { append } from './lists.ts';
import { check, isObject, type Problem, problemsText, problemText } from './problems.ts';
import { plainVerbSchema, startProblems, startSchema, undecodableText } from './schemas.ts';
import type { StartInput } from './start.ts';
import { listed } from './text.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be the digest of an artifact');

const batchSchema = z.strictObject({
  // It becomes part of a workflow id and of a brake's scope.
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be a short name of letters, digits, ".", "_" or "-"'),
  migrations: z.union([z.array(z.unknown()), z.strictObject({ artifact: digest })], {
    error: 'must be a list of start objects, or the artifact that holds one',
  }),
  concurrency: z.int().min(1).max(MAX_CONCURRENCY).optional(),
  stopAfterFailures: z.int().min(1).optional(),
  mapping: startSchema.shape.mapping,
  idMappings: startSchema.shape.idMappings,
  requestedBy: startSchema.shape.requestedBy,
  reason: startSchema.shape.reason,
});

export interface CheckedBatch {
  batch: Omit<BatchStart, 'migrations'>;
  migrations: StartInput[];
}

/**
 * Every problem of a batch: its own, of each migration, and between them. `known`, where it is given, are the instances that can be
 * worked with. Values are never repeated, but names of instances and synchronizations are.
 */
export function checkBatch(
  value: unknown,
  list: unknown,
  known?: readonly string[],
): CheckedBatch | { problems: Problem[] } {
  const undecodable = undecodableText(value);
  if (undecodable !== undefined) return { problems: [{ path: [], what: `cannot be read as JSON (${undecodable})` }] };
  const checked = check(batchSchema, value);
  const problems = 'problems' in checked ? checked.problems : [];
  const members = Array.isArray(list) ? list : [];
  if (Array.isArray(list)) append(problems, sizeProblems(list.length));
  const completed = members.map((member) => completedBy(value, member));
  if (members.length <= BATCH_LIMIT) {
    append(
      problems,
      completed.flatMap((member, n) =>
        [...startProblems(member), ...instanceProblems(member, known)].map(({ path, what }) => ({
          path: ['migrations', n, ...path],
          what,
        })),
      ),
    );
    append(problems, batchNameProblems(value, members));
    append(problems, repeated(completed));
  }
  if (problems.length > 0 || 'problems' in checked) return { problems };
  const { migrations: _, ...batch } = checked.data;
  return { batch, migrations: completed as StartInput[] };
}

export const invalidBatch = (problems: readonly Problem[]): MigratorError =>
  new MigratorError('InvalidStart', `${listed(problems.map(problemText), SHOWN_PROBLEMS).join('; ')}.`);

/** A failure of Temporal has its limits; the command line shows all of them. */
const SHOWN_PROBLEMS = 500;

function sizeProblems(count: number): Problem[] {
  if (count === 0) return [{ path: ['migrations'], what: 'is empty: there is nothing to migrate' }];
  if (count <= BATCH_LIMIT) return [];
  return [{ path: ['migrations'], what: `has ${count} items; at most ${BATCH_LIMIT} go into one batch, so split it` }];
}

/** What a migration leaves out is the batch's. */
function completedBy(batch: unknown, member: unknown): unknown {
  if (!isObject(batch) || !isObject(member)) return member;
  const { requestedBy, reason, name, mapping, idMappings } = batch;
  return {
    requestedBy,
    reason,
    ...(idMappings === undefined ? {} : { idMappings }),
    ...member,
    // What is no object is told by the schema, of the batch or of the migration.
    ...(isObject(mapping) && (member.mapping === undefined || isObject(member.mapping))
      ? { mapping: { ...mapping, ...member.mapping } }
      : {}),
    batch: name,
  };
}

const named = z.looseObject({
  original: z.looseObject({ instance: z.string(), synchronization: z.string() }),
});
const placed = z.looseObject({
  original: z.looseObject({ instance: z.string() }),
  new: z.looseObject({ instance: z.string() }),
});

function instanceProblems(member: unknown, known: readonly string[] | undefined): Problem[] {
  const parsed = placed.safeParse(member);
  return known && parsed.success ? unknownInstances(parsed.data, known) : [];
}

/** A task queue of an instance nobody knows would be silence. `known`: those with access; `listed`: those that are told. */
export const unknownInstances = (
  { original, new: next }: { original: { instance: string }; new: { instance: string } },
  known: readonly string[],
  listed = known,
): Problem[] =>
  Object.entries({ original: original.instance, new: next.instance })
    .filter(([, name]) => !known.includes(name))
    .map(([member, name]) => {
      const near = nearest(name, known);
      const meant = near === undefined ? '' : `; did you mean ${near}?`;
      return {
        path: [member, 'instance'],
        what: `"${name}" is not an instance of the configuration with access (${listed.join(', ')})${meant}`,
      };
    });

function batchNameProblems(batch: unknown, members: readonly unknown[]): Problem[] {
  const name = isObject(batch) ? batch.name : undefined;
  return members.flatMap((member, n) =>
    isObject(member) && member.batch !== undefined && member.batch !== name
      ? [{ path: ['migrations', n, 'batch'], what: 'is not the name of this batch; leave it out' }]
      : [],
  );
}

function repeated(members: readonly unknown[]): Problem[] {
  const first = new Map<string, number>();
  return members.flatMap((member, n) => {
    const parsed = named.safeParse(member);
    if (!parsed.success) return [];
    const { instance, synchronization } = parsed.data.original;
    const original = `${instance}/${synchronization}`;
    const before = first.get(original);
    if (before === undefined) first.set(original, n);
    if (before === undefined) return [];
    return [{ path: ['migrations', n, 'original'], what: `${original} is that of migrations[${before}] already` }];
  });
}

const decideBatchSchema = z.strictObject({
  by: plainVerbSchema.shape.by,
  decisions: z
    .string()
    .regex(/^[0-9a-fA-F]{8,64}$/, 'must be the digest of the listed decisions, or its first eight or more characters'),
  reason: plainVerbSchema.shape.reason,
}) satisfies z.ZodType<DecideBatch>;

/** What is wrong with a message to a batch, or the message. */
export function checkBatchMessage(
  verb: BatchVerb,
  message: unknown,
): { problem: string } | { message: DecideBatch | { by: string; reason?: string } } {
  const checked =
    verb === 'approve' || verb === 'withdraw' ? check(decideBatchSchema, message) : check(plainVerbSchema, message);
  return 'problems' in checked ? { problem: problemsText(checked.problems) } : { message: checked.data };
}

/** The list, when it came along; else the artifact to read it from. */
export function listOf(start: unknown): { list: unknown } | { artifact: string } {
  const migrations = isObject(start) ? start.migrations : undefined;
  const artifact = isObject(migrations) ? migrations.artifact : undefined;
  return typeof artifact === 'string' ? { artifact } : { list: migrations };
}

export function nearest(typed: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((name) => ({ name, away: distance(typed.toLowerCase(), name.toLowerCase()) }))
    .toSorted((one, other) => one.away - other.away);
  return best && best.away <= Math.max(1, Math.floor(typed.length / 3)) ? best.name : undefined;
}

/** How many letters have to be changed, added or left out (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [above, letter] of [...one].entries()) {
    const next = [above + 1];
    for (const [at, against] of [...other].entries()) {
      const changed = (row[at] ?? 0) + (letter === against ? 0 : 1);
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
