/** Reading files that people name. A pipe into which nobody writes would be waited for, and a device has no end. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { LIMITS, sizeText } from '../contract/limits.ts';

/** The message fits behind the name of the file. */
export class NoRegularFile extends Error {
  override readonly name = 'NoRegularFile';
}

/**
 * @param most the read ends one byte after so many.
 * @throws NoRegularFile, or the error of the file system
 */
export async function readRegularFile(file: string, most = Number.POSITIVE_INFINITY): Promise<Buffer> {
  // Opening a pipe waits for a writer, unless it is said not to. Windows has neither.
  await using handle: FileHandle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const found = await handle.stat();
  if (!found.isFile()) throw new NoRegularFile('is no regular file');
  if (found.size <= most) return handle.readFile();
  const { buffer } = await handle.read(Buffer.alloc(most + 1), 0, most + 1, 0);
  return buffer;
}

/** A document, as text. @throws NoRegularFile, Error `EFBIG` when it is too long, or the error of the file system */
export const regularText = async (file: string): Promise<string> =>
  documentText(await readRegularFile(file, LIMITS.document));

/** @throws Error `EFBIG` */
export function documentText(bytes: Buffer): string {
  if (bytes.length <= LIMITS.document) return bytes.toString('utf8');
  throw Object.assign(new Error(`it has more than ${sizeText(LIMITS.document)}`), { code: 'EFBIG' });
}

/** Why a file could not be read, to be said behind its name. */
export function whyUnread(error: unknown): string {
  if (error instanceof NoRegularFile) return error.message;
  const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return code === 'ENOENT' ? 'does not exist' : `cannot be read (${typeof code === 'string' ? code : 'unknown'})`;
}
