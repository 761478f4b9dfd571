/** The services of docker-compose.yml, without the UI, as processes of this machine: what they are given comes from that file alone. */
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from '@temporalio/client';
import { isListening, isPortFree } from '../../src/server/ports.ts';
import { type SupervisedProcess, superviseProcess } from '../../src/server/supervise.ts';
import { connectClient } from '../../src/service/connection.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { type Postgres, startPostgres } from '../../tools/postgres.ts';
import { type Compose, readCompose, runsOnce, serviceOf, tagOf } from '../deploy/compose.ts';
import { type NativeCommand, nativeOf, type Place } from '../deploy/native.ts';
import { RUN_MARKER } from '../support/leaks.ts';
import { until } from '../support/processes.ts';
import { temporalBinary } from '../support/temporal.ts';
import { type Binaries, obtainBinaries } from './binaries.ts';
import { buildImage, type Image } from './image.ts';
import { PORT_VARIABLES, RUN } from './services.ts';

const run = promisify(execFile);
const PASSWORD = 'only-on-loopback';

export interface Cluster extends AsyncDisposable {
  binaries: Binaries;
  image: Image;
  /** `host:port` of Temporal's frontend. */
  address: string;
  temporal: SupervisedProcess;
  worker: SupervisedProcess;
  client: Client;
  store: Store;
  /** What the worker has written so far. */
  log: string[];
  /** A service that runs once, run once more. */
  again(service: string): Promise<string>;
  /** A command in the worker's surroundings, as by `docker compose exec worker`: how it ended and what it said. */
  exec(command: string[]): Promise<{ code: number; said: string }>;
}

/** `configuration` is the text of migrator.yaml, `secrets` the operator's files by name; those of the database are made here. */
export async function startCluster(configuration: string, secrets: Record<string, string>): Promise<Cluster> {
  await using ending = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'backbone-migrator-cluster-'));
  ending.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const compose = await readCompose();
  const binaries = await obtainBinaries(tagOf(serviceOf(compose, 'temporal')));
  const image = await buildImage(folder);
  const postgres = await startPostgres({
    user: serviceOf(compose, 'postgres').environment.POSTGRES_USER ?? '',
    password: PASSWORD,
    flags: (serviceOf(compose, 'postgres').command ?? []).slice(1),
  });
  ending.defer(() => postgres.remove());
  const place = await placeOf(folder, compose, postgres, binaries, { configuration, secrets });
  const log: string[] = [];
  const words: string[] = [];
  const started = new Map<string, SupervisedProcess>();
  const commandOf = (name: string) => nativeOf(compose, name, place, name === 'worker' ? image : {});
  const again = (name: string) => runOnce(commandOf(name), binaries);
  for (const name of RUN) {
    if (name === 'postgres') continue;
    if (runsOnce(compose, name)) {
      await again(name).catch((cause: unknown) => {
        throw new Error(`${name} failed. The server's last words: ${words.slice(-5).join('\n')}`, { cause });
      });
      continue;
    }
    const ports = name === 'temporal' ? await serverPorts(place) : {};
    const process = serve(name, commandOf(name), {
      binaries,
      image,
      ports,
      onLine: (text) => (name === 'worker' ? log : words).push(text),
    });
    started.set(name, process);
    ending.defer(() => process.stop());
    if (name === 'temporal')
      await until(() => isListening('127.0.0.1', portIn(place, 'temporal', '7233')), 'the server', 60_000);
  }
  await until(() => log.some((line) => line.includes('"worker started"')), `the worker: ${log.join('\n')}`, 60_000);
  const address = `127.0.0.1:${portIn(place, 'temporal', '7233')}`;
  const client = await connectClient({ address });
  ending.defer(() => client.connection.close());
  const store = await openStore({ postgres: postgres.url('migrator') });
  ending.defer(() => store.close());
  const ended = ending.move();
  const [temporal, worker] = [started.get('temporal'), started.get('worker')];
  if (!temporal || !worker) throw new Error('docker-compose.yml has no server or no worker');
  const exec = (words: string[]) => {
    const { command, env } = nativeOf(compose, 'worker', place, { ...image, command: words });
    const [program = '', ...args] = command;
    return run(program, args, { cwd: image.directory, env: surroundings(env, binaries) }).then(
      ({ stdout }) => ({ code: 0, said: stdout.trim() }),
      ({ code, stderr }) => ({ code, said: String(stderr).trim() }),
    );
  };
  return {
    binaries,
    image,
    address,
    temporal,
    worker,
    client,
    store,
    log,
    again,
    exec,
    [Symbol.asyncDispose]: () => ended.disposeAsync(),
  };
}

