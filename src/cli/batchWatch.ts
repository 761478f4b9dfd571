/** Follows a batch: a live table on a terminal, lines or JSON elsewhere. It reads the store, so no worker has to be up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { batchSentence } from '../report/batchPage.ts';
import type { ProjectionRow, Store } from '../store/store.ts';
import { type BatchNow, batchNamed, batchNow, runsOf, runText } from './batchFind.ts';
import { countsText, itemsText } from './batchText.ts';
import { EXIT, type ExitCode } from './errors.ts';
import { POLL_MS } from './follow.ts';
import { createFrames, hint, onStop, say, sayJsonLine } from './print.ts';
import type { ServiceOptions } from './service.ts';

/** Temporal is asked whether the workflow still runs: the store alone would be followed for ever. */
const ASK_EVERY_MS = 10_000;

/** Follows it and answers the exit code: when it has ended, was cancelled or is gone, or on Ctrl-C. */
export async function watchBatch(store: Store, name: string, options: ServiceOptions): Promise<ExitCode> {
  const show = options.json ? showJson() : process.stdout.isTTY ? showTable(store) : showLines();
  const { batch } = await batchNamed(store, name);
  let stopped = false;
  onStop(() => {
    stopped = true;
  });
  let askAt = Date.now();
  for (;;) {
    const now = await batchNow(store, await batchNamed(store, batch));
    await show(now);
    const { state } = now.picture;
    if (stopped || state === 'Ended' || state === 'Cancelled') return exitCodeOfBatch(now);
    if (Date.now() >= askAt) {
      const run = (await runsOf(options, [now])).get(batch);
      if (run?.asked && run.gone) {
        for (const line of runText(run)) hint(line);
        return EXIT.error;
      }
      askAt = Date.now() + ASK_EVERY_MS;
    }
    await sleep(POLL_MS);
  }
}

function exitCodeOfBatch({ picture: { state, counts } }: BatchNow): ExitCode {
  if (state !== 'Ended') return counts.waiting > 0 ? EXIT.person : EXIT.ok;
  return counts.failed > 0 ? EXIT.error : EXIT.ok;
}

type Show = (now: BatchNow) => void | Promise<void>;

function showJson(): Show {
  let last = '';
  return ({ picture }) => {
    const line = JSON.stringify(picture);
    if (line !== last) sayJsonLine(picture);
    last = line;
  };
}

function showLines(): Show {
  let last = '';
  return ({ picture: { state, counts } }) => {
    const line = `${state}  ${countsText(counts)}`;
    if (line !== last) say(line);
    last = line;
  };
}

function showTable(store: Store): Show {
  const frame = createFrames();
  return async ({ record, picture, items }) => {
    // Adopted ones belong to no batch: they are shown without their steps.
    const rows = await store.projections.list({ batch: record.name });
    const newest = new Map<string, ProjectionRow>();
    for (const row of rows.toReversed()) newest.set(row.picture.original, row);
    const { name, state, counts } = picture;
    const head = `Batch ${name}  ${state}: ${batchSentence(picture)}`;
    frame([head, countsText(counts), '', itemsText(items, newest)]);
  };
}
