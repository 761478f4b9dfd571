/**
 * Rows of a CSV file that somebody handed in. A million lines take seconds, in which the worker has others to serve: they are read a
 * piece at a time, and between two pieces everybody else has a turn.
 */
import { type CsvError, type Info, parse } from 'csv-parse';
import { inTurns } from './inTurns.ts';

export interface Row {
  /** Where its first cell stands; a quoted cell may go over several. */
  line: number;
  /** Without the spaces around them. */
  cells: string[];
}

/** Bytes: few enough where something is wrong with each line, too. */
const PIECE = 4_000;

/**
 * RFC 4180 with comma, semicolon or tab, whichever the first line has most of. Rows without any cell are left out; so are those that
 * are no CSV, whose lines `broken` is told, each once.
 */
export async function* csvRows(text: string, broken: (line: number) => void): AsyncGenerator<Row> {
  let last = 0;
  const parser = parse({
    bom: true,
    info: true,
    delimiter: delimiterOf(text),
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      const { lines = 1 } = (error ?? {}) as Partial<CsvError & Info>;
      if (lines > last) broken(lines);
      last = lines;
      return undefined;
    },
  });
  for await (const piece of inTurns(inPieces(Buffer.from(text)))) {
    parser.write(piece);
    for (let parsed = parser.read(); parsed !== null; parsed = parser.read()) yield* rowOf(parsed);
  }
  parser.end();
  for await (const parsed of parser) yield* rowOf(parsed);
}

/** None where there is no cell. */
function* rowOf({ record, info }: Parsed): Generator<Row> {
  const breaks = record.reduce((sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);
  const cells = record.map((cell) => cell.trim());
  if (cells.some((cell) => cell !== '')) yield { line: info.lines - breaks, cells };
}

interface Parsed {
  record: string[];
  info: Info;
}

function* inPieces(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += PIECE) {
    yield bytes.subarray(from, from + PIECE);
  }
}

function delimiterOf(text: string): string {
  const [header = ''] = text.split(/\r?\n/, 1);
  const found = (delimiter: string): number => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, each) => (found(each) > found(best) ? each : best));
}
