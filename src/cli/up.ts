/**
 * `migrator up`: the service on one machine. The embedded Temporal server with its UI, and a worker beside it that is started
 * again when it dies; their state survives restarts. With `--address` it is the worker alone, on a Temporal server of your own.
 */
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { storePlaceAt, storeWord } from '../config/storePlace.ts';
import type { Config } from '../config/types.ts';
import { MigratorError } from '../contract/errors.ts';
import { SEARCH_ATTRIBUTES } from '../contract/names.ts';
import { obtainTemporalServer } from '../server/binary.ts';
import { isAlive } from '../server/childProcess.ts';
import { workerEnvironment } from '../server/environment.ts';
import { type RunningServer, startTemporalServer } from '../server/start.ts';
import { superviseProcess } from '../server/supervise.ts';
import { type ArtifactServer, serveArtifacts } from '../service/artifactServer.ts';
import {
  DEFAULT_HOME,
  type Home,
  openHome,
  readServiceFile,
  removeServiceFile,
  writeServiceFile,
} from '../service/home.ts';
import { workerPath } from '../service/paths.ts';
import { openStore } from '../store/open.ts';
import { onReaderGone, onStop, say } from './print.ts';

interface UpOptions {
  config: string;
  home: string;
  address?: string;
  namespace?: string;
  port?: string;
  uiPort?: string;
}

export function addUp(program: Command): void {
  program
    .command('up')
    .description('run the service: the embedded Temporal server with its UI, and a worker on the instances of the file')
    .requiredOption('--config <file>', 'the YAML file that names the instances')
    .option('--home <folder>', 'where state survives restarts', DEFAULT_HOME)
    .option('--address <host:port>', 'a Temporal server of your own: then only the worker runs here')
    .option('--namespace <name>', 'Temporal namespace')
    .option('--port <number>', 'gRPC port of the embedded server (default 7233)')
    .option('--ui-port <number>', 'port of its UI (default 8233)')
    .action(up);
}

async function up(options: UpOptions): Promise<void> {
  // The service goes on: it is Ctrl-C that ends it.
  onReaderGone(() => {});
  // Checked here first: a worker that is started again and again with a wrong file would help nobody.
  const config = await loadConfig(options.config);
  const home = await openHome(options.home, (line) => console.log(line));
  await refuseSecond(home);
  const store = storeWord(config) ?? home.store;
  // It becomes a word of the worker's command line, which every user of this machine can read.
  await storePlaceAt(store);
  const files = await serveFiles(config, store);
  const server = options.address ? undefined : await startServer(home, options);
  const address = server?.address ?? options.address ?? '';
  const namespace = options.namespace ?? process.env.TEMPORAL_NAMESPACE ?? 'default';
  const workerLog = createWriteStream(home.workerLog, { flags: 'a' });
  const started = Promise.withResolvers<void>();
  const worker = superviseProcess({
    name: 'worker',
    command: process.execPath,
    env: workerEnvironment(process.env, [store, ...config.secretSources]),
    args: [workerPath, '--config', options.config, '--store', store, '--address', address, '--namespace', namespace],
    onLine: ({ source, text }) => {
      workerLog.write(`${text}\n`);
      if (source === 'supervisor') say(text);
      // Of our own server nobody is kept apart by namespaces.
      else tell(text, started.resolve, options.address ? ['instances', 'server'] : ['instances']);
    },
  });
  await writeServiceFile(home, {
    pid: process.pid,
    address,
    namespace,
    store,
    // Commands are typed in other folders, too.
    config: resolve(options.config),
    ...(server?.ui && { uiUrl: server.ui.url, uiLink: server.ui.link }),
  });
  const end = untilStopped(server);
  await Promise.race([started.promise, end]);
  if (server?.ui) say(`Temporal UI   ${server.ui.link}`);
  say(`Temporal      ${address} (namespace ${namespace})`);
  say(`State         ${home.directory}${store === home.store ? '' : `, store in PostgreSQL (${store})`}`);
  if (files) say(`Files         ${files.url}/<digest>/<name>`);
  say('Ready. Ctrl-C stops it; the next start goes on where it was.');
  const why = await end;
  say(`${why}: stopping …`);
  await files?.close();
  await worker.stop();
  await server?.stop();
  workerLog.end();
  await removeServiceFile(home);
  say('Stopped.');
  if (why === SERVER_DIED) process.exitCode = 1;
}

const SERVER_DIED = 'the Temporal server ended';

async function startServer(home: Home, options: UpOptions): Promise<RunningServer> {
  const binary = await obtainTemporalServer({ onProgress: say, env: process.env });
  return startTemporalServer({
    binary: binary.path,
    port: portOf(options.port, 7233),
    uiPort: portOf(options.uiPort, 8233),
    dbFilename: home.temporal,
    logFile: home.temporalLog,
    searchAttributes: SEARCH_ATTRIBUTES,
  });
}

/** The files of tasks, where the configuration says that this machine serves them. */
async function serveFiles({ artifacts }: Config, word: string): Promise<ArtifactServer | undefined> {
  const url = artifacts.url ? new URL(artifacts.url) : undefined;
  if (!url || !['127.0.0.1', 'localhost'].includes(url.hostname) || url.pathname !== '/') return undefined;
  const store = await openStore(await storePlaceAt(word));
  const server = await serveArtifacts(store.artifacts, { port: Number(url.port || 80) });
  return { url: server.url, close: () => server.close().then(() => store.close()) };
}

function portOf(text: string | undefined, standard: number): number {
  if (text === undefined) return standard;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new MigratorError('InvalidConfiguration', `"${text}" is not a port.`, {
    remedy: 'Give a number from 1 to 65535.',
  });
}

async function refuseSecond(home: Home): Promise<void> {
  const service = await readServiceFile(home);
  if (!service || !isAlive(service.pid)) return;
  throw new MigratorError(
    'InvalidConfiguration',
    `a service runs from ${home.directory} already (process ${service.pid}).`,
    {
      remedy: 'Stop it first, or use another --home.',
    },
  );
}

/** What a person wants to know of the worker's log, its notices of these kinds among it; the rest is in the file. */
function tell(line: string, started: () => void, notices: readonly string[]): void {
  let entry: { level?: number; msg?: string; notice?: string };
  try {
    entry = JSON.parse(line);
  } catch {
    say(`worker: ${line}`);
    return;
  }
  if (entry.msg === 'worker started') started();
  if ((entry.level ?? 0) >= 50 || notices.includes(entry.notice ?? '')) say(`worker: ${entry.msg}`);
}

/** Resolves with why: a signal, or the server's end. */
function untilStopped(server: RunningServer | undefined): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  onStop(resolve);
  void server?.exited.then(() => resolve(SERVER_DIED));
  return promise;
}
