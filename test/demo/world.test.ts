/** The demo in a world of the newcomer's own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../support/directories.ts';
import { temporalBinary } from '../support/temporal.ts';

async function demo(...args: string[]): Promise<{ code: unknown; out: string; error: string }> {
  const env = { ...process.env, TEMPORAL_CLI_PATH: temporalBinary() };
  const child = spawn(process.execPath, ['demo/main.ts', '--json', ...args], { env });
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, error };
}

it('migrates the synchronization of a world file, whatever its instances are called', {
  timeout: 300_000,
}, async () => {
  const { code, out } = await demo('--world', 'examples/world.json', '--home', await temporaryDirectory());
  expect(JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    state: 'Completed',
    originalDeleted: true,
    duplicates: 0,
    lostChanges: 0,
  });
  expect(code).toBe(0);
});

it('starts nothing with a world that is none, and says all that is wrong with it', { timeout: 60_000 }, async () => {
  const home = await temporaryDirectory();
  const file = join(home, 'broken.json');
  const { original, ...rest } = JSON.parse(await readFile('examples/world.json', 'utf8'));
  await writeFile(file, JSON.stringify({ ...rest, newHome: 7 }));
  const { code, out, error } = await demo('--world', file, '--home', home);
  expect([code, out.includes('people begin to work')]).toEqual([1, false]);
  expect(error).toContain("/: must have required property 'original'");
  expect(error).toContain('/newHome: must be string');
  expect(error).not.toContain('    at ');
});
