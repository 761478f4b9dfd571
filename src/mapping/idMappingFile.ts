/**
 * Reading the official mapping in each of its forms: CSV with two columns or more, JSONL with a line of metadata, one JSON object.
 * The columns of the downloadable reports are not documented, so their names can be said.
 */

import { repeatedIn } from '../contract/text.ts';
import { csvRows, type Row } from '../sheets/csv.ts';
import { type FileProblem, type NamedFile, NO_CSV, textOfFile } from '../sheets/lines.ts';
import { type Group, lineFinder, type Node, NotJson, parseDocument, textOf } from './document.ts';
import { type IdPair, type MappedKind, mappedKind, normalized } from './idMapping.ts';
import { isKind, KIND_NAMES } from './references.ts';

export interface IdMappingColumns {
  source: string;
  target: string;
  type: string;
  sequence: string;
  deleted: string;
}

/** The names of Atlassian's mapping file; others that are looked for when these are not there. */
export const DEFAULT_COLUMNS: IdMappingColumns = {
  source: 'sourceId',
  target: 'targetId',
  type: 'entityType',
  sequence: 'TXN_SEQUENCE',
  deleted: 'DELETED',
};

const ALSO: Readonly<Record<keyof IdMappingColumns, readonly string[]>> = {
  source: ['serverid', 'server id', 'source id', 'old'],
  target: ['cloudid', 'cloud id', 'target id', 'new'],
  type: ['type', 'namespace', 'entity type'],
  sequence: ['txnsequence'],
  deleted: [],
};

export interface IdMappingOptions {
  /** Of which kind the ids are, where the file does not say. */
  kind?: MappedKind;
  columns?: Partial<IdMappingColumns>;
}

export interface IdMappingFile {
  pairs: IdPair[];
  problems: FileProblem[];
  /** Lines about things that no configuration names (issues, comments), by type. */
  passedOver: Record<string, number>;
}

