/**
 * What `npm test` runs: everything but the long ones, which `npm run test:long` runs. Arguments go to vitest, and a filter finds any
 * test: `npm test -- server`, `npm test -- -t 'kill -9'`.
 *
 * Its last line is `N passed, N failed`, with `, N skipped` when some were, and it ends with 0 only if something ran
 * and nothing failed.
 */
import { randomUUID } from 'node:crypto';

console.log('Tests: looking for the Temporal server they run against');
const runId = randomUUID();

// Loaded only now, so that the first line is there at once.
const { obtainTemporalServer } = await import('../src/server/binary.ts');
const { TemporalServerError } = await import('../src/server/errors.ts');
const { leftoverProcesses, RUN_MARKER } = await import('./support/leaks.ts');
const { closingLine, TallyReporter } = await import('./support/tally.ts');
process.env[RUN_MARKER] = runId;

const args = process.argv.slice(2).filter((arg) => arg !== '--long');
const long = args.length < process.argv.length - 2;
process.env.TESTS = long ? 'long' : args.length > 0 ? 'all' : 'short';
const tally = await run(args);
console.log(closingLine(tally));
process.exit(tally.failed === 0 ? 0 : 1);

async function run(args: string[]) {
  try {
    await obtainServer();
    const tally = await runVitest(args);
    tally.failed += await endLeftovers();
    return tally;
  } catch (error) {
    console.error(error instanceof TemporalServerError ? `${error.message}\n${error.remedy}` : error);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function obtainServer(): Promise<void> {
  const onProgress = (line: string) => console.log(line);
  const { path, source, version } = await obtainTemporalServer({ env: process.env, onProgress });
  console.log(`Temporal server ${version} (${source}): ${path}`);
}

async function runVitest(args: string[]) {
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
async function endLeftovers(): Promise<number> {
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
