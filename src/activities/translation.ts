/** Translating a configuration with what both homes of each side have; the rules are in src/mapping. */
import type { Synchronization } from '../backbone/types.ts';
import { MigratorError } from '../contract/errors.ts';
import type { Plan } from '../contract/steps.ts';
import { contestedFields } from '../mapping/contested.ts';
import { needsOf } from '../mapping/needs.ts';
import {
  type Translation,
  type TranslationResult,
  type TranslationTask,
  translateConfiguration,
  translateText,
} from '../mapping/translate.ts';
import { readFilled, readSide } from './catalogue.ts';
import { factOf, planOf, type StepContext } from './context.ts';

type Homes = Pick<Plan, 'a' | 'b' | 'oldA' | 'oldB' | 'swapped'>;

/** Translates an exported configuration for the new homes of both sides, with the answers that people have given. */
export async function translateFor(
  context: StepContext,
  configuration: Synchronization,
  homes: Homes,
): Promise<TranslationResult> {
  const task = await translationTask(context, configuration, homes);
  return translateConfiguration({ ...task, configuration });
}

/** The same on the exported bytes, so that what is not translated stays as it was written. */
export async function translateExport(
  context: StepContext,
  { value, bytes }: { value: Synchronization; bytes: Uint8Array },
  homes: Homes,
): Promise<Translation & { text: string }> {
  const task = await translationTask(context, value, homes);
  return translateText(new TextDecoder('utf-8', { fatal: true }).decode(bytes), task);
}

async function translationTask(
  context: StepContext,
  configuration: Synchronization,
  homes: Homes,
): Promise<TranslationTask> {
  const needs = needsOf(configuration);
  const [first, second] = await Promise.all([
    readSide(context.open, homes.oldA, homes.a, needs),
    readSide(context.open, homes.oldB, homes.b, needs),
  ]);
  const decided: Record<string, string> = { ...context.start.mapping };
  for (const [id, answer] of Object.entries(context.answers)) if (typeof answer === 'string') decided[id] = answer;
  const task: TranslationTask = {
    swapped: homes.swapped,
    sides: { first, second },
    projectKeys: { first: homes.a.project, second: homes.b.project },
    decided,
  };
  return withFilled(context, configuration, homes, task);
}

/** Where a field has several candidates of one name, how many issues use each is counted. */
async function withFilled(
  context: StepContext,
  configuration: Synchronization,
  { a, b }: Homes,
  task: TranslationTask,
): Promise<TranslationTask> {
  const { questions } = translateConfiguration({ ...task, configuration });
  const sides = { ...task.sides };
  for (const [name, home] of [
    ['first', a],
    ['second', b],
  ] as const) {
    const fields = contestedFields(questions, sides[name]);
    if (fields.length === 0) continue;
    const filled = await readFilled(context.open(home.instance), home.project, fields);
    sides[name] = { ...sides[name], new: { ...sides[name].new, filled } };
  }
  return { ...task, sides };
}

/** The new synchronization's configuration as it stands. */
export async function liveConfiguration(context: StepContext): Promise<Synchronization> {
  const { key } = factOf(context, 'created');
  const { a } = planOf(context);
  const found = await context.open(a.instance).backbone.synchronization(key);
  if (!found)
    throw new MigratorError('IdentityChanged', `${a.instance}/${key}, which this migration created, is gone.`);
  return found.value;
}
