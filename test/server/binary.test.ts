import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ObtainOptions, obtainTemporalServer } from '../../src/server/binary.ts';
import { cacheDirectory, cachedBinary } from '../../src/server/cache.ts';
import {
  crossesNamespaces,
  isRecentEnough,
  parseTemporalVersion,
  TEMPORAL_CLI_VERSION,
  TEMPORAL_SOURCES,
} from '../../src/server/version.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { runScript } from '../support/processes.ts';
import { cachedTemporal, fakeTemporal, releaseHost, script, silentHost } from './fakes.ts';

const SYSTEM_PATH = '/usr/bin:/bin';

/** Obtains with an environment where nothing can be found but what the test provides. */
async function obtain(given: Partial<ObtainOptions> & { cacheDir: string }) {
  const lines: string[] = [];
  const options = { env: { PATH: SYSTEM_PATH }, downloadAddresses: [], onProgress: (line: string) => lines.push(line) };
  const obtained = await obtainTemporalServer({ ...options, ...given }).catch((error: unknown) => error);
  return { obtained, lines };
}

describe('where the Temporal server comes from', () => {
  it('takes the one that TEMPORAL_CLI_PATH names before any other', async () => {
    const cacheDir = await temporaryDirectory();
    const path = await fakeTemporal(join(cacheDir, 'named'), '1.30.0');
    await cachedTemporal(cacheDir, '1.29.1');
    const { obtained } = await obtain({ cacheDir, env: { PATH: SYSTEM_PATH, TEMPORAL_CLI_PATH: path } });
    expect(obtained).toEqual({ path, source: 'environment', version: '1.30.0' });
  });

  it.each([
    ['does not exist', async (directory: string) => join(directory, 'nowhere')],
    ['is something else', (directory: string) => script(directory, 'temporal', 'echo hello')],
  ])('refuses a TEMPORAL_CLI_PATH that %s, rather than fetching another', async (_, make) => {
    const cacheDir = await temporaryDirectory();
    const path = await make(cacheDir);
    const { obtained } = await obtain({ cacheDir, env: { PATH: SYSTEM_PATH, TEMPORAL_CLI_PATH: path } });
    expect(obtained).toMatchObject({ code: 'TemporalCliPathInvalid', message: expect.stringContaining(path) });
  });

  it('takes the one on the PATH when its server is recent', async () => {
    const cacheDir = await temporaryDirectory();
    const path = await fakeTemporal(join(cacheDir, 'bin'), '1.28.0');
    const { obtained } = await obtain({ cacheDir, env: { PATH: `${dirname(path)}:${SYSTEM_PATH}` } });
    expect(obtained).toEqual({ path, source: 'path', version: '1.28.0' });
  });

  it('passes over an old one on the PATH, says so, and takes the one in the cache', async () => {
    const cacheDir = await temporaryDirectory();
    const old = await fakeTemporal(join(cacheDir, 'bin'), '1.27.2');
    const path = await cachedTemporal(cacheDir, '1.29.1');
    const { obtained, lines } = await obtain({ cacheDir, env: { PATH: `${dirname(old)}:${SYSTEM_PATH}` } });
    expect(obtained).toEqual({ path, source: 'cache', version: '1.29.1' });
    expect(lines).toEqual([expect.stringMatching(/not using .*1\.27\.2.*1\.28/)]);
  });

  it('downloads into the cache, saying how far it is at least every two seconds', { timeout: 20_000 }, async () => {
    const cacheDir = await temporaryDirectory();
    const host = await releaseHost(await temporaryDirectory(), 2_500);
    const first = await obtain({ cacheDir, downloadAddresses: [host.address], downloadSha256: host.sha256 });
    expect(first.obtained).toEqual({ path: cachedBinary(cacheDir), source: 'download', version: '1.29.1' });
    expect(first.lines.filter((line) => line.startsWith('downloading'))).toHaveLength(2);
    const second = await obtain({ cacheDir, downloadAddresses: [host.address], downloadSha256: host.sha256 });
    expect(second.obtained).toMatchObject({ source: 'cache' });
    expect(host.requests()).toBe(1);
    expect(await readdir(cacheDir)).toEqual([expect.stringMatching(/^temporal-cli-[\d.]+$/)]);
  });

  it('never runs an archive that is not the one of the release', async () => {
    const cacheDir = await temporaryDirectory();
    const host = await releaseHost(await temporaryDirectory());
    const env = { PATH: SYSTEM_PATH };
    const given = { cacheDir, env, downloadAddresses: [host.address] };
    const { obtained } = await obtain({ ...given, downloadSha256: '0'.repeat(64) });
    expect(obtained).toMatchObject({
      code: 'TemporalServerUnobtainable',
      message: expect.stringContaining(`what came has the SHA-256 ${host.sha256}, the release has 0000`),
    });
    await expect(stat(cachedBinary(cacheDir))).rejects.toThrow('ENOENT');
  });

  it('never runs what somebody put into the cache in its place, and fetches it anew', async () => {
    const cacheDir = await temporaryDirectory();
    const host = await releaseHost(await temporaryDirectory());
    const given = { cacheDir, downloadAddresses: [host.address], downloadSha256: host.sha256 };
    await obtain(given);
    await script(
      dirname(cachedBinary(cacheDir)),
      'temporal',
      'touch "$0.ran"; echo "temporal version 1 (Server 9.9.9)"',
    );
    const { obtained, lines } = await obtain(given);
    expect(obtained).toMatchObject({ source: 'download', version: '1.29.1' });
    expect(lines.join()).toContain('was put there with');
    await expect(stat(`${cachedBinary(cacheDir)}.ran`)).rejects.toThrow('ENOENT');
    expect((await obtain(given)).obtained).toMatchObject({ source: 'cache' });
  });

  it('never runs what is in the cache without a record of having been put there, and fetches it anew', async () => {
    const cacheDir = await temporaryDirectory();
    const host = await releaseHost(await temporaryDirectory());
    const given = { cacheDir, downloadAddresses: [host.address], downloadSha256: host.sha256 };
    await fakeTemporal(dirname(cachedBinary(cacheDir)), '9.9.9', 'touch "$0.ran"');
    const { obtained, lines } = await obtain(given);
    expect(obtained).toMatchObject({ source: 'download', version: '1.29.1' });
    expect(lines.join()).toContain('no record of what was put there');
    await expect(stat(`${cachedBinary(cacheDir)}.ran`)).rejects.toThrow('ENOENT');
    // Where it was removed: another binary could have been put beside it.
    await rm(`${cachedBinary(cacheDir)}.sha256`);
    expect((await obtain(given)).obtained).toMatchObject({ source: 'download' });
    expect((await obtain(given)).obtained).toMatchObject({ source: 'cache' });
  });

  it('keeps no binary that is not the one that came out of the archive', async () => {
    const cacheDir = await temporaryDirectory();
    const host = await releaseHost(await temporaryDirectory(), 0, 'echo "# changed" >> "$0"');
    const given = { cacheDir, downloadAddresses: [host.address], downloadSha256: host.sha256 };
    const { obtained } = await obtain(given);
    expect(obtained).toMatchObject({
      code: 'TemporalServerUnobtainable',
      message: expect.stringContaining('was put there with'),
    });
    await expect(stat(cachedBinary(cacheDir))).rejects.toThrow('ENOENT');
  });

  it('builds with Go in seconds after a network that swallows everything', { timeout: 20_000 }, async () => {
    const cacheDir = await temporaryDirectory();
    const build = `echo 'go: downloading example v1' >&2; cp "${await fakeTemporal(join(cacheDir, 'made'), '1.29.1')}" temporal`;
    const go = await script(join(cacheDir, 'bin'), 'go', build);
    const started = Date.now();
    const env = { PATH: `${dirname(go)}:${SYSTEM_PATH}`, GOOS: 'plan9' };
    const { obtained, lines } = await obtain({ cacheDir, env, downloadAddresses: [await silentHost()] });
    expect(obtained).toEqual({ path: cachedBinary(cacheDir), source: 'go', version: '1.29.1' });
    expect(Date.now() - started).toBeLessThan(9_000);
    expect(lines.join('\n')).toMatch(/did not work: no answer within 5 s[\s\S]*building the Temporal server with Go/);
  });

  it('says what it tried and what to install when nothing works', async () => {
    const cacheDir = await temporaryDirectory();
    const go = await script(join(cacheDir, 'bin'), 'go', 'echo "go: no such host" >&2; exit 1');
    const env = { PATH: `${dirname(go)}:${SYSTEM_PATH}` };
    const { obtained } = await obtain({ cacheDir, env, downloadAddresses: ['http://127.0.0.1:9/release'] });
    expect(obtained).toMatchObject({
      code: 'TemporalServerUnobtainable',
      message: expect.stringMatching(
        /downloading http:\/\/127\.0\.0\.1:9.*ECONNREFUSED.*building with Go.*no such host/,
      ),
      remedy: expect.stringContaining('TEMPORAL_CLI_PATH'),
    });
  });

  it('fetches once when several processes want it at the same time', { timeout: 20_000 }, async () => {
    const cacheDir = await temporaryDirectory();
    const host = await releaseHost(await temporaryDirectory(), 1_500);
    const module = new URL('../../src/server/binary.ts', import.meta.url);
    const code = `
      import { obtainTemporalServer } from ${JSON.stringify(module.href)};
      const given = { cacheDir: ${JSON.stringify(cacheDir)}, downloadAddresses: [${JSON.stringify(host.address)}], downloadSha256: '${host.sha256}' };
      const { source } = await obtainTemporalServer({ ...given, env: { PATH: '${SYSTEM_PATH}' }, onProgress: () => {} });
      console.log(source);`;
    const runs = [runScript(code), runScript(code), runScript(code)];
    expect(await Promise.all(runs.map((run) => run.ended))).toEqual([0, 0, 0]);
    expect(runs.flatMap((run) => run.lines).sort()).toEqual(['cache', 'cache', 'download']);
    expect(host.requests()).toBe(1);
  });

  it.each([
    ['was killed', `${hostname()}:4194304`, 0],
    ['was on another machine and has not been heard of', 'elsewhere:1', 60_000],
  ])('takes over from a process that %s while fetching', async (_, holder, silentForMs) => {
    const cacheDir = await temporaryDirectory();
    const host = await releaseHost(await temporaryDirectory());
    const lock = join(cacheDir, 'temporal-cli-1.8.2.lock');
    await writeFile(lock, holder);
    const touched = new Date(Date.now() - silentForMs);
    await utimes(lock, touched, touched);
    const { obtained } = await obtain({ cacheDir, downloadAddresses: [host.address], downloadSha256: host.sha256 });
    expect(obtained).toMatchObject({ source: 'download' });
    await expect(stat(lock)).rejects.toThrow('ENOENT');
  });
});

