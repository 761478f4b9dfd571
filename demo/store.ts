/** The demo's store: the SQLite file of the service, or a PostgreSQL of its own. */
import { appendFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startPostgres } from '../tools/postgres.ts';
import type { DemoOptions } from './options.ts';
import { say } from './say.ts';

/** Names the database in the configuration file; answers how it ends. */
export async function provideStore({ store }: DemoOptions, configFile: string): Promise<() => Promise<void>> {
  if (store === 'sqlite') return async () => {};
  const server = await startPostgres();
  // A secret as a file: whoever looks round with `migrator` finds it as the worker does.
  await writeFile(join(dirname(configFile), 'store.url'), await server.create('migrator'), { mode: 0o600 });
  await appendFile(configFile, 'store: { postgres: file:store.url }\n');
  say.aside('The store is a real PostgreSQL 18, started for this demo.');
  return () => server.remove();
}