export async function readIdMappingFile(file: NamedFile, options: IdMappingOptions = {}): Promise<IdMappingFile> {
  const read = textOfFile(file);
  if ('problem' in read) return { pairs: [], problems: [read.problem], passedOver: {} };
  const reader = new Reader(file.name, options);
  const text = read.text;
  if (text.trim() === '') reader.problem(1, 'is empty');
  else if (!/^\s*[[{]/.test(text)) await reader.csv(text);
  else if (isOneObject(text)) reader.json(text);
  else reader.jsonLines(text);
  const { pairs, problems, passedOver } = reader;
  return { pairs: problems.length === 0 ? pairs : [], problems, passedOver };
}

/** One object alone; lines of JSON are several. A first line that is whole, with others below, is the second. */
function isOneObject(text: string): boolean {
  const [first = '', ...rest] = text.trimStart().split('\n');
  if (!text.trimStart().startsWith('{')) return false;
  if (rest.every((line) => line.trim() === '')) return !/"columns"\s*:/.test(first);
  try {
    parseDocument(first);
    return false;
  } catch {
    return true;
  }
}

/** One pair as it stands in the file. */
interface Written {
  line: number;
  type?: string | undefined;
  source: string;
  target: string | undefined;
  sequence?: bigint;
  deleted?: boolean;
}

type Positions = Partial<Record<keyof IdMappingColumns, number>>;

class Reader {
  readonly pairs: IdPair[] = [];
  readonly problems: FileProblem[] = [];
  readonly passedOver: Record<string, number> = {};
  readonly #file: string;
  readonly #kind: MappedKind | undefined;
  readonly #columns: IdMappingColumns;

  constructor(file: string, { kind, columns }: IdMappingOptions) {
    this.#file = file;
    this.#kind = kind;
    this.#columns = { ...DEFAULT_COLUMNS, ...columns };
  }

  problem(line: number, what: string): void {
    this.problems.push({ file: this.#file, line, what });
  }

  async csv(text: string): Promise<void> {
    let header: Row | undefined;
    let at: Positions | undefined;
    let rows = 0;
    for await (const row of csvRows(text, (line) => this.problem(line, NO_CSV))) {
      const { line, cells } = row;
      if (!header) {
        header = row;
        at = this.#positions(cells, line);
        if (!at) return;
        continue;
      }
      rows++;
      if (cells.length === header.cells.length) this.#row(line, (name) => cells[at?.[name] ?? -1]);
      else this.problem(line, `has ${cells.length} cells, the first line has ${header.cells.length}`);
    }
    if (header && rows === 0 && this.problems.length === 0)
      this.problem(header.line, 'there is no line below the names of the columns');
    this.problems.sort((x, y) => x.line - y.line);
  }

  /** Rows are objects, or lists in the order of the `columns` that the first line names. */
  jsonLines(text: string): void {
    let at: Positions | undefined;
    for (const [n, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      const node = this.#parsed(line, n);
      if (!node) continue;
      if (node.kind === 'list') {
        if (at) this.#row(n + 1, (name) => cellOf(node.items[at?.[name] ?? -1]));
        else this.problem(n + 1, 'is a list, and no line before it names the columns');
        continue;
      }
      if (node.kind === 'leaf') {
        this.problem(n + 1, 'is neither an object nor a list');
        continue;
      }
      const columns = node.members.findLast(({ name }) => name === 'columns')?.value;
      if (columns?.kind === 'list') {
        at = this.#positions(
          columns.items.map((item) => columnName(item)),
          n + 1,
        );
        if (!at) return;
      } else this.#objectRow(node, n + 1);
    }
    if (this.pairs.length === 0 && this.problems.length === 0 && Object.keys(this.passedOver).length === 0)
      this.problem(1, 'names no pair of ids');
  }

  /** `{"10105": "10605"}`, or one such object for each kind. */
  json(text: string): void {
    let root: Node;
    try {
      root = parseDocument(text).root;
    } catch (error) {
      if (!(error instanceof NotJson)) throw error;
      this.problem(error.line, `is not JSON: ${error.what}`);
      return;
    }
    if (root.kind !== 'group') {
      this.problem(1, 'is no JSON object');
      return;
    }
    const lineOf = lineFinder(text);
    for (const { at, name, value } of root.members) {
      if (value.kind !== 'group') this.#pair({ line: lineOf(at), source: name, target: textOf(value) });
      else
        for (const member of value.members)
          this.#pair({ line: lineOf(member.at), type: name, source: member.name, target: textOf(member.value) });
    }
  }

  #parsed(line: string, n: number) {
    try {
      return parseDocument(line).root;
    } catch (error) {
      if (!(error instanceof NotJson)) throw error;
      this.problem(n + 1, `is not JSON: ${error.what}`);
      return undefined;
    }
  }

  #objectRow(node: Group, line: number): void {
    const at = this.#positions(
      node.members.map(({ name }) => name),
      line,
    );
    if (!at) return;
    this.#row(line, (name) => cellOf(node.members[at[name] ?? -1]?.value));
  }

  /** Where each column stands. `undefined` when source or target is missing, which is a problem of its own. */
  #positions(names: readonly string[], line: number): Positions | undefined {
    const folded = names.map((name) => name.trim().toLowerCase());
    const at: Positions = {};
    for (const column of Object.keys(this.#columns) as (keyof IdMappingColumns)[]) {
      const wanted = [this.#columns[column].toLowerCase(), ...ALSO[column]];
      const found = wanted.map((name) => folded.indexOf(name)).find((position) => position >= 0);
      if (found !== undefined) at[column] = found;
    }
    const missing = (['source', 'target'] as const).filter((column) => at[column] === undefined);
    const twice = repeatedIn(folded.filter((name) => name !== ''));
    for (const name of twice) this.problem(line, `has column "${name}" twice`);
    for (const column of missing)
      this.problem(
        line,
        `has no column ${this.#columns[column]} (${names.join(', ')}); say which it is with --columns`,
      );
    return missing.length === 0 && twice.length === 0 ? at : undefined;
  }

  #row(line: number, cell: (name: keyof IdMappingColumns) => string | undefined): void {
    const sequence = cell('sequence') ?? '';
    const deleted = (cell('deleted') ?? '').toLowerCase();
    if (sequence !== '' && !/^\d+$/.test(sequence)) {
      this.problem(line, `its sequence "${sequence}" is no number`);
    } else if (!['', 'true', 'false', '0', '1', 'null'].includes(deleted)) {
      this.problem(line, `its mark of deletion "${deleted}" is neither true nor false`);
    } else {
      this.#pair({
        line,
        type: cell('type'),
        source: cell('source') ?? '',
        target: cell('target'),
        ...(sequence === '' ? {} : { sequence: BigInt(sequence) }),
        deleted: deleted === 'true' || deleted === '1',
      });
    }
  }

  #pair({ line, type, source, target = '', sequence, deleted = false }: Written): void {
    const named = type ? mappedKind(type) : undefined;
    if (type && named === undefined) {
      this.passedOver[type] = (this.passedOver[type] ?? 0) + 1;
      return;
    }
    const kind = named ?? this.#kind ?? (/^customfield_\d+$/.test(source) ? 'field' : undefined);
    const wrong = kind === undefined ? NO_KIND : wrongPair(kind, source, target, deleted);
    if (kind === undefined || wrong !== undefined) {
      this.problem(line, wrong ?? NO_KIND);
      return;
    }
    const from = normalized(kind, source);
    this.pairs.push({
      file: this.#file,
      line,
      kind: from.kind,
      source: from.id,
      target: normalized(kind, target).id,
      ...(sequence === undefined ? {} : { sequence }),
      deleted,
    });
  }
}

const NO_KIND = 'does not say of which kind its ids are; say it with --kind, for example --kind status';

function wrongPair(kind: MappedKind, source: string, target: string, deleted: boolean): string | undefined {
  if (source === '') return 'has no old id';
  if (target === '') return deleted ? undefined : 'has no new id';
  if (!hasIds(kind) || (ID.test(source) && ID.test(target))) return undefined;
  return `"${source}" and "${target}" are not both ids of a ${kind}`;
}

const ID = /^(?:customfield_)?\d+$/;
/** `userEmail`, `userKey` and `comment` are none of ours. */
const hasIds = (kind: MappedKind): boolean =>
  KIND_NAMES.some((name) => name === kind && (name === 'field' || isKind(name, 'digits')));

/** A text, a number or a flag. */
const cellOf = (node: Node | undefined): string | undefined =>
  textOf(node) ?? (node?.kind === 'leaf' && /^[tf]/.test(node.raw) ? node.raw : undefined);

/** A column is named by a text, or by an object with a `name`. */
function columnName(item: Node): string {
  if (item.kind !== 'group') return textOf(item) ?? '';
  return textOf(item.members.find(({ name }) => name === 'name')?.value) ?? '';
}
