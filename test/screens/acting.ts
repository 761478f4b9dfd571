/** Judges texts without asking the code that cleans them. */

const RANGES: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0e],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

/** The signs of a text that steer a terminal, break a line, turn the direction or are not seen, as numbers. */
export const acting = (text: string): string[] =>
  Array.from(text, (sign) => sign.codePointAt(0) ?? 0)
    .filter((sign) => RANGES.some(([from, to]) => sign >= from && sign <= to))
    .map((sign) => sign.toString(16));
