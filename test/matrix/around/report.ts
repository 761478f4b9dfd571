/** What so many runs found, for people and as one line for programs. */
import type { RunResult } from './run.ts';

export type RunLine = RunResult & { drawn: string };

export interface Summary {
  runs: number;
  wrongDeletes: number;
  bothRan: number;
  lostWork: number;
  falseEnds: number;
  stuck: number;
  seed: number;
}

const KINDS = ['wrongDeletes', 'bothRan', 'lostWork', 'falseEnds'] as const;

/** Runs in which it happened, not how often. */
export const summaryOf = (lines: readonly RunLine[], seed: number): Summary => {
  const runsWith = (found: (line: RunLine) => boolean) => lines.filter(found).length;
  return {
    runs: lines.length,
    wrongDeletes: runsWith(({ wrongDeletes }) => wrongDeletes.length > 0),
    bothRan: runsWith(({ bothRan }) => bothRan.length > 0),
    lostWork: runsWith((line) => line.lostWork.length > 0),
    falseEnds: runsWith(({ falseEnds }) => falseEnds.length > 0),
    stuck: runsWith(({ stuck }) => stuck !== undefined),
    seed,
  };
};

/** A wait that does not say that anybody has to do anything. */
export const silentOf = (lines: readonly RunLine[]): RunLine[] => lines.filter(({ stuck }) => stuck?.silent);

/** In so many runs without a case, a case is rarer than this with 95 % confidence: exactly, where the rule of three says 3 / n. */
export const boundFor = (runs: number): number => (runs === 0 ? 1 : 1 - 0.05 ** (1 / runs));

/** What failed with the command that replays it, the ends, the states of those that stayed, and what the numbers support. */
export function reportOf(lines: readonly RunLine[], moment: string, seed: number): string[] {
  const report: string[] = [];
  for (const line of lines) {
    const found = KINDS.flatMap((kind) => line[kind].map((text) => `  ${kind}: ${text}`));
    if (line.stuck) found.push(`  ${line.stuck.silent ? 'nobody is told' : 'stuck'}: ${line.stuck.state}`);
    if (found.length === 0) continue;
    report.push(`run ${line.number}: ${line.drawn} (${line.end ?? line.stuck?.state})`, ...found);
    report.push(`  Replay: npm run matrix -- --around ${moment} --seed ${seed} --only ${line.number}`);
  }
  report.push(
    ...counted(
      'ended',
      lines.flatMap(({ end }) => end ?? []),
    ),
  );
  report.push(
    ...counted(
      'stayed',
      lines.flatMap(({ stuck }) => (stuck ? [stuck.state] : [])),
    ),
  );
  const byPersons = lines.filter(({ bothRanByPersons }) => bothRanByPersons.length > 0).length;
  if (byPersons > 0) report.push(`both ran because a person started one: ${byPersons} runs`);
  const summary = summaryOf(lines, seed);
  const clean = KINDS.filter((kind) => summary[kind] === 0);
  const bound = (boundFor(lines.length) * 100).toFixed(2);
  if (clean.length > 0)
    report.push(
      `${clean.join(', ')}: none in ${lines.length} runs, so fewer than ${bound} % of such runs (95 % confidence)`,
    );
  return report;
}

function counted(what: string, names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one).map(([name, count]) => `${what} ${name}: ${count}`);
}
