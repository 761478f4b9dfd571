/** The same measurement on each database of the store. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StorePlace } from '../src/store/open.ts';
import { startPostgres } from '../tools/postgres.ts';

/** One after the other, each with an empty database. */
export async function onBothStores<T>(measure: (place: StorePlace) => Promise<T>): Promise<{ sqlite: T; postgres: T }> {
  const folder = await mkdtemp(join(tmpdir(), 'backbone-migrator-bench-'));
  const postgres = await startPostgres();
  try {
    return {
      sqlite: await measure({ file: join(folder, 'store.db') }),
      postgres: await measure({ postgres: await postgres.create('bench') }),
    };
  } finally {
    await postgres.remove();
    await rm(folder, { recursive: true, force: true });
  }
}
