import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './childProcess.ts';

/** The holder touches its lock this often; nobody needs to ask it whether it lives. */
const TOUCH_MS = 2_000;
const STALE_MS = 30_000;

export interface LockOptions {
  /** Called before the first wait and about every two seconds of waiting, with the holder as `host:pid`. */
  onWaiting: (holder: string, waitedMs: number) => void;
}

/**
 * Runs `work` while holding a lock file, so that two processes do not build the same thing side by side. The lock
 * spares work and is not relied on for correctness: a lock taken over from a holder that was only asleep costs a second
 * build, since what is built is renamed into place.
 */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await acquire(path, options);
  const touching = setInterval(() => {
    const now = new Date();
    // A lock that was taken over is somebody else's; failing to touch it harms nobody.
    utimes(path, now, now).catch(() => undefined);
  }, TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    if ((await holderOf(path)) === self()) await rm(path, { force: true });
  }
}

async function acquire(path: string, { onWaiting }: LockOptions): Promise<void> {
  const started = Date.now();
  let lastReport = Number.NEGATIVE_INFINITY;
  while (!(await tryCreate(path))) {
    const holder = await holderOf(path);
    if (holder === undefined) continue;
    if (await isStale(path, holder)) {
      await rm(path, { force: true });
      continue;
    }
    if (Date.now() - lastReport >= 2_000) {
      lastReport = Date.now();
      onWaiting(holder, lastReport - started);
    }
    await sleep(250);
  }
}

async function tryCreate(path: string): Promise<boolean> {
  try {
    await writeFile(path, self(), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function holderOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

async function isStale(path: string, holder: string): Promise<boolean> {
  const [host, pid] = splitHolder(holder);
  if (host === hostname() && pid !== undefined && !isAlive(pid)) return true;
  // Another machine or container sharing the cache: its process ids say nothing here, only the time of the last touch
  // does.
  const touched = await stat(path).then(
    (found) => found.mtimeMs,
    () => Date.now(),
  );
  return Date.now() - touched > STALE_MS;
}

function self(): string {
  return `${hostname()}:${process.pid}`;
}

function splitHolder(holder: string): [host: string, pid: number | undefined] {
  const colon = holder.lastIndexOf(':');
  const pid = Number(holder.slice(colon + 1));
  return [holder.slice(0, Math.max(colon, 0)), Number.isInteger(pid) && pid > 0 ? pid : undefined];
}
