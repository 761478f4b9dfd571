/** Translating a configuration with what both homes of each side have; the rules are in src/mapping. */
import type { Synchronization } from '../backbone/types.ts';
import { MigratorError } from '../contract/errors.ts';
import type { Plan } from '../contract/steps.ts';
import type { SideCatalogues } from '../mapping/catalogue.ts';
import { isStoredMapping, mappingBetween, type StoredMapping } from '../mapping/idMapping.ts';
import { parsedExactly } from '../mapping/json.ts';
import { needsOf } from '../mapping/needs.ts';
import { type Translation, type TranslationTask, translateText } from '../mapping/translate.ts';
import { countContested, readSide } from './catalogue.ts';
import type { StepContext } from './context.ts';
import { readPresentCreated } from './presence.ts';

type Homes = Pick<Plan, 'a' | 'b' | 'oldA' | 'oldB' | 'swapped'>;

/** A configuration that was read, and its bytes. */
export interface Exported {
  bytes: Uint8Array;
}

export interface ExportTranslated extends Translation {
  text: string;
  /** The same, parsed. Not to be used while there are questions. */
  configuration: Synchronization;
}

/**
 * Translates an exported configuration for the new homes of both sides, with the answers that people have given. It is read from its
 * bytes, by preflight as by the export: members that stand twice and numbers beyond 2^53 must say the same to both.
 */
export async function translateExport(
  context: StepContext,
  { bytes }: Exported,
  homes: Homes,
): Promise<ExportTranslated> {
  const source = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const translated = translateText(source, await translationTask(context, source, homes));
  return { ...translated, configuration: JSON.parse(translated.text) };
}

/** What the rules look at: both homes of each side as they are now, official mappings, and the answers of people. */
export async function translationTask(
  context: StepContext,
  configuration: string,
  homes: Homes,
): Promise<TranslationTask> {
  const { decided, contested } = answersOf(context);
  const needs = needsOf(configuration, homes.swapped, decided);
  const [first, second] = await Promise.all([
    readSide(context.open, 'first', { old: homes.oldA, now: homes.a }, needs),
    readSide(context.open, 'second', { old: homes.oldB, now: homes.b }, needs),
  ]);
  const official = await idMappings(context);
  const task: TranslationTask = {
    swapped: homes.swapped,
    sides: { first: withOfficial(first, official), second: withOfficial(second, official) },
    projectKeys: { first: homes.a.project, second: homes.b.project },
    decided,
    contested,
  };
  return countContested(context.open, configuration, { first: homes.a, second: homes.b }, task);
}

/** Those that are no text, and no number that is written out, are refused where they are asked for. */
function answersOf({ start, answers }: StepContext): Required<Pick<TranslationTask, 'decided' | 'contested'>> {
  const decided: Record<string, string> = { ...start.mapping };
  const contested = new Map<string, string>();
  for (const [id, { value: answer }] of Object.entries(answers)) {
    if (typeof answer === 'string') decided[id] = answer;
    else if (Number.isSafeInteger(answer)) decided[id] = String(answer);
    else contested.set(id, `the answer ${JSON.stringify(answer)} is no text; send it again in double quotes`);
  }
  return { decided, contested };
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

/** One that is an artifact. For comparing, like the others here: none of its numbers is rounded. */
export const storedConfiguration = async ({ store }: StepContext, digest: string): Promise<Synchronization> =>
  parsedConfiguration(await store.artifacts.getBytes(digest));

export const parsedConfiguration = (bytes: Uint8Array): Synchronization =>
  parsedExactly(Buffer.from(bytes).toString('utf8')) as Synchronization;

/** The new synchronization's configuration as it stands. */
export async function liveConfiguration(context: StepContext): Promise<Synchronization> {
  return parsedConfiguration((await readPresentCreated(context)).bytes);
}
