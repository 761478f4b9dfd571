/** Entries of every kind, made of the schemas: whatever a ledger can say, in any order. */
import fc from 'fast-check';
import { z } from 'zod';
import { STEP_NAMES } from '../../src/contract/names.ts';
import { type Entry, SUBJECTS } from '../../src/migration/entries.ts';
import { ARTIFACT_FACTS } from '../../src/migration/facts.ts';

const DIGESTS = ['a', 'b', 'c'].map((sign) => sign.repeat(64));
const PEOPLE = ['kim', 'lee', 'sam', null];
/** Few, so that entries speak of the same. */
const WORDS = ['INT-5', 'copyGap', 'deleteOriginal', ...STEP_NAMES.slice(0, 3)];

function arbitraryOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodOptional) return fc.option(arbitraryOf(schema.unwrap()), { nil: undefined });
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.options.map(arbitraryOf));
  if (schema instanceof z.ZodObject)
    return fc
      .record(Object.fromEntries(Object.entries(schema.shape).map(([name, member]) => [name, arbitraryOf(member)])))
      .map((made) => JSON.parse(JSON.stringify(made)));
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodArray) return fc.array(arbitraryOf(schema.element as z.core.$ZodType), { maxLength: 3 });
  if (schema instanceof z.ZodString) return fc.constantFrom(...WORDS);
  if (schema instanceof z.ZodNumber) return fc.nat({ max: 9 });
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  throw new Error(`no arbitrary for ${schema.constructor.name}`);
}

const NAMES = [...ARTIFACT_FACTS, 'answers', 'proved'];
const digests = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...DIGESTS), { maxKeys: 4 });

const said = fc.oneof(
  ...Object.entries(SUBJECTS).map(([kind, schema]) => arbitraryOf(schema).map((subject) => ({ kind, subject }))),
);

/** Numbered as a ledger numbers them, a second apart. */
export const anyLedger: fc.Arbitrary<Entry[]> = fc
  .array(fc.record({ said, digests, actor: fc.constantFrom(...PEOPLE) }), { maxLength: 40 })
  .map((list) =>
    list.map(({ said: { kind, subject }, digests: named, actor }, at) => entryOf(at + 1, kind, subject, named, actor)),
  );

export const entryOf = (
  n: number,
  kind: string,
  subject: unknown,
  named: Record<string, string> = {},
  actor: string | null = null,
): Entry =>
  ({
    ...{ v: 1, migration: 'm-1', n, prev: '', at: new Date(Date.UTC(2026, 10, 20) + n * 1000).toISOString() },
    ...{ kind, subject, digests: named, actor, grade: actor === null ? 'system' : 'claimed', why: null },
  }) as Entry;

/** Kind, subject, digests, actor. */
export type SaidEntry = readonly [string, object, Record<string, string>?, string?];

/** Each with the digests and the actor that it has, numbered from 1. */
export const ledgerOfSaid = (...list: readonly SaidEntry[]): Entry[] =>
  list.map(([kind, subject, named, actor], at) => entryOf(at + 1, kind, subject, named, actor ?? null));
