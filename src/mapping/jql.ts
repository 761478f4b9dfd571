/**
 * The words of a JQL text that may mean something on one instance only: fields, and what they are compared with. No grammar of JQL,
 * only as much as tells a field from a value; a text that cannot be told apart has no words, and then all of it is a question.
 */
import { LIMITS } from '../contract/limits.ts';

export interface JqlWord {
  /** Where it stands, quotes included. */
  start: number;
  end: number;
  /** Without quotes. */
  text: string;
  quoted: boolean;
  role: 'field' | 'value' | 'function';
  /** The field it is compared with, or the function it is given to; as it is written, in small letters. */
  of: string;
}

export interface JqlToken {
  start: number;
  end: number;
  text: string;
  quoted: boolean;
  /** A sign: a bracket, a comma or an operator. */
  mark: boolean;
}

const TOKEN = /["']|\bcf\s*\[\s*\d+\s*\]|!=|!~|<=|>=|&&|\|\||[=<>~!(),&|]|[^\s=<>~!(),"'&|]+/gi;
const QUOTED = { '"': /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y, "'": /'[^'\\]*(?:\\[\s\S][^'\\]*)*'/y };

const OPERATORS = new Set(['=', '!=', '~', '!~', '<', '>', '<=', '>=', 'in', 'is', 'was', 'changed', 'not']);
/** What may stand between an operator and its value. */
const FILLERS = new Set(['not', 'in', 'is', 'was']);
const KEYWORDS = new Set(['and', 'or', 'not', 'order', 'by', 'asc', 'desc', 'empty', 'null', 'changed']);
/** After a value, with another one: `status was X by kim during (…)`. */
const PREDICATES = new Set(['after', 'before', 'during', 'on', 'by', 'from', 'to']);

/** What no token covers but spaces, like a quote that is not closed, is left out. */
export function tokensOfJql(jql: string): JqlToken[] {
  const tokens: JqlToken[] = [];
  // Where one quote is not closed, none of its kind behind it is: it was passed over as an escaped one.
  const unclosed = new Set<string>();
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(jql); found; found = TOKEN.exec(jql)) {
    const mark = found[0];
    if (mark !== '"' && mark !== "'") {
      tokens.push(tokenOf(found));
      continue;
    }
    if (unclosed.has(mark)) continue;
    QUOTED[mark].lastIndex = found.index;
    const whole = QUOTED[mark].exec(jql);
    if (!whole) unclosed.add(mark);
    else {
      tokens.push(tokenOf(whole));
      TOKEN.lastIndex = QUOTED[mark].lastIndex;
    }
  }
  return tokens;
}

export function wordsOfJql(jql: string): JqlWord[] {
  const tokens = tokensOfJql(jql);
  const words: JqlWord[] = [];
  const lower = (at: number): string => (tokens[at]?.quoted ? '' : (tokens[at]?.text.toLowerCase() ?? ''));
  let field = '';
  let at = 0;
  // Brackets deeper than anybody could walk are passed over, and what they hold is taken for values all the same.
  const value = (of: string, depth = 0): void => {
    const token = tokens[at];
    if (!token) return;
    const isDeep = depth >= LIMITS.depth;
    if (lower(at) === '(' && !isDeep) {
      at++;
      while (at < tokens.length && lower(at) !== ')') {
        if (lower(at) === ',') at++;
        else value(of, depth + 1);
      }
      at++;
    } else if (lower(at + 1) === '(' && !token.quoted && !isDeep) {
      words.push({ ...wordOf(token), role: 'function', of });
      at++;
      value(token.text.toLowerCase(), depth + 1);
    } else {
      if (!token.mark && !KEYWORDS.has(lower(at))) words.push({ ...wordOf(token), role: 'value', of });
      at++;
    }
  };
  while (at < tokens.length) {
    const token = tokens[at];
    if (!token) break;
    const word = lower(at);
    const next = lower(at + 1);
    if (word === 'order' && next === 'by') {
      for (const sorted of tokens.slice(at + 2)) {
        if (!sorted.mark && !KEYWORDS.has(sorted.text.toLowerCase()))
          words.push({ ...wordOf(sorted), role: 'field', of: '' });
      }
      break;
    }
    if (PREDICATES.has(word) && field !== '') {
      at++;
      value(word === 'by' ? 'by' : word === 'from' || word === 'to' ? field : 'date');
    } else if (
      !token.mark &&
      !KEYWORDS.has(word) &&
      OPERATORS.has(next) &&
      (next !== 'not' || lower(at + 2) === 'in')
    ) {
      field = token.text.toLowerCase();
      words.push({ ...wordOf(token), role: 'field', of: '' });
      at += 2;
      while (FILLERS.has(lower(at))) at++;
      if (next !== 'changed') value(field);
    } else at++;
  }
  return words;
}

function tokenOf(match: RegExpMatchArray): JqlToken {
  const [raw] = match;
  const quoted = /^["']/.test(raw);
  const start = match.index ?? 0;
  return {
    start,
    end: start + raw.length,
    text: quoted ? raw.slice(1, -1).replace(/\\(.)/g, '$1') : raw,
    quoted,
    mark: !quoted && /^[=<>~!(),&|]/.test(raw),
  };
}

const wordOf = ({ start, end, text, quoted }: JqlToken) => ({ start, end, text, quoted });

/** The text with some of its words replaced. A word that needs quotes gets them. */
export function replaceWords(jql: string, words: readonly { start: number; end: number; text: string }[]): string {
  let replaced = '';
  let at = 0;
  for (const { start, end, text } of [...words].sort((x, y) => x.start - y.start)) {
    replaced += jql.slice(at, start) + quotedWhereNeeded(text);
    at = end;
  }
  return replaced + jql.slice(at);
}

/** Reserved words and texts with other signs need quotes. */
export const quotedWhereNeeded = (text: string): string =>
  /^(?:cf\[\d+\]|[\w.-]+)$/.test(text) && !RESERVED.has(text.toLowerCase())
    ? text
    : `"${text.replace(/[\\"]/g, '\\$&')}"`;

/** Words of the language itself; as names of fields or values they are quoted. */
const RESERVED = new Set([...KEYWORDS, ...PREDICATES, 'in', 'is', 'was']);
