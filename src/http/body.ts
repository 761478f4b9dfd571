/** The body of an answer, up to a limit: what is unpacked of a compressed one counts, as it comes and before it is kept. */
import got, { type Request as GotRequest, RequestError, type Response, type StreamOptions } from 'got';
import { MigratorError } from '../contract/errors.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Answer } from './answer.ts';

export type Head = Omit<Answer, 'bytes'>;

/**
 * The answer with its body. Of one that is longer than `most`, `whole` is false, and of a refusal only the beginning is read: the
 * connection is closed as soon as that is known.
 */
export async function answerOf(
  url: string,
  options: StreamOptions,
  most: number,
): Promise<{ answer: Answer; whole: boolean }> {
  const stream = got.stream(url, options);
  // What may have a body waits for one to be written; without this nothing is ever sent.
  if (options.body === undefined && options.method !== 'GET') stream.end();
  const head = headOf(stream);
  const pieces: Uint8Array[] = [];
  let length = 0;
  let whole = true;
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    const room = ((head()?.status ?? 0) < 300 ? most : LIMITS.refusal) - length;
    pieces.push(piece.subarray(0, room));
    length += piece.length;
    whole = piece.length <= room;
    if (!whole) break;
  }
  const { status, headers } = head() ?? { status: 0, headers: {} };
  return { answer: { status, headers, bytes: Buffer.concat(pieces) }, whole };
}

/** What is known of an answer as soon as it begins. */
export function headOf(stream: GotRequest): () => Head | undefined {
  let head: Head | undefined;
  stream.once('response', ({ statusCode, headers }: Response) => {
    head = { status: statusCode, headers };
  });
  return () => head;
}

/**
 * What comes, unless nothing does for `silence`, or all waits for it together last longer than `whole`. The HTTP client's own times
 * count a socket too that is silent because its reader is not done with the last piece.
 */
export async function* inTime(
  stream: GotRequest,
  silence: number,
  whole: number,
  slow: () => MigratorError,
): AsyncGenerator<Uint8Array> {
  let left = whole;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  const silent = () => Object.assign(new Error(`nothing came for ${silence} ms`), { code: 'ETIMEDOUT' });
  const listen = () => {
    since = performance.now();
    timer = setTimeout(() => stream.destroy(left > silence ? silent() : slow()), Math.max(0, Math.min(silence, left)));
  };
  stream.once('response', listen);
  try {
    for await (const piece of stream) {
      clearTimeout(timer);
      left -= performance.now() - since;
      yield piece;
      listen();
    }
  } catch (error) {
    // The HTTP client wraps what its stream is ended with.
    throw error instanceof RequestError && error.cause instanceof MigratorError ? error.cause : error;
  } finally {
    clearTimeout(timer);
  }
}
