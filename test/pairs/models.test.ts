import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommentIds } from '../../src/pairs/commentIds.ts';
import { IssueKeys } from '../../src/pairs/issueKeys.ts';
import { compareKeys, type Pair } from '../../src/pairs/keys.ts';
import { multipleKeys, unmirrored } from '../../src/pairs/mirrors.ts';
import { PairTable, readPairs } from '../../src/pairs/table.ts';
import { commentId, issueKey, written } from './documents.ts';

const key = fc.oneof(issueKey(['PA', 'PAX', 'P', 'P-A', 'PA-1']), fc.string({ unit: 'binary', minLength: 1 }));

/** `UTF-8` has no half of a pair. */
const wellFormed = key.filter((text) => text.isWellFormed());

describe('issue keys as numbers', () => {
  it('are one number for one key and are that key again, read from text or from JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(wellFormed, fc.constantFrom<0 | 1>(0, 1), fc.boolean())), fc.gen(), (all, gen) => {
        const keys = new IssueKeys();
        const model = new Map<string, number>();
        for (const [one, slot, asText] of all) {
          const bytes = Buffer.from(`  ${gen(written, one)}  `);
          const code = asText ? keys.codeOf(one) : keys.codeAt(bytes, 2, bytes.length - 2, slot);
          expect(model.get(one) ?? code).toBe(code);
          model.set(one, code);
        }
        expect(new Set(model.values()).size).toBe(model.size);
        for (const [one, code] of model) expect(keys.keyOf(code)).toBe(one);
      }),
    );
  });

  it('are of a project when they are its key, a dash and a number', () => {
    const keys = new IssueKeys();
    const isOf = (text: string, project: string) => keys.isOf(keys.codeOf(text), project);
    expect(isOf('PA-1', 'PA')).toBe(true);
    expect(isOf('PA-999999999', 'PA')).toBe(true);
    expect(isOf('P-A-1', 'P-A')).toBe(true);
    for (const text of ['PAX-1', 'PA', 'PA-', 'PA-0', 'PA-01', 'pa-1', 'PA-1000000000', 'PA-1x', 'XPA-1', 'PA--1']) {
      expect([text, isOf(text, 'PA')]).toEqual([text, false]);
    }
  });

  it('are the same keys among others, unless those have not seen the project', () => {
    fc.assert(
      fc.property(fc.array(wellFormed), fc.array(wellFormed), (some, others) => {
        const [keys, theirs] = [new IssueKeys(), new IssueKeys()];
        for (const one of others) theirs.codeOf(one);
        const into = keys.into(theirs);
        for (const one of some) {
          const there = into(keys.codeOf(one));
          if (there >= 0) expect(theirs.keyOf(there)).toBe(one);
          if (others.includes(one)) expect(there).toBe(theirs.codeOf(one));
        }
      }),
    );
  });
});

