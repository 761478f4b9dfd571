import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { cachedBinary } from '../../src/server/cache.ts';

/** An executable that answers `--version` as the real command does. */
export async function fakeTemporal(directory: string, server: string, more = ''): Promise<string> {
  return script(directory, 'temporal', `echo "temporal version 1.5.1 (Server ${server}, UI 2.42.1)"; ${more}`);
}

/** The same in a cache, with the record of what was put there. */
export async function cachedTemporal(cacheDir: string, server: string): Promise<string> {
  const path = await fakeTemporal(dirname(cachedBinary(cacheDir)), server);
  await writeFile(
    `${path}.sha256`,
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  );
  return path;
}

/** An executable shell script. */
export async function script(directory: string, name: string, body: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, name);
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

/** Serves a release archive holding such an executable, over real HTTP, with a pause in the middle of the body. */
export async function releaseHost(
  directory: string,
  pauseMs = 0,
  more = '',
): Promise<{ address: string; sha256: string; requests: () => number }> {
  await fakeTemporal(directory, '1.29.1', more);
  execFileSync('tar', ['-czf', 'release.tar.gz', 'temporal'], { cwd: directory });
  const archive = await readFile(join(directory, 'release.tar.gz'));
  let requests = 0;
  const server = createServer(async (_request, response) => {
    requests += 1;
    response.setHeader('Content-Length', archive.length);
    response.write(archive.subarray(0, 20));
    await sleep(pauseMs);
    response.end(archive.subarray(20));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/release`;
  return { address, sha256, requests: () => requests };
}

/** An address that accepts connections and never says anything, as a closed network can look. */
export async function silentHost(): Promise<string> {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
