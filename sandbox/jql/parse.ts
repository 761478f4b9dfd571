/** The part of JQL that administrators and their scripts use for whole projects. */
import { JqlError, type Token, tokensOf } from './tokens.ts';

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~' | 'in' | 'not in' | 'is' | 'is not';

export interface Clause {
  kind: 'clause';
  field: string;
  operator: Operator;
  values: string[];
}
export type Condition =
  | Clause
  | { kind: 'and' | 'or'; items: Condition[] }
  | { kind: 'not'; item: Condition }
  | { kind: 'all' };

export interface Query {
  where: Condition;
  order: { field: string; descending: boolean }[];
}

const SIGNS = new Set(['=', '!=', '<', '<=', '>', '>=', '~', '!~']);

/** Throws a JqlError with Jira's way of putting it. */
export function parseJql(jql: string): Query {
  const tokens = tokensOf(jql);
  let at = 0;
  const peek = (): Token | undefined => tokens[at];
  const isWord = (word: string) => {
    const token = peek();
    return token?.kind === 'word' && token.text.toLowerCase() === word;
  };
  const isSign = (sign: string) => peek()?.kind === 'sign' && peek()?.text === sign;
  const take = (): Token => {
    const token = tokens[at++];
    if (!token) throw new JqlError('Error in the JQL Query: Expecting more before the end of the query.');
    return token;
  };
  const expect = (sign: string) => {
    const token = take();
    if (token.text !== sign) throw new JqlError(`Error in the JQL Query: Expecting '${sign}' but got '${token.text}'.`);
  };

  const disjunction = (): Condition => {
    const items = [conjunction()];
    while (isWord('or')) {
      take();
      items.push(conjunction());
    }
    const [only] = items;
    return items.length === 1 && only ? only : { kind: 'or', items };
  };
  const conjunction = (): Condition => {
    const items = [factor()];
    while (isWord('and')) {
      take();
      items.push(factor());
    }
    const [only] = items;
    return items.length === 1 && only ? only : { kind: 'and', items };
  };
  const factor = (): Condition => {
    if (isWord('not')) {
      take();
      return { kind: 'not', item: factor() };
    }
    if (isSign('(')) {
      take();
      const inner = disjunction();
      expect(')');
      return inner;
    }
    return clause();
  };
  const value = (): string => {
    const token = take();
    if (token.kind === 'sign') throw new JqlError(`Error in the JQL Query: Expecting a value but got '${token.text}'.`);
    return token.text;
  };
  const values = (): string[] => {
    if (!isSign('(')) return [value()];
    take();
    const list = [value()];
    while (isSign(',')) {
      take();
      list.push(value());
    }
    expect(')');
    return list;
  };
  const clause = (): Clause => {
    const field = value();
    const sign = take();
    if (sign.kind === 'sign' && SIGNS.has(sign.text)) {
      return { kind: 'clause', field, operator: sign.text as Operator, values: [value()] };
    }
    const word = sign.text.toLowerCase();
    if (word === 'in') return { kind: 'clause', field, operator: 'in', values: values() };
    if (word === 'not' && isWord('in')) {
      take();
      return { kind: 'clause', field, operator: 'not in', values: values() };
    }
    if (word === 'is') {
      const negated = isWord('not');
      if (negated) take();
      return { kind: 'clause', field, operator: negated ? 'is not' : 'is', values: [value()] };
    }
    throw new JqlError(`Error in the JQL Query: Expecting operator but got '${sign.text}'.`);
  };

  const where: Condition = tokens.length === 0 || isWord('order') ? { kind: 'all' } : disjunction();
  const order: Query['order'] = [];
  if (isWord('order')) {
    take();
    if (!isWord('by')) throw new JqlError("Error in the JQL Query: Expecting 'by'.");
    do {
      take();
      const field = value();
      const descending = isWord('desc');
      if (descending || isWord('asc')) take();
      order.push({ field, descending });
    } while (isSign(','));
  }
  const rest = peek();
  if (rest) throw new JqlError(`Error in the JQL Query: Expecting either 'OR' or 'AND' but got '${rest.text}'.`);
  return { where, order };
}
