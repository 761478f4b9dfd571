/** `tctl`, built once with Go from tools/tctl into the cache where the Temporal server is too. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheDirectory, findOnPath, isExecutable } from '../../src/server/cache.ts';
import { withLock } from '../../src/server/lock.ts';

const VERSION = '1.18.0';
export const TCTL_COMMAND = 'github.com/temporalio/tctl/cmd/tctl';
const MODULE = fileURLToPath(new URL('../../tools/tctl', import.meta.url));
/** Two to four minutes on two cores with nothing cached, most of them downloads. */
export const TCTL_LIMIT_MS = 10 * 60_000;

/** The path of `tctl`, or why there is none on this machine. */
export async function obtainTctl(): Promise<{ path: string } | { missing: string }> {
  const cache = cacheDirectory(process.env);
  const path = join(cache, `tctl-${VERSION}`, 'tctl');
  if (await isExecutable(path)) return { path };
  const go = await findOnPath('go', process.env);
  if (!go) return { missing: `there is no tctl at ${path}, and no Go on the PATH to build it with` };
  await mkdir(cache, { recursive: true });
  const onWaiting = (holder: string, waitedMs: number) =>
    console.log(`waiting for ${holder}, which is building tctl, ${Math.round(waitedMs / 1000)} s`);
  return withLock(join(cache, `tctl-${VERSION}.lock`), { onWaiting }, async () => {
    // While we waited for the lock its holder may have done the work.
    if (!(await isExecutable(path))) await build(go, cache, join(path, '..'));
    return { path };
  });
}

/** Renamed into place when it runs: nobody ever sees half a binary. */
async function build(go: string, cache: string, target: string): Promise<void> {
  console.log('building tctl with Go, which takes minutes the first time');
  const directory = await mkdtemp(join(cache, `tctl-${VERSION}.partial-`));
  try {
    const binary = join(directory, 'tctl');
    const run = promisify(execFile);
    await run(go, ['build', '-ldflags', '-s -w', '-o', binary, TCTL_COMMAND], { cwd: MODULE, timeout: TCTL_LIMIT_MS });
    await run(binary, ['--version']);
    await rename(directory, target);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
