import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Environment, findOnPath, TEMPORAL_FILE_NAME } from './cache.ts';
import { buildEnvironment } from './environment.ts';
import { type OnProgress, reporting } from './progress.ts';
import { TEMPORAL_CLI_VERSION } from './version.ts';

const COMMAND = `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}`;
// The flags of the official release: a third smaller, and `temporal --version` tells the truth.
const LINKER_FLAGS = `-s -w -X github.com/temporalio/cli/temporalcli.Version=${TEMPORAL_CLI_VERSION}`;
const LIMIT_MS = 30 * 60_000;

/**
 * Builds the server from source through the Go module proxy, for networks that reach that but not the release
 * downloads. Three to four minutes with nothing cached, on two cores.
 * @returns the path of the binary, not yet tried.
 * @throws Error where there is no Go, or with the last lines of its output when the build fails.
 */
export async function buildWithGo(directory: string, env: Environment, onProgress: OnProgress): Promise<string> {
  const go = await findOnPath(process.platform === 'win32' ? 'go.exe' : 'go', env);
  if (go === undefined) throw new Error('Go is not installed');
  const counts = { modules: 0, packages: 0 };
  await reporting(
    onProgress,
    (seconds) =>
      `building the Temporal server with Go: ${counts.modules} modules downloaded, ` +
      `${counts.packages} of about 1300 packages compiled, ${seconds} s`,
    () => goInstall(go, directory, env, counts),
  );
  return join(directory, TEMPORAL_FILE_NAME);
}

async function goInstall(
  go: string,
  directory: string,
  env: Environment,
  counts: { modules: number; packages: number },
): Promise<void> {
  // `go install` refuses GOBIN when these ask for another machine's binary.
  const { GOOS: _os, GOARCH: _arch, ...kept } = buildEnvironment(env);
  const child = spawn(go, ['install', '-v', '-ldflags', LINKER_FLAGS, COMMAND], {
    // Outside any module: a go.work or vendor directory further up must not take part.
    cwd: directory,
    env: { ...kept, GOBIN: directory },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: LIMIT_MS,
  });
  const lastLines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('go: downloading ')) counts.modules += 1;
    else if (/^[\w.~/-]+$/.test(line)) counts.packages += 1;
    else {
      lastLines.push(line);
      if (lastLines.length > 6) lastLines.shift();
    }
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once('error', reject);
  child.once('close', (code, signal) => {
    if (code === 0) resolve();
    else reject(new Error(`go install ended with ${signal ?? code}: ${lastLines.join(' | ') || 'no output'}`));
  });
  await promise;
}
