/**
 * What a mapping command looks at: a migration, by its record; or a configuration file, translated now with what the instances
 * have, read live or from a file that an earlier look has saved.
 */
import type { Command } from 'commander';
import { countContested, type Home, readSide } from '../activities/catalogue.ts';
import type { Corrections } from '../activities/correct/correcting.ts';
import { synchronization } from '../backbone/shapes.ts';
import type { Synchronization } from '../backbone/types.ts';
import { loadConfig } from '../config/load.ts';
import type { Question } from '../contract/tasks.ts';
import type { SideCatalogues } from '../mapping/catalogue.ts';
import { isMappingQuestion } from '../mapping/decisions.ts';
import { NotJson, parseDocument } from '../mapping/document.ts';
import { needsOf } from '../mapping/needs.ts';
import { type MappingChange, type TranslationTask, translateText } from '../mapping/translate.ts';
import { textOfFile } from '../sheets/lines.ts';
import type { Store } from '../store/store.ts';
import { usageError } from './errors.ts';
import { readAnswersFile, readBytes, wrongFiles } from './files.ts';
import { migrationNamed, NAMED } from './find.ts';
import {
  type IdMappingFlags,
  readCatalogues,
  readIdMappings,
  saveCatalogues,
  withIdMappingFlags,
} from './mappingFiles.ts';
import { planOf } from './plan.ts';
import { repeated, type ServiceOptions, whereabouts, withServiceOptions, withStore } from './service.ts';

export interface MappingOptions extends ServiceOptions, IdMappingFlags {
  configuration?: string;
  first?: string;
  second?: string;
  swap?: boolean;
  config?: string;
  catalogues?: string;
  saveCatalogues?: string;
  decided: string[];
  idMapping: string[];
}

export const withMappingOptions = (command: Command): Command =>
  withIdMappingFlags(
    withServiceOptions(command.argument('[migration]', `${NAMED}; or give --configuration`))
      .option('--configuration <file>', 'a configuration that Backbone exported, instead of a migration')
      .option(
        '--first <home>',
        'where its first connector lives, like jira-old/PA, or jira-old/PA=jira-new/PA where it moved',
      )
      .option('--second <home>', 'the same of its second connector')
      .option('--swap', 'the second connector becomes the first')
      .option('--config <file>', 'the YAML file that names the instances (default: that of the running service)')
      .option('--catalogues <file>', 'look things up in this file instead of the instances')
      .option('--save-catalogues <file>', 'write what the instances were found to have, for --catalogues')
      .option('--decided <file>', 'decided answers: CSV, JSON or YAML; may be repeated', repeated, [])
      .option(
        '--id-mapping <file>',
        'an official id mapping of the instances that changed; may be repeated',
        repeated,
        [],
      ),
  );

/** What is known of one translation. */
export interface Explained {
  /** What it is about. */
  of: string;
  references: MappingChange[];
  questions: Question[];
  /** Places that cannot be looked up before a question is answered. */
  waiting: string[];
  /** Of a configuration file: the translated text, byte for byte the same but for what was translated. */
  text?: string;
  /** Answers that were given and that nothing asked for. */
  unused: string[];
  findings: string[];
}

export async function explained(name: string | undefined, options: MappingOptions): Promise<Explained> {
  if ((name === undefined) === (options.configuration === undefined))
    throw usageError('It is not said what to explain.', 'Name a migration, or give --configuration <file>; not both.');
  return name === undefined ? ofFile(options.configuration ?? '', options) : ofMigration(name, options);
}

function ofMigration(name: string, options: MappingOptions): Promise<Explained> {
  return withStore(options, async (store) => {
    const { migration, picture } = await migrationNamed(store, name);
    const plan = await planOf(store, migration);
    const questions = picture.tasks.flatMap((task) => task.questions).filter(({ id }) => isMappingQuestion(id));
    const findings = plan ? [] : ['There is no plan yet.'];
    const references = (await correctedReferences(store, migration)) ?? plan?.references ?? plan?.changes ?? [];
    return { of: picture.original, references, questions, waiting: [], unused: [], findings };
  });
}

/** As translated again after the import; `undefined` while the plan's hold. */
async function correctedReferences({ ledger, artifacts }: Store, migration: string) {
  const entry = (await ledger.read(migration)).findLast(({ digests }) => digests.corrections);
  const digest = entry?.digests.corrections;
  return digest && (await artifacts.has(digest))
    ? (await artifacts.getJson<Corrections>(digest)).references
    : undefined;
}

async function ofFile(file: string, options: MappingOptions): Promise<Explained> {
  const read = textOfFile({ name: file, bytes: await readBytes(file) });
  if ('problem' in read) throw wrongFiles([read.problem]);
  const { duplicates, configuration } = configurationIn(file, read.text);
  const decided: Record<string, string> = {};
  for (const each of options.decided) Object.assign(decided, await readAnswersFile(each));
  const task = await withOfficial(await translationTask(read.text, configuration, decided, options), options);
  const { text, references, questions, unresolved } = translateText(read.text, task);
  const asked = new Set([...references.map(({ question }) => question), ...questions.map(({ id }) => id)]);
  return {
    of: file,
    references,
    questions,
    waiting: unresolved.filter((line) => line.includes(' waits for ')),
    text,
    unused: Object.keys(decided).filter((id) => !asked.has(id)),
    findings: duplicates.map(({ line, name }) => `${file}:${line} "${name}" stands twice in one object; both are kept`),
  };
}

