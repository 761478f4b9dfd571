/**
 * How deep lists and objects of a JSON text stand within each other, and how long its texts are, whatever they are: what is parsed is
 * walked by recursion, and each text is looked through again and again.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export interface Most {
  /** Levels. */
  depth: number;
  /** Bytes of one text, as it is written. */
  text: number;
}

/** What of it is more than that. Only counts: whether it is JSON is found out by whoever parses it. */
export function beyond(bytes: Uint8Array, most: Most): 'depth' | 'text' | undefined {
  let depth = 0;
  let textFrom = -1;
  for (let n = 0; n < bytes.length; n++) {
    const byte = bytes[n];
    if (byte === QUOTE) {
      if (textFrom >= 0 && n - textFrom - 1 > most.text) return 'text';
      textFrom = textFrom >= 0 ? -1 : n;
    } else if (textFrom >= 0) {
      if (byte === BACKSLASH) n++;
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > most.depth) return 'depth';
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return undefined;
}
