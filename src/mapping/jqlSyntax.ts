/** Whether a text can be read as JQL: quotes, brackets, and what may follow what. Names are not looked at. */
import { LIMITS } from '../contract/limits.ts';
import { type JqlToken, tokensOfJql } from './jql.ts';

export interface JqlProblem {
  /** Where in the text. */
  at: number;
  what: string;
}

class Unreadable extends Error {
  readonly at: number;

  constructor(at: number, what: string) {
    super(what);
    this.at = at;
  }
}

/** The first thing that Jira could not read. */
export function jqlProblem(jql: string): JqlProblem | undefined {
  const tokens = tokensOfJql(jql);
  const stray = betweenTokens(jql, tokens) ?? bracketProblem(tokens);
  if (stray) return stray;
  try {
    new Grammar(jql, tokens).query();
    return undefined;
  } catch (error) {
    if (error instanceof Unreadable) return { at: error.at, what: error.message };
    throw error;
  }
}

function betweenTokens(jql: string, tokens: readonly JqlToken[]): JqlProblem | undefined {
  let from = 0;
  for (const { start, end } of [...tokens, { start: jql.length, end: jql.length }]) {
    const between = jql.slice(from, start);
    const at = from + between.search(/\S/);
    if (between.trim() !== '') return { at, what: 'this quote is not closed' };
    from = end;
  }
  return undefined;
}

function bracketProblem(tokens: readonly JqlToken[]): JqlProblem | undefined {
  const open: number[] = [];
  for (const { start, text, mark } of tokens) {
    if (mark && text === '(') open.push(start);
    if (mark && text === ')' && open.pop() === undefined) return { at: start, what: 'this bracket closes none' };
  }
  const [first] = open;
  return first === undefined ? undefined : { at: first, what: 'this bracket is not closed' };
}

const COMPARISONS = new Set(['=', '!=', '~', '!~', '<', '>', '<=', '>=']);
const PREDICATES = new Set(['after', 'before', 'during', 'on', 'by', 'from', 'to']);

class Grammar {
  readonly #jql: string;
  readonly #tokens: readonly JqlToken[];
  #at = 0;
  #depth = 0;

  constructor(jql: string, tokens: readonly JqlToken[]) {
    this.#jql = jql;
    this.#tokens = tokens;
  }

  query(): void {
    if (this.#tokens.length === 0) return;
    if (!this.#isOrder()) this.#any();
    if (this.#isOrder()) this.#order();
    if (this.#token()) this.#fail('where AND, OR or the end is due; a value of several words needs quotes');
  }

  #any(): void {
    do this.#all();
    while (this.#take('or', '||', '|'));
  }

  #all(): void {
    do this.#one();
    while (this.#take('and', '&&', '&'));
  }

  #one(): void {
    if (this.#take('not', '!')) this.#within(() => this.#one());
    else if (this.#take('(')) {
      this.#within(() => this.#any());
      this.#close();
    } else this.#clause();
  }

  #within(read: () => void): void {
    this.#depth++;
    if (this.#depth > LIMITS.depth) this.#fail(`within more than ${LIMITS.depth} levels of brackets and NOT`);
    read();
    this.#depth--;
  }

  #clause(): void {
    this.#operand('a condition');
    if (this.#take('not')) {
      if (!this.#take('in')) this.#fail('where IN is due', 'IN');
      this.#value();
    } else if (this.#take('is')) {
      this.#take('not');
      this.#value();
    } else if (this.#take('was')) {
      this.#take('not');
      this.#take('in');
      this.#value();
    } else if (this.#take('in', ...COMPARISONS)) this.#value();
    else if (!this.#take('changed')) this.#fail('where an operator is due', 'an operator');
    while (this.#take(...PREDICATES)) this.#value();
  }

  /** One, a list of them, or a function with its arguments. */
  #value(): void {
    if (this.#take('(')) {
      do this.#within(() => this.#value());
      while (this.#take(','));
      this.#close();
      return;
    }
    this.#operand('a value');
    if (!this.#take('(') || this.#take(')')) return;
    do this.#operand('a value');
    while (this.#take(','));
    this.#close();
  }

  #order(): void {
    this.#at += 2;
    do {
      this.#operand('a field');
      this.#take('asc', 'desc');
    } while (this.#take(','));
  }

  #isOrder(): boolean {
    const [order, by] = [this.#token(), this.#tokens[this.#at + 1]];
    return order?.text.toLowerCase() === 'order' && !order.quoted && by?.text.toLowerCase() === 'by';
  }

  #operand(due: string): void {
    const token = this.#token();
    const reserved = !token?.quoted && /^(and|or|not|in|is|was)$/i.test(token?.text ?? '');
    if (!token || token.mark || reserved) this.#fail(`where ${due} is due`, due);
    this.#at++;
  }

  #close(): void {
    if (!this.#take(')'))
      this.#fail('where AND, OR, a comma or a bracket is due; a value of several words needs quotes', 'a bracket');
  }

  /** Signs and words alike; a quoted word is none of the language. */
  #take(...texts: string[]): boolean {
    const token = this.#token();
    const found = token !== undefined && !token.quoted && texts.includes(token.text.toLowerCase());
    if (found) this.#at++;
    return found;
  }

  #token(): JqlToken | undefined {
    return this.#tokens[this.#at];
  }

  #fail(where: string, due = 'more'): never {
    const token = this.#token();
    if (token) throw new Unreadable(token.start, `"${token.text}" stands ${where}`);
    throw new Unreadable(this.#jql.trimEnd().length, `${due} is due where the text ends`);
  }
}
