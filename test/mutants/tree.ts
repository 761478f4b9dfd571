/** Copies of the working tree in which a guard can be broken without anybody else seeing it. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { editsOf } from './table.ts';
import type { Mutant } from './types.ts';

export interface Tree extends AsyncDisposable {
  directory: string;
  /** Breaks the guard while `act` runs. Throws when what comes out is no TypeScript. */
  broken<T>(mutant: Mutant, act: () => Promise<T>): Promise<T>;
}

/** What is there now, committed or not; packages are those of the original. */
export async function copyOf(root: string): Promise<Tree> {
  const directory = await mkdtemp(path.join(tmpdir(), 'backbone-migrator-mutants-'));
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    maxBuffer: 16 * 1024 * 1024,
  });
  for (const file of stdout.split('\0').filter(Boolean)) {
    await mkdir(path.join(directory, path.dirname(file)), { recursive: true });
    // A file that was removed and not committed yet is still listed.
    await cp(path.join(root, file), path.join(directory, file)).catch(ignoreMissing);
  }
  await symlink(path.join(root, 'node_modules'), path.join(directory, 'node_modules'));
  return {
    directory,
    async broken(mutant, act) {
      const before = new Map<string, string>();
      try {
        for (const { file, text, replacement } of editsOf(mutant)) {
          const place = path.join(directory, file);
          const content = await readFile(place, 'utf8');
          if (!before.has(place)) before.set(place, content);
          const changed = content.replace(text, () => replacement);
          stripTypeScriptTypes(changed);
          await writeFile(place, changed);
        }
        return await act();
      } finally {
        for (const [place, content] of before) await writeFile(place, content);
      }
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
