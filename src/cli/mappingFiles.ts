/** Files of a mapping that people name on the command line: official id mappings, and what instances were found to have. */

import type { Command } from 'commander';
import { z } from 'zod';
import { append } from '../contract/lists.ts';
import type { SideCatalogues } from '../mapping/catalogue.ts';
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
import { writeOut } from './output.ts';

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

interface Sides {
  first: SideCatalogues;
  second: SideCatalogues;
}

export const saveCatalogues = (file: string, { first, second }: Sides): Promise<void> =>
  writeOut(file, `${JSON.stringify({ v: 1, first, second }, undefined, 2)}\n`);

const named = z.looseObject({ id: z.string(), name: z.string() });
const catalogue = z.looseObject({
  issueTypes: z.array(named),
  fields: z.array(named.extend({ type: z.string() })),
  options: z.record(z.string(), z.array(z.looseObject({ id: z.string(), value: z.string() }))),
  statuses: z.array(named.extend({ category: z.string() })),
  priorities: z.array(named),
});
const side = z.looseObject({
  old: catalogue,
  new: catalogue,
  sameInstance: z.boolean(),
  oldInstance: z.string(),
  newInstance: z.string(),
});
const saved = z.looseObject({ v: z.literal(1), first: side, second: side });

/** @throws CommandError `Usage` */
export async function readCatalogues(file: string): Promise<Sides> {
  let value: unknown;
  try {
    value = JSON.parse((await readBytes(file)).toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw usageError(`${file} is not JSON.`, 'Give a file that --save-catalogues has written.');
  }
  const parsed = saved.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw usageError(
      `${file} holds no catalogues (${problems.join('; ')}).`,
      'Give a file that --save-catalogues has written.',
    );
  }
  // Written by --save-catalogues from the same types; what was checked is what a look-up reads.
  const { first, second } = value as { first: SideCatalogues; second: SideCatalogues };
  return { first, second };
}
