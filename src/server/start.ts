import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describeEnd, endOf, endWithParent, OWN_PROCESS_GROUP, type ProcessEnd, terminate } from './childProcess.ts';
import { plainEnvironment } from './environment.ts';
import { TemporalServerError } from './errors.ts';
import { freePort, hiddenIp, isPortFree } from './ports.ts';
import { untilReady } from './readiness.ts';
import { openUiDoor, type UiDoor } from './uiDoor.ts';

export type SearchAttributeKind = 'Keyword' | 'KeywordList' | 'Bool';

export interface StartOptions {
  /** Path of the `temporal` command, from `obtainTemporalServer`. */
  binary: string;
  /** Created when the server starts; `default` always exists as well. Default: `default`. */
  namespace?: string;
  /** Of the frontend (gRPC). Default: a free one. */
  port?: number;
  /** Of the door of the web UI. Default: a free one; ignored when headless. */
  uiPort?: number;
  /** SQLite file that keeps the state over restarts and crashes. Default: everything in memory. */
  dbFilename?: string;
  searchAttributes?: Readonly<Record<string, SearchAttributeKind>>;
  /** Default: `127.0.0.1`. */
  ip?: string;
  /** The server's output is appended here. Default: a temporary file, removed when the server was stopped in order. */
  logFile?: string;
  /** Without the web UI. Default: false. */
  headless?: boolean;
  /** More of its dynamic configuration than we give it, each as JSON. */
  settings?: Readonly<Record<string, string>>;
  /** How long it may take until the server answers. Default: 60,000. */
  startTimeoutMs?: number;
  /** How long a stop may take before the process is killed. Default: 10,000. */
  stopGraceMs?: number;
}

export interface ServerEnd extends ProcessEnd {
  /** Whether `stop()` had been called. */
  expected: boolean;
}

export interface RunningServer {
  /** `host:port` of the frontend, for clients and workers. */
  address: string;
  /** Of the frontend's HTTP API, which is closed: every request of it is answered with 403. */
  httpAddress: string;
  /** Without `ui.link` having been opened, nothing is shown there. */
  ui?: Pick<UiDoor, 'url' | 'link'>;
  namespace: string;
  pid: number;
  logFile: string;
  /** Ends the server and resolves when its process is gone. May be called more than once. */
  stop(): Promise<void>;
  /** Resolves when the process has ended, for whatever reason; never rejects. */
  exited: Promise<ServerEnd>;
}

/**
 * Somebody can take a port between our choosing and the server's using it; a second coincidence is unlikely, a third is
 * something else.
 */
const ATTEMPTS_WITH_CHOSEN_PORTS = 3;

/**
 * Starts the Temporal dev server, tuned for speed, and waits until it answers. The server ends with this process, even
 * when that is killed.
 * @throws TemporalServerError TemporalPortInUse, TemporalServerDied, TemporalServerSilent
 */
export async function startTemporalServer(options: StartOptions): Promise<RunningServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      const mayRepeat = error instanceof TemporalServerError && error.code === 'TemporalPortInUse';
      if (!mayRepeat || attempt >= ATTEMPTS_WITH_CHOSEN_PORTS) throw error;
    }
  }
}

async function startOnce(options: StartOptions): Promise<RunningServer> {
  const { binary, namespace = 'default', ip = '127.0.0.1', headless = false, searchAttributes = {} } = options;
  const port = await choosePort(ip, options.port);
  const doorPort = headless ? undefined : await choosePort(ip, options.uiPort);
  // Its port is chosen here, so that it is known which one is closed.
  const httpPort = await freePort(ip);
  const ui = headless ? undefined : await hiddenUi();
  if (options.dbFilename !== undefined) await mkdir(dirname(resolve(options.dbFilename)), { recursive: true });
  const log = await openLog(options.logFile);

  let child: ChildProcess;
  let end: Promise<ProcessEnd>;
  try {
    child = spawn(binary, commandLine({ ...options, namespace, ip, port, httpPort, ui, searchAttributes }), {
      env: plainEnvironment(process.env),
      stdio: ['ignore', log.fd, log.fd],
      detached: OWN_PROCESS_GROUP,
    });
    // In the same turn as the start: a server that dies at once has ended before the log is closed here.
    end = endOf(child);
    endWithParent(child);
  } finally {
    await log.close();
  }

  const waiting = new AbortController();
  const timeout = setTimeout(() => waiting.abort(), options.startTimeoutMs ?? 60_000);
  let ended: ProcessEnd | undefined;
  end.then((how) => {
    ended = how;
    waiting.abort();
  });
  const target = { ip: reachable(ip), port, namespace, searchAttributes: Object.keys(searchAttributes) };
  const ready = await untilReady({ ...target, ...(ui && { ui }) }, waiting.signal);
  clearTimeout(timeout);

  if (ended !== undefined) throw await died(ended, log.path);
  const { pid } = child;
  if (!ready || pid === undefined) {
    await terminate(child, end, 0);
    throw new TemporalServerError(
      'TemporalServerSilent',
      `The Temporal server was started but did not answer at ${target.ip}:${port} in time.`,
      `See ${log.path} for its output.`,
    );
  }

  const door =
    ui && doorPort !== undefined
      ? await openDoor({ upstream: `http://${ui.ip}:${ui.port}`, ip, port: doorPort })
      : undefined;
  if (door && 'problem' in door) {
    await terminate(child, end, 0);
    throw door.problem;
  }

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await door?.close();
    await terminate(child, end, options.stopGraceMs ?? 10_000);
    await log.discard();
  };
  return {
    address: `${target.ip}:${port}`,
    httpAddress: `${target.ip}:${httpPort}`,
    ...(door && { ui: { url: door.url, link: door.link } }),
    namespace,
    pid,
    logFile: log.path,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    exited: end.then((how) => ({ ...how, expected: stopping !== undefined })),
  };
}

