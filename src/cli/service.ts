/** Where the service is: the options all commands share, the store that is read, and the Temporal server that is sent to. */
import { existsSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { type Command, Option } from 'commander';
import { STORE_PLACE_VARIABLE, storePlaceAt } from '../config/storePlace.ts';
import { MigratorError } from '../contract/errors.ts';
import { DEFAULT_HOME, ownHome, readServiceFile } from '../service/home.ts';
import { openStore, type StorePlace } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { CommandError } from './errors.ts';

export interface ServiceOptions {
  home: string;
  address?: string;
  namespace?: string;
  store?: string;
  json?: boolean;
}

/** What is known about the service before anything is opened. */
export interface Whereabouts {
  directory: string;
  /** From the option or the running service; else the environment or the profile of the `temporal` command decides. */
  address?: string;
  namespace?: string;
  uiUrl?: string;
  /** A SQLite file, or `env:NAME` or `file:/path` with the connection string of PostgreSQL. */
  store: string;
  /** The configuration file of the running service. */
  config?: string;
  running: boolean;
}

/** A command with the options by which all commands find the service. */
export const withServiceOptions = (command: Command): Command =>
  command
    .option('--home <folder>', 'the folder of `migrator up`, where the running service is found', DEFAULT_HOME)
    .option('--address <host:port>', 'a Temporal server of your own')
    .option('--namespace <name>', 'Temporal namespace')
    .addOption(
      new Option(
        '--store <place>',
        'a SQLite file, or env:NAME or file:/path with the connection string of PostgreSQL',
      ).env(STORE_PLACE_VARIABLE),
    )
    .option('--json', 'one JSON value on stdout');

/** The same in one: a command of `parent` with what it does, and what its arguments mean. */
export function serviceCommand(
  parent: Command,
  name: string,
  description: string,
  ...takes: readonly (readonly [argument: string, means: string])[]
): Command {
  const command = parent.command(name).description(description);
  for (const [argument, means] of takes) command.argument(argument, means);
  return withServiceOptions(command);
}

/** Reads an option that may be repeated. */
export const repeated = (text: string, all: readonly string[] = []): string[] => [...all, text];

export const byOption = (means = 'who you are'): Option =>
  new Option('--by <who>', `${means} (or MIGRATOR_BY)`).env('MIGRATOR_BY');

export async function whereabouts(options: ServiceOptions): Promise<Whereabouts> {
  const home = await ownHome(options.home);
  const service = await readServiceFile(home);
  const address = options.address ?? service?.address;
  const namespace = options.namespace ?? service?.namespace;
  return {
    directory: home.directory,
    ...(address ? { address } : {}),
    ...(namespace ? { namespace } : {}),
    ...(service?.uiUrl && !options.address ? { uiUrl: service.uiUrl } : {}),
    // Of another server's service nothing is known here.
    ...(service && address === service.address ? { config: service.config } : {}),
    store: options.store ?? service?.store ?? home.store,
    running: service !== undefined,
  };
}

/** Opens the store for the time of `use`. A store that is not there is never made: reading it would show an empty service. */
export async function withStore<T>(options: ServiceOptions, use: (store: Store) => Promise<T>): Promise<T> {
  const { store: word, running } = await whereabouts(options);
  const place = await storePlaceAt(word);
  if (isMissing(place)) {
    throw new CommandError(
      'NoStore',
      `There is no store at ${word}${running ? '' : ', and no service runs from there'}.`,
      'Start the service with `migrator up --config <file>`, or name its folder with --home or its store with --store.',
    );
  }
  const store = await openStore(place);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** The store when there is one: for commands that only send, and look at the store for names. */
export async function withStoreIfAny<T>(
  options: ServiceOptions,
  use: (store: Store | undefined) => Promise<T>,
): Promise<T> {
  const { store } = await whereabouts(options);
  return isMissing(await storePlaceAt(store)) ? use(undefined) : withStore(options, use);
}

const isMissing = (place: StorePlace): boolean => 'file' in place && !existsSync(place.file);

/** Connects to Temporal for the time of `use`. `withinMs`: how long a server may take to answer, where ten seconds are too long. */
export async function withClient<T>(
  options: ServiceOptions,
  use: (client: Client, where: Whereabouts) => Promise<T>,
  withinMs?: number,
): Promise<T> {
  const where = await whereabouts(options);
  const client = await connect(where, withinMs);
  try {
    return await use(client, where);
  } finally {
    await client.connection.close();
  }
}

async function connect(where: Whereabouts, withinMs?: number): Promise<Client> {
  // Loaded only now: it is half of what a command takes to begin, and most only read the store.
  const { connectClient } = await import('../service/connection.ts');
  try {
    return await connectClient({ address: where.address, namespace: where.namespace }, withinMs);
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
    const service = where.running
      ? `The service of ${where.directory} does not answer`
      : `No service runs from ${where.directory}`;
    throw new CommandError('NoService', `${service}: ${sentence(error)}`, error.remedy);
  }
}

/** What happened, without the error's own opening and remedy. */
const sentence = (error: MigratorError): string =>
  error.message.slice(error.message.indexOf(': ') + 2, -error.remedy.length - 1);
