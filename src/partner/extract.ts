/**
 * What a partner returns of its project: a CSV file (RFC 4180, UTF-8; comma or semicolon) with one line per issue. Columns that
 * the partner cannot fill stay empty, lines may be left out: both mean "not compared", never "not there".
 */
import { type CsvError, type Info, parse } from 'csv-parse/sync';
import { repeatedIn } from '../contract/text.ts';
import { beyondLimits } from '../sheets/lines.ts';

export const EXTRACT_COLUMNS = ['key', 'created', 'reporter', 'summary', 'status', 'comments'] as const;

type Column = (typeof EXTRACT_COLUMNS)[number];

export interface ExtractRow {
  key: string;
  /** Epoch milliseconds. */
  created?: number;
  reporter?: string;
  summary?: string;
  status?: string;
  /** How many. */
  comments?: number;
}

export interface Extract {
  rows: ExtractRow[];
  /** Everything wrong with the file, by line; with any, the rows are not to be used. Cells are not repeated, but for keys. */
  problems: string[];
}

/** @param project the key of the partner's project. */
export function readExtract(bytes: Uint8Array, project: string): Extract {
  const beyond = beyondLimits(bytes);
  if (beyond) return { rows: [], problems: [`line 1: the file ${beyond}.`] };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { rows: [], problems: ['line 1: the file is not in UTF-8; save it as "CSV UTF-8".'] };
  }
  const { records, problems: broken } = recordsOf(text);
  const [header, ...lines] = records;
  if (!header) return { rows: [], problems: [...broken, 'line 1: the file is empty.'] };
  const columns = header.cells.map((cell) => cell.trim().toLowerCase());
  const problems = broken.concat(headerProblems(columns));
  if (problems.some((problem) => problem.startsWith('line 1:'))) return { rows: [], problems };
  const rows: ExtractRow[] = [];
  const seen = new Map<string, number>();
  for (const { line, cells } of lines) {
    const found = rowOf(columns, cells, project);
    problems.push(...found.problems.map((problem) => `line ${line}: ${problem}`));
    const before = seen.get(found.row.key);
    if (before !== undefined && found.row.key !== '')
      problems.push(`line ${line}: ${found.row.key} stands on line ${before} already.`);
    seen.set(found.row.key, line);
    rows.push(found.row);
  }
  if (lines.length === 0) problems.push('line 2: there is no issue below the header.');
  return { rows, problems: problems.sort((x, y) => lineOf(x) - lineOf(y)) };
}

interface Line {
  /** Where its first cell stands; a quoted cell may go over several. */
  line: number;
  cells: string[];
}

function recordsOf(text: string): { records: Line[]; problems: string[] } {
  const skipped = new Map<string, string>();
  const [first = ''] = text.split(/\r?\n/, 1);
  const parsed = parse(text, {
    bom: true,
    // Spreadsheets of half the world write semicolons.
    delimiter: first.includes(';') && !first.includes(',') ? ';' : ',',
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined) => {
      // One mistake can be told twice.
      const line = `line ${Number(error?.lines ?? 1)}: it is no CSV`;
      if (!skipped.has(line)) skipped.set(line, `${line} (${error?.code ?? 'unknown'}).`);
      return undefined;
    },
  }) as unknown as { info: Info; record: string[] }[];
  const records = parsed.map(({ info, record }) => ({
    line: info.lines - record.reduce((sum, cell) => sum + (cell.match(/\n/g)?.length ?? 0), 0),
    cells: record,
  }));
  return { records, problems: [...skipped.values()] };
}

function headerProblems(columns: string[]): string[] {
  const known: readonly string[] = EXTRACT_COLUMNS;
  const unknown = columns.filter((column) => !known.includes(column));
  const twice = repeatedIn(columns.filter((column) => known.includes(column)));
  return [
    ...(columns.includes('key') ? [] : ['line 1: the column key is missing.']),
    ...unknown.map(
      (column) => `line 1: there is no column "${column.slice(0, 40)}"; the columns are ${known.join(', ')}.`,
    ),
    ...twice.map((column) => `line 1: the column ${column} stands twice.`),
  ];
}

function rowOf(columns: string[], cells: string[], project: string): { row: ExtractRow; problems: string[] } {
  const problems: string[] = [];
  if (cells.length !== columns.length) problems.push(`it has ${cells.length} cells, the header has ${columns.length}.`);
  const cell = (column: Column) => {
    const text = cells[columns.indexOf(column)]?.trim();
    return text === undefined || text === '' ? undefined : text;
  };
  const key = cell('key') ?? '';
  const fits = key.startsWith(`${project}-`) && /^\d+$/.test(key.slice(project.length + 1));
  if (!fits) problems.push(`key is no issue of ${project}${key === '' ? ' (it is empty)' : ''}.`);
  const [at, count] = [cell('created'), cell('comments')];
  const created = at === undefined ? undefined : momentOf(at);
  if (at !== undefined && created === undefined)
    problems.push('created is no time; write it like 2026-11-20T20:00:00Z, with its offset.');
  if (count !== undefined && !/^\d{1,9}$/.test(count)) problems.push('comments is no whole number.');
  const texts = { reporter: cell('reporter'), summary: cell('summary'), status: cell('status') };
  return {
    problems,
    row: {
      key,
      ...(created === undefined ? {} : { created }),
      ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
      ...(count === undefined ? {} : { comments: Number(count) }),
    },
  };
}

/** ISO 8601 with an offset, with or without its colon, as Jira's REST interface writes it too. */
const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

function momentOf(text: string): number | undefined {
  if (!MOMENT.test(text)) return undefined;
  const time = Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(time) ? undefined : time;
}

const lineOf = (problem: string): number => Number(/^line (\d+)/.exec(problem)?.[1] ?? 0);
