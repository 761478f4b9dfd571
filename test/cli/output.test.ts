/** The files that commands write: for their reader alone, whole, and in the place of nothing but a file. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeOut } from '../../src/cli/output.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { migrator } from './command.ts';

const modeOf = async (file: string): Promise<string> => ((await lstat(file)).mode & 0o777).toString(8);

async function oneArtifact() {
  const folder = await temporaryDirectory();
  const file = join(folder, 'store.db');
  const store = await openStore({ file });
  const digest = await store.artifacts.put(Buffer.from('evidence of a customer'), 'text/plain');
  await store.close();
  const get = (out: string) =>
    migrator(['artifact', 'get', digest, '--home', join(folder, 'home'), '--store', file, '--out', out]);
  return { folder, digest, get };
}

describe('a file that a command writes', () => {
  it.each([0o644, 0o666])(
    'is readable by its writer alone, though one of mode %o was there or half of one',
    {
      timeout: 60_000,
    },
    async (mode) => {
      const { folder, get } = await oneArtifact();
      for (const left of ['artifact.bin', 'artifact.bin.part']) {
        const out = join(folder, 'artifact.bin');
        await writeFile(join(folder, left), 'what was there before, and is longer than what is written');
        await chmod(join(folder, left), mode);
        const ran = await get(out);
        expect(ran.stdout).toContain('Only you can read this file');
        expect(await modeOf(out)).toBe('600');
        expect(await readFile(out, 'utf8')).toBe('evidence of a customer');
        expect((await readdir(folder)).filter((name) => /\.part$/.test(name) && name !== left)).toEqual([]);
      }
    },
  );

  it('takes the place of no pipe, socket, link or folder', { timeout: 60_000 }, async () => {
    const { folder, get } = await oneArtifact();
    const places = ['pipe', 'socket', 'link', 'folder'].map((name) => join(folder, name));
    const [pipe = '', socket = '', link = ''] = places;
    execFileSync('mkfifo', [pipe]);
    const listener = createServer().listen(socket);
    await once(listener, 'listening');
    onTestFinished(() => void listener.close());
    await writeFile(join(folder, 'elsewhere'), 'of somebody');
    await symlink(join(folder, 'elsewhere'), link);
    await mkdtemp(join(folder, 'folder'));
    execFileSync('mkdir', [join(folder, 'folder')]);
    for (const place of places) {
      const before = await lstat(place);
      const ran = await get(place);
      expect([place, ran.code, ran.stderr]).toEqual([place, 2, expect.stringContaining('is no regular file')]);
      expect((await lstat(place)).ino).toBe(before.ino);
    }
    expect(await readFile(join(folder, 'elsewhere'), 'utf8')).toBe('of somebody');
  });

  it('follows no link that stands where its first half is written', async () => {
    const folder = await temporaryDirectory();
    await writeFile(join(folder, 'elsewhere'), 'of somebody');
    await symlink(join(folder, 'elsewhere'), join(folder, 'page.html.part'));
    await writeOut(join(folder, 'page.html'), 'a page');
    expect(await readFile(join(folder, 'elsewhere'), 'utf8')).toBe('of somebody');
    expect(await readFile(join(folder, 'page.html'), 'utf8')).toBe('a page');
  });

  it('that fails half-way leaves what was there as it was', async () => {
    const file = join(await temporaryDirectory(), 'page.html');
    await writeFile(file, 'before');
    const failing = (async function* () {
      yield Buffer.from('half');
      throw new Error('damaged');
    })();
    await expect(writeOut(file, failing)).rejects.toThrow('damaged');
    expect(await readFile(file, 'utf8')).toBe('before');
  });
});