describe('comment ids', () => {
  const newId = fc.option(fc.oneof(commentId, fc.constantFrom('4294967294', '', '0')));

  it('are what was said of them last, however they are written', () => {
    const said = fc.array(fc.tuple(fc.oneof(commentId, fc.integer({ min: 1, max: 500 }).map(String)), newId), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(said, fc.array(commentId), fc.gen(), (all, others, gen) => {
        const ids = new CommentIds('unchanged');
        const model = new Map<string, string | null>();
        for (const [old, now] of all) {
          ids.set(old, now);
          model.set(old, now);
        }
        for (const old of [...model.keys(), ...others]) {
          const bytes = Buffer.from(`"${gen(written, old)}`);
          const now = ids.at(bytes, 1, bytes.length);
          const found = now === -4 ? ids.textOf(old) : now === -3 ? undefined : now === -2 ? null : String(now);
          expect([old, found]).toEqual([old, model.get(old)]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

interface Held {
  pair: Pair;
  first: number;
  second: number;
}

describe('a table of pairs', () => {
  const project = fc.constantFrom('PA', 'PAX', 'P', 'P-A', 'ÄÖ', 'pa');
  const someKey = fc
    .tuple(project, fc.constantFrom('1', '2', '01', '999999999', '1000000000', '-1', ''))
    .map((k) => k.join('-'));
  const line = fc.record({
    side: fc.constantFrom('first', 'second'),
    local: someKey,
    remote: someKey,
    ignored: fc.boolean(),
  });

  it('holds what a map of the entries holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 200 }), fc.boolean(), async (lines, swapped) => {
        const model = new Map<string, Held>();
        const entries = { first: [] as object[], second: [] as object[] };
        for (const { side, local, remote, ignored } of lines) {
          entries[side as 'first'].push({
            connectorKey: 'C',
            localIssueKey: local,
            remoteIssueKey: remote,
            incomingChangesIgnored: ignored,
          });
        }
        const inOrder = [
          ...lines.filter(({ side }) => side === 'first'),
          ...lines.filter(({ side }) => side === 'second'),
        ];
        for (const { side, local, remote, ignored } of inOrder) {
          const asFirst = (side === 'first') !== swapped;
          const [first, second] = asFirst ? [local, remote] : [remote, local];
          const held = model.get(`${first} ${second}`) ?? { pair: { first, second }, first: 0, second: 0 };
          held[asFirst ? 'first' : 'second']++;
          if (ignored) held.pair.ignored = true;
          model.set(`${first} ${second}`, held);
        }
        const text = JSON.stringify({ firstConnector: entries.first, secondConnector: entries.second });
        const table = await readPairs([Buffer.from(text)], { swapped });
        const all = [...model.values()];
        expect([...table]).toEqual(all.map(({ pair }) => pair));
        expect(table.size).toBe(all.length);
        expect(table.sorted()).toEqual(
          all.map(({ pair }) => pair).sort((x, y) => compareKeys(x.first, y.first) || compareKeys(x.second, y.second)),
        );
        for (const [row, { pair, first, second }] of all.entries()) {
          expect(table.has(pair)).toBe(true);
          expect([table.heldBy(row, 'first'), table.heldBy(row, 'second')]).toEqual([first > 0, second > 0]);
          expect([table.heldTwiceBy(row, 'first'), table.heldTwiceBy(row, 'second')]).toEqual([first > 1, second > 1]);
        }
        for (const { local, remote } of lines) {
          const turned = { first: remote, second: local };
          expect(table.has(turned)).toBe(model.has(`${remote} ${local}`));
        }
        expect(unmirrored(table)).toHaveLength(all.filter(({ first, second }) => first === 0 || second === 0).length);
        expect(multipleKeys(table)).toEqual(multiple(all));
      }),
      { numRuns: 300 },
    );
  });

  it('finds 200,000 pairs again', () => {
    using table = new PairTable();
    for (let n = 1; n <= 200_000; n++) table.add({ first: `PA-${n}`, second: `PB-${(n * 7919) % 200_003}` });
    expect(table.size).toBe(200_000);
    for (let n = 1; n <= 200_000; n += 777) {
      const second = `PB-${(n * 7919) % 200_003}`;
      expect(table.has({ first: `PA-${n}`, second })).toBe(true);
      expect(table.has({ first: `PA-${n + 1}`, second })).toBe(false);
      expect(table.has({ first: second, second: `PA-${n}` })).toBe(false);
    }
  });
});

/** Keys in two entries of one connector, as local or as remote issue. */
function multiple(all: readonly Held[]): string[] {
  const found = new Set<string>();
  for (const side of ['first', 'second'] as const) {
    for (const end of ['first', 'second'] as const) {
      const count = new Map<string, number>();
      for (const held of all) count.set(held.pair[end], (count.get(held.pair[end]) ?? 0) + held[side]);
      for (const [one, times] of count) if (times > 1) found.add(one);
    }
  }
  return [...found].sort(compareKeys);
}
