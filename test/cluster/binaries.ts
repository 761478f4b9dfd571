/** The full Temporal server and its schema tool, built once with Go into the cache where the other server is too. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory, findOnPath, isExecutable } from '../../src/server/cache.ts';
import { withLock } from '../../src/server/lock.ts';
import { reporting } from '../../src/server/progress.ts';

const run = promisify(execFile);
/** Three minutes on two cores with nothing cached. */
const LIMIT_MS = 20 * 60_000;
const MODULE = 'go.temporal.io/server';
const COMPOSE_MODULE = 'github.com/compose-spec/compose-go/v2@v2.16.2';

export interface Binaries {
  /** Holds `temporal-server` and `temporal-sql-tool`, named as in the images. */
  directory: string;
  /** The image's own entrypoint. */
  entrypoint: string;
  /** The configuration that the server makes of its environment. */
  template: string;
}

/** `version` is the images' tag. Throws with what is missing: this test cannot do without. */
export async function obtainBinaries(version: string): Promise<Binaries> {
  const cache = cacheDirectory(process.env);
  const directory = join(cache, `temporal-server-${version}`);
  await mkdir(cache, { recursive: true });
  const onWaiting = (holder: string, waitedMs: number) =>
    console.log(`waiting for ${holder}, which is building the Temporal server, ${Math.round(waitedMs / 1000)} s`);
  await withLock(`${directory}.lock`, { onWaiting }, async () => {
    if (!(await isExecutable(join(directory, 'temporal-server')))) await build(version, cache, directory);
  });
  const file = (name: string) => join(directory, name);
  return { directory, entrypoint: file('entrypoint.sh'), template: file('config_template_embedded.yaml') };
}

/** Renamed into place when all of it is there: nobody ever sees half of it. */
async function build(version: string, cache: string, target: string): Promise<void> {
  const partial = await mkdtemp(join(cache, `temporal-server-${version}.partial-`));
  try {
    const packages = ['cmd/server', 'cmd/tools/sql'].map((path) => `${MODULE}/${path}@v${version}`);
    await reporting(
      (line) => console.log(line),
      (seconds) => `building the Temporal server ${version} with Go, which takes minutes the first time: ${seconds} s`,
      () => goAt(partial, ['install', '-ldflags', '-s -w', ...packages], { GOBIN: partial }),
    );
    await rename(join(partial, 'server'), join(partial, 'temporal-server'));
    await rename(join(partial, 'sql'), join(partial, 'temporal-sql-tool'));
    const source = await moduleFolder(`${MODULE}@v${version}`);
    await copyFile(join(source, 'docker/scripts/sh/entrypoint.sh'), join(partial, 'entrypoint.sh'));
    const template = 'config_template_embedded.yaml';
    await copyFile(join(source, 'common/config', template), join(partial, template));
    await run(join(partial, 'temporal-server'), ['--version']);
    await rm(target, { recursive: true, force: true });
    await rename(partial, target);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** The JSON schema of the Compose specification, from the library that `docker compose` itself reads files with. */
export async function composeSchema(): Promise<object> {
  const folder = await moduleFolder(COMPOSE_MODULE);
  return JSON.parse(await readFile(join(folder, 'schema/compose-spec.json'), 'utf8'));
}

async function moduleFolder(module: string): Promise<string> {
  // Outside of any module, where nothing can take part that is not meant to.
  const { stdout } = await goAt(cacheDirectory(process.env), ['mod', 'download', '-json', module]);
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

async function goAt(cwd: string, args: string[], env: Record<string, string> = {}) {
  const go = await findOnPath('go', process.env);
  if (!go)
    throw new Error(
      'Go 1.25 or later has to be on the PATH: the Temporal server of docker-compose.yml is built with it.',
    );
  return run(go, args, { cwd, env: { ...process.env, ...env }, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 });
}
