/** The one way in which a command writes a file that a person named. */
import { randomUUID } from 'node:crypto';
import { lstat, open, rename, rm, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { usageError } from './errors.ts';

/**
 * Writes a file that this user alone can read, whatever stood there, or nothing: the bytes of an artifact are known to fit their digest
 * only at the end. It is made beside its place, as a new file: one that was left there would keep its mode, and a link would lead away.
 * @throws CommandError `Usage` where something stands that is no file: a pipe, a device, a socket, a link or a folder.
 */
export async function writeOut(file: string, content: string | AsyncIterable<Uint8Array>): Promise<void> {
  await refuseOther(file);
  const beside = `${file}.${randomUUID().slice(0, 8)}.part`;
  const handle = await open(beside, 'wx', 0o600);
  try {
    await pipeline(typeof content === 'string' ? [content] : Readable.from(content), handle.createWriteStream());
    await rename(beside, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(beside, { force: true });
    throw error;
  }
}

/** Writes a file that is never replaced, for this user alone. @throws CommandError `Usage` where there is one, `what` in words. */
export async function writeNew(file: string, text: string, there: { what: string; remedy: string }): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && Reflect.get(error, 'code') === 'EEXIST')) throw error;
    throw usageError(`There is ${there.what} at ${file} already.`, there.remedy);
  }
}

async function refuseOther(file: string): Promise<void> {
  const there = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (there && !there.isFile())
    throw usageError(`${file} is no regular file, so it is not replaced.`, 'Name a new file, or one to replace.');
}
