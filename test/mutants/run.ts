/** Runs the tests that must fail, in a copy of the tree, and says whether they did. */
import { spawn } from 'node:child_process';
import type { Tree } from './tree.ts';
import type { Mutant } from './types.ts';

/** A mutant can make something wait for ever; a test that runs into its time has failed by then. */
const LIMIT_MS = 600_000;

/** `invalid`: nothing that could tell has run. */
export type Outcome = 'killed' | 'survived' | 'invalid';

export interface Tried {
  outcome: Outcome;
  seconds: number;
  /** The end of what was printed. */
  output: string;
}

export async function tryMutant(tree: Tree, mutant: Mutant): Promise<Tried> {
  const began = Date.now();
  const { file, title } = mutant.killedBy;
  const args = [file, ...(title ? ['-t', escaped(title)] : []), '--bail', '1'];
  const attempt = () =>
    tree
      .broken(mutant, () => runTests(tree.directory, args))
      .catch((error: unknown) => ({ code: 1, output: String(error) }));
  const first = await attempt();
  // Where no test ran, a port was taken or a server did not come up in time: once more.
  const tried = outcomeOf(first) === 'invalid' ? await attempt() : first;
  return { outcome: outcomeOf(tried), seconds: Math.round((Date.now() - began) / 1000), output: tried.output };
}

/** The tests of all mutants in a tree in which nothing is broken: what fails there could not tell, and what is not there neither. */
export async function runUnbroken(tree: Tree, mutants: readonly Mutant[]): Promise<string | undefined> {
  const whole = new Set(mutants.filter(({ killedBy }) => !killedBy.title).map(({ killedBy }) => killedBy.file));
  const titled = mutants.filter(({ killedBy }) => killedBy.title);
  const runs = [
    [...whole],
    [
      ...new Set(titled.map(({ killedBy }) => killedBy.file)),
      '-t',
      [...new Set(titled.map(({ killedBy }) => escaped(killedBy.title ?? '')))].join('|'),
    ],
  ];
  let passed: string[] = [];
  for (const args of runs.filter(([first]) => first !== undefined && first !== '-t')) {
    const { code, output } = await runTests(tree.directory, [...args, '--reporter', 'verbose']);
    if (code !== 0) return output;
    passed = [...passed, ...passedIn(output)];
  }
  const unknown = mutants.filter(
    ({ killedBy: { file, title = '' } }) => !passed.some((line) => line.startsWith(file) && line.includes(title)),
  );
  if (unknown.length === 0) return undefined;
  return unknown
    .map(({ promise, killedBy: { file, title } }) => `${promise}: ${file} has no test “${title}”`)
    .join('\n');
}

/** Each test that passed, as its file and the words by which `-t` finds it. */
const passedIn = (output: string): string[] =>
  [...output.matchAll(/^\s*✓ (.*)$/gm)].map(([, line = '']) => line.replaceAll(' > ', ' '));

const escaped = (title: string): string => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function outcomeOf({ code, output }: { code: number; output: string }): Outcome {
  if (/^\s*Tests\s.*\b[1-9]\d* failed/m.test(output)) return 'killed';
  return code === 0 && /^\s*Tests\s.*\b[1-9]\d* passed/m.test(output) ? 'survived' : 'invalid';
}

async function runTests(cwd: string, args: string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, ['test/run.ts', ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      output += piece.toString();
    });
  }
  const timer = setTimeout(() => child.kill('SIGTERM'), LIMIT_MS);
  const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? 1)));
  clearTimeout(timer);
  return { code, output };
}
