/** The YAML file as a value, and on which line each member of it stands. */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';

export interface YamlFile {
  value: unknown;
  /** Line of a member; of the nearest one above it when it is missing. */
  lineOf(path: readonly PropertyKey[]): number;
  /** What is wrong with the YAML itself, with lines. */
  problems: { line: number; what: string }[];
}

export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  let document: Document.Parsed;
  let unread: { line: number; what: string }[];
  try {
    // The parser compares each key of a map with all before it.
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    unread = unreadable(document, lines);
  } catch (error) {
    // It reads what stands within each other by recursion.
    if (!(error instanceof RangeError)) throw error;
    return {
      value: undefined,
      problems: [{ line: 1, what: 'nests lists or maps too deep to be read' }],
      lineOf: () => 1,
    };
  }
  // Codes only: the parser's sentences quote the file, where somebody may have put a secret.
  const found = [...document.errors, ...document.warnings].map(({ code, pos }) => ({
    line: lines.linePos(pos[0]).line,
    what: `is not YAML as it should be (${code.toLowerCase().replaceAll('_', ' ')})`,
  }));
  const problems = found.concat(unread);
  let value: unknown;
  try {
    value = problems.length === 0 ? document.toJS() : undefined;
  } catch {
    problems.push({ line: 1, what: 'is not YAML as it should be (an alias that leads nowhere)' });
  }
  return { value, problems, lineOf: (path) => lineOf(document, lines, path) };
}

/** The alias of a thing is looked for from the beginning of the file, each time. Nobody needs as many. */
const MOST_ALIASES = 100;

/** What is YAML, and still no file for us. */
function unreadable(document: Document.Parsed, lines: LineCounter): { line: number; what: string }[] {
  const found: { line: number; what: string }[] = [];
  let aliases = 0;
  const wrong = (at: number, what: string) => {
    found.push({ line: lines.linePos(at).line, what: `is not YAML as it should be (${what})` });
  };
  visit(document, {
    Alias(_, { range }) {
      aliases += 1;
      if (aliases <= MOST_ALIASES) return undefined;
      wrong(range?.[0] ?? 0, `more than ${MOST_ALIASES} aliases`);
      return visit.BREAK;
    },
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        const name = isScalar(key) ? key.value : key;
        const at = isNode(key) ? (key.range?.[0] ?? 0) : 0;
        // As a name it would be the text of all that is in it.
        if (isNode(key) && !isScalar(key)) wrong(at, 'a list, map or alias as a name');
        else if (seen.has(name)) wrong(at, 'duplicate key');
        seen.add(name);
      }
    },
  });
  return found;
}

function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return 1;
}

/** Where the member's name stands, or the element of a list. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(last));
    return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}
