import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Environment, findOnPath, type Produced, sha256Of, TEMPORAL_FILE_NAME } from './cache.ts';
import { buildEnvironment } from './environment.ts';
import { type OnProgress, reporting } from './progress.ts';
import { TEMPORAL_SOURCES } from './version.ts';

const { cli, server } = TEMPORAL_SOURCES;
const COMMAND = 'github.com/temporalio/cli/cmd/temporal';
// A module of our own, since a later server than the command's own is asked for. Go adds all other requirements by itself.
const GO_MOD = `module temporal
go 1.25.0
require (
	github.com/temporalio/cli v${cli}
	go.temporal.io/server v${server}
)
`;
// What these two must be, wherever they come from; Go asks its checksum database about the others.
const GO_SUM = `github.com/temporalio/cli v${cli} h1:0RZMk14BWxz44Xg6ciDQvpfAMffoG3J7/K03ql80teY=
github.com/temporalio/cli v${cli}/go.mod h1:8lfULNGZ1Y2sobXSpY+2qQ4vgR4hYLuTLpqnCIl9Au4=
go.temporal.io/server v${server} h1:8S2wJX2aE5HC1ngHLt3O0Ip18kd4xLYjYeL1gQjiuzs=
go.temporal.io/server v${server}/go.mod h1:pc0n6DRcN06V4WNhaxdxE3KaZIS3KSDNKdca6uu6RuU=
`;
// The flags of the official release: a third smaller, and `temporal --version` tells the truth.
const LINKER_FLAGS = `-s -w -X github.com/temporalio/cli/temporalcli.Version=${cli}`;
const LIMIT_MS = 30 * 60_000;

/**
 * Builds the server from source through the Go module proxy, for networks that reach that but not the release
 * downloads. Three to four minutes with nothing cached, on two cores.
 * @returns the binary, not yet tried.
 * @throws Error where there is no Go, or with the last lines of its output when the build fails.
 */
export async function buildWithGo(directory: string, env: Environment, onProgress: OnProgress): Promise<Produced> {
  const go = await findOnPath(process.platform === 'win32' ? 'go.exe' : 'go', env);
  if (go === undefined) throw new Error('Go is not installed');
  const counts = { modules: 0, packages: 0 };
  await reporting(
    onProgress,
    (seconds) =>
      `building the Temporal server with Go: ${counts.modules} modules downloaded, ` +
      `${counts.packages} of about 1300 packages compiled, ${seconds} s`,
    () => goBuild(go, directory, env, counts),
  );
  const binary = join(directory, TEMPORAL_FILE_NAME);
  return { binary, sha256: await sha256Of(binary) };
}

async function goBuild(
  go: string,
  directory: string,
  env: Environment,
  counts: { modules: number; packages: number },
): Promise<void> {
  await Promise.all([writeFile(join(directory, 'go.mod'), GO_MOD), writeFile(join(directory, 'go.sum'), GO_SUM)]);
  // These may ask for another machine's binary.
  const { GOOS: _os, GOARCH: _arch, ...kept } = buildEnvironment(env);
  const output = join(directory, TEMPORAL_FILE_NAME);
  const child = spawn(go, ['build', '-v', '-mod=mod', '-ldflags', LINKER_FLAGS, '-o', output, COMMAND], {
    cwd: directory,
    // A go.work further up must not take part.
    env: { ...kept, GOWORK: 'off' },
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
    else reject(new Error(`go build ended with ${signal ?? code}: ${lastLines.join(' | ') || 'no output'}`));
  });
  await promise;
}
