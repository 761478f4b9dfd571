/**
 * JSON as it was written. Numbers keep their digits (ids beyond 2^53), names that stand twice both stay, so do order and spaces:
 * what is not translated comes out byte for byte.
 */

/** A text, number, flag or null, as it is written. */
export interface Leaf {
  kind: 'leaf';
  raw: string;
}

export interface List {
  kind: 'list';
  /** The text before each item and after the last, brackets and commas included. */
  glue: string[];
  items: Node[];
}

export interface Member {
  /** Where its name stood in the text. */
  at: number;
  name: string;
  rawName: string;
  colon: string;
  value: Node;
}

export interface Group {
  kind: 'group';
  glue: string[];
  members: Member[];
}

export type Node = Leaf | List | Group;

export interface JsonDocument {
  before: string;
  root: Node;
  after: string;
  /** Names that stand twice in one object. Readers of JSON differ on which counts; most take the last. */
  duplicates: { line: number; name: string }[];
  /** The line of a place in the text, from 1. */
  lineOf: (at: number) => number;
}

/** The text is no JSON; `line` and `column` count from 1. */
export class NotJson extends Error {
  readonly line: number;
  readonly column: number;
  readonly what: string;

  constructor(text: string, at: number, what: string) {
    const { line, column } = positionOf(text, at);
    super(`line ${line}, column ${column}: ${what}`);
    this.line = line;
    this.column = column;
    this.what = what;
  }
}

function positionOf(text: string, at: number): { line: number; column: number } {
  return { line: lineFinder(text)(at), column: at - text.lastIndexOf('\n', at - 1) };
}

