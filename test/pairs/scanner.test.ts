import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncedIssueData, SyncInformation } from '../../src/backbone/types.ts';
import { COMMENT_WIDTH, type Entry, LAST_INCOMING, RECEIVED, SENT, type Side } from '../../src/pairs/entry.ts';
import { EntryScanner, type EntryVisitor } from '../../src/pairs/scanner.ts';
import { cut, fileText, lengths, listText } from './documents.ts';

/** What the reader says of an entry. */
interface Read {
  side: Side;
  number: number;
  local: string;
  remote: string;
  ignored: boolean;
  amounts: number[];
  comments: { localId: string; remoteId?: string }[];
  value: SyncInformation;
}

const PARSED = { SENT: 'outgoingMessageSequenceId', RECEIVED: 'incomingMessageSequenceId' } as const;

/** The same, of what `JSON.parse` makes of it. */
function model(side: Side, list: SyncInformation[]): Read[] {
  return list.map((value, n) => ({
    side,
    number: n + 1,
    local: value.localIssueKey,
    remote: value.remoteIssueKey,
    ignored: value.incomingChangesIgnored === true,
    amounts: [value[PARSED.SENT], value[PARSED.RECEIVED], value.lastIncomingChange].map((one) => one ?? Number.NaN),
    comments: (value.comments ?? []).map(({ localId, remoteId }) => ({
      localId,
      ...(typeof remoteId === 'string' ? { remoteId } : {}),
    })),
    value,
  }));
}

function read(bytes: Uint8Array, sizes: readonly number[], list?: Side) {
  const [entries, events, others]: [Read[], string[], string[]] = [[], [], []];
  const visitor: EntryVisitor = {
    open: (side) => events.push(`${side} begins`),
    close: (side) => events.push(`${side} ends`),
    entry: (entry) => entries.push(readOf(entry)),
    other: (all, from, to) => others.push(all.toString('utf8', from, to)),
  };
  const scanner = new EntryScanner(visitor, list ? { list } : {});
  const readOf = (entry: Entry): Read => {
    const { at, count } = entry.comments;
    const textAt = (n: number) => JSON.parse(entry.bytes.toString('utf8', at[n], at[n + 1]));
    return {
      side: entry.side,
      number: entry.number,
      local: scanner.keys.keyOf(entry.local),
      remote: scanner.keys.keyOf(entry.remote),
      ignored: entry.ignored,
      amounts: [SENT, RECEIVED, LAST_INCOMING].map((member) => Number(entry.amount(member))),
      comments: Array.from({ length: count }, (_, n) => ({
        localId: textAt(n * COMMENT_WIDTH + 2),
        ...((at[n * COMMENT_WIDTH + 4] as number) < 0 ? {} : { remoteId: textAt(n * COMMENT_WIDTH + 4) }),
      })),
      value: JSON.parse(entry.bytes.toString('utf8', entry.from, entry.to)),
    };
  };
  // As a socket's buffer may be used again.
  const used = Buffer.alloc(bytes.length);
  for (const piece of cut(bytes, sizes)) {
    const same = used.subarray(0, piece.length);
    same.set(piece);
    scanner.push(same);
    same.fill(0x7f);
  }
  scanner.end();
  return { entries, events, others };
}

const problemOf = (bytes: Uint8Array, sizes: readonly number[] = [7], list?: Side): string | undefined => {
  try {
    read(bytes, sizes, list);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'UnreadableAnswer' });
    return (error as Error).message;
  }
};

const parsed = (bytes: Uint8Array): unknown =>
  JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));

