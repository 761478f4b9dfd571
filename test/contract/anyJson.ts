/** JSON texts as somebody could send them who wants to break what reads them: parsed, each is a value that code here may meet. */
import fc from 'fast-check';

/** Names that an object of JSON may have, and that mean something to the language. */
const ACTING = ['toString', 'valueOf', 'toJSON', '__proto__', 'constructor', 'hasOwnProperty', 'then', 'length'];

const member = fc.oneof(fc.constantFrom(...ACTING), fc.string({ unit: 'binary' }));
const leaf = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom('1E20', '1e-320', '-0', '9007199254740993', '"\\ud800\\u0000"', '1e999'),
);

/** Written by hand: an object literal could not have its own `__proto__`. */
export const anyJson: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(fc.tuple(member, tie('value')), { maxLength: 4 })
      .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
  ),
})).value;

/** Lists within each other, deeper than any stack. */
export const deepJson = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
