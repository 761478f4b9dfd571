/** How deep lists and objects of a JSON text stand within each other. What is parsed is walked by recursion, which has an end. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether the text goes deeper than so many levels. Only counts: whether it is JSON is found out by whoever parses it. */
export function isDeeper(bytes: Uint8Array, most: number): boolean {
  let depth = 0;
  let inText = false;
  for (let n = 0; n < bytes.length; n++) {
    const byte = bytes[n];
    if (byte === QUOTE) inText = !inText;
    else if (inText) {
      if (byte === BACKSLASH) n++;
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > most) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}
