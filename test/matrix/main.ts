/**
 * `npm run matrix`: every step × everything that can go wrong with its requests, a whole migration each.
 *
 *   npm run matrix -- --sample 20 --seed 7     so many cells, chosen by a seed
 *   npm run matrix -- --cell '<name>'          one cell again
 *   npm run matrix -- --minutes 30             begins no cell after so long; those left count as skipped
 *   npm run matrix -- --json                   ends with one line of JSON
 *
 * `npm run matrix -- --around delete|start|rollback`: whole migrations around one moment instead, as `docs/reliability.md` says.
 *
 *   --runs 300 --seed 7                        so many, by a seed
 *   --seed 7 --only 12                         the twelfth of them again, with the sandbox's record and the ledger
 *   --at-once 8                                so many side by side
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { closingLine } from '../support/tally.ts';
import { MOMENTS } from './around/draw.ts';
import { type RunLine, reportOf, silentOf, summaryOf } from './around/report.ts';
import type { CellResult } from './cells.ts';

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    cell: { type: 'string' },
    minutes: { type: 'string' },
    json: { type: 'boolean', default: false },
    around: { type: 'string' },
    runs: { type: 'string', default: '20' },
    only: { type: 'string' },
    'at-once': { type: 'string', default: '6' },
  },
});
const moment = MOMENTS.find((each) => each === values.around);
if (values.around !== undefined && !moment) {
  console.error(`--around is one of ${MOMENTS.join(', ')}`);
  process.exit(2);
}
const seed = Number(values.seed);
const began = Date.now();
const directory = await mkdtemp(join(tmpdir(), 'backbone-migrator-matrix-'));
const results = join(directory, 'results.jsonl');
Object.assign(process.env, {
  MATRIX_SEED: values.seed,
  MATRIX_SAMPLE: values.sample,
  MATRIX_RESULTS: results,
  ...(values.cell ? { MATRIX_CELL: values.cell } : {}),
  ...(values.minutes ? { MATRIX_UNTIL: String(began + Number(values.minutes) * 60_000) } : {}),
  ...(moment ? { AROUND: moment, AROUND_SEED: values.seed, AROUND_RUNS: values.runs } : {}),
  ...(values.only ? { AROUND_ONLY: values.only } : {}),
});
const { runTests } = await import('../support/runTests.ts');
const args = moment
  ? ['test/matrix/around/runs.test.ts', '--maxConcurrency', values['at-once']]
  : ['test/matrix/matrix.test.ts'];
const tally = await runTests(args, 'all');
const lines = (await readFile(results, 'utf8').catch(() => '')).split('\n').filter(Boolean);
await rm(directory, { recursive: true, force: true });
process.exit(moment ? around(moment) : cells());

/** The exit code. */
function cells(): number {
  const found = lines.map((line): CellResult => JSON.parse(line));
  const count = (outcome: CellResult['outcome']) => found.filter((line) => line.outcome === outcome).length;
  for (const { cell, outcome, why } of found) if (outcome !== 'passed') console.log(`${outcome}: ${cell}: ${why}`);
  const summary = {
    cells: found.length,
    passed: count('passed'),
    failed: found.length - count('passed'),
    notReached: count('notReached'),
    skipped: tally.skipped,
    promisesBroken: count('promiseBroken'),
    asked: found.filter(({ asked }) => asked.length > 0).length,
    secondsPerCell: found.length === 0 ? 0 : Number(((Date.now() - began) / 1000 / found.length).toFixed(2)),
    seed,
  };
  close({ passed: summary.passed, failed: summary.failed, skipped: summary.skipped }, summary);
  return found.length > 0 && summary.failed === 0 && tally.failed === 0 ? 0 : 1;
}

function around(name: string): number {
  const found = lines.map((line): RunLine => JSON.parse(line)).toSorted((one, other) => one.number - other.number);
  for (const line of reportOf(found, name, seed)) console.log(line);
  console.log(`${Math.round((Date.now() - began) / 1000)} s`);
  close(tally, summaryOf(found, seed));
  return found.length > 0 && silentOf(found).length === 0 && tally.failed === 0 ? 0 : 1;
}

/** One line that is read by a run of everything, and one for programs; the last is the one that was asked for. */
function close(counts: Parameters<typeof closingLine>[0], summary: object): void {
  const closing = closingLine(counts);
  const json = JSON.stringify(summary);
  console.log(values.json ? `${closing}\n${json}` : `${json}\n${closing}`);
}
