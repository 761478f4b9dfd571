/** JSON as plain values of which none is rounded: an integer that a double does not hold is its digits, as a text. */

/** Two different numbers of so many digits can be one double. */
const LONG = /\d{16}/;

/** For comparing: what differs in the text must not be equal. @throws SyntaxError */
export function parsedExactly(text: string): unknown {
  const exact = (_: string, value: unknown, { source = '' }: { source?: string } = {}) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? source : value;
  return LONG.test(text) ? JSON.parse(text, exact) : JSON.parse(text);
}
