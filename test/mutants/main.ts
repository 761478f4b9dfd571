/**
 * `npm run mutants`: breaks each guard of the promises P1 to P4 in turn, in a copy of the tree, and runs the tests that must notice.
 *
 *   npm run mutants -- --only 'a new one that runs'    those of P1, P2, P3 or P4, or with this in promise or file
 *   npm run mutants -- --missing                       those of which the documentation does not say yet that they were noticed
 *   npm run mutants -- --lanes 3                       so many copies side by side; default 2
 *   npm run mutants -- --json                          ends with one line of JSON
 *
 * Each result is written into docs/reliability.md as it comes. A guard that is not found where the table says so is an
 * error: the code was changed, and the table has to follow.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pMap from 'p-map';
import { closingLine } from '../support/tally.ts';
import { PAGE, type Result, rowOf, writeReport } from './report.ts';
import { runUnbroken, tryMutant } from './run.ts';
import { editsOf, MUTANTS, problemOf } from './table.ts';
import { copyOf, type Tree } from './tree.ts';
import type { Mutant } from './types.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    missing: { type: 'boolean', default: false },
    lanes: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
const root = path.resolve(import.meta.dirname, '../..');
const { only } = values;
const page = path.join(root, PAGE);
const known = values.missing ? await readFile(page, 'utf8') : '';
const chosen = MUTANTS.filter(
  ({ of, promise, file }) => !only || of === only || [promise, file].join().includes(only),
).filter((mutant) => !known.includes(rowOf(mutant, 'killed')));

process.exit(await main());

/** The exit code. */
async function main(): Promise<number> {
  const problems = (await Promise.all(chosen.map(problemIn))).filter((problem) => problem !== undefined);
  for (const problem of problems) console.error(`not found: ${problem}`);
  if (problems.length > 0 || chosen.length === 0) return finish([], problems.length);
  const lanes = await Promise.all(Array.from({ length: Number(values.lanes) }, () => copyOf(root)));
  try {
    console.log(`${chosen.length} guards; first their tests with nothing broken`);
    const failed = lanes[0] && (await runUnbroken(lanes[0], chosen));
    if (failed) {
      console.error(`${failed}\nTests fail with nothing broken, so they cannot tell.`);
      return finish([], 1);
    }
    const free = [...lanes];
    let written = Promise.resolve();
    const results = await pMap(
      chosen,
      async (mutant) => {
        const tree = free.pop();
        if (!tree) throw new Error('more at once than copies');
        const result = await breakIn(tree, mutant);
        free.push(tree);
        written = written.then(() => writeReport(page, [result]));
        return result;
      },
      { concurrency: lanes.length },
    );
    await written;
    return finish(results, 0);
  } finally {
    await Promise.all(lanes.map((lane) => lane[Symbol.asyncDispose]()));
  }
}

async function breakIn(tree: Tree, mutant: Mutant): Promise<Result> {
  const { outcome, seconds, output } = await tryMutant(tree, mutant);
  console.log(`${outcome} (${seconds} s): ${mutant.of} ${mutant.promise}`);
  if (outcome !== 'killed') console.log(output.split('\n').slice(-30).join('\n'));
  return { mutant, outcome };
}

async function problemIn(mutant: Mutant): Promise<string | undefined> {
  const problems = await Promise.all(
    editsOf(mutant).map(async (edit) =>
      problemOf(edit, await readFile(path.join(root, edit.file), 'utf8').catch(() => '')),
    ),
  );
  const problem = problems.find((each) => each !== undefined);
  return problem && `${mutant.promise}: ${problem}`;
}

/** Names what nobody noticed, and counts. The exit code. */
function finish(results: readonly Result[], notFound: number): number {
  const count = (outcome: Result['outcome']) => results.filter((result) => result.outcome === outcome).length;
  for (const { mutant, outcome } of results) {
    if (outcome !== 'killed')
      console.log(`${outcome}: ${mutant.promise}\n  npm run mutants -- --only ${JSON.stringify(mutant.promise)}`);
  }
  const [killed, survived, invalid] = [count('killed'), count('survived'), count('invalid')];
  const failed = survived + invalid + notFound;
  const closing = closingLine({ passed: killed, failed, skipped: 0 });
  const json = JSON.stringify({ mutants: chosen.length, killed, survived, invalid, notFound });
  console.log(values.json ? `${closing}\n${json}` : `${json}\n${closing}`);
  return failed === 0 && (killed > 0 || values.missing) ? 0 : 1;
}