/** Lines of many places in one text, counted from 1. */
export function lineFinder(text: string): (at: number) => number {
  const starts: number[] = [];
  for (let next = text.indexOf('\n'); next >= 0; next = text.indexOf('\n', next + 1)) starts.push(next + 1);
  return (at) => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

/** Configurations are flat; a text nested deeper is refused before it can exhaust the stack. */
const DEEPEST = 500;

/** @throws NotJson */
export function parseDocument(text: string): JsonDocument {
  const duplicates: { at: number; name: string }[] = [];
  let at = 0;
  const fail = (what: string): never => {
    throw new NotJson(text, at, what);
  };

  // The same few names, numbers and spaces stand everywhere; one copy of each is kept.
  const known = new Map<string, string>();
  const names = new Map<string, string>();
  function shared(piece: string): string {
    if (piece.length > 64) return piece;
    const same = known.get(piece);
    if (same === undefined) known.set(piece, piece);
    return same ?? piece;
  }
  function nameOf(rawName: string): string {
    const same = names.get(rawName);
    if (same !== undefined) return same;
    const name: string = JSON.parse(rawName);
    names.set(rawName, name);
    return name;
  }

  function space(): string {
    const from = at;
    for (;;) {
      const c = text.charCodeAt(at);
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return from === at ? '' : shared(text.slice(from, at));
      at++;
    }
  }

  function node(depth: number): Node {
    if (depth > DEEPEST) fail(`nested deeper than ${DEEPEST}`);
    const c = text[at];
    if (c === '{') return group(depth);
    if (c === '[') return list(depth);
    return { kind: 'leaf', raw: c === '"' ? string() : literal() };
  }

  function list(depth: number): List {
    const found: List = { kind: 'list', glue: [], items: [] };
    let glue = open('[');
    if (text[at] !== ']') {
      for (;;) {
        found.glue.push(glue);
        found.items.push(node(depth + 1));
        glue = space();
        if (text[at] !== ',') break;
        glue = shared(glue + open(','));
      }
    }
    found.glue.push(shared(glue + close(']')));
    return found;
  }

  function group(depth: number): Group {
    const found: Group = { kind: 'group', glue: [], members: [] };
    const seen = new Set<string>();
    let glue = open('{');
    if (text[at] !== '}') {
      for (;;) {
        found.glue.push(glue);
        if (text[at] !== '"') fail('the name of a member is due, in double quotes');
        const start = at;
        const rawName = shared(string());
        const name = nameOf(rawName);
        if (seen.has(name)) duplicates.push({ at: start, name });
        seen.add(name);
        let colon = space();
        if (text[at] !== ':') fail('a colon is due');
        colon = shared(colon + open(':'));
        found.members.push({ at: start, name, rawName, colon, value: node(depth + 1) });
        glue = space();
        if (text[at] !== ',') break;
        glue = shared(glue + open(','));
      }
    }
    found.glue.push(shared(glue + close('}')));
    return found;
  }

  function open(mark: string): string {
    at++;
    return mark + space();
  }

  function close(mark: string): string {
    if (text[at] !== mark) fail(at >= text.length ? 'the text ends too early' : `a comma or ${mark} is due`);
    at++;
    return mark;
  }

  function string(): string {
    const from = at;
    let end = text.indexOf('"', at + 1);
    while (end >= 0 && escaped(end)) end = text.indexOf('"', end + 1);
    if (end < 0) fail('a text is not closed');
    const raw = text.slice(from, end + 1);
    if (SPECIAL.test(raw)) {
      try {
        JSON.parse(raw);
      } catch {
        fail('a text holds a line break, or an escape that JSON does not know');
      }
    }
    at = end + 1;
    return raw;
  }

  function escaped(quote: number): boolean {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes++;
    return backslashes % 2 === 1;
  }

  function literal(): string {
    LITERAL.lastIndex = at;
    const raw = LITERAL.exec(text)?.[0];
    if (raw === undefined) return fail(at >= text.length ? 'the text ends too early' : 'no JSON value begins here');
    at += raw.length;
    return shared(raw);
  }

  const before = space();
  const root = node(0);
  const after = space();
  if (at < text.length) fail('something stands behind the end');
  let lines: ((at: number) => number) | undefined;
  const lineOf = (place: number): number => {
    lines ??= lineFinder(text);
    return lines(place);
  };
  return {
    before,
    root,
    after,
    duplicates: duplicates.map(({ at: start, name }) => ({ line: lineOf(start), name })),
    lineOf,
  };
}

/** A backslash, or what must not stand in a text. */
const SPECIAL = /[\\\p{Cc}]/u;

const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

export function renderDocument({ before, root, after }: JsonDocument): string {
  const parts: string[] = [before];
  const render = (node: Node): void => {
    if (node.kind === 'leaf') parts.push(node.raw);
    else if (node.kind === 'list') {
      node.items.forEach((item, n) => {
        parts.push(node.glue[n] ?? '');
        render(item);
      });
      parts.push(node.glue.at(-1) ?? '');
    } else {
      node.members.forEach(({ rawName, colon, value }, n) => {
        parts.push(node.glue[n] ?? '', rawName, colon);
        render(value);
      });
      parts.push(node.glue.at(-1) ?? '');
    }
  };
  render(root);
  parts.push(after);
  return parts.join('');
}

/** Of names that stand twice the last, as readers of JSON take it. */
export function nodeAt(node: Node, path: readonly string[]): Node | undefined {
  let at: Node | undefined = node;
  for (const name of path) {
    if (at?.kind === 'list') at = /^\d+$/.test(name) ? at.items[Number(name)] : undefined;
    else at = at?.kind === 'group' ? at.members.findLast((member) => member.name === name)?.value : undefined;
  }
  return at;
}

/** A text, or the digits of a number as they were written. */
export const textOf = (node: Node | undefined): string | undefined => {
  if (node?.kind !== 'leaf') return undefined;
  const { raw } = node;
  if (raw.startsWith('"')) return raw.includes('\\') ? JSON.parse(raw) : raw.slice(1, -1);
  return isNumber(raw) ? raw : undefined;
};

const isNumber = (raw: string): boolean => /^[-\d]/.test(raw);

/** One member or element with the way to it. Positions in lists are decimal strings. */
export interface Place {
  path: string[];
  node: Node;
  /** Absent for an element of a list. */
  member?: Member;
}

/**
 * Visits every member in the order of the text, names that stand twice both; what `skip` says is not entered. There can be millions,
 * so they are not gathered.
 */
export function eachPlace(root: Node, skip: (path: string[]) => boolean, visit: (place: Place) => void): void {
  const enter = (place: Place): void => {
    if (skip(place.path)) return;
    visit(place);
    inside(place.node, place.path);
  };
  const inside = (node: Node, path: string[]): void => {
    if (node.kind === 'list') {
      for (const [n, item] of node.items.entries()) enter({ path: [...path, String(n)], node: item });
    } else if (node.kind === 'group') {
      for (const member of node.members) enter({ path: [...path, member.name], node: member.value, member });
    }
  };
  inside(root, []);
}

/** Puts another text in the place of a leaf; a number stays one where the new text is all digits. */
export function setText(node: Node, text: string): void {
  if (node.kind !== 'leaf') return;
  node.raw = isNumber(node.raw) && /^(0|[1-9]\d*)$/.test(text) ? text : JSON.stringify(text);
}

export function rename(member: Member, name: string): void {
  member.name = name;
  member.rawName = JSON.stringify(name);
}

/** `fieldMappings[fm-4].firstFieldId`: elements by their own id where they have one, so that a path outlives reordering. */
export function pathText(root: Node, path: readonly string[]): string {
  let text = '';
  let at: Node | undefined = root;
  for (const name of path) {
    const next: Node | undefined = at && nodeAt(at, [name]);
    if (at?.kind === 'list') {
      text += `[${(next && (textOf(nodeAt(next, ['id'])) ?? textOf(nodeAt(next, ['fieldDefaultKey'])))) ?? name}]`;
    } else if (text === '') text = name;
    else text += /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `["${name}"]`;
    at = next;
  }
  return text;
}

/** Whether a path fits a pattern in which `*` stands for any position in a list. */
export function fits(path: readonly string[], pattern: readonly string[]): boolean {
  return (
    path.length === pattern.length &&
    pattern.every((name, n) => (name === '*' ? /^\d+$/.test(path[n] ?? '') : name === path[n]))
  );
}

/** Fills the `*` of a pattern with the positions at the same depth of a path. */
export const fill = (pattern: readonly string[], path: readonly string[]): string[] =>
  pattern.map((name, n) => (name === '*' ? (path[n] ?? '') : name));