describe('reading synced issue data', () => {
  it('says of every file what JSON.parse says, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(fileText, lengths, (text, sizes) => {
        const data = JSON.parse(text) as SyncedIssueData;
        const { entries, events, others } = read(Buffer.from(text), sizes);
        const names = Object.keys(data).filter((name) => name.endsWith('Connector'));
        const sides = names.map((name) => (name === 'firstConnector' ? 'first' : 'second'));
        expect(entries).toEqual(sides.flatMap((side) => model(side, data[`${side}Connector`])));
        expect(events).toEqual(sides.flatMap((side) => [`${side} begins`, `${side} ends`]));
        for (const other of others) expect(data).toMatchObject(JSON.parse(`{${other}}`));
      }),
      { numRuns: 400 },
    );
  });

  it('says of every list of one connector what JSON.parse says', () => {
    fc.assert(
      fc.property(listText(true), lengths, fc.constantFrom<Side>('first', 'second'), (text, sizes, side) => {
        expect(read(Buffer.from(text), sizes, side).entries).toEqual(model(side, JSON.parse(text)));
      }),
    );
  });

  it('refuses whatever JSON.parse refuses, and never hangs: files with some bytes changed', () => {
    const character = fc.oneof(
      fc.constantFrom(...Buffer.from('{}[]",:\\/0123456789+-.eEutrfalsn \n\r\t\0\b\v\x7f')),
      fc.nat(255),
    );
    const change = fc.record({ at: fc.nat(), gone: fc.nat(2), put: fc.array(character, { maxLength: 2 }) });
    fc.assert(
      fc.property(fileText, fc.array(change, { minLength: 1, maxLength: 2 }), lengths, (text, changes, sizes) => {
        let bytes: Uint8Array = Buffer.from(text);
        for (const { at, gone, put } of changes) {
          const n = at % bytes.length;
          bytes = Buffer.concat([bytes.subarray(0, n), Buffer.from(put), bytes.subarray(n + gone)]);
        }
        const problem = problemOf(bytes, sizes);
        expect(problem === undefined || problem).toSatisfy(
          (found) =>
            typeof found !== 'string' ||
            /(entry \d+ of (first|second)Connector|outline)( or before)?, byte \d+/.test(found),
        );
        let refused = false;
        try {
          parsed(bytes);
        } catch {
          refused = true;
        }
        if (refused) expect(problem, Buffer.from(bytes).toString()).toBeDefined();
      }),
      { numRuns: 3000 },
    );
  });

  it('refuses a file that is cut off anywhere', () => {
    fc.assert(
      fc.property(fileText, fc.nat(), (text, at) => {
        const bytes = Buffer.from(text.trimEnd());
        expect(problemOf(bytes.subarray(0, at % bytes.length))).toBeDefined();
      }),
    );
  });
});

const E = '"connectorKey":"C","localIssueKey":"PA-1","remoteIssueKey":"PB-1"';
const file = (entry: string, more = '') => `{"firstConnector":[{${E}},${entry}],"secondConnector":[]${more}}`;

