/** JQL as words, quoted texts and signs. */
export type Token = { kind: 'word' | 'text' | 'sign'; text: string };

const PATTERN = /\s+|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(<=|>=|!=|!~|[=<>~(),])|([^\s"'=<>~!(),]+)/gy;

/** Throws a JqlError for a character that has no place in JQL. */
export function tokensOf(jql: string): Token[] {
  const tokens: Token[] = [];
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < jql.length) {
    const at = PATTERN.lastIndex;
    const match = PATTERN.exec(jql);
    if (!match) throw new JqlError(`Error in the JQL Query: The character at position ${at + 1} is not expected.`);
    const quoted = match[1] ?? match[2];
    if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replaceAll(/\\(.)/g, '$1') });
    else if (match[3] !== undefined) tokens.push({ kind: 'sign', text: match[3] });
    else if (match[4] !== undefined) tokens.push({ kind: 'word', text: match[4] });
  }
  return tokens;
}

/** Answered 400 with this message. */
export class JqlError extends Error {}
