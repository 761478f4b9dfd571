/** The folder that survives restarts: the embedded server's state, the store, logs, and where a running service is to be found. */
import type { Stats } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { MigratorError } from '../contract/errors.ts';

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

/**
 * Files that we make from now on are for this user alone: what is in them decides what is deleted, and by whose name. First of all in
 * each program; the programs that it starts have it too.
 */
export function keepFilesPrivate(): void {
  process.umask(0o077);
}

/**
 * Makes the folder, for this user alone. One that others can enter is closed where it is known to be ours: ledger, evidence and logs
 * of instances are in it. `tell` gets a sentence then.
 * @throws MigratorError `InvalidConfiguration` for one that others can enter and that is not ours to close, or that is another user's.
 */
export async function openHome(
  directory: string = DEFAULT_HOME,
  tell: (line: string) => void = () => {},
): Promise<Home> {
  const home = homeAt(directory);
  await mkdir(home.directory, { recursive: true, mode: 0o700 });
  await closeToOthers(home, tell);
  await mkdir(join(home.directory, 'logs'), { recursive: true, mode: 0o700 });
  return home;
}

async function closeToOthers(home: Home, tell: (line: string) => void): Promise<void> {
  // Windows has no such bits, and keeps others out of a user's folder by itself.
  if (process.getuid === undefined) return;
  const { mode = 0 } = (await refuseOthers(home.directory)) ?? {};
  if ((mode & 0o077) === 0) return;
  const inside = await readdir(home.directory);
  const ours = [home.store, home.temporal, home.sealKey].some((file) => inside.includes(basename(file)));
  // A folder of other things, such as that of a project, may be meant to be shared.
  if (!ours && inside.length > 0)
    throw notOurs(
      `other users of this machine can enter ${home.directory}.`,
      `Use a --home of its own, or close it: chmod 700 ${home.directory}`,
    );
  await chmod(home.directory, 0o700);
  tell(`Other users of this machine could enter ${home.directory}. It is closed to them now (mode 700).`);
}

/**
 * The folder to read from. What another user can write there would say whom an approval is sent to, and what was done: not read.
 * Others may be able to enter it, and it need not be there.
 * @throws MigratorError `InvalidConfiguration` where it, or what a command reads in it, is another user's or for others to write.
 */
export async function ownHome(directory?: string): Promise<Home> {
  const home = homeAt(directory);
  for (const place of [home.directory, home.service, home.store, home.sealKey, `${home.sealKey}.pub`]) {
    const found = await refuseOthers(place);
    if (found && process.getuid !== undefined && (found.mode & 0o022) !== 0)
      throw notOurs(
        `other users of this machine can write ${place}, so it is not read.`,
        `Use a --home of your own; or, if you trust what is in it, close it: chmod go-w ${place}`,
      );
  }
  return home;
}

/** What is there; it is another user's on no account. Windows does not say whose it is. */
async function refuseOthers(place: string): Promise<Stats | undefined> {
  const found = await stat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (found && process.getuid !== undefined && found.uid !== process.getuid())
    throw notOurs(`${place} belongs to another user of this machine.`, 'Use a --home of your own.');
  return found;
}

const notOurs = (what: string, remedy: string): MigratorError =>
  new MigratorError('InvalidConfiguration', what, { remedy });

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
