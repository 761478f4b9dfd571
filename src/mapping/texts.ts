/** The question about a text at a place unknown to the table: a person says what the whole of it shall be. */
import type { Question } from '../contract/tasks.ts';
import { type Node, pathText } from './document.ts';
import type { Resolver } from './resolve.ts';
import type { Suspicion } from './suspicion.ts';

/** The old text is part of the id: an answer for one text must not serve another that stands at the same place elsewhere. */
export function textQuestionId(path: readonly string[], text: string, { side }: Resolver, root: Node): string {
  return `text:${pathText(root, path)}#${fingerprint(text)}@${side.oldInstance}->${side.newInstance}`;
}

export function textQuestion(
  path: readonly string[],
  text: string,
  resolver: Resolver,
  { why, proposal }: Suspicion,
  root: Node,
): Question {
  const { oldInstance, newInstance } = resolver.side;
  return {
    id: textQuestionId(path, text, resolver, root),
    text: `What shall stand at ${pathText(root, path)} for ${newInstance}? On ${oldInstance} it is ${JSON.stringify(text)}, and ${why}. Answer with the whole value, unchanged if it fits.${
      proposal === undefined ? '' : ` With the ids of ${newInstance} it reads ${JSON.stringify(proposal)}.`
    }`,
    choices: [],
  };
}

/** FNV-1a, 32 bits: tells texts apart in an id; nothing is secured by it. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
