/**
 * `npm run matrix`: every step × everything that can go wrong with its requests, a whole migration each.
 *
 *   npm run matrix -- --sample 20 --seed 7     so many cells, chosen by a seed
 *   npm run matrix -- --cell '<name>'          one cell again
 *   npm run matrix -- --minutes 30             begins no cell after so long; those left count as skipped
 *   npm run matrix -- --json                   ends with one line of JSON
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { closingLine } from '../support/tally.ts';
import type { CellResult } from './cells.ts';

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    cell: { type: 'string' },
    minutes: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const began = Date.now();
const directory = await mkdtemp(join(tmpdir(), 'backbone-migrator-matrix-'));
const results = join(directory, 'results.jsonl');
Object.assign(process.env, {
  MATRIX_SEED: values.seed,
  MATRIX_SAMPLE: values.sample,
  MATRIX_RESULTS: results,
  ...(values.cell ? { MATRIX_CELL: values.cell } : {}),
  ...(values.minutes ? { MATRIX_UNTIL: String(began + Number(values.minutes) * 60_000) } : {}),
});
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
  skipped: tally.skipped,
  promisesBroken: count('promiseBroken'),
  asked: lines.filter(({ asked }) => asked.length > 0).length,
  secondsPerCell: lines.length === 0 ? 0 : Number(((Date.now() - began) / 1000 / lines.length).toFixed(2)),
  seed: Number(values.seed),
};
const closing = closingLine({ passed: summary.passed, failed: summary.failed, skipped: summary.skipped });
// One line that is read by a run of everything, and one for programs; the last is the one that was asked for.
if (values.json) console.log(`${closing}\n${JSON.stringify(summary)}`);
else console.log(`${JSON.stringify(summary)}\n${closing}`);
process.exit(lines.length > 0 && summary.failed === 0 && tally.failed === 0 ? 0 : 1);
