/** JSON whose numbers are kept as they were written: a sequence id can exceed 2^53, and a double would be another number. */

/** The standard's own means for this; the types of the language lack it still. */
interface ExactJson {
  rawJSON(text: string): unknown;
}
const { rawJSON } = JSON as unknown as ExactJson;

/** A number that a double would round stands in the result as its text, and is written as it came; nothing is computed with it. */
export const parseExactly = <T>(text: string): T =>
  JSON.parse(text, (_: string, value: unknown, { source }: { source?: string } = {}) =>
    typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER && source !== undefined
      ? rawJSON(source)
      : value,
  );
