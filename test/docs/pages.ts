/** Reading our own Markdown pages: tables as rows of cells. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './imports.ts';

export const readPage = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');

export interface Table {
  head: string[];
  rows: string[][];
}

export function tablesOf(page: string): Table[] {
  const tables: Table[] = [];
  let lines: string[][] = [];
  for (const line of [...page.split('\n'), '']) {
    if (line.startsWith('|')) {
      lines.push(cellsOf(line));
      continue;
    }
    const [head, , ...rows] = lines;
    if (head) tables.push({ head, rows });
    lines = [];
  }
  return tables;
}

/** The table whose first heading cells are these. */
export function tableOf(page: string, ...head: string[]): Table {
  const found = tablesOf(page).filter((table) => head.every((cell, at) => table.head[at] === cell));
  const [table, another] = found;
  if (!table || another) throw new Error(`${found.length} tables begin with ${head.join(' | ')}`);
  return table;
}

/** A bar inside a cell is written `\|`. */
const cellsOf = (line: string): string[] =>
  line
    .slice(1, line.trimEnd().endsWith('|') ? line.trimEnd().length - 1 : undefined)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));

/** `` `a` and `b` `` → a, b. */
export const codesIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** The one code that a cell begins with. */
export const codeOf = (cell: string | undefined): string => codesIn(cell ?? '')[0] ?? '';
