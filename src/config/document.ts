/** The YAML file as a value, and on which line each member of it stands. */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';

export interface YamlFile {
  value: unknown;
  /** Line of a member; of the nearest one above it when it is missing. */
  lineOf(path: readonly PropertyKey[]): number;
  /** What is wrong with the YAML itself, with lines. */
  problems: { line: number; what: string }[];
}

export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  // Codes only: the parser's sentences quote the file, where somebody may have put a secret.
  const problems = [...document.errors, ...document.warnings].map(({ code, pos }) => ({
    line: lines.linePos(pos[0]).line,
    what: `is not YAML as it should be (${code.toLowerCase().replaceAll('_', ' ')})`,
  }));
  let value: unknown;
  try {
    value = problems.length === 0 ? document.toJS() : undefined;
  } catch {
    problems.push({ line: 1, what: 'is not YAML as it should be (an alias that leads nowhere)' });
  }
  return { value, problems, lineOf: (path) => lineOf(document, lines, path) };
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
