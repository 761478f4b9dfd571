/** Texts of others where something is made of them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { patternOf } from '../../src/contract/text.ts';

/** A name of a person, a key, an alternative, with and without Unicode. */
const PATTERNS: readonly ((pattern: string) => RegExp)[] = [
  (pattern) => new RegExp(`^${pattern}$`),
  (pattern) => new RegExp(`^${pattern}$`, 'u'),
  (pattern) => new RegExp(`^${pattern}$`, 'v'),
  (pattern) => new RegExp(`^(?:${pattern}|other)$`, 'u'),
  (pattern) => new RegExp(`(?<![\\p{L}-])${pattern}(?![\\p{L}-])`, 'u'),
];

it('a pattern of any text finds that text, and no other', () => {
  const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1 });
  fc.assert(
    fc.property(fc.oneof(printable, fc.string({ unit: 'binary', minLength: 1 })), (text) => {
      for (const regularExpression of PATTERNS) {
        const made = regularExpression(patternOf(text));
        expect(made.exec(text)?.[0]).toBe(text);
        expect(made.test(`a${text}`)).toBe(false);
      }
    }),
  );
});

it('each printable sign of ASCII is matched by itself alone', () => {
  const signs = Array.from({ length: 95 }, (_, n) => String.fromCharCode(0x20 + n));
  for (const sign of signs) {
    const matched = signs.filter((other) => new RegExp(`^${patternOf(sign)}$`, 'u').test(other));
    expect([sign, matched]).toEqual([sign, [sign]]);
  }
});