describe('refusing synced issue data', () => {
  it.each([
    ['a number with a leading zero', `{${E},"n":01}`],
    ['a number that ends in a point', `{${E},"n":1.}`],
    ['a number with a plus', `{${E},"n":+1}`],
    ['a number without digits', `{${E},"n":-}`],
    ['a number with an empty exponent', `{${E},"n":1e}`],
    ['a number in hexadecimal', `{${E},"n":0x10}`],
    ['NaN', `{${E},"n":NaN}`],
    ['Infinity', `{${E},"n":[-Infinity]}`],
    ['True', `{${E},"n":True}`],
    ['undefined', `{${E},"n":undefined}`],
    ['nothing as a value', `{${E},"n":}`],
    ['a comment of another language', `{${E}/* */}`],
    ['a text in single quotes', `{${E},"n":'x'}`],
    ['a name without quotes', `{${E},n:1}`],
    ['a comma at the end', `{${E},}`],
    ['two colons', `{${E},"n"::[1]}`],
    ['two commas', `{${E},,"n":1}`],
    ['no comma', `{${E}"n":1}`],
    ['an escape that is none', `{${E},"n":"\\q"}`],
    ['an escape that is none, in a list', `{${E},"n":[{"a":"\\x41"}]}`],
    ['an escape that is cut off', `{${E},"n":"\\u00e"}`],
    ['an escape that is no number', `{${E},"n":"\\u00g0"}`],
    ['an escape that is none, in a name', `{${E},"\\n\\ä":1}`],
    ['an escape that is none, in a comment', `{${E},"comments":[{"localId":"1","t":"\\'"}]}`],
    [
      'an escape that is none, in an issue key',
      '{"connectorKey":"C","localIssueKey":"P\\A-1","remoteIssueKey":"PB-1"}',
    ],
    [
      'an escape that is none, before the number',
      '{"connectorKey":"C","localIssueKey":"\\-1","remoteIssueKey":"PB-1"}',
    ],
    ['a line break in a text', `{${E},"n":"a\nb"}`],
    ['a tabulator in a name', `{${E},"a\tb":1}`],
    ['a null byte', `{${E},"n":1\0}`],
    ['a no-break space', `{${E},"n":\u00a01}`],
    ['brackets that do not fit', `{${E},"n":[1}}`],
    ['null as an entry', 'null'],
    ['a list as an entry', '[]'],
    ['a text as an entry', '"PA-1"'],
    ['no members', '{}'],
    ['no connector key', '{"localIssueKey":"PA-1","remoteIssueKey":"PB-1"}'],
    ['no local issue', '{"connectorKey":"C","remoteIssueKey":"PB-1"}'],
    ['no remote issue', '{"connectorKey":"C","localIssueKey":"PA-1"}'],
    ['an empty key', '{"connectorKey":"C","localIssueKey":"","remoteIssueKey":"PB-1"}'],
    ['a number as key', '{"connectorKey":"C","localIssueKey":1,"remoteIssueKey":"PB-1"}'],
    ['null as key', '{"connectorKey":"C","localIssueKey":"PA-1","remoteIssueKey":null}'],
    ['a member twice', `{${E},"localIssueKey":"PA-2"}`],
    ['a member twice, once with escapes', `{${E},"\\u006cocalIssueKey":"PA-2"}`],
    ['comments twice', `{${E},"comments":[],"comments":[]}`],
    ['comments that are an object', `{${E},"comments":{}}`],
    ['comments that are texts', `{${E},"comments":["1"]}`],
    ['a comment without id', `{${E},"comments":[{"localId":"1"},{}]}`],
    ['a comment whose id is a number', `{${E},"comments":[{"localId":1}]}`],
    ['a comment with two ids', `{${E},"comments":[{"localId":"1","localId":"2"}]}`],
    ['a comment with two ids, one with escapes', `{${E},"comments":[{"localId":"1","\\u006cocalId":"2"}]}`],
    ['a comment with two ids, one no text', `{${E},"comments":[{"localId":7,"localId":"2"}]}`],
    ['a comment with two partners', `{${E},"comments":[{"localId":"1","remoteId":7,"remoteId":"2"}]}`],
    ['a sequence id that is a text', `{${E},"outgoingMessageSequenceId":"7"}`],
    ['a sequence id that is a list', `{${E},"incomingMessageSequenceId":[7]}`],
    ['a sequence id that is a truth', `{${E},"outgoingMessageSequenceId":true}`],
    ['a time that is a text', `{${E},"lastIncomingChange":"2020-11-06"}`],
    ['a text that says whether changes are ignored', `{${E},"incomingChangesIgnored":"true"}`],
    ['a number that says whether changes are ignored', `{${E},"incomingChangesIgnored":1}`],
    ['nesting without end', `{${E},"n":${'['.repeat(200_000)}`],
    ['nesting that is deeper than anything', `{${E},"n":${'[{"a":'.repeat(100_000)}1${'}]'.repeat(100_000)}}`],
  ])('names the entry and the byte of %s', (_, entry) => {
    for (const sizes of [[1_000_000], [64], [entry.length < 1000 ? 1 : 4096]]) {
      const problem = problemOf(Buffer.from(file(entry)), sizes);
      expect(problem).toMatch(/Synced issue data of the file, entry 2 of firstConnector, byte \d+: found .+\./);
      const byte = Number(/byte (\d+)/.exec(problem ?? '')?.[1]);
      expect(byte).toBeGreaterThan(file('').indexOf(',]'));
      expect(byte).toBeLessThanOrEqual(Buffer.byteLength(file(entry)) + 1);
    }
  });

  it.each([
    ['nothing', '', 'the end, too early'],
    ['white space', ' \n', 'the end, too early'],
    ['HTML', '<!DOCTYPE html>', 'something else'],
    ['a byte order mark', `\uFEFF${file(`{${E}}`)}`, 'something else'],
    ['a list', '[]', 'something else'],
    ['null', 'null', 'something else'],
    ['another document', '{"a":1}', 'no firstConnector'],
    ['one list', '{"firstConnector":[]}', 'no secondConnector'],
    ['a list twice', `${file(`{${E}}`).slice(0, -1)},"firstConnector":[]}`, 'twice'],
    ['a list twice, once with escapes', '{"firstConnector":[],"\\u0066irstConnector":[]}', 'twice'],
    ['a list that is null', '{"firstConnector":null,"secondConnector":[]}', 'firstConnector is no list'],
    ['bytes after the end', `${file(`{${E}}`)}{}`, 'something after the end'],
    ['two brackets', `${file(`{${E}}`)}}`, 'something after the end'],
    ['a comma before the lists', '{,"firstConnector":[],"secondConnector":[]}', 'comma'],
    ['a comma after the lists', '{"firstConnector":[],"secondConnector":[],}', ''],
    ['a comma in an empty list', '{"firstConnector":[,],"secondConnector":[]}', 'comma'],
    ['a comma at the end of a list', `{"firstConnector":[{${E}},],"secondConnector":[]}`, 'no object'],
    ['no comma between entries', `{"firstConnector":[{${E}}{${E}}],"secondConnector":[]}`, 'comma'],
  ])('says what is wrong with %s', (_, text, what) => {
    for (const sizes of [[1_000_000], [1]]) expect(problemOf(Buffer.from(text), sizes)).toContain(what);
  });

  it('takes members for nothing else that every object of JavaScript has', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      const { entries, others } = read(Buffer.from(file(`{${E}}`, `,"${name}":[{}]`)), [5]);
      expect(entries).toHaveLength(2);
      expect(others).toEqual([`"${name}":[{}]`]);
    }
  });

  it('refuses what it read half of already, wherever that half ended', () => {
    const text = file(`{${E},"n"::[1,"\\u00e4"],"m"  :  {}}`);
    for (let first = 1; first < text.length; first++) {
      expect([first, problemOf(Buffer.from(text), [first, text.length])]).toEqual([first, expect.any(String)]);
    }
  });

  it('keeps every number as it was written, one that a double would round too', () => {
    const written: string[] = [];
    const scanner = new EntryScanner({ entry: (entry) => written.push(JSON.stringify(entry.parsed())) });
    scanner.push(Buffer.from(file(`{${E},"n":[{"m":9007199254740993,"k":1.5}]}`)));
    scanner.end();
    expect(written.join()).toContain('"n":[{"m":9007199254740993,"k":1.5}]');
  });

  it('refuses text that is no UTF-8 at its byte, in a key, in an unknown member and outside', () => {
    for (const bad of [
      [0xc3, 0x28],
      [0xff],
      [0xc0, 0xaf],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
    ]) {
      for (const text of [file(`{${E},"n":"äö_"}`), file(`{${E}}`, ',"outer":"ä_"'), file(`{${E},"ä_":[]}`)]) {
        const bytes = Buffer.from(text);
        const at = bytes.indexOf('_');
        const broken = Buffer.concat([bytes.subarray(0, at), Buffer.from(bad), bytes.subarray(at + 1)]);
        for (const sizes of [[1_000_000], [1], [3]]) {
          expect(problemOf(broken, sizes)).toContain(`byte ${at + 1}: found text that is no UTF-8`);
        }
      }
    }
  });

  it('reads one entry with 50,000 comments in pieces of a byte, and pretty printed in pieces of any length', () => {
    const comments = Array.from({ length: 50_000 }, (_, n) => ({ localId: String(10_000 + n) }));
    const data = { firstConnector: [{ ...JSON.parse(`{${E}}`), comments }], secondConnector: [] };
    expect(read(Buffer.from(JSON.stringify(data)), [1]).entries[0]?.comments).toEqual(comments);
    expect(read(Buffer.from(JSON.stringify(data, null, 2)), [1000, 1, 7]).entries[0]?.comments).toEqual(comments);
  });

  it('reads pretty printed entries, wherever a piece of them ends', () => {
    const entry = { ...JSON.parse(`{${E}}`), comments: [{ localId: '1' }], incomingChangesIgnored: true };
    const text = JSON.stringify({ firstConnector: [entry, entry, entry], secondConnector: [entry] }, null, 3);
    for (let first = 1; first < text.length; first++) {
      expect(read(Buffer.from(text), [first, text.length]).entries).toHaveLength(4);
    }
  });
});
