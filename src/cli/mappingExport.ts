/** `migrator mapping export`: decided answers and open questions as CSV, to be reviewed, filled in, and given to what comes next. */
import type { Command } from 'commander';
import { decisionRows, decisionsOf } from '../mapping/decisions.ts';
import { csvLines } from '../sheets/lines.ts';
import { explained, type MappingOptions, withMappingOptions } from './mappingSource.ts';
import { writeOut } from './output.ts';
import { hint, onlyYours, say, sayJson } from './print.ts';

interface ExportOptions extends MappingOptions {
  out?: string;
  all?: boolean;
}

export function addMappingExport(mapping: Command): void {
  withMappingOptions(
    mapping.command('export').description('decided answers and open questions as CSV; fill in the column value'),
  )
    .option('--all', 'also what rules have found, so that a person can decide otherwise')
    .option('--out <file>', 'the file to write (default: stdout)')
    .action(exportDecisions);
}

async function exportDecisions(name: string | undefined, options: ExportOptions): Promise<void> {
  const decisions = decisionsOf(await explained(name, options), options.all);
  const open = decisions.filter(({ value }) => value === '').length;
  // Spreadsheets take a file without the mark for the code page of their country.
  const lines = csvLines(decisionRows(decisions));
  const csv = `\ufeff${lines.join('\r\n')}\r\n`;
  if (options.out !== undefined) await writeOut(options.out, csv);
  if (options.json) return sayJson({ ...(options.out ? { file: options.out } : {}), open, decisions });
  if (options.out === undefined && process.stdout.isTTY) say(lines);
  else if (options.out === undefined) process.stdout.write(csv);
  hint(
    `${decisions.length - open} decided, ${open} to decide${options.out ? `: ${options.out}. ${onlyYours()}` : '.'}`,
  );
}
