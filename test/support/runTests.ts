/** Runs vitest with the Temporal server at hand, and counts what really happened; a process left behind is a failure. */
import { randomUUID } from 'node:crypto';
import { obtainTemporalServer } from '../../src/server/binary.ts';
import { TemporalServerError } from '../../src/server/errors.ts';
import { leftoverProcesses, RUN_MARKER } from './leaks.ts';
import { type Tally, TallyReporter } from './tally.ts';

/** Which tests a run without a filter has; vitest.config.ts reads it. */
export type Which = 'short' | 'long' | 'all';

/** `args` go to vitest as they are. Never throws: what went wrong counts as failed, and was printed. */
export async function runTests(args: string[], which: Which): Promise<Tally> {
  const runId = randomUUID();
  process.env[RUN_MARKER] = runId;
  process.env.TESTS = which;
  try {
    await obtainServer();
    const tally = await runVitest(args);
    tally.failed += await endLeftovers(runId);
    return tally;
  } catch (error) {
    console.error(error instanceof TemporalServerError ? error.message : error);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function obtainServer(): Promise<void> {
  const onProgress = (line: string) => console.log(line);
  const { path, source, version } = await obtainTemporalServer({ env: process.env, onProgress });
  console.log(`Temporal server ${version} (${source}): ${path}`);
}

async function runVitest(args: string[]): Promise<Tally> {
  const { parseCLI, startVitest } = await import('vitest/node');
  const { filter, options } = parseCLI(['vitest', 'run', ...args]);
  // `--reporter` arrives as `reporter`, which would displace every entry of `reporters`, ours too.
  const { reporter: chosen = 'default', ...others } = options;
  const reporter = new TallyReporter();
  const reporters = [...(Array.isArray(chosen) ? chosen : [chosen]), reporter];
  await startVitest(filter, { ...others, run: true, watch: false, reporters });
  const tally = reporter.tally ?? { passed: 0, failed: 0, skipped: 0 };
  // Nothing ran, or the global setup failed: no test is to blame, and still it is a failure. Vitest has said why.
  if (tally.failed === 0 && (tally.passed === 0 || process.exitCode)) tally.failed = 1;
  return tally;
}

/** A test that leaves a process behind is wrong even when its assertions hold. */
async function endLeftovers(runId: string): Promise<number> {
  const leftovers = await leftoverProcesses(runId, 5_000);
  for (const { pid, command } of leftovers) {
    console.error(`Left running by a test, ended now: ${pid} ${command}`);
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in this moment.
    }
  }
  return leftovers.length;
}
