import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncedIssueData, SyncInformation } from '../../src/backbone/types.ts';
import { CommentIds } from '../../src/pairs/commentIds.ts';
import type { Side } from '../../src/pairs/entry.ts';
import { type PairTable, readPairs } from '../../src/pairs/table.ts';
import { type IssueDataInput, type LeftOutComment, translateIssueData } from '../../src/pairs/translate.ts';
import { commentId, cut, fileText, lengths } from './documents.ts';

const CONNECTORS = { first: 'CON-1', second: 'CON-"2"' };
const other = (side: Side): Side => (side === 'first' ? 'second' : 'first');

async function translate(text: string, sizes: readonly number[], change: Partial<IssueDataInput>) {
  const leftOut: LeftOutComment[] = [];
  const input = { swapped: false, connectorKeys: CONNECTORS, ...change };
  const translated = translateIssueData(cut(Buffer.from(text), sizes), {
    ...input,
    leftOut: (one) => leftOut.push(one),
  });
  const parts: Buffer[] = [];
  let next = await translated.next();
  for (; !next.done; next = await translated.next()) parts.push(Buffer.from(next.value));
  return { text: Buffer.concat(parts).toString(), counted: next.value, leftOut };
}

interface Change {
  swapped: boolean;
  projects: Partial<Record<Side, { from: string; to: string }>> | undefined;
  /** By side of the new synchronization; what is not there is left out on the first, and stays on the second. */
  comments: Partial<Record<Side, Record<string, string | null>>> | undefined;
}

const rename = fc.record({ from: fc.constantFrom('PA', 'PB', 'P', 'P-A'), to: fc.constantFrom('PX', 'PA', 'Ü"') });
const ids = fc.dictionary(commentId, fc.option(commentId), { maxKeys: 20 });
const change: fc.Arbitrary<Change> = fc.record({
  swapped: fc.boolean(),
  projects: fc.option(fc.record({ first: rename, second: rename }, { requiredKeys: [] }), { nil: undefined }),
  comments: fc.option(fc.record({ first: ids, second: ids }, { requiredKeys: [] }), { nil: undefined }),
});

function inputOf({ swapped, projects, comments }: Change): Partial<IssueDataInput> {
  const table = (side: Side) => {
    const found = new CommentIds(side === 'first' ? 'leftOut' : 'unchanged');
    for (const [old, now] of Object.entries(comments?.[side] ?? {})) found.set(old, now);
    return found;
  };
  return {
    swapped,
    ...(projects ? { projects } : {}),
    ...(comments
      ? {
          comments: {
            ...(comments.first ? { first: table('first') } : {}),
            ...(comments.second ? { second: table('second') } : {}),
          },
        }
      : {}),
  };
}

/** What the translation should say, by `JSON.parse`. */
function model(data: SyncedIssueData, { swapped, projects, comments }: Change) {
  const leftOut: LeftOutComment[] = [];
  const key = (old: string, side: Side) => {
    const [, project, number] = /^(.+)-([1-9]\d{0,8})$/s.exec(old) ?? [];
    const renamed = projects?.[side];
    return renamed && project === renamed.from ? `${renamed.to}-${number}` : old;
  };
  const id = (old: string, side: Side) => {
    const known = comments?.[side];
    if (!known) return old;
    return Object.hasOwn(known, old) ? (known[old] as string | null) : side === 'first' ? null : old;
  };
  const entry = (side: Side) => (one: SyncInformation) => {
    const { id: _, ...rest } = one;
    const kept = rest.comments?.flatMap((comment) => {
      const localId = id(comment.localId, side);
      const remoteId = typeof comment.remoteId === 'string' ? id(comment.remoteId, other(side)) : comment.remoteId;
      if (localId !== null && remoteId !== null) {
        return [Object.hasOwn(comment, 'remoteId') ? { ...comment, localId, remoteId } : { ...comment, localId }];
      }
      leftOut.push({ side, issueKey: one.localIssueKey, localId: comment.localId });
      return [];
    });
    return {
      ...rest,
      connectorKey: CONNECTORS[side],
      localIssueKey: key(rest.localIssueKey, side),
      remoteIssueKey: key(rest.remoteIssueKey, other(side)),
      ...(kept ? { comments: kept } : {}),
    };
  };
  const members = Object.entries(data).map(([name, value]) => {
    const old = name === 'firstConnector' ? 'first' : name === 'secondConnector' ? 'second' : undefined;
    if (!old) return [name, value];
    const side = swapped ? other(old) : old;
    return [`${side}Connector`, value.map(entry(side))];
  });
  return { data: Object.fromEntries(members) as SyncedIssueData, leftOut };
}