interface Listening {
  ip: string;
  port: number;
}

interface CommandLineValues {
  namespace: string;
  ip: string;
  port: number;
  httpPort: number;
  ui: Listening | undefined;
  dbFilename?: string;
  searchAttributes: Readonly<Record<string, SearchAttributeKind>>;
  settings?: Readonly<Record<string, string>>;
}

function commandLine(values: CommandLineValues): string[] {
  const { namespace, ip, port, httpPort, ui, dbFilename, searchAttributes, settings } = values;
  return [
    ...['server', 'start-dev', '--ip', ip, '--port', String(port), '--namespace', namespace, '--color', 'never'],
    ...['--http-port', String(httpPort)],
    ...(ui === undefined ? ['--headless'] : ['--ui-ip', ui.ip, '--ui-port', String(ui.port)]),
    ...(dbFilename === undefined ? [] : ['--db-filename', dbFilename]),
    ...Object.entries({ ...settings, ...DYNAMIC_CONFIG }).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${value}`,
    ]),
    ...Object.entries(searchAttributes).flatMap(([name, kind]) => ['--search-attribute', `${name}=${kind}`]),
  ];
}

async function choosePort(ip: string, wanted: number | undefined): Promise<number> {
  if (wanted === undefined) return freePort(ip);
  if (await isPortFree(ip, wanted)) return wanted;
  throw portInUse(`Port ${wanted} on ${ip} is in use by another program.`);
}

/** The UI itself stands behind its door, where no page of a browser finds it. */
async function hiddenUi(): Promise<Listening> {
  const ip = hiddenIp();
  return { ip, port: await freePort(ip) };
}

async function openDoor(options: Parameters<typeof openUiDoor>[0]): Promise<UiDoor | { problem: Error }> {
  try {
    return await openUiDoor(options);
  } catch (error) {
    const { ip, port } = options;
    return { problem: portInUse(`Port ${port} on ${ip} is in use by another program.`, error) };
  }
}

/** An address one can connect to, for a server that listens on all of them. */
function reachable(ip: string): string {
  return ip === '0.0.0.0' ? '127.0.0.1' : ip;
}

async function openLog(wanted: string | undefined) {
  const temporary = wanted === undefined ? await mkdtemp(join(tmpdir(), 'backbone-migrator-server-')) : undefined;
  const path = resolve(wanted ?? join(temporary ?? '', 'temporal.log'));
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a');
  return {
    path,
    fd: file.fd,
    close: () => file.close(),
    discard: async () => {
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    },
  };
}

async function died(how: ProcessEnd, logFile: string): Promise<TemporalServerError> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n');
  const inUse = lines.findLast((line) => /address already in use/i.test(line));
  if (inUse !== undefined) return portInUse(`The Temporal server found a port in use: ${inUse.trim()}`);
  return new TemporalServerError(
    'TemporalServerDied',
    `The Temporal server ${describeEnd(how)} before it answered. Its last words: ${lines.slice(-3).join(' | ') || 'none'}`,
    `See ${logFile} for its whole output.`,
  );
}

function portInUse(message: string, cause?: unknown): TemporalServerError {
  return new TemporalServerError(
    'TemporalPortInUse',
    message,
    'Stop that program (perhaps another migrator or Temporal server), or choose another port.',
    { cause },
  );
}

const TUNED: Readonly<Record<string, string>> = {
  'system.enableActivityEagerExecution': 'true',
  'history.transferProcessorMaxPollRPS': '10000',
  'history.timerProcessorMaxPollRPS': '10000',
  'history.visibilityProcessorMaxPollRPS': '1000',
  'history.timerProcessorMaxTimeShift': '"20ms"',
};

/**
 * Closes the HTTP API of the frontend, which no part of ours uses: it looks neither at the page that asks nor at the type of what is
 * sent, so any page in a browser of this machine could start and approve by it. The name has a space, which no `Host` can have.
 * Nexus has routes of its own there, that heed no names.
 */
const CLOSED: Readonly<Record<string, string>> = {
  'frontend.httpAllowedHosts': '["nobody at all"]',
  'system.enableNexus': 'false',
};

/** Given to the dev server, each as JSON. */
export const DYNAMIC_CONFIG: Readonly<Record<string, string>> = { ...TUNED, ...CLOSED };
