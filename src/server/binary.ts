import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cacheDirectory,
  cachedBinary,
  type Environment,
  findOnPath,
  inPartialDirectory,
  isExecutable,
  moveIntoCache,
  mustBeAsPut,
  type Produced,
  removePartialDirectories,
  TEMPORAL_FILE_NAME,
} from './cache.ts';
import { downloadRelease, releaseAddresses, releaseSha256 } from './download.ts';
import { TemporalServerError } from './errors.ts';
import { buildWithGo } from './goBuild.ts';
import { withLock } from './lock.ts';
import type { OnProgress } from './progress.ts';
import { isRecentEnough, OLDEST_SERVER, readTemporalVersion, TEMPORAL_CLI_VERSION } from './version.ts';

export interface ObtainOptions {
  /** Default: `BACKBONE_MIGRATOR_CACHE`, else `backbone-migrator` in the user's cache directory. */
  cacheDir?: string;
  /** Gets a line at least every two seconds while something is downloaded or built. */
  onProgress: OnProgress;
  env: Environment;
  /** Addresses of the release archive, tried in order. Default: the official ones for this machine. */
  downloadAddresses?: readonly string[];
  /** What the archive must hash to. Default: the release's for this machine. */
  downloadSha256?: string;
}

export interface ObtainedServer {
  path: string;
  /** Where it was found: named by TEMPORAL_CLI_PATH, on the PATH, in our cache, or fetched just now. */
  source: 'environment' | 'path' | 'cache' | 'download' | 'go';
  /** The version of the server in it, such as `1.31.2`; the command around it has numbers of its own. */
  version: string;
}

/**
 * Finds the `temporal` command, which contains the dev server, or fetches it. In this order: `TEMPORAL_CLI_PATH`, the
 * PATH, our cache, the official download, a build with Go. Safe to call from several processes at once.
 * @throws TemporalServerError TemporalCliPathInvalid, TemporalServerUnobtainable
 */
export async function obtainTemporalServer(options: ObtainOptions): Promise<ObtainedServer> {
  const { env, onProgress } = options;
  const cacheDir = options.cacheDir ?? cacheDirectory(env);
  return (
    (await namedByEnvironment(env, onProgress)) ??
    (await foundOnPath(env, onProgress)) ??
    (await foundInCache(cacheDir, onProgress)) ??
    (await fetchIntoCache(cacheDir, options))
  );
}

async function namedByEnvironment(env: Environment, onProgress: OnProgress): Promise<ObtainedServer | undefined> {
  const path = env.TEMPORAL_CLI_PATH;
  if (!path) return undefined;
  const invalid = (why: string, cause?: unknown) =>
    new TemporalServerError(
      'TemporalCliPathInvalid',
      `TEMPORAL_CLI_PATH is ${path}, ${why}.`,
      'Point it at a working `temporal` command, or unset it to let the migrator find or fetch one.',
      { cause },
    );
  if (!(await isExecutable(path))) throw invalid('which does not exist or is not executable');
  const { server } = await readTemporalVersion(path).catch((error: unknown) => {
    throw invalid(`which does not run: ${reasonOf(error)}`, error);
  });
  // Somebody chose this one on purpose: say so, and let them.
  if (!isRecentEnough(server))
    onProgress(`${path} has server ${server}; the migrator is tried with ${OLDEST_SERVER} and later`);
  return { path, source: 'environment', version: server };
}

async function foundOnPath(env: Environment, onProgress: OnProgress): Promise<ObtainedServer | undefined> {
  const path = await findOnPath(TEMPORAL_FILE_NAME, env);
  if (path === undefined) return undefined;
  try {
    const { server } = await readTemporalVersion(path);
    if (isRecentEnough(server)) return { path, source: 'path', version: server };
    onProgress(`not using ${path}: its server is ${server}, the migrator needs ${OLDEST_SERVER} or later`);
  } catch (error) {
    onProgress(`not using ${path}: ${reasonOf(error)}`);
  }
  return undefined;
}

async function foundInCache(cacheDir: string, onProgress: OnProgress): Promise<ObtainedServer | undefined> {
  const path = cachedBinary(cacheDir);
  if (!(await isExecutable(path))) return undefined;
  try {
    await mustBeAsPut(path);
    return { path, source: 'cache', version: (await readTemporalVersion(path)).server };
  } catch (error) {
    // For example a home directory shared between machines of different kinds.
    onProgress(`not using ${path}: ${reasonOf(error)}`);
    return undefined;
  }
}

async function fetchIntoCache(cacheDir: string, options: ObtainOptions): Promise<ObtainedServer> {
  const { onProgress } = options;
  await mkdir(cacheDir, { recursive: true });
  const lock = join(cacheDir, `temporal-cli-${TEMPORAL_CLI_VERSION}.lock`);
  const onWaiting = (holder: string, waitedMs: number) =>
    onProgress(`waiting for ${holder}, which is fetching the Temporal server, ${Math.round(waitedMs / 1000)} s`);
  return withLock(lock, { onWaiting }, async () => {
    // While we waited for the lock its holder may have done the work.
    const found = await foundInCache(cacheDir, onProgress);
    if (found !== undefined) return found;
    await removePartialDirectories(cacheDir);
    return fetchByAnyMeans(cacheDir, options);
  });
}

async function fetchByAnyMeans(cacheDir: string, options: ObtainOptions): Promise<ObtainedServer> {
  const { env, onProgress } = options;
  const failures: string[] = [];
  const attempt = async (
    source: 'download' | 'go',
    what: string,
    produce: (directory: string) => Promise<Produced>,
  ): Promise<ObtainedServer | undefined> => {
    try {
      return await inPartialDirectory(cacheDir, async (directory) => {
        const { binary, sha256 } = await produce(directory);
        const { server } = await readTemporalVersion(binary);
        await moveIntoCache(binary, cacheDir, sha256);
        return { path: cachedBinary(cacheDir), source, version: server };
      });
    } catch (error) {
      failures.push(`${what}: ${reasonOf(error)}`);
      onProgress(`${what} did not work: ${reasonOf(error)}`);
      return undefined;
    }
  };

  const sha256 = options.downloadSha256 ?? releaseSha256();
  for (const address of options.downloadAddresses ?? releaseAddresses()) {
    const produce = (directory: string) => downloadRelease(address, directory, env, onProgress, sha256);
    const obtained = await attempt('download', `downloading ${address}`, produce);
    if (obtained !== undefined) return obtained;
  }
  const built = await attempt('go', 'building with Go', (directory) => buildWithGo(directory, env, onProgress));
  if (built !== undefined) return built;
  throw new TemporalServerError(
    'TemporalServerUnobtainable',
    'No Temporal server: TEMPORAL_CLI_PATH is not set, no usable `temporal` on the PATH, ' +
      `none in ${cacheDir}; ${failures.join('; ')}.`,
    'Install the Temporal CLI (https://docs.temporal.io/cli) and set TEMPORAL_CLI_PATH to it, ' +
      'or install Go 1.25 or later, or allow this machine to reach temporal.download.',
  );
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().replaceAll(/\s*\n\s*/g, ' | ');
}
