/** What the source files import, read from their text. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceImport {
  /** Of the importing file, from the root: `src/workflows/run.ts`. */
  file: string;
  /** A package (`zod`, `node:fs`) or a file from the root (`src/contract/names.ts`). */
  target: string;
  /** `import type` leaves nothing behind at run time; `import { type X }` does. */
  typesOnly: boolean;
}

/** Files with code below a folder, from the root. Empty when there is no such folder. */
export function sourceFiles(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
  return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name.replaceAll(path.sep, '/')}`);
}

export const readSource = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** `import … from`, `export … from`, `import '…'`; a statement begins a line. */
const STATEMENT = /^(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]+?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

export function importsOf(file: string): SourceImport[] {
  const text = readSource(file);
  const found = [
    ...[...text.matchAll(STATEMENT)].map(([, type, target = '']) => ({ target, typesOnly: type !== undefined })),
    ...[...text.matchAll(DYNAMIC)].map(([, target = '']) => ({ target, typesOnly: false })),
  ];
  return found.map(({ target, typesOnly }) => ({ file, target: resolved(file, target), typesOnly }));
}

export const importsBelow = (folder: string): SourceImport[] => sourceFiles(folder).flatMap(importsOf);

const resolved = (file: string, target: string): string =>
  target.startsWith('.') ? path.posix.join(path.posix.dirname(file), target) : target;

/** Everything that a file loads at run time, itself included: files from the root, and packages. */
export function loadedBy(entries: string[]): Set<string> {
  const loaded = new Set<string>();
  const open = [...entries];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (loaded.has(next)) continue;
    loaded.add(next);
    if (!next.endsWith('.ts')) continue;
    open.push(...importsOf(next).flatMap(({ target, typesOnly }) => (typesOnly ? [] : [target])));
  }
  return loaded;
}

/** `src/workflows/run.ts` → `workflows`; a file of `src` itself is its own part. */
export const partOf = (file: string): string => file.split('/')[1] ?? file;
