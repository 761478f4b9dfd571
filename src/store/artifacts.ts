/** Artifacts: bytes of any size under their SHA-256, streamed in and out, whole or not there. */
import { createHash } from 'node:crypto';
import { MigratorError } from '../contract/errors.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import { packed, pieces, unpacked } from './chunks.ts';
import type { Context } from './engine.ts';
import { RecentTexts } from './recent.ts';
import type { Artifacts } from './store.ts';
import { Upload } from './upload.ts';

export function createArtifacts(context: Context): Artifacts {
  const { db } = context;

  const find = (digest: string) =>
    db.selectFrom('artifact').selectAll().where('digest', '=', digest).executeTakeFirst();

  const has = async (digest: string) => (await find(digest)) !== undefined;

  async function put(bytes: AsyncIterable<Uint8Array> | Uint8Array, mediaType: string): Promise<string> {
    if (bytes instanceof Uint8Array) {
      const digest = sha256(bytes);
      if (await has(digest)) return digest;
    }
    const upload = new Upload(context);
    try {
      const hash = createHash('sha256');
      let size = 0;
      // One piece is held back: what fits into a single chunk is written in the finishing transaction alone.
      let held: Uint8Array | undefined;
      for await (const piece of pieces(bytes instanceof Uint8Array ? [bytes] : bytes)) {
        hash.update(piece);
        size += piece.length;
        if (held) await upload.add(await packed(held));
        held = piece;
      }
      const digest = hash.digest('hex');
      if (await has(digest)) await upload.discard();
      else await upload.finish({ digest, mediaType, size }, held && (await packed(held)));
      return digest;
    } catch (error) {
      // What cannot be removed now is removed by a later opening; the error that led here is the one to see.
      await upload.discard().catch(() => {});
      throw error;
    }
  }

  async function* get(digest: string): AsyncGenerator<Uint8Array> {
    const artifact = await find(digest);
    if (!artifact) throw damaged(digest, 'is not in the store');
    const hash = createHash('sha256');
    for (let n = 0; n < artifact.chunks; n++) {
      const chunk = await db
        .selectFrom('artifact_chunk')
        .select(['sha256', 'bytes'])
        .where('upload', '=', artifact.upload)
        .where('n', '=', n)
        .executeTakeFirst();
      const place = `chunk ${n + 1} of ${artifact.chunks}`;
      if (!chunk) throw damaged(digest, `lacks ${place}`);
      const piece = await unpacked(chunk);
      if (!piece) throw damaged(digest, `is damaged in ${place}`);
      hash.update(piece);
      yield piece;
    }
    if (hash.digest('hex') !== digest) throw damaged(digest, 'has other content than its digest says');
  }

  async function getBytes(digest: string): Promise<Buffer> {
    return Buffer.concat(await Array.fromAsync(get(digest)));
  }

  const recent = new RecentTexts();

  async function textOf(digest: string): Promise<string> {
    const text = (await getBytes(digest)).toString('utf8');
    recent.keep(digest, text);
    return text;
  }

  return {
    put,
    get,
    has,
    size: async (digest) => (await find(digest))?.size,
    getBytes,
    putJson: async (value) => put(Buffer.from(canonicalJson(value)), 'application/json'),
    async getJson<T>(digest: string): Promise<T> {
      return JSON.parse(recent.get(digest) ?? (await textOf(digest)));
    },
  };
}

function damaged(digest: string, how: string): MigratorError {
  return new MigratorError('Unexpected', `artifact ${digest} ${how}.`, {
    remedy: 'Restore it from a backup of the database; nothing was read in its place.',
  });
}
