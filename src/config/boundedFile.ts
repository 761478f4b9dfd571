/** A file that somebody names, read no further than is taken: what has no end, like a device, is not read to it. */
import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { LIMITS, sizeText } from '../contract/limits.ts';

/** `undefined` when it has more than `most` bytes. @throws the file system's own error */
export async function boundedBytes(file: string, most: number): Promise<Buffer | undefined> {
  const bytes = await buffer(createReadStream(file, { end: most }));
  return bytes.length <= most ? bytes : undefined;
}

/** A document, as text. @throws Error with what is wrong: that it is too long, or the file system's own */
export async function boundedText(file: string): Promise<string> {
  const bytes = await boundedBytes(file, LIMITS.document);
  if (bytes) return bytes.toString('utf8');
  throw Object.assign(new Error(`it has more than ${sizeText(LIMITS.document)}`), { code: 'EFBIG' });
}
