/** The start object from flags and files, and the same start as commands of others. */
import type { Command } from 'commander';
import { unknownInstances } from '../contract/batchSchema.ts';
import { MigratorError } from '../contract/errors.ts';
import { migrationsQueue, prefixOf, workflowIdFor } from '../contract/names.ts';
import { isObject, problemsText } from '../contract/problems.ts';
import { parseStart } from '../contract/schemas.ts';
import type { StartInput } from '../contract/start.ts';
import { usageError } from './errors.ts';
import { readAnswersFile, readDataFile } from './files.ts';
import { byOption, repeated, type ServiceOptions, type Whereabouts } from './service.ts';

export interface SharedOptions extends ServiceOptions {
  by?: string;
  reason?: string;
  mapping?: string;
  idMapping?: string[];
  taskQueue?: string;
}

export interface StartOptions extends SharedOptions {
  file?: string;
  original?: string;
  new?: string;
  project: string[];
  copyStarted?: string;
  copyFinished?: string;
  frozenSince?: string;
  order?: string;
  batch?: string;
  id?: string;
}

/** The options that describe a migration, for `plan` and `start`. */
export const withStartOptions = (command: Command): Command =>
  command
    .option('--file <file>', 'the start object as JSON or YAML; other options go before its members')
    .option('--original <instance/key>', 'the original, like jira-old/INT-16')
    .option('--new <instance>', 'where the new synchronization will be configured')
    .option('--project <from=to>', 'a project that moved, like jira-old/PA=jira-new/PA; may be repeated', repeated, [])
    .option('--copy-started <time>', 'when the copy of the project began, ISO 8601 with offset')
    .option('--copy-finished <time>', 'when it was finished')
    .option('--frozen-since <time>', 'since when nobody changes the project at its old home')
    .addOption(byOption('who asks for it'))
    .option('--reason <text>', 'why, for the ledger')
    .option('--order <order>', 'guide (the vendor’s) or prepareFirst')
    .option(
      '--mapping <file>',
      'decided answers: CSV of `migrator mapping export`, or JSON or YAML of question id → value',
    )
    .option(
      '--id-mapping <digest>',
      'an official id mapping that `migrator mapping store` has put into the store; may be repeated',
      repeated,
      [],
    )
    .option('--batch <name>', 'the batch it belongs to')
    .option('--id <workflow id>', 'workflow id, when it is not to be the usual one')
    .option('--task-queue <name>', 'task queue, when the service has a prefix that is not in its file');

/** @throws MigratorError `InvalidStart` with every problem at once. */
async function startObject(options: StartOptions, forced: { dryRun?: true }): Promise<StartInput> {
  const base = options.file ? await readDataFile(options.file) : {};
  // A file that is no object is told as such by the schema.
  if (typeof base !== 'object' || base === null || Array.isArray(base)) return parseStart(base);
  return parseStart({ ...base, ...(await fromFlags(options, base)), ...forced });
}

type Members = Record<string, unknown>;

async function fromFlags(options: StartOptions, base: object): Promise<Members> {
  const { original, order, batch } = options;
  return {
    ...(original ? { original: originalOf(original) } : {}),
    ...laidOver(base, 'new', {
      instance: options.new,
      ...(options.project.length > 0 || (options.new && !options.file)
        ? { projects: Object.fromEntries(options.project.map(projectOf)) }
        : {}),
    }),
    ...laidOver(base, 'move', {
      copyStarted: options.copyStarted,
      copyFinished: options.copyFinished,
      frozenSince: options.frozenSince,
    }),
    ...(await sharedFlags(options, base)),
    ...(order ? { order } : {}),
    ...(batch ? { batch } : {}),
  };
}

/** Said alike of one migration and of a batch. */
export async function sharedFlags(
  { by, reason, mapping, idMapping = [] }: SharedOptions,
  base: object,
): Promise<Members> {
  return {
    // A file says itself who asks; MIGRATOR_BY must not change that.
    ...(by && !Reflect.get(base, 'requestedBy') ? { requestedBy: by } : {}),
    ...(reason ? { reason } : {}),
    ...(mapping ? { mapping: await readAnswersFile(mapping) } : {}),
    ...(idMapping.length > 0 ? { idMappings: idMapping } : {}),
  };
}

/** The given members of an object, over those of the file. */
function laidOver(base: object, name: string, given: Members): Members {
  const members = Object.entries(given).filter(([, value]) => value !== undefined);
  if (members.length === 0) return {};
  const below: unknown = Reflect.get(base, name);
  return { [name]: { ...(typeof below === 'object' ? below : {}), ...Object.fromEntries(members) } };
}

/** `jira-old/INT-16` */
export function originalOf(text: string): Members {
  const at = text.lastIndexOf('/');
  if (at < 1) throw usageError(`--original "${text}" names no synchronization.`, 'Write it like jira-old/INT-16.');
  return { instance: text.slice(0, at), synchronization: text.slice(at + 1) };
}

/** `jira-old/PA=jira-new/PA` */
export function projectOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1)
    throw usageError(`--project "${text}" does not say where it moved.`, 'Write it like jira-old/PA=jira-new/PA.');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A start that can be sent. */
export interface Prepared {
  workflowId: string;
  /** Somebody gave it this very workflow id. */
  named: boolean;
  taskQueue: string;
  start: StartInput;
}

/** @throws MigratorError `InvalidStart` with every problem at once, unknown instances among them. */
export async function prepare(
  options: StartOptions,
  where: Whereabouts,
  forced: { dryRun?: true } = {},
): Promise<Prepared> {
  const start = await startObject(options, forced);
  await refuseUnknownInstances(start, where);
  const taskQueue = await queueOf(options, where);
  const workflowId = options.id ?? workflowIdFor(start, prefixOf(taskQueue));
  return { workflowId, named: options.id !== undefined, taskQueue, start };
}

/** The queue of the running service: its prefix stands in its configuration. */
export async function queueOf(options: { taskQueue?: string }, where: Whereabouts): Promise<string> {
  if (options.taskQueue) return options.taskQueue;
  const config = where.config && (await readDataFile(where.config).catch(() => undefined));
  const prefix: unknown = typeof config === 'object' && config !== null ? Reflect.get(config, 'taskQueuePrefix') : '';
  return migrationsQueue(typeof prefix === 'string' ? prefix : '');
}

/** Those it can work with; `undefined` when its file is not at hand: then the worker says it. */
export async function knownInstances({ config }: Whereabouts): Promise<string[] | undefined> {
  const file = config && (await readDataFile(config).catch(() => undefined));
  const instances = isObject(file) ? file.instances : undefined;
  if (!isObject(instances)) return undefined;
  return Object.entries(instances).flatMap(([name, entry]) =>
    isObject(entry) && entry.access !== 'none' ? [name] : [],
  );
}

/** @throws MigratorError `InvalidStart` with the names there are, before anything is started. */
export async function refuseUnknownInstances(start: StartInput, where: Whereabouts): Promise<void> {
  const known = await knownInstances(where);
  const problems = known ? unknownInstances(start, known) : [];
  if (problems.length > 0) throw new MigratorError('InvalidStart', problemsText(problems));
}
