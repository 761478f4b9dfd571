import { defineConfig } from 'vitest/config';

/**
 * Whole migrations whose processes are killed, other people's tools, commands as processes: minutes, where a contributor waits
 * for the others. `npm run test:long` runs them; CI runs both. A filter on the command line finds any test.
 */
const LONG = [
  'test/absence/goingBack.test.ts',
  'test/crash/**/*.test.ts',
  'test/starting/**/*.test.ts',
  'test/demo/**/*.test.ts',
  'test/cli/**/*.test.ts',
  'test/batch/batch.test.ts',
  'test/cells/**/*.test.ts',
  'test/rollback/**/*.test.ts',
  'test/takeover/**/*.test.ts',
  'test/partner/access.test.ts',
  'test/partner/gap.test.ts',
  'test/audit/past.test.ts',
  'test/screens/commands.test.ts',
];

/** Needs the full Temporal server, which is built with Go: `npm run test:cluster` alone. */
const CLUSTER = ['test/cluster/**/*.test.ts'];

/** Hundreds of whole migrations: `npm run matrix -- --around …` alone. */
const AROUND = ['test/matrix/around/runs.test.ts'];

/** Set by test/run.ts and test/cluster/main.ts. */
const which = process.env.TESTS;
const left = [...(process.env.TEST_CLUSTER ? [] : CLUSTER), ...(process.env.AROUND ? [] : AROUND)];

export default defineConfig({
  test: {
    include: which === 'long' ? LONG : ['test/**/*.test.ts'],
    exclude: which === 'short' ? [...LONG, ...CLUSTER, ...AROUND] : which === 'all' ? left : [],
    globalSetup: ['test/support/globalSetup.ts'],
    // Processes, not threads: the native part of the Temporal worker and node:sqlite have state per process.
    pool: 'forks',
    // All of them share one Temporal server, which needs its share of the machine.
    maxWorkers: 2,
    // A title that is made of a table's rows is found by all of its words.
    taskTitleValueFormatTruncate: 0,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
});
