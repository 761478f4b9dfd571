/**
 * One migration for each cell: something goes wrong once, at one request of one step. It ends as the undisturbed run does; where a
 * named state asks a person on the way, `retry` is all that person does. `npm test` runs a sample that changes from day to day,
 * `npm run matrix` all of it.
 */
import { appendFile } from 'node:fs/promises';
import { describe, it } from 'vitest';
import { effects, expectSoundEnd } from '../support/findings.ts';
import { act } from '../support/persons.ts';
import { until } from '../support/processes.ts';
import { type Rehearsal, rehearse } from '../support/rehearsal.ts';
import { CELLS, type Cell, type CellResult, sampleOf } from './cells.ts';

const DAY_MS = 86_400_000;
const { MATRIX_SEED, MATRIX_SAMPLE, MATRIX_CELL, MATRIX_RESULTS, MATRIX_UNTIL } = process.env;
const seed = Number(MATRIX_SEED ?? Math.floor(Date.now() / DAY_MS));
const chosen = MATRIX_CELL
  ? CELLS.filter(({ name }) => name === MATRIX_CELL)
  : sampleOf(CELLS, Number(MATRIX_SAMPLE ?? 3), seed);

describe(`the fault matrix, ${chosen.length} of ${CELLS.length} cells, seed ${seed}`, { timeout: 180_000 }, () => {
  it.concurrent.for(chosen)('$name', async (cell, { expect, skip }) => {
    skip(MATRIX_UNTIL !== undefined && Date.now() > Number(MATRIX_UNTIL), 'its time was over');
    const began = Date.now();
    const result = await run(cell).catch((error: unknown) => ({
      outcome: 'failed' as const,
      asked: [],
      why: error instanceof Error ? error.message : String(error),
    }));
    const line: CellResult = { cell: cell.name, ...result, seconds: (Date.now() - began) / 1000 };
    if (MATRIX_RESULTS) await appendFile(MATRIX_RESULTS, `${JSON.stringify(line)}\n`);
    expect(line.outcome, `${line.why}\nReplay: npm run matrix -- --cell '${cell.name}'`).toBe('passed');
  });
});

async function run({ fault }: Cell): Promise<Pick<CellResult, 'outcome' | 'asked' | 'why'>> {
  await using rehearsal = await rehearse({ issues: 6, ambiguous: false });
  const asked: string[] = [];
  const pid = fault.action === 'kill' ? { pid: await pidOf(rehearsal) } : {};
  await rehearsal.plant({ ...fault, ...pid });
  const handle = await rehearsal.start();
  const end = await act(rehearsal, handle, { timeoutMs: 150_000, onTrouble: (blocker) => void asked.push(blocker) });
  const happened = await rehearsal.record();
  const fired = happened.some(({ detail }) => detail?.fault === fault.action);
  if (end.state !== 'Completed') return { outcome: 'failed', asked, why: `it ended ${end.state}` };
  if (!fired) return { outcome: 'notReached', asked, why: 'the request that the fault waits for never came' };
  if (effects(happened, 'integration deleted') !== 1) {
    return { outcome: 'promiseBroken', asked, why: 'not exactly one synchronization was deleted' };
  }
  const unsound = await expectSoundEnd(rehearsal).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  return unsound ? { outcome: 'promiseBroken', asked, why: unsound } : { outcome: 'passed', asked };
}

async function pidOf({ worker }: Rehearsal): Promise<number> {
  await until(() => worker.pid !== undefined, 'a worker');
  return worker.pid ?? 0;
}
