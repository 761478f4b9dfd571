/** The list of what was broken and who noticed, in docs/reliability.md between two marks. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Outcome } from './run.ts';
import type { Mutant } from './types.ts';

export const PAGE = 'docs/reliability.md';
const [FROM, TO] = ['<!-- mutants: written by npm run mutants -->', '<!-- end of mutants -->'];

export interface Result {
  mutant: Mutant;
  outcome: Outcome;
}

export async function writeReport(page: string, results: readonly Result[]): Promise<void> {
  const text = await readFile(page, 'utf8');
  const [before, rest = ''] = text.split(FROM);
  const [, after] = rest.split(TO);
  if (after === undefined) throw new Error(`${page} has no place for the mutants: ${FROM} … ${TO}`);
  await writeFile(page, `${before}${FROM}\n\n${tableOf(results)}\n${TO}${after}`);
}

function tableOf(results: readonly Result[]): string {
  const killed = results.filter(({ outcome }) => outcome === 'killed').length;
  const rows = results.map(({ mutant: { of, promise, file, killedBy }, outcome }) => {
    const { file: test, title } = killedBy;
    const name = test.replace(/^test\//, '').replace(/\.test\.ts$/, '');
    return `| ${of} | ${promise} | \`${file}\` | ${outcome}: [${name}](../${test})${title ? `, “${title}”` : ''} |`;
  });
  return [
    `${results.length} guards broken, ${killed} noticed.`,
    '',
    '| | as long as the guard is there | in | broken |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
