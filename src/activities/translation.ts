/** Translating a configuration with what both homes of each side have; the rules are in src/mapping. */
import type { Synchronization } from '../backbone/types.ts';
import { MigratorError } from '../contract/errors.ts';
import type { Plan } from '../contract/steps.ts';
import type { SideCatalogues } from '../mapping/catalogue.ts';
import { isStoredMapping, mappingBetween, type StoredMapping } from '../mapping/idMapping.ts';
import { needsOf } from '../mapping/needs.ts';
import {
  type Translation,
  type TranslationResult,
  type TranslationTask,
  translateConfiguration,
  translateText,
} from '../mapping/translate.ts';
import { countContested, readSide } from './catalogue.ts';
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

/** What the rules look at: both homes of each side as they are now, official mappings, and the answers of people. */
export async function translationTask(
  context: StepContext,
  configuration: Synchronization,
  homes: Homes,
): Promise<TranslationTask> {
  const needs = needsOf(configuration, homes.swapped);
  const [first, second] = await Promise.all([
    readSide(context.open, 'first', { old: homes.oldA, now: homes.a }, needs),
    readSide(context.open, 'second', { old: homes.oldB, now: homes.b }, needs),
  ]);
  const decided: Record<string, string> = { ...context.start.mapping };
  for (const [id, answer] of Object.entries(context.answers)) if (typeof answer === 'string') decided[id] = answer;
  const official = await idMappings(context);
  const task: TranslationTask = {
    swapped: homes.swapped,
    sides: { first: withOfficial(first, official), second: withOfficial(second, official) },
    projectKeys: { first: homes.a.project, second: homes.b.project },
    decided,
  };
  return countContested(context.open, configuration, { first: homes.a, second: homes.b }, task);
}

/** What the start object names, read from the store. */
export async function idMappings({ start, store }: StepContext): Promise<StoredMapping[]> {
  const stored: StoredMapping[] = [];
  for (const [n, digest] of (start.idMappings ?? []).entries()) {
    const value = (await store.artifacts.has(digest)) ? await store.artifacts.getJson<unknown>(digest) : undefined;
    if (!isStoredMapping(value))
      throw new MigratorError('InvalidStart', `idMappings[${n}]: the store has no id mapping ${digest}.`);
    stored.push(value);
  }
  return stored;
}

function withOfficial(side: SideCatalogues, stored: readonly StoredMapping[]): SideCatalogues {
  const official = mappingBetween(stored, side.oldInstance, side.newInstance);
  return official ? { ...side, official } : side;
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
