/**
 * What grows in a worker that runs for months: thousands of migrations through one worker process, batch after batch. After each
 * batch, with nothing under way, everything that can be collected is, and what is left is measured. The line through the second
 * half says how much a thousand migrations leave behind; in the first half caches fill and code is compiled. The store grows, and
 * is meant to: what a migration takes in it is said too.
 */
import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Asked, Memory } from './memoryProbe.ts';
import { runBatch } from './runBatch.ts';
import { openStage, type Stage } from './stage.ts';

/** The thread of the worker itself, and that of its workflows. */
const THREADS = 2;
/** All of a batch at once. */
const BATCH = 25;

interface Sample {
  migrations: number;
  seconds: number;
  /** Megabytes. */
  rss: number;
  mainHeap: number;
  workflowHeap: number;
  external: number;
  store: number;
}

/**
 * `npm run bench -- soak [--migrations N] [--minutes M] [--snapshots]`: no further batch begins after `M` minutes; with `--snapshots` a
 * heap snapshot after the second batch and after the last one.
 */
export async function soak(): Promise<unknown> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: {
      migrations: { type: 'string', default: '2000' },
      minutes: { type: 'string', default: '60' },
      snapshots: { type: 'boolean', default: false },
    },
  });
  const [wanted, minutes] = [Number(values.migrations), Number(values.minutes)];
  await using stage = await openStage(['--migrations', String(wanted), '--issues', '2', '--interval', '250'], {
    probed: true,
  });
  const { starts } = stage.sandbox;
  const samples: Sample[] = [];
  const began = Date.now();
  const secondsUntilNow = () => Math.round((Date.now() - began) / 1000);
  for (let from = 0, isLast = false; !isLast; from += BATCH) {
    const some = starts.slice(from, from + BATCH);
    await runBatch(stage, `soak-${from}`, some, BATCH);
    const done = from + some.length;
    isLast = done >= starts.length || secondsUntilNow() >= minutes * 60;
    const snapshots = values.snapshots && (samples.length === 1 || isLast) ? await folderFor(done) : undefined;
    const sample = await measure(stage, { threads: THREADS, ...(snapshots ? { snapshots } : {}) });
    samples.push({ migrations: done, seconds: secondsUntilNow(), ...sample });
    console.error(JSON.stringify(samples.at(-1)));
  }
  const migrations = samples.at(-1)?.migrations ?? 0;
  const later = samples.filter((sample) => sample.migrations >= migrations / 2);
  const growth = (of: (sample: Sample) => number) => Math.round(slope(later, of) * 1000 * 100) / 100;
  console.table(samples);
  return {
    migrations,
    inBatchesOf: BATCH,
    seconds: samples.at(-1)?.seconds,
    megabytesPerThousand: {
      rss: growth(({ rss }) => rss),
      mainHeap: growth(({ mainHeap }) => mainHeap),
      workflowHeap: growth(({ workflowHeap }) => workflowHeap),
      external: growth(({ external }) => external),
    },
    storeKilobytesPerMigration: growth(({ store }) => store),
    samples,
  };
}

async function measure({ worker, storeFile }: Stage, asked: Asked): Promise<Omit<Sample, 'migrations' | 'seconds'>> {
  const answered = new Promise<Memory>((resolve, reject) => {
    worker.once('message', (memory) => resolve(memory as Memory));
    worker.once('exit', () => reject(new Error('the worker is gone')));
  });
  worker.send(asked);
  const { threads, rss, external } = await answered;
  const [main, workflows] = threads.map(({ heap }) => heap);
  const files = await Promise.all(['', '-wal'].map((end) => stat(`${storeFile}${end}`).catch(() => ({ size: 0 }))));
  return {
    rss: megabytes(rss),
    mainHeap: megabytes(main),
    workflowHeap: megabytes(workflows),
    external: megabytes(external),
    store: megabytes(files.reduce((sum, { size }) => sum + size, 0)),
  };
}

/** Least squares: what one migration adds. */
function slope(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(samples.map(({ migrations }) => migrations)), mean(samples.map(of))];
  const upper = samples.reduce((sum, sample) => sum + (sample.migrations - x) * (of(sample) - y), 0);
  return upper / samples.reduce((sum, { migrations }) => sum + (migrations - x) ** 2, 0);
}

async function folderFor(done: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `soak-${done}-`));
  console.error(`heap snapshots in ${folder}`);
  return folder;
}

const megabytes = (bytes = 0): number => Math.round(bytes / 1e4) / 100;
