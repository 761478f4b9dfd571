/** JSON whose whole numbers keep every digit: those that a double does not hold are bigints. Sequence ids can be such. */

/** ECMAScript's source text access, which the compiler's library does not know yet. */
interface ExactJson {
  rawJSON(text: string): unknown;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
}
const exact = JSON as unknown as ExactJson;

const LONG_NUMBER = /\d{16}/;

/** Throws a SyntaxError. */
export function parseExact(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return exact.parse(text, (_key, value, { source }) => {
    const isInexact = typeof value === 'number' && source !== undefined && /^-?\d{16,}$/.test(source);
    return isInexact && !Number.isSafeInteger(value) ? BigInt(source) : value;
  });
}

/** Whole numbers of any size as digits. */
export const stringifyExact = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? exact.rawJSON(String(each)) : each));
