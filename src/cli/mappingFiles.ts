/** Official id mappings that people name on the command line: read as a whole, or nothing of them. */

import type { Command } from 'commander';
import { append } from '../contract/lists.ts';
import { type IdMapping, type IdPair, type MappedKind, mappedKind, mergePairs } from '../mapping/idMapping.ts';
import {
  DEFAULT_COLUMNS,
  type IdMappingColumns,
  type IdMappingFile,
  readIdMappingFile,
} from '../mapping/idMappingFile.ts';
import type { FileProblem, NamedFile } from '../sheets/lines.ts';
import { usageError } from './errors.ts';
import { readBytes, wrongFiles } from './files.ts';

export interface IdMappingFlags {
  kind?: string;
  columns?: string;
}

export const withIdMappingFlags = (command: Command): Command =>
  command
    .option(
      '--kind <kind>',
      'of which kind the ids of an id mapping are, where its file does not say: status, field, option …',
    )
    .option(
      '--columns <names>',
      `names of its columns, like source=Server id,target=Cloud id (also ${Object.keys(DEFAULT_COLUMNS).slice(2).join(', ')})`,
    );

export interface IdMappings {
  mapping: IdMapping;
  notes: FileProblem[];
  /** Lines about things that no configuration names, by type. */
  passedOver: Record<string, number>;
}

export const idMappingFile = (file: NamedFile, flags: IdMappingFlags): Promise<IdMappingFile> =>
  readIdMappingFile(file, { ...kindOf(flags), ...columnsOf(flags) });

/** @throws CommandError `Usage` with every problem of every file. */
export async function readIdMappings(files: readonly string[], flags: IdMappingFlags): Promise<IdMappings> {
  const pairs: IdPair[] = [];
  const problems: FileProblem[] = [];
  const passedOver: Record<string, number> = {};
  for (const name of files) {
    const read = await idMappingFile({ name, bytes: await readBytes(name) }, flags);
    for (const pair of read.pairs) pairs.push(pair);
    for (const problem of read.problems) problems.push(problem);
    for (const [type, count] of Object.entries(read.passedOver)) passedOver[type] = (passedOver[type] ?? 0) + count;
  }
  const merged = mergePairs(pairs);
  append(problems, merged.problems);
  if (problems.length > 0) throw wrongFiles(problems);
  return { mapping: merged.mapping, notes: merged.notes, passedOver };
}

function kindOf({ kind }: IdMappingFlags): { kind?: MappedKind } {
  if (kind === undefined) return {};
  const known = mappedKind(kind);
  if (known) return { kind: known };
  throw usageError(
    `--kind "${kind}" is not known.`,
    'Give status, issueType, field, option, priority, component, version, user …',
  );
}

function columnsOf({ columns }: IdMappingFlags): { columns?: Partial<IdMappingColumns> } {
  if (columns === undefined) return {};
  const named = columns.split(',').map((each) => {
    const at = each.indexOf('=');
    const column = each.slice(0, Math.max(at, 0)).trim();
    if (!Object.hasOwn(DEFAULT_COLUMNS, column))
      throw usageError(`--columns "${each}" names no column.`, 'Write it like source=Server id,target=Cloud id.');
    return [column, each.slice(at + 1).trim()];
  });
  return { columns: Object.fromEntries(named) };
}
