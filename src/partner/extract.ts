/**
 * What a partner returns of its project: a CSV file (RFC 4180, UTF-8; comma or semicolon) with one line per issue. Columns that
 * the partner cannot fill stay empty, lines may be left out: both mean "not compared", never "not there".
 */
import { common, without } from '../contract/lists.ts';
import { repeatedIn } from '../contract/text.ts';
import { csvRows } from '../sheets/csv.ts';
import { beyondLimits, NO_CSV } from '../sheets/lines.ts';

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
export async function readExtract(bytes: Uint8Array, project: string): Promise<Extract> {
  const beyond = beyondLimits(bytes);
  if (beyond) return { rows: [], problems: [`line 1: the file ${beyond}.`] };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { rows: [], problems: ['line 1: the file is not in UTF-8; save it as "CSV UTF-8".'] };
  }
  const rows: ExtractRow[] = [];
  const problems: { line: number; what: string }[] = [];
  const wrong = (line: number, what: string) => problems.push({ line, what });
  const seen = new Map<string, number>();
  let columns: string[] | undefined;
  for await (const { line, cells } of csvRows(text, (line) => wrong(line, `it is no CSV: ${NO_CSV}.`))) {
    if (!columns) {
      columns = cells.map((cell) => cell.toLowerCase());
      for (const what of headerProblems(columns)) wrong(1, what);
      if (problems.some((problem) => problem.line === 1)) break;
      continue;
    }
    const found = rowOf(columns, cells, project);
    for (const what of found.problems) wrong(line, what);
    const before = seen.get(found.row.key);
    if (before !== undefined && found.row.key !== '') wrong(line, `${found.row.key} stands on line ${before} already.`);
    seen.set(found.row.key, line);
    rows.push(found.row);
  }
  if (!columns) wrong(1, 'the file is empty.');
  else if (rows.length === 0 && problems.length === 0) wrong(2, 'there is no issue below the header.');
  const told = problems.sort((x, y) => x.line - y.line).map(({ line, what }) => `line ${line}: ${what}`);
  return { rows: told.length === 0 ? rows : [], problems: told };
}

function headerProblems(columns: string[]): string[] {
  const known: readonly string[] = EXTRACT_COLUMNS;
  const unknown = without(columns, known);
  const twice = repeatedIn(common(columns, known));
  return [
    ...(columns.includes('key') ? [] : ['the column key is missing.']),
    ...unknown.map((column) => `there is no column "${column.slice(0, 40)}"; the columns are ${known.join(', ')}.`),
    ...twice.map((column) => `the column ${column} stands twice.`),
  ];
}

function rowOf(columns: string[], cells: string[], project: string): { row: ExtractRow; problems: string[] } {
  const problems: string[] = [];
  if (cells.length !== columns.length) problems.push(`it has ${cells.length} cells, the header has ${columns.length}.`);
  const cell = (column: Column) => {
    return cells[columns.indexOf(column)] || undefined;
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
