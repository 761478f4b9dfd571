/** Bytes on their way into the store: staged under a temporary id, visible only by the finishing transaction. */
import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Chunk } from './chunks.ts';
import { type Context, clockOf } from './engine.ts';
import type { Tables } from './tables.ts';

/** An upload that is older and has no artifact belongs to a process that died. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

export class Upload {
  readonly #context: Context;
  readonly #id = randomUUID();
  #staged = false;
  #chunks = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  async add(chunk: Chunk): Promise<void> {
    const { db } = this.#context;
    await this.#stage(db);
    await this.#write(db, chunk);
  }

  /** The last chunk and the artifact at once. When another put was faster, its copy stays and this one goes. */
  async finish(artifact: { digest: string; mediaType: string; size: number }, last: Chunk | undefined): Promise<void> {
    const { db, engine } = this.#context;
    await db.transaction().execute(async (tx) => {
      await this.#stage(tx);
      if (last) await this.#write(tx, last);
      const stored = await tx
        .insertInto('artifact')
        .values({
          digest: artifact.digest,
          upload: this.#id,
          media_type: artifact.mediaType,
          size: artifact.size,
          chunks: this.#chunks,
          stored_at: await clockOf(tx, engine),
        })
        .onConflict((conflict) => conflict.column('digest').doNothing())
        .returning('digest')
        .executeTakeFirst();
      if (!stored) await tx.deleteFrom('artifact_upload').where('id', '=', this.#id).execute();
    });
  }

  async discard(): Promise<void> {
    if (this.#staged) await this.#context.db.deleteFrom('artifact_upload').where('id', '=', this.#id).execute();
  }

  async #stage(db: Kysely<Tables>): Promise<void> {
    if (this.#staged) return;
    const started_at = await clockOf(db, this.#context.engine);
    await db.insertInto('artifact_upload').values({ id: this.#id, started_at }).execute();
    this.#staged = true;
  }

  async #write(db: Kysely<Tables>, chunk: Chunk): Promise<void> {
    await db
      .insertInto('artifact_chunk')
      .values({ upload: this.#id, n: this.#chunks, ...chunk })
      .execute();
    this.#chunks += 1;
  }
}

/** Removes what dead processes left staged. */
export async function removeAbandonedUploads({ db, engine }: Context): Promise<void> {
  const now = Date.parse(await clockOf(db, engine));
  const abandoned = await db
    .selectFrom('artifact_upload')
    .leftJoin('artifact', 'artifact.upload', 'artifact_upload.id')
    .select('artifact_upload.id')
    .where('artifact.digest', 'is', null)
    .where('artifact_upload.started_at', '<', new Date(now - ABANDONED_AFTER_MS).toISOString())
    .execute();
  for (const { id } of abandoned) await db.deleteFrom('artifact_upload').where('id', '=', id).execute();
}
