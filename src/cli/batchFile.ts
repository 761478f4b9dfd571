/** A batch as a file: CSV with a line for each migration, or YAML (JSON too) with the whole object or just the list. */

import { parse } from 'csv-parse/sync';
import { readYaml } from '../config/document.ts';
import { LIMITS } from '../contract/limits.ts';
import { without } from '../contract/lists.ts';
import { isObject, type Problem } from '../contract/problems.ts';
import { usageError } from './errors.ts';
import { readBytes } from './files.ts';
import { originalOf, projectOf } from './startObject.ts';

export interface BatchFile {
  /** Members of the batch that the file gives, `migrations` among them; unchecked. */
  members: Record<string, unknown>;
  /** What the file itself has wrong. */
  problems: Problem[];
  /** Line of what stands at this path of the batch; `undefined` when it does not stand in the file. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/** @throws CommandError `Usage` when it cannot be read or parsed. */
export async function readBatchFile(file: string): Promise<BatchFile> {
  const text = (await readBytes(file, LIMITS.document)).toString('utf8');
  return /\.csv$/i.test(file) ? fromCsv(file, text) : fromYaml(file, text);
}

function fromYaml(file: string, text: string): BatchFile {
  const { value, problems, lineOf } = readYaml(text);
  if (problems.length > 0) {
    const lines = problems.map(({ line, what }) => `${file}:${line} ${what}`).join('; ');
    throw usageError(`${lines}.`, 'Give a file of CSV, YAML or JSON.');
  }
  if (Array.isArray(value))
    return { members: { migrations: value }, problems: [], lineOf: (path) => lineOf(path.slice(1)) };
  if (isObject(value))
    return {
      members: value,
      problems: [],
      lineOf: (path) => (path[0] !== undefined && path[0] in value ? lineOf(path) : undefined),
    };
  throw usageError(
    `${file} holds no batch.`,
    'Give a list of start objects, or an object with such a list as "migrations".',
  );
}

/** What a cell becomes in the start object. An empty cell says nothing. */
const COLUMNS: Readonly<Record<string, (cell: string, member: Record<string, unknown>) => void>> = {
  original: (cell, member) => {
    member.original = originalOf(cell);
  },
  new: (cell, member) => {
    member.new = { projects: {}, ...objectAt(member, 'new'), instance: cell };
  },
  project: (cell, member) => {
    const projects = Object.fromEntries(
      cell
        .split(/[\s;]+/)
        .filter(Boolean)
        .map(projectOf),
    );
    member.new = { ...objectAt(member, 'new'), projects };
  },
  copyStarted: inMove('copyStarted'),
  copyFinished: inMove('copyFinished'),
  frozenSince: inMove('frozenSince'),
  order: plainly('order'),
  requestedBy: plainly('requestedBy'),
  reason: plainly('reason'),
  dryRun: (cell, member) => {
    member.dryRun = cell === 'true' ? true : cell === 'false' ? false : cell;
  },
};

const objectAt = (member: Record<string, unknown>, name: string): object => {
  const value = member[name];
  return isObject(value) ? value : {};
};

function inMove(name: string) {
  return (cell: string, member: Record<string, unknown>): void => {
    member.move = { ...objectAt(member, 'move'), [name]: cell };
  };
}

function plainly(name: string) {
  return (cell: string, member: Record<string, unknown>): void => {
    member[name] = cell;
  };
}

interface Line {
  info: { lines: number };
  record: Record<string, string>;
}

/** The first line names the columns. Spreadsheets of some countries separate by semicolons. */
function fromCsv(file: string, text: string): BatchFile {
  const head = text.slice(0, text.search(/\r?\n|$/));
  const delimiter = head.includes(';') && !head.includes(',') ? ';' : ',';
  let lines: Line[];
  try {
    lines = parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true, info: true, delimiter });
  } catch (error) {
    throw usageError(
      `${file} is not CSV as it should be: ${error instanceof Error ? error.message : error}.`,
      'Mend that line.',
    );
  }
  const problems = unknownColumns(lines[0]);
  const migrations = lines.map(({ record }, n) => {
    const member: Record<string, unknown> = {};
    for (const [column, read] of Object.entries(COLUMNS)) {
      const cell = record[column];
      if (cell === undefined || cell === '') continue;
      try {
        read(cell, member);
      } catch (error) {
        problems.push({
          path: ['migrations', n, column],
          what: error instanceof Error ? error.message : String(error),
        });
      }
    }
    return member;
  });
  const numbers = lines.map(({ info }) => info.lines);
  return {
    members: { migrations },
    problems,
    lineOf: ([member, n]) => (member === 'migrations' ? (typeof n === 'number' ? numbers[n] : 1) : undefined),
  };
}

function unknownColumns(line: Line | undefined): Problem[] {
  const known = Object.keys(COLUMNS);
  return without(Object.keys(line?.record ?? {}), known).map((column) => ({
    path: ['migrations'],
    what: `the column "${column}" is not known; there are ${known.join(', ')}`,
  }));
}