async function placeOf(
  folder: string,
  compose: Compose,
  postgres: Postgres,
  { entrypoint }: Binaries,
  { configuration, secrets }: { configuration: string; secrets: Record<string, string> },
): Promise<Place> {
  const contents: Record<string, string> = {
    ...secrets,
    postgres_password: PASSWORD,
    temporal_password: `${PASSWORD}-of-temporal`,
    store_url: workerUrl(postgres),
    ui_token: 'nobody-opens-the-ui-here',
  };
  const file = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text);
    await chmod(path, 0o600);
    return path;
  };
  const files: Record<string, string> = {};
  for (const name of Object.keys(compose.secrets)) {
    const content = contents[name];
    if (content === undefined) throw new Error(`the cluster test has no secret ${name}`);
    files[name] = await file(name, `${content}\n`);
  }
  const text = configuration.replaceAll(/\/run\/secrets\/(\w+)/g, (_, name: string) => files[name] ?? name);
  return {
    ports: {
      postgres: { '5432': Number(new URL(postgres.url()).port) },
      temporal: { '7233': await lowPort() },
    },
    secrets: files,
    configs: { 'migrator.yaml': await file('migrator.yaml', text) },
    programs: { '/etc/temporal/entrypoint.sh': ['bash', entrypoint], node: [process.execPath] },
  };
}

/** The worker's own user, as docs/operating.md has it. */
function workerUrl(postgres: Postgres): string {
  const url = new URL(postgres.url('migrator'));
  [url.username, url.password] = ['migrator_worker', `${PASSWORD}-of-worker`];
  return url.href;
}

const portIn = ({ ports }: Place, service: string, inside: string): number => ports[service]?.[inside] ?? 0;

/** In a container every service has all ports to itself; here others may have them. Nothing else is added to what compose says. */
async function serverPorts(place: Place): Promise<Record<string, string>> {
  const ports = await Promise.all(PORT_VARIABLES.map(async (name) => [name, String(await lowPort())]));
  return { ...Object.fromEntries(ports), FRONTEND_GRPC_PORT: String(portIn(place, 'temporal', '7233')) };
}

/** A free one that Temporal can write down: its table of members takes 15 bits. No connection of anybody gets such a one by chance. */
async function lowPort(): Promise<number> {
  const port = randomInt(10_000, 32_000);
  return (await isPortFree('127.0.0.1', port)) ? port : lowPort();
}

/** As much of this machine as a container would bring: programs, and the mark by which a process that was left is found. */
const surroundings = (env: Record<string, string>, { directory }: Binaries): Record<string, string> => ({
  PATH: [directory, join(temporalBinary(), '..'), process.env.PATH].join(delimiter),
  HOME: tmpdir(),
  [RUN_MARKER]: process.env[RUN_MARKER] ?? '',
  ...env,
});

interface Serving {
  binaries: Binaries;
  image: Image;
  ports: Record<string, string>;
  onLine: (text: string) => void;
}

/** Starts it again when it dies, as `restart: unless-stopped` does. */
function serve(
  name: string,
  { command, env }: NativeCommand,
  { binaries, image, ports, onLine }: Serving,
): SupervisedProcess {
  const [program = '', ...args] = command;
  return superviseProcess({
    name,
    command: program,
    args,
    cwd: image.directory,
    env: surroundings({ ...env, ...ports }, binaries),
    restartDelayMs: 100,
    maxRestartDelayMs: 1_000,
    stopGraceMs: 40_000,
    onLine: ({ text }) => onLine(text),
  });
}

async function runOnce({ command, env }: NativeCommand, binaries: Binaries): Promise<string> {
  const [program = '', ...args] = command;
  const { stdout, stderr } = await run(program, args, { env: surroundings(env, binaries), timeout: 120_000 });
  return stdout + stderr;
}
