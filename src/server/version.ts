import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { WorkflowService } from '@temporalio/client';
import { plainEnvironment } from './environment.ts';

/** The release of the `temporal` command that we download. Its server is 1.31.2, as in docker-compose.yml. */
export const TEMPORAL_CLI_VERSION = '1.8.2';

/**
 * What we build where nothing can be downloaded: the last command whose modules Go finds without a `replace`, with the first server of
 * its minor version that carries the fixes below.
 */
export const TEMPORAL_SOURCES = { cli: '1.5.1', server: '1.29.2' };

/** The oldest server whose signals, updates and search attributes the workflows were tried against. */
export const OLDEST_SERVER = '1.28';

/**
 * What `temporal --version` says of itself. A build of one's own may call the command "0.0.0-DEV"; the server's number
 * is always right.
 */
export interface TemporalVersion {
  cli: string;
  server: string;
}

/** Reads a line like `temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)`; undefined for anything else. */
export function parseTemporalVersion(output: string): TemporalVersion | undefined {
  const match = /temporal version (\S+) \(server (\d+\.\d+\.\d+\S*?)[,)]/i.exec(output);
  const [, cli, server] = match ?? [];
  return cli !== undefined && server !== undefined ? { cli, server } : undefined;
}

/**
 * Runs the binary and asks for its version.
 * @throws Error when it cannot be run or answers with something else.
 */
export async function readTemporalVersion(path: string): Promise<TemporalVersion> {
  // The first run of a file of 250 MB waits for the disk, and on macOS for the malware scan.
  const { stdout } = await promisify(execFile)(path, ['--version'], {
    env: plainEnvironment(process.env),
    timeout: 30_000,
  });
  const version = parseTemporalVersion(stdout);
  if (version === undefined) throw new Error(`${path} --version answered "${stdout.trim().slice(0, 200)}"`);
  return version;
}

/** By minor version, the first that carries the fixes of CVE-2025-14986 and CVE-2025-14987; all later minors do. */
const FIRST_FIXED: Readonly<Record<string, number>> = { '1.27': 4, '1.28': 2, '1.29': 2 };

/** `1.27.4, 1.28.2, 1.29.2`. */
export const firstFixedVersions = (): string =>
  Object.entries(FIRST_FIXED)
    .map(([minor, patch]) => `${minor}.${patch}`)
    .join(', ');

/** Whether a server lets a client of one namespace act in another one (CVE-2025-14986, CVE-2025-14987). */
export function crossesNamespaces(server: string): boolean {
  const [major = 0, minor = 0, patch = 0] = server.split(/[.-]/).map(Number);
  const fixed = FIRST_FIXED[`${major}.${minor}`];
  if (fixed !== undefined) return patch < fixed;
  return major < 1 || (major === 1 && minor < 27);
}

/** Whether the server is recent enough for the migrator. */
export function isRecentEnough(server: string): boolean {
  const [major = 0, minor = 0] = server.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_SERVER.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/** Only where namespaces keep people apart that matters; whoever runs such a server should know. `undefined`: nothing to say. */
export async function oldServerText(service: Pick<WorkflowService, 'getSystemInfo'>): Promise<string | undefined> {
  const { serverVersion } = await service.getSystemInfo({});
  if (!serverVersion || !crossesNamespaces(serverVersion)) return undefined;
  return `This Temporal server (${serverVersion}) lets clients of one namespace act in others (CVE-2025-14986, CVE-2025-14987). Where namespaces keep people apart, upgrade it to ${firstFixedVersions()} or later.`;
}
