/**
 * A million pairs with comments: the synced issue data is read, translated into a file, and that is compared with what the new
 * synchronization holds. In a process of its own, so that the memory is its own; beside `JSON.parse` of the same bytes in another.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Parsed, Worked } from './pairsWork.ts';

const run = promisify(execFile);
const WORK = fileURLToPath(new URL('pairsWork.ts', import.meta.url));

const PAIRS = Number(process.env.BENCH_PAIRS ?? 1_000_000);

export async function pairs() {
  const folder = await mkdtemp(join(tmpdir(), 'bench-pairs-'));
  try {
    const [original, live] = [join(folder, 'original.json'), join(folder, 'live.json')];
    await writeData(original, { connectors: ['CON-48-PA', 'CON-49-PB'], project: 'PA', firstComment: 10_000_000 });
    await writeData(live, { connectors: ['CON-901-PX', 'CON-902-PB'], project: 'PX', firstComment: 30_000_000 });
    const worked: Worked = await child('work', original, live, join(folder, 'translated.json'));
    const parsed: Parsed = await child('parse', original);
    const { read, commentIds, translate, compare } = worked.milliseconds;
    const seconds = (commentIds + translate + compare) / 1000;
    return {
      pairs: PAIRS,
      comments: worked.comments,
      megabytes: Math.round((await stat(original)).size / 1e6),
      found: worked.found,
      milliseconds: worked.milliseconds,
      jsonParseMilliseconds: parsed.milliseconds,
      ratioToJsonParse: { read: ratio(read, parsed.milliseconds), translate: ratio(translate, parsed.milliseconds) },
      /** Comment ids entered, translated, compared; the reading before it is for looking at each issue, and waits for Jira anyway. */
      pairsPerSecond: Math.round(PAIRS / seconds),
      pairsPerSecondWithReading: Math.round(PAIRS / (seconds + read / 1000)),
      residentMegabytes: { before: worked.megabytesBefore, peak: worked.megabytesPeak },
      residentMegabytesOfJsonParse: parsed.megabytesPeak,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const ratio = (one: number, other: number): number => Math.round((one / other) * 100) / 100;

async function child<T>(...args: string[]): Promise<T> {
  const { stdout } = await run(process.execPath, [WORK, ...args, String(PAIRS)], { maxBuffer: 1e6 });
  return JSON.parse(stdout);
}

interface Written {
  connectors: [string, string];
  project: string;
  firstComment: number;
}

/** The documented entry, two comments on average, an entry a line. Each side has an order of its own. */
async function writeData(path: string, { connectors, project, firstComment }: Written): Promise<void> {
  const file = await open(path, 'w');
  let text = '{"firstConnector":[';
  for (const [side, connectorKey] of connectors.entries()) {
    if (side === 1) text += '],\n"secondConnector":[';
    for (let at = 0; at < PAIRS; at++) {
      const n = side === 0 ? at : PAIRS - 1 - at;
      const keys = [`${project}-${n + 1}`, `PB-${n + 4}`];
      const entry = {
        id: 1000 + n * 2 + side,
        connectorKey,
        localIssueKey: keys[side],
        remoteIssueKey: keys[1 - side],
        firstSyncDate: 1604663032918 + n,
        lastOutgoingChange: 1604663098456 + n,
        lastChangeSeen: 1604654096519 + n,
        outgoingMessageSequenceId: (n % 7) + 2,
        lastIncomingChange: 1604663109653 + n,
        incomingMessageSequenceId: (n % 5) + 1,
        comments: Array.from({ length: n % 5 }, (_, k) => ({
          localId: String((side === 0 ? firstComment : 20_000_000) + n * 5 + k),
        })),
        incomingChangesIgnored: false,
      };
      text += `${at === 0 ? '' : ','}\n${JSON.stringify(entry)}`;
      if (text.length > 1e6) {
        await file.write(text);
        text = '';
      }
    }
  }
  await file.write(`${text}]}`);
  await file.close();
}
