/** The folder that survives restarts: the embedded server's state, the store, logs, and where a running service is to be found. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export const DEFAULT_HOME = '.backbone-migrator';

export interface Home {
  directory: string;
  /** SQLite file of ledger, artifacts and projections. */
  store: string;
  /** The embedded Temporal server's own state. */
  temporal: string;
  temporalLog: string;
  workerLog: string;
  /** Signs seals, unless another file is named. Only `migrator audit keys` makes it; the public one is beside it, `.pub`. */
  sealKey: string;
  /** Written while `migrator up` runs. */
  service: string;
}

/** What other commands need to find a running service. */
export interface ServiceFile {
  pid: number;
  /** `host:port` of the Temporal server. */
  address: string;
  namespace: string;
  /** Of the Temporal UI, for addresses of its pages. */
  uiUrl?: string;
  /** Opens it: with the token of this start. */
  uiLink?: string;
  /** A SQLite file, or `env:NAME` or `file:/path` with the connection string of PostgreSQL. */
  store: string;
  config: string;
}

/** The folder's files by name; makes nothing. */
export function homeAt(directory: string = DEFAULT_HOME): Home {
  const root = resolve(directory);
  return {
    directory: root,
    store: join(root, 'store.db'),
    temporal: join(root, 'temporal.db'),
    temporalLog: join(root, 'logs', 'temporal.log'),
    workerLog: join(root, 'logs', 'worker.log'),
    sealKey: join(root, 'seal.key'),
    service: join(root, 'service.json'),
  };
}

export async function openHome(directory: string = DEFAULT_HOME): Promise<Home> {
  const home = homeAt(directory);
  await mkdir(join(home.directory, 'logs'), { recursive: true });
  return home;
}

export async function writeServiceFile(home: Home, service: ServiceFile): Promise<void> {
  await writeFile(`${home.service}.new`, `${JSON.stringify(service, null, 2)}\n`);
  await rename(`${home.service}.new`, home.service);
}

export const removeServiceFile = (home: Home): Promise<void> => rm(home.service, { force: true });

/** `undefined` when no service runs from this home. */
export async function readServiceFile(home: Home): Promise<ServiceFile | undefined> {
  try {
    return JSON.parse(await readFile(home.service, 'utf8')) as ServiceFile;
  } catch {
    return undefined;
  }
}
