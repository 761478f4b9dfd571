/** A real terminal (of `script`), and a real browser's request: bytes of others as they are reach neither by accident. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { serveArtifacts } from '../../src/service/artifactServer.ts';
import { openStore } from '../../src/store/open.ts';
import { migrator } from '../cli/command.ts';
import { onTerminal } from '../cli/terminal.ts';

const BYTES = Buffer.from('<script>owned()</script>\u001b]0;owned\u0007\u009b2J\n');

async function openPlace() {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'screens-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'store.db');
  const store = await openStore({ file });
  opened.defer(() => store.close());
  const digest = await store.artifacts.put(BYTES, 'application/json');
  const disposal = opened.move();
  return { folder, file, store, digest, [Symbol.asyncDispose]: () => disposal.disposeAsync() };
}

it('writes an artifact to a terminal only where that is asked for', async () => {
  await using place = await openPlace();
  const get = ['artifact', 'get', place.digest, '--store', place.file];
  const refused = await onTerminal(get);
  expect(refused).toMatchObject({ code: 2, seen: expect.stringContaining('--raw') });
  expect(refused.seen).not.toContain('owned');
  expect((await onTerminal([...get, '--raw'])).seen).toContain('\u001b]0;owned');
  // Whoever reads it in a program, or from a file, gets every byte.
  expect((await migrator(get)).stdout).toBe(BYTES.toString());
  const out = join(place.folder, 'out');
  expect((await onTerminal([...get, '--out', out])).code).toBe(0);
  expect(await readFile(out)).toEqual(BYTES);
});

it('gives a browser files only, under names that look like no other', async () => {
  await using place = await openPlace();
  const server = await serveArtifacts(place.store.artifacts);
  try {
    for (const name of [
      'list.csv',
      'invoice%E2%80%AEfdp.exe',
      'a;%20filename=evil.exe',
      'a%22;%20filename=%22evil.exe',
      '..%2F..%2Fetc%2Fpasswd',
      '%E0%A4%A',
    ]) {
      const { headers, status } = await fetch(`${server.url}/${place.digest}/${name}`);
      expect(status).toBe(200);
      expect(headers.get('content-disposition')).toMatch(/^attachment; filename="\w[\w.-]*"$/);
      expect(headers.get('content-type')).toBe('application/octet-stream');
      expect(headers.get('content-security-policy')).toContain('sandbox');
    }
    const { headers } = await fetch(`${server.url}/${place.digest}/list.csv`);
    expect(headers.get('content-disposition')).toBe('attachment; filename="list.csv"');
  } finally {
    await server.close();
  }
});
