/** Rich text of Jira Cloud: a document of paragraphs, one per line of the text that the sandbox keeps. */
import { asList, asObject, textOf } from '../http/json.ts';

export function documentOf(text: string) {
  const paragraph = (line: string) => {
    return line === '' ? { type: 'paragraph' } : { type: 'paragraph', content: [{ type: 'text', text: line }] };
  };
  return { type: 'doc', version: 1, content: text.split(/\r?\n/).map(paragraph) };
}

/** The text of any document; what is not a document is no text. */
export function textOfDocument(value: unknown): string | undefined {
  if (textOf(value, 'type') !== 'doc') return undefined;
  return asList(asObject(value).content).map(inner).join('\n');
}

function inner(node: unknown): string {
  const text = textOf(node, 'text');
  return text ?? asList(asObject(node).content).map(inner).join('');
}