/** Members as they are written, one level down: name, value, in order. */
function rawMembers(object: string): [string, string][] {
  return rawItems(object).map((text) => {
    const end = 1 + (/^(?:[^"\\]|\\.)*/s.exec(text.slice(1))?.[0].length ?? 0) + 1;
    return [text.slice(0, end), text.slice(text.indexOf(':', end) + 1).trim()];
  });
}

/** What commas divide in a list or object, as it is written. */
function rawItems(nested: string): string[] {
  const found: string[] = [];
  let [depth, start] = [0, 0];
  for (const { 0: token, index } of nested.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/gs)) {
    if ('[{'.includes(token)) depth++;
    if (']}'.includes(token)) depth--;
    if (depth === 1 && '[{'.includes(token) && start === 0) start = index + 1;
    if ((depth === 1 && token === ',') || depth === 0) {
      found.push(nested.slice(start, index).trim());
      start = index + 1;
    }
  }
  return found.filter((item) => item !== '');
}

const entriesOf = (text: string): Record<Side, string[]> => {
  const lists = new Map(rawMembers(text).map(([name, value]) => [JSON.parse(name), value]));
  return { first: rawItems(lists.get('firstConnector') ?? ''), second: rawItems(lists.get('secondConnector') ?? '') };
};

const rowsOf = (table: PairTable) =>
  Array.from(table, (pair, row) => ({
    ...pair,
    held: (['first', 'second'] as const).map((side) => [table.heldBy(row, side), table.heldTwiceBy(row, side)]),
    progress: (['first', 'second'] as const).map((side) => [
      table.sequence(row, side, 'sent'),
      table.sequence(row, side, 'received'),
      table.lastIncoming(row, side),
    ]),
  }));

const tableOf = async (text: string, swapped = false) =>
  rowsOf(await readPairs([Buffer.from(text)], { progress: true, swapped }));

describe('translating whatever a writer of JSON may write', () => {
  it('changes in every entry what it must, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fileText, lengths, change, async (text, sizes, how) => {
        const translated = await translate(text, sizes, inputOf(how));
        const wanted = model(JSON.parse(text), how);
        expect(JSON.parse(translated.text)).toEqual(wanted.data);
        expect(translated.leftOut).toEqual(wanted.leftOut);
        const { firstConnector, secondConnector } = wanted.data;
        const entries = { first: firstConnector.length, second: secondConnector.length };
        expect(translated.counted).toEqual({ entries, dropped: 0 });
      }),
      { numRuns: 500 },
    );
  });

  it('leaves every other member as it is written, byte for byte and in order', async () => {
    const edited = new Set(['id', 'connectorKey', 'localIssueKey', 'remoteIssueKey', 'comments']);
    const untouched = (entry: string) => rawMembers(entry).filter(([name]) => !edited.has(JSON.parse(name)));
    await fc.assert(
      fc.asyncProperty(fileText, lengths, change, async (text, sizes, how) => {
        const translated = await translate(text, sizes, inputOf(how));
        const [old, now] = [entriesOf(text), entriesOf(translated.text)];
        for (const side of ['first', 'second'] as const) {
          const from = how.swapped ? other(side) : side;
          expect(now[side].map(untouched)).toEqual(old[from].map(untouched));
        }
        const outside = (all: string) =>
          rawMembers(all.trim()).filter(([name]) => !JSON.parse(name).endsWith('Connector'));
        expect(outside(translated.text)).toEqual(outside(text));
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing that stays as it is: connectors and row ids alone, and no byte the second time', async () => {
    await fc.assert(
      fc.asyncProperty(fileText, lengths, async (text, sizes) => {
        const once = await translate(text, sizes, {});
        expect(await tableOf(once.text)).toEqual(await tableOf(text));
        expect((await translate(once.text, sizes, {})).text).toBe(once.text);
        const members = (all: string[]) =>
          all.map((each) => rawMembers(each).filter(([name]) => !['id', 'connectorKey'].includes(JSON.parse(name))));
        const [old, now] = [entriesOf(text), entriesOf(once.text)];
        expect([members(now.first), members(now.second)]).toEqual([members(old.first), members(old.second)]);
      }),
    );
  });

  it('turns round and back, and says of the turned data what the table says that turns it', async () => {
    await fc.assert(
      fc.asyncProperty(fileText, lengths, async (text, sizes) => {
        const once = (await translate(text, sizes, {})).text;
        const turned = (await translate(text, sizes, { swapped: true })).text;
        expect(await tableOf(turned)).toEqual(await tableOf(text, true));
        expect((await translate(turned, sizes, { swapped: true })).text).toBe(once);
      }),
    );
  });

  it('writes a key whose number is written with escapes as the key that it is', async () => {
    const entry = '{"connectorKey":"C","localIssueKey":"PA-1\\u0032","remoteIssueKey":"\\u0050\\u0041-\\u0031"}';
    const { text } = await translate(`{"firstConnector":[${entry}],"secondConnector":[]}`, [7], {
      projects: { first: { from: 'PA', to: 'PX' }, second: { from: 'PA', to: 'PY' } },
    });
    expect(JSON.parse(text).firstConnector).toMatchObject([{ localIssueKey: 'PX-12', remoteIssueKey: 'PY-1' }]);
  });

  it('hands on entries that are larger than its own pieces', async () => {
    const comments = Array.from({ length: 50_000 }, (_, n) => ({ localId: String(n + 1) }));
    const table = new CommentIds('leftOut');
    for (const { localId } of comments)
      if (Number(localId) % 3 > 0) table.set(localId, String(4_000_000_000 - Number(localId)));
    const entry = {
      connectorKey: 'C',
      localIssueKey: 'PA-1',
      remoteIssueKey: 'PB-1',
      note: 'ä'.repeat(400_000),
      comments,
    };
    const data = { firstConnector: [entry, entry], secondConnector: [] };
    const { text, leftOut } = await translate(JSON.stringify(data), [65_536], { comments: { first: table } });
    const kept = comments
      .filter(({ localId }) => Number(localId) % 3 > 0)
      .map(({ localId }) => ({ localId: String(4_000_000_000 - Number(localId)) }));
    expect(JSON.parse(text).firstConnector).toEqual(
      [1, 2].map(() => ({ ...entry, connectorKey: 'CON-1', comments: kept })),
    );
    expect(leftOut).toHaveLength(2 * (50_000 - kept.length));
  });
});
