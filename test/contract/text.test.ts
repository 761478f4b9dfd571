/** Texts of others where something is made of them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { comparableMappings, fieldPairs } from '../../src/activities/resync/mappedFields.ts';
import { whatHappened } from '../../src/audit/words.ts';
import type { EntryKind, LedgerEntry } from '../../src/contract/ledger.ts';
import { patternOf, textFrom } from '../../src/contract/text.ts';
import { ownMessage } from '../../src/http/answer.ts';
import { documentText } from '../../src/jira/document.ts';
import { anyJson } from './anyJson.ts';

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

it('any value of others has a text: reading a refusal, a comment or a message never throws', () => {
  fc.assert(
    fc.property(anyJson, (json) => {
      const value: unknown = JSON.parse(json);
      expect(typeof textFrom(value)).toBe('string');
      for (const body of [json, `{"errors":{"a":${json}},"errorMessages":[${json}],"message":${json}}`])
        expect(typeof ownMessage({ status: 400, headers: {}, bytes: Buffer.from(body) })).toBe('string');
      expect(typeof documentText({ type: value, text: value, attrs: value, content: [value] })).toBe('string');
    }),
  );
});

it('a ledger that somebody wrote into, and a configuration of odd values, are told of as they are', () => {
  const kinds: readonly EntryKind[] = ['opened', 'step', 'intent', 'outcome', 'state', 'verb', 'refused', 'closed'];
  fc.assert(
    fc.property(
      anyJson,
      fc.constantFrom(...kinds),
      fc.constantFrom('done', 'gone', 'task', 'blocked'),
      (json, kind, result) => {
        const value: unknown = JSON.parse(json);
        const names = [
          'step',
          'by',
          'basis',
          'gone',
          'task',
          'code',
          'items',
          'state',
          'original',
          'verb',
          'questions',
          'path',
        ];
        const subject = { ...Object.fromEntries(names.map((name) => [name, value])), result };
        expect(typeof whatHappened({ kind, subject, digests: {} } as unknown as LedgerEntry)).toBe('string');
        const mapping = { id: value, firstFieldId: value, secondFieldId: value, direction: value, type: value };
        const configuration = { fieldMappings: [{ ...mapping, values: [{ firstOptionId: value }] }] } as never;
        for (const read of [fieldPairs, comparableMappings]) expect(read(configuration)).toHaveLength(1);
      },
    ),
  );
});
