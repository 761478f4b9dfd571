/**
 * So many whole migrations by seed, each with something going wrong at a random point around the delete, the start, or the way back.
 * Run by `npm run matrix -- --around …`, which counts what they found.
 */
import { appendFile } from 'node:fs/promises';
import { describe, it } from 'vitest';
import { described, drawRun, MOMENTS } from './draw.ts';
import { runAround } from './run.ts';

const { AROUND, AROUND_SEED, AROUND_RUNS, AROUND_ONLY, MATRIX_RESULTS, MATRIX_UNTIL } = process.env;
const moment = MOMENTS.find((each) => each === AROUND) ?? 'delete';
const seed = Number(AROUND_SEED ?? 1);
const numbers = AROUND_ONLY ? [Number(AROUND_ONLY)] : Array.from({ length: Number(AROUND_RUNS ?? 1) }, (_, n) => n + 1);

describe(`around the ${moment}, seed ${seed}`, { timeout: 180_000 }, () => {
  it.concurrent.for(numbers.map((number) => ({ number })))('run $number', async ({ number }, { expect, skip }) => {
    skip(MATRIX_UNTIL !== undefined && Date.now() > Number(MATRIX_UNTIL), 'its time was over');
    const draw = drawRun(moment, seed, number);
    const result = await runAround(draw);
    if (MATRIX_RESULTS) await appendFile(MATRIX_RESULTS, `${JSON.stringify({ ...result, drawn: described(draw) })}\n`);
    const { wrongDeletes, bothRan, lostWork, falseEnds, stuck } = result;
    const silent = stuck?.silent ? [`nobody is told: ${stuck.state}`] : [];
    expect(
      [...wrongDeletes, ...bothRan, ...lostWork, ...falseEnds, ...silent],
      `${described(draw)}\nReplay: npm run matrix -- --around ${moment} --seed ${seed} --only ${number}`,
    ).toEqual([]);
  });
});
