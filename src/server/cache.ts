import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { TEMPORAL_CLI_VERSION } from './version.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const PARTIAL = `temporal-cli-${TEMPORAL_CLI_VERSION}.partial-`;

export const TEMPORAL_FILE_NAME = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/** Where the migrator keeps what it can fetch again: outside node_modules, so that `npm ci` does not cost a rebuild. */
export function cacheDirectory(env: Environment): string {
  if (env.BACKBONE_MIGRATOR_CACHE) return env.BACKBONE_MIGRATOR_CACHE;
  const xdg = env.XDG_CACHE_HOME;
  // The XDG specification says that a relative path is invalid and to be ignored.
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'backbone-migrator');
}

/** The path of the server binary inside a cache directory, whether it is there or not. */
export function cachedBinary(cacheDir: string): string {
  return join(cacheDir, `temporal-cli-${TEMPORAL_CLI_VERSION}`, TEMPORAL_FILE_NAME);
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The first executable of this name on the PATH of `env`. */
export async function findOnPath(name: string, env: Environment): Promise<string | undefined> {
  for (const directory of (env.PATH ?? '').split(delimiter)) {
    if (directory !== '' && (await isExecutable(join(directory, name)))) return join(directory, name);
  }
  return undefined;
}

/**
 * Runs `produce` in an empty directory on the cache's own file system, so that moving its result into place is one
 * atomic rename: nobody ever sees half a binary.
 */
export async function inPartialDirectory<T>(cacheDir: string, produce: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(cacheDir, PARTIAL));
  try {
    return await produce(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** SHA-256 of a file, in hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}

/** A binary that was fetched or built, and what it is: taken before it is run for the first time. */
export interface Produced {
  binary: string;
  sha256: string;
}

const recordOf = (binary: string): string => `${binary}.sha256`;

/**
 * Whether the binary in the cache is what was put there. Whoever may write to the cache may write the record too: this finds damage
 * and what was put in its place by mistake.
 * @throws Error when it is another, or nothing says what was put there
 */
export async function mustBeAsPut(binary: string): Promise<void> {
  const recorded = await readFile(recordOf(binary), 'utf8').catch(() => undefined);
  if (recorded === undefined) throw new Error('there is no record of what was put there');
  const found = await sha256Of(binary);
  if (recorded.trim() !== found)
    throw new Error(`it has the SHA-256 ${found}, and was put there with ${recorded.trim()}`);
}

/** Puts a verified binary in its place in the cache. `sha256`: of what was verified; another one is not kept. */
export async function moveIntoCache(binary: string, cacheDir: string, sha256: string): Promise<void> {
  const target = cachedBinary(cacheDir);
  await mkdir(dirname(target), { recursive: true });
  await chmod(binary, 0o755);
  await writeFile(recordOf(target), sha256);
  await rename(binary, target);
  // In its place, so that nothing happens to it between this look and the next one.
  try {
    await mustBeAsPut(target);
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
}

/** Removes what a killed download or build left behind (up to 250 MB each). Only for the holder of the lock. */
export async function removePartialDirectories(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if (name.startsWith(PARTIAL)) await rm(join(cacheDir, name), { recursive: true, force: true });
  }
}
