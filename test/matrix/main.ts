/**
 * `npm run matrix`: every step × everything that can go wrong with its requests, a whole migration each.
 *
 *   npm run matrix -- --sample 20 --seed 7     so many cells, chosen by a seed
 *   npm run matrix -- --cell '<name>'          one cell again
 *   npm run matrix -- --json                   ends with one line of JSON
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CellResult } from './cells.ts';

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    cell: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const directory = await mkdtemp(join(tmpdir(), 'backbone-migrator-matrix-'));
const results = join(directory, 'results.jsonl');
Object.assign(process.env, {
  MATRIX_SEED: values.seed,
  MATRIX_SAMPLE: values.sample,
  MATRIX_RESULTS: results,
  ...(values.cell ? { MATRIX_CELL: values.cell } : {}),
});
const began = Date.now();
const { runTests } = await import('../support/runTests.ts');
const tally = await runTests(['test/matrix'], 'all');
const cells = (await readFile(results, 'utf8').catch(() => '')).split('\n').filter(Boolean);
await rm(directory, { recursive: true, force: true });

const lines = cells.map((line): CellResult => JSON.parse(line));
const count = (outcome: CellResult['outcome']) => lines.filter((line) => line.outcome === outcome).length;
for (const { cell, outcome, why } of lines) if (outcome !== 'passed') console.log(`${outcome}: ${cell}: ${why}`);
const summary = {
  cells: lines.length,
  passed: count('passed'),
  failed: lines.length - count('passed'),
  notReached: count('notReached'),
  promisesBroken: count('promiseBroken'),
  asked: lines.filter(({ asked }) => asked.length > 0).length,
  secondsPerCell: lines.length === 0 ? 0 : Number(((Date.now() - began) / 1000 / lines.length).toFixed(2)),
  seed: Number(values.seed),
};
// One line that is read by a run of everything, and one for programs; the last is the one that was asked for.
if (values.json) console.log(`${summary.passed} passed, ${summary.failed} failed\n${JSON.stringify(summary)}`);
else console.log(`${JSON.stringify(summary)}\n${summary.passed} passed, ${summary.failed} failed`);
process.exit(lines.length > 0 && summary.failed === 0 && tally.failed === 0 ? 0 : 1);
