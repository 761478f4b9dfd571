import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import got from 'got';
import { type Environment, type Produced, sha256Of, TEMPORAL_FILE_NAME } from './cache.ts';
import { plainEnvironment } from './environment.ts';
import { type OnProgress, reporting } from './progress.ts';
import { TEMPORAL_CLI_VERSION } from './version.ts';

/**
 * A closed network often swallows packets rather than refusing them: this bounds the wait for the first byte of one
 * address.
 */
const FIRST_BYTE_MS = 5_000;
/** A download that delivers nothing for so long is given up. */
const STALL_MS = 20_000;

const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** The addresses of the official release for this machine, or none where there is no release for it. */
export function releaseAddresses(platform: string = process.platform, arch: string = process.arch): string[] {
  const os = PLATFORMS[platform];
  const cpu = ARCHITECTURES[arch];
  if (os === undefined || cpu === undefined) return [];
  const version = TEMPORAL_CLI_VERSION;
  return [
    `https://temporal.download/cli/archive/v${version}?platform=${os}&arch=${cpu}`,
    `https://github.com/temporalio/cli/releases/download/v${version}/temporal_cli_${version}_${os}_${cpu}.tar.gz`,
  ];
}

/**
 * SHA-256 of the archives of this release, as those who pin it have them on record. There is none for other machines: on them nothing is
 * downloaded, and it is built with Go, which checks its modules by itself.
 */
const RELEASE_SHA256: Readonly<Record<string, string>> = {
  linux_amd64: 'd8421bda989e6514b4bdb4d63a9012a8a05a806892e881a5aad8510496349a94',
  linux_arm64: '83600a8fac6e3da54093e5da6918d399f501532b9f1172235603f9606f4ac6e4',
  darwin_amd64: '489d7f5420cae02b559774ac23df035141954c33a51dba96f5759a0ddccdf1b6',
  darwin_arm64: 'dacdc3587682c04cf27e67c8878ca2d755230b6ad63c0c6ebddd7348ae90ed94',
  windows_amd64: 'c845948aa4ab3b1a3643f9fea6d1cd691188bc31513de5f2dc5f7eceea25f22a',
};

/** What the archive for a machine must hash to; `undefined` where no hash is known. */
export const releaseSha256 = (platform: string = process.platform, arch: string = process.arch): string | undefined =>
  RELEASE_SHA256[`${PLATFORMS[platform]}_${ARCHITECTURES[arch]}`];

/**
 * Downloads one release archive and unpacks its binary into `directory`.
 * @returns the binary, not yet tried.
 */
export async function downloadRelease(
  address: string,
  directory: string,
  env: Environment,
  onProgress: OnProgress,
  sha256: string | undefined,
): Promise<Produced> {
  if (sha256 === undefined) throw new Error('no SHA-256 of the release for this kind of machine is known');
  const archive = join(directory, 'release.tar.gz');
  const { host } = new URL(address);
  const received = { bytes: 0, total: 0 };
  await reporting(
    onProgress,
    (seconds) => `downloading the Temporal server from ${host}: ${megabytes(received)}, ${seconds} s`,
    () => fetchFile(address, archive, env, received),
  );
  const received256 = await sha256Of(archive);
  if (received256 !== sha256) throw new Error(`what came has the SHA-256 ${received256}, the release has ${sha256}`);
  // Both GNU tar and the bsdtar of macOS and Windows recognise the compression by themselves.
  await promisify(execFile)('tar', ['-xf', archive, '-C', directory, TEMPORAL_FILE_NAME], {
    env: plainEnvironment(env),
    timeout: 120_000,
  });
  const binary = join(directory, TEMPORAL_FILE_NAME);
  return { binary, sha256: await sha256Of(binary) };
}

async function fetchFile(
  address: string,
  target: string,
  env: Environment,
  received: { bytes: number; total: number },
): Promise<void> {
  const abort = new AbortController();
  let deadline = setTimeout(() => abort.abort(new Error(`no answer within ${FIRST_BYTE_MS / 1000} s`)), FIRST_BYTE_MS);
  const secure = address.startsWith('https:');
  const response = got.stream(address, {
    signal: abort.signal,
    retry: { limit: 0 },
    // Node's own agents read the usual proxy variables when they are handed the environment.
    agent: { https: new Agent({ proxyEnv: env }) },
    hooks: {
      beforeRedirect: [
        (next) => {
          // What arrives is run: a redirect must not take the transfer out of TLS.
          if (secure && next.url?.toString().startsWith('https:') !== true)
            throw new Error('redirected away from https');
        },
      ],
    },
  });
  response.on('downloadProgress', ({ transferred, total }: { transferred: number; total?: number }) => {
    received.bytes = transferred;
    received.total = total ?? 0;
    clearTimeout(deadline);
    deadline = setTimeout(() => abort.abort(new Error(`nothing received for ${STALL_MS / 1000} s`)), STALL_MS);
  });
  try {
    await pipeline(response, createWriteStream(target));
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error;
  } finally {
    clearTimeout(deadline);
  }
}

function megabytes({ bytes, total }: { bytes: number; total: number }): string {
  const inMegabytes = (count: number) => `${(count / 1_000_000).toFixed(0)} MB`;
  return total > 0 ? `${inMegabytes(bytes)} of ${inMegabytes(total)}` : inMegabytes(bytes);
}