describe('small decisions', () => {
  it.each([
    ['temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)', { cli: '1.5.1', server: '1.29.1' }],
    ['temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)', { cli: '0.0.0-DEV', server: '1.29.1' }],
    ['something else', undefined],
  ])('reads the version out of "%s"', (output, version) => {
    expect(parseTemporalVersion(output)).toEqual(version);
  });

  it.each([
    ['1.27.9', false],
    ['1.28.0', true],
    ['1.31.2', true],
    ['2.0.0', true],
  ])('server %s is recent enough: %s', (server, enough) => {
    expect(isRecentEnough(server)).toBe(enough);
  });

  it.each([
    ['1.26.9', true],
    ['1.27.3', true],
    ['1.28.2', false],
    ['1.29.1', true],
    ['1.29.2', false],
    ['1.31.2', false],
    ['1.30.0-rc.1', false],
  ])('server %s lets clients of one namespace act in another: %s', (server, does) => {
    expect(crossesNamespaces(server)).toBe(does);
  });

  it('downloads and builds no server that lets clients of one namespace act in another, and says which', async () => {
    const security = await readFile(new URL('../../docs/security.md', import.meta.url), 'utf8');
    const versions = [...security.matchAll(/command ([\d.]+), server ([\d.]+)/g)].map(([, cli, server]) => ({
      cli,
      server,
    }));
    expect(versions.map(({ cli }) => cli)).toEqual([TEMPORAL_CLI_VERSION, TEMPORAL_SOURCES.cli]);
    expect(versions[1]?.server).toBe(TEMPORAL_SOURCES.server);
    expect(versions.map(({ server }) => crossesNamespaces(server ?? ''))).toEqual([false, false]);
  });

  it('keeps its cache where the environment says', () => {
    expect(cacheDirectory({ BACKBONE_MIGRATOR_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
    expect(cacheDirectory({ XDG_CACHE_HOME: '/b' })).toBe('/b/backbone-migrator');
    expect(cacheDirectory({ XDG_CACHE_HOME: 'relative' })).toMatch(/\/\.cache\/backbone-migrator$/);
  });
});
