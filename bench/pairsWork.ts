/** What `bench/pairs.ts` measures, as a process of its own. Prints one JSON value. */
import { open } from 'node:fs/promises';
import { CommentIds } from '../src/pairs/commentIds.ts';
import { notHeldByBoth, withOtherComments } from '../src/pairs/compare.ts';
import { multipleKeys, unmirrored } from '../src/pairs/mirrors.ts';
import { scanEntries } from '../src/pairs/scanner.ts';
import { intoTable, PairTable, readPairs } from '../src/pairs/table.ts';
import { translateIssueData } from '../src/pairs/translate.ts';

export interface Worked {
  /** Of processor time, user and system: one core, whatever the disk does. */
  milliseconds: { read: number; commentIds: number; translate: number; compare: number };
  comments: number;
  /** All of these are 0 when everything is right. */
  found: Record<'extra' | 'notHeldByBoth' | 'withOtherComments' | 'mirrors' | 'multiple' | 'leftOut', number>;
  megabytesBefore: number;
  megabytesPeak: number;
}

export interface Parsed {
  milliseconds: number;
  entries: number;
  megabytesPeak: number;
}

const peak = () => Math.round((process.resourceUsage().maxRSS * 1024) / 1e6);

/** A file piece by piece, each valid until the next. */
async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  const buffer = Buffer.allocUnsafeSlow(256 * 1024);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / 1000);
}

async function work(original: string, live: string, translated: string, pairs: number): Promise<Worked> {
  const megabytesBefore = peak();
  const milliseconds = { read: 0, commentIds: 0, translate: 0, compare: 0 };
  const found = { extra: 0, notHeldByBoth: 0, withOtherComments: 0, mirrors: 0, multiple: 0, leftOut: 0 };
  let comments = 0;
  {
    using ids = new CommentIds('leftOut');
    using keep = new PairTable();
    milliseconds.read = await timed(() => scanEntries(bytesOf(original), intoTable(keep), { keys: keep.keys }));
    milliseconds.commentIds = await timed(async () => {
      for (let n = 0; n < pairs; n++) {
        for (let k = 0; k < n % 5; k++) ids.set(String(10_000_000 + n * 5 + k), String(30_000_000 + n * 5 + k));
        comments += n % 5;
      }
    });
    milliseconds.translate = await timed(async () => {
      const file = await open(translated, 'w');
      const pieces = translateIssueData(bytesOf(original), {
        swapped: false,
        keep,
        connectorKeys: { first: 'CON-901-PX', second: 'CON-902-PB' },
        projects: { first: { from: 'PA', to: 'PX' } },
        comments: { first: ids },
        leftOut: () => found.leftOut++,
      });
      for await (const piece of pieces) await file.write(piece);
      await file.close();
    });
  }
  milliseconds.compare = await timed(async () => {
    using table = await readPairs(bytesOf(translated), { comments: true });
    table.expect();
    await scanEntries(bytesOf(live), intoTable(table), { keys: table.keys });
    Object.assign(found, {
      extra: table.size - pairs,
      notHeldByBoth: notHeldByBoth(table).length,
      withOtherComments: withOtherComments(table).length,
      mirrors: unmirrored(table).length,
      multiple: multipleKeys(table).length,
    });
  });
  return { milliseconds, comments: comments * 2, found, megabytesBefore, megabytesPeak: peak() };
}

/** Piece by piece, since no text may be that long; cutting out the entries does not count. */
async function parse(original: string): Promise<Parsed> {
  let entries = 0;
  let milliseconds = 0;
  let rest = '';
  for await (const piece of bytesOf(original)) {
    rest += piece.toString('latin1');
    const end = rest.lastIndexOf('\n');
    const text = `[${(rest.slice(0, end + 1).match(/^\{"id".*\}/gm) ?? []).join(',')}]`;
    rest = rest.slice(end + 1);
    const before = process.cpuUsage();
    entries += (JSON.parse(text) as unknown[]).length;
    const { user, system } = process.cpuUsage(before);
    milliseconds += (user + system) / 1000;
  }
  entries += (rest.match(/^\{"id".*\}/gm) ?? []).length;
  return { milliseconds: Math.round(milliseconds), entries, megabytesPeak: peak() };
}

const [mode = '', original = '', ...rest] = process.argv.slice(2);
const result =
  mode === 'work' ? await work(original, rest[0] ?? '', rest[1] ?? '', Number(rest[2])) : await parse(original);
console.log(JSON.stringify(result));
