/** The list of what was broken and who noticed, in docs/reliability.md between two marks. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Outcome } from './run.ts';
import { MUTANTS } from './table.ts';
import type { Mutant } from './types.ts';

export const PAGE = 'docs/reliability.md';
const [FROM, TO] = ['<!-- mutants: written by npm run mutants -->', '<!-- end of mutants -->'];

export interface Result {
  mutant: Mutant;
  outcome: Outcome;
}

/** Brings the rows of these up to date. The others stay as they are, unless the table says something else by now. */
export async function writeReport(page: string, results: readonly Result[]): Promise<void> {
  const text = await readFile(page, 'utf8');
  const [before, below = ''] = text.split(FROM);
  const [, after] = below.split(TO);
  if (after === undefined) throw new Error(`${page} has no place for the mutants: ${FROM} … ${TO}`);
  const outcomes = new Map(results.map(({ mutant, outcome }) => [mutant, outcome]));
  const rows = MUTANTS.map((mutant) => {
    const outcome = outcomes.get(mutant);
    if (outcome) return rowOf(mutant, outcome);
    const known = (['killed', 'survived', 'invalid'] as const).map((each) => rowOf(mutant, each));
    return known.find((row) => text.includes(row)) ?? rowOf(mutant, 'not tried');
  });
  const count = (outcome: Outcome | 'not tried') =>
    MUTANTS.filter((mutant, n) => rows[n] === rowOf(mutant, outcome)).length;
  const untried = count('not tried');
  const rest =
    untried > 0 ? ` ${untried} not tried since the guard was changed: \`npm run mutants -- --missing\`.` : '';
  const head = ['| | as long as the guard is there | in | broken |', '| --- | --- | --- | --- |'];
  const table = [
    `${MUTANTS.length - untried} guards broken, ${count('killed')} noticed.${rest}`,
    '',
    ...head,
    ...rows,
  ].join('\n');
  await writeFile(page, `${before}${FROM}\n\n${table}\n\n${TO}${after}`);
}

/** With a digest of what was broken, and how: a result does not outlive a change of either. */
export function rowOf(mutant: Mutant, outcome: Outcome | 'not tried'): string {
  const { of, promise, file, killedBy } = mutant;
  const name = killedBy.file.replace(/^test\//, '').replace(/\.test\.ts$/, '');
  const title = killedBy.title ? `, “${killedBy.title}”` : '';
  const digest = createHash('sha256').update(JSON.stringify(mutant)).digest('hex').slice(0, 8);
  return `| ${of} | ${promise} | \`${file}\` | ${outcome}: [${name}](../${killedBy.file})${title} <!-- ${digest} --> |`;
}
