/** Canonical JSON (RFC 8785) and SHA-256: the one way by which anything here gets a digest. */
import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';

/** JSON.stringify would write each of these as something else, mostly `{}`, without a word. */
function refuseWhatIsNoValue(member: string, value: unknown): unknown {
  const lost =
    (typeof value === 'number' && !Number.isFinite(value)) ||
    typeof value === 'function' ||
    value instanceof Promise ||
    value instanceof Map ||
    value instanceof Set ||
    // A number as it was written: a double, which is all that canonical JSON has, would be another one.
    (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null && 'rawJSON' in value);
  if (lost)
    throw new TypeError(
      `${typeof value === 'function' ? 'a function' : String(value)} at "${member}" has no JSON form`,
    );
  return value;
}

/**
 * The canonical JSON text of a value. Members that are `undefined` are left out, dates become ISO text, as in JSON.stringify.
 * Throws a TypeError for what JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  // By way of plain JSON: the library takes an object that is referenced twice for a circle, and leaves what has a toJSON
  // in its own order.
  const plain = JSON.stringify(value, refuseWhatIsNoValue);
  if (plain === undefined) throw new TypeError(`${typeof value} has no JSON form`);
  return canonicalize(JSON.parse(plain));
}

/**
 * What a text holds that is the canonical JSON of it, byte for byte; `undefined` for any other text. A member that is there twice, another
 * order, a space or a number written otherwise is parsed alike, and is read otherwise by whoever reads the text.
 */
export function parseCanonical(text: string): { value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return canonicalJson(value) === text ? { value } : undefined;
  } catch {
    return undefined;
  }
}

/** SHA-256, 64 hex digits. Text is taken as UTF-8. */
export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** SHA-256 of the canonical JSON of a value. */
export const digestOf = (value: unknown): string => sha256(canonicalJson(value));
