/** Chunks of an artifact: cut, compressed, and proved one by one. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { sha256 } from './canonical.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Bytes before compression: what gzip adds to bytes it cannot compress still fits into the stated 1 MiB. */
export const PIECE_BYTES = 1024 * 1024 - 4096;

/** What of a chunk goes into the database. */
export interface Chunk {
  sha256: string;
  bytes: Uint8Array;
}

/** Cuts a stream into pieces of `PIECE_BYTES`; the last one is shorter. */
export async function* pieces(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let piece = Buffer.allocUnsafe(PIECE_BYTES);
  let filled = 0;
  for await (const bytes of source) {
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + PIECE_BYTES - filled);
      piece.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled === PIECE_BYTES) {
        yield piece;
        piece = Buffer.allocUnsafe(PIECE_BYTES);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

export async function packed(piece: Uint8Array): Promise<Chunk> {
  return { sha256: sha256(piece), bytes: await compress(piece) };
}

/** The piece again, or `undefined` when these are not the bytes that were packed. */
export async function unpacked(chunk: Chunk): Promise<Uint8Array | undefined> {
  try {
    const piece = await decompress(chunk.bytes, { maxOutputLength: PIECE_BYTES });
    return sha256(piece) === chunk.sha256 ? piece : undefined;
  } catch {
    return undefined;
  }
}
