/** The text of a comment: wiki markup is text already (Data Center), Cloud answers with an Atlassian Document Format tree. */
import { withoutTrailing } from '../contract/text.ts';

const BLOCKS = new Set(['paragraph', 'heading', 'listItem', 'codeBlock', 'blockquote', 'tableRow', 'rule']);

export function documentText(body: unknown): string {
  if (typeof body === 'string') return body;
  return withoutTrailing(nodeText(body), '\n');
}

function nodeText(node: unknown): string {
  if (typeof node !== 'object' || node === null) return '';
  const type = Reflect.get(node, 'type');
  const text = Reflect.get(node, 'text');
  const content = Reflect.get(node, 'content');
  const attributes = Reflect.get(node, 'attrs');
  if (type === 'hardBreak') return '\n';
  if (typeof text === 'string') return text;
  // Mentions and emojis carry their text as an attribute.
  const own = typeof attributes === 'object' && attributes !== null ? Reflect.get(attributes, 'text') : undefined;
  const inner = Array.isArray(content) ? content.map(nodeText).join('') : typeof own === 'string' ? own : '';
  return typeof type === 'string' && BLOCKS.has(type) ? `${withoutTrailing(inner, '\n')}\n` : inner;
}
