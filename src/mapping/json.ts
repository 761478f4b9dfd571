/** JSON as plain values of which none is rounded. */
import { type Node, parseDocument, textOf } from './document.ts';

/** Two different numbers of so many digits can be one double. */
const LONG = /\d{16}/;

/** For comparing: what differs in the text must not be equal. @throws SyntaxError or NotJson */
export function parsedExactly(text: string): unknown {
  return LONG.test(text) ? plainOf(parseDocument(text).root) : JSON.parse(text);
}

function plainOf(node: Node): unknown {
  if (node.kind === 'list') return node.items.map(plainOf);
  if (node.kind === 'group') return Object.fromEntries(node.members.map(({ name, value }) => [name, plainOf(value)]));
  const digits = node.raw.startsWith('"') ? undefined : textOf(node);
  return digits !== undefined && !isExact(digits) ? digits : JSON.parse(node.raw);
}

const isExact = (digits: string): boolean => !/^-?\d+$/.test(digits) || Number.isSafeInteger(Number(digits));