function configurationIn(file: string, text: string) {
  let duplicates: { line: number; name: string }[];
  try {
    duplicates = parseDocument(text).duplicates;
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    throw wrongFiles([{ file, line: error.line, what: `is not JSON: ${error.what} (column ${error.column})` }]);
  }
  const configuration: unknown = JSON.parse(text);
  const shape = synchronization.omit({ integrationKey: true }).safeParse(configuration);
  if (shape.success) return { duplicates, configuration: configuration as Synchronization };
  const problems = shape.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw usageError(`${file} is no configuration (${problems.join('; ')}).`, 'Give a file that Backbone exported.');
}

async function translationTask(
  text: string,
  configuration: Synchronization,
  decided: Record<string, string>,
  options: MappingOptions,
): Promise<TranslationTask> {
  const swapped = options.swap ?? false;
  if (options.catalogues !== undefined) {
    const sides = await readCatalogues(options.catalogues);
    const { firstConnector, secondConnector } = configuration;
    const [one, other] = swapped ? [secondConnector, firstConnector] : [firstConnector, secondConnector];
    const projectKeys = {
      first: sides.first.new.project?.key ?? one.projectKey,
      second: sides.second.new.project?.key ?? other.projectKey,
    };
    return { swapped, sides, projectKeys, decided };
  }
  return live(text, decided, swapped, options);
}

async function live(
  text: string,
  decided: Record<string, string>,
  swapped: boolean,
  options: MappingOptions,
): Promise<TranslationTask> {
  const file = options.config ?? (await whereabouts(options)).config;
  if (!file)
    throw usageError(
      'No configuration names the instances, and no service runs.',
      'Give --config or --catalogues <file>.',
    );
  const config = await loadConfig(file);
  const named = { first: homesOf('first', options.first), second: homesOf('second', options.second) };
  for (const { instance } of Object.values(named).flatMap(({ old, now }) => [old, now])) {
    if (!config.instances[instance])
      throw usageError(
        `"${instance}" is no instance of ${file} (${Object.keys(config.instances).join(', ')}).`,
        'Name one.',
      );
  }
  const sides = swapped ? { first: named.second, second: named.first } : named;
  const { openInstances } = await import('../jira/open.ts');
  const instances = openInstances(config);
  const unread = (home: Home): Home => ({ ...home, unread: config.instances[home.instance]?.access === 'none' });
  const open = (name: string) => instances.open(name);
  try {
    const needs = needsOf(text, swapped, decided);
    const read = (name: 'first' | 'second') =>
      readSide(open, name, { old: unread(sides[name].old), now: unread(sides[name].now) }, needs);
    const [first, second] = await Promise.all([read('first'), read('second')]);
    const projectKeys = { first: sides.first.now.project, second: sides.second.now.project };
    const homes = { first: sides.first.now, second: sides.second.now };
    const task = await countContested(open, text, homes, {
      swapped,
      sides: { first, second },
      projectKeys,
      decided,
    });
    if (options.saveCatalogues !== undefined) await saveCatalogues(options.saveCatalogues, task.sides);
    return task;
  } finally {
    await instances.close();
  }
}

/** `jira-old/PA=jira-new/PA`, or one home where it stayed. */
function homesOf(side: string, text: string | undefined): { old: Home; now: Home } {
  const [before = '', after = before] = (text ?? '').split('=');
  const [old, now] = [before, after].map((home) => /^(.+)\/([^/]+)$/.exec(home));
  if (!old || !now)
    throw usageError(
      text === undefined ? `--${side} is missing.` : `--${side} "${text}" names no project.`,
      'Write it like jira-old/PA, or jira-old/PA=jira-new/PA where it moved.',
    );
  return {
    old: { instance: old[1] ?? '', project: old[2] ?? '' },
    now: { instance: now[1] ?? '', project: now[2] ?? '' },
  };
}

/** An official mapping is of one pair of instances; which, follows from the sides where only one pair changed. */
async function withOfficial(task: TranslationTask, options: MappingOptions): Promise<TranslationTask> {
  if (options.idMapping.length === 0) return task;
  const { mapping } = await readIdMappings(options.idMapping, options);
  const { first, second } = task.sides;
  const moved = [first, second].filter(({ sameInstance }) => !sameInstance);
  const pairs = new Set(moved.map(({ oldInstance, newInstance }) => `${oldInstance} to ${newInstance}`));
  if (pairs.size !== 1)
    throw usageError(
      pairs.size === 0
        ? 'No side moved, so no id mapping holds.'
        : `An id mapping cannot hold for ${[...pairs].join(' and ')}.`,
      'Give --id-mapping where exactly one pair of instances changed.',
    );
  const add = (one: SideCatalogues): SideCatalogues => (one.sameInstance ? one : { ...one, official: mapping });
  return { ...task, sides: { first: add(first), second: add(second) } };
}
